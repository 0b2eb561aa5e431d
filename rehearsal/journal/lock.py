"""Does another trial run on this journal? A dead process never holds the lock."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from pathlib import Path

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from rehearsal.journal.place import (
    CONNECT_TIMEOUT_S,
    engine_for,
    file_of,
    named,
    parse,
    to_json,
)
from rehearsal.journal.problem import Holder, LockHeld, told
from rehearsal.journal.schema import ADVISORY_CLASS, ADVISORY_TRIAL
from rehearsal.journal.stored import adapter

HOLDER_MAX_BYTES = 4096  # a holder takes about 150
# A machine that vanishes without a word keeps the lock for 25 s, not for two hours.
KEEPALIVE = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
SIGNATURE = "rehearse/{}/{}/{}"
WHO_HOLDS = sa.text(
    """
    SELECT application_name, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND datname = current_database()
    AND database = datid AND classid = :class AND objid = :object
    """
)


@contextmanager
def trial_lock(url: str, *, run_id: str = "") -> Iterator[Holder]:
    """Keep every other trial on this journal out while the block runs.

    LockHeld says who holds it already; Unusable when the lock cannot be reached.
    """
    address = parse(url)
    holder = Holder(os.getpid(), socket.gethostname(), datetime.now(UTC), run_id)
    file = file_of(address)
    with told(named(address)):
        release = server_lock(address, holder) if file is None else file_lock(file, holder)
    try:
        yield holder
    finally:
        release()


def trial_holder(url: str) -> Holder | None:
    """Who runs a trial on this journal now, asked without taking the lock; None: nobody.

    Unusable when that cannot be learnt.
    """
    address = parse(url)
    file = file_of(address)
    with told(named(address)):
        return holder_on(address) if file is None else holder_beside(file)


def beside(journal: Path) -> Path:
    """The lock file of a journal."""
    return journal.with_name(f"{journal.name}.lock")


def holder_beside(journal: Path) -> Holder | None:
    """Who holds the lock file; whoever only asks shares it, and for microseconds."""
    try:
        handle = os.open(beside(journal), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        flock(handle, LOCK_SH | LOCK_NB)
    except BlockingIOError:
        return holder_in(os.pread(handle, HOLDER_MAX_BYTES, 0))
    finally:
        os.close(handle)
    return None


def holder_on(address: sa.URL) -> Holder | None:
    """Who holds the lock in PostgreSQL."""
    engine = engine_for(address)
    try:
        with engine.connect() as connection:
            found = holder_at(connection)
    finally:
        engine.dispose()
    return None if found == Holder() else found


def file_lock(journal: Path, holder: Holder) -> Callable[[], None]:
    """Lock the file beside the journal; the kernel frees it when its process ends."""
    journal.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        handle = os.open(beside(journal), os.O_RDWR | os.O_CREAT, 0o644)
        stack.callback(os.close, handle)
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError as problem:
            raise LockHeld(holder_in(os.pread(handle, HOLDER_MAX_BYTES, 0))) from problem
        os.ftruncate(handle, 0)
        os.pwrite(handle, to_json(holder).encode(), 0)
        return stack.pop_all().close


def holder_in(content: bytes) -> Holder:
    """Who wrote the lock file; nobody known while it is being written."""
    try:
        holder: Holder = adapter(Holder).validate_json(content)
    except ValidationError:
        return Holder()
    return holder


def server_lock(address: sa.URL, holder: Holder) -> Callable[[], None]:
    """Lock in PostgreSQL on a connection of its own, which names its holder."""
    engine = sa.create_engine(
        address,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "application_name": signature(holder),
            "options": KEEPALIVE,
        },
    )
    with ExitStack() as stack:
        connection = stack.enter_context(engine.connect())
        lock = sa.func.pg_try_advisory_lock(ADVISORY_CLASS, ADVISORY_TRIAL)
        if not connection.scalar(sa.select(lock)):
            raise LockHeld(holder_at(connection))
        stack.callback(unlock, connection)
        return stack.pop_all().close


def unlock(connection: sa.Connection) -> None:
    """Free the lock now: the server notices a closed connection only a moment later."""
    with suppress(SQLAlchemyError):  # a broken connection holds no lock any more
        connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))


def signature(holder: Holder) -> str:
    """The holder in at most 63 ASCII bytes, as `pg_stat_activity` shows it; host last."""
    return SIGNATURE.format(holder.pid, holder.run_id, holder.host)[:63]


def holder_at(connection: sa.Connection) -> Holder:
    """Who holds the lock in PostgreSQL; nobody known if it was freed meanwhile."""
    keys = {"class": ADVISORY_CLASS, "object": ADVISORY_TRIAL}
    row = connection.execute(WHO_HOLDS, keys).first()
    parts = (row.application_name or "").split("/", 3) if row else []
    if row is None or len(parts) != len(SIGNATURE.split("/")):
        return Holder()
    return Holder(int(parts[1]), parts[3], row.backend_start.astimezone(UTC), parts[2])
