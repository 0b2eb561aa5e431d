"""What can go wrong with the journal, in words that a person can act on?"""

# ruff: noqa: N818 - each name says what happened; the base class says that it is an error

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from rehearsal.model import Text


class JournalError(Exception):
    """The journal could not do what it was asked; `says` tells where and what to do."""

    def __init__(self, says: Text) -> None:
        """Keep both languages; the English one is the exception's text."""
        super().__init__(says.en)
        self.says = says


class UnknownRun(JournalError):
    """No run has this id; `newest` holds the ids that may have been meant."""

    def __init__(self, run_id: str, newest: Sequence[str]) -> None:
        """Name the ids that exist, newest first."""
        known = ", ".join(newest)
        super().__init__(
            Text(
                f"Nhật ký không có lần chạy {run_id!r}; gần đây nhất: {known or 'chưa có'}",
                f"the journal has no run {run_id!r}; the newest are: {known or 'none yet'}",
            )
        )
        self.newest = tuple(newest)


class RunExists(JournalError):
    """A run with this id was begun before."""

    def __init__(self, run_id: str) -> None:
        """Name the id and the way out."""
        super().__init__(
            Text(
                f"Nhật ký đã có lần chạy {run_id!r}; hãy chạy tiếp hoặc chọn mã khác",
                f"the journal already has run {run_id!r}; resume it or choose another id",
            )
        )


class NotBegun(JournalError):
    """A stage ended that never began: a bug of ours."""

    def __init__(self, run_id: str, stage: str) -> None:
        """Name the run and the stage."""
        super().__init__(
            Text(
                f"Chặng {stage!r} của lần chạy {run_id!r} kết thúc mà chưa từng bắt đầu",
                f"stage {stage!r} of run {run_id!r} ended, but never began",
            )
        )


class AlreadyMeasured(JournalError):
    """A finished check was recorded twice in one round of a run."""

    def __init__(self, run_id: str, check_id: str, target_id: str, round_no: int) -> None:
        """Name the check, its target, the round and the run."""
        super().__init__(
            Text(
                f"{check_id} trên {target_id} đã được ghi ở vòng {round_no} của lần chạy "
                f"{run_id}; kết quả đo không được ghi đè",
                f"{check_id} on {target_id} is already recorded in round {round_no} of run "
                f"{run_id}; a measurement is never replaced",
            )
        )


class EvidenceMismatch(JournalError):
    """Stored evidence does not have the shape that its check expects today."""

    def __init__(self, subject: str, detail: str) -> None:
        """Name run, check and target, and the fields that differ."""
        super().__init__(
            Text(
                f"Không đọc được bằng chứng của {subject}: {detail}",
                f"the evidence of {subject} cannot be read: {detail}",
            )
        )


class NewerJournal(JournalError):
    """The database was migrated by a newer version of this program."""

    def __init__(self, place: str, found: str, known: str) -> None:
        """Name the place and both versions of the schema."""
        super().__init__(
            Text(
                f"Nhật ký {place} do phiên bản mới hơn tạo (cấu trúc {found}, chương trình "
                f"này hiểu đến {known}); hãy nâng cấp chương trình",
                f"the journal {place} was made by a newer version (schema {found}, this "
                f"program knows up to {known}); upgrade the program",
            )
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """Who runs the trial that holds the lock; what is not known is None or empty."""

    pid: int | None = None
    host: str = ""
    since: datetime | None = None
    run_id: str = ""


class LockHeld(JournalError):
    """Another live process runs a trial on this journal."""

    def __init__(self, holder: Holder) -> None:
        """Name the process, its machine, since when, and its run if it is known."""
        self.holder = holder
        pid, host = holder.pid or "?", holder.host or "?"
        since = holder.since.isoformat(timespec="seconds") if holder.since else "?"
        run_id = holder.run_id or "?"
        super().__init__(
            Text(
                f"Một lần chạy khác đang dùng nhật ký này: tiến trình {pid} trên máy "
                f"{host}, từ {since}, lần chạy {run_id}; hãy chờ hoặc dừng lần chạy đó",
                f"another trial uses this journal: process {pid} on {host}, since {since}, "
                f"run {run_id}; wait for it or stop it",
            )
        )


class Unusable(JournalError):
    """The database cannot be opened, read or written; nothing was stored."""

    def __init__(self, place: str, wanted: Text, detail: str) -> None:
        """Say where, what was expected there, and what was seen."""
        super().__init__(
            Text(
                f"Không dùng được nhật ký {place}: {wanted.vi} ({detail})",
                f"the journal {place} cannot be used: {wanted.en} ({detail})",
            )
        )


class Refused(Unusable):
    """A rule of the database (unique, foreign key, trigger) refused the write."""


ROOM = Text("cần thêm dung lượng đĩa", "it needs more room on its disk")
WRITABLE = Text(
    "cần một thư mục và một tệp ghi được",
    "it needs a directory and a file that are writable",
)
SQLITE_FILE = Text(
    "cần một tệp SQLite, hoặc một tên tệp chưa có",
    "it needs an SQLite file, or a name that does not exist yet",
)
QUIET = Text(
    "tiến trình khác đang giữ cơ sở dữ liệu quá lâu",
    "another process has kept the database busy for too long",
)
WORKING_DISK = Text("đĩa phải đọc ghi được", "its disk must be readable and writable")
REACHABLE = Text(
    "cần một máy chủ PostgreSQL đang chạy và tài khoản đăng nhập được",
    "it needs a running PostgreSQL server and an account that may log in",
)
RULES = Text("dữ liệu trái quy tắc của nhật ký", "the data break a rule of the journal")
WORKING = Text("cơ sở dữ liệu phải hoạt động", "it needs a working database")

# Primary result codes of SQLite, by the start of their names; SQLSTATEs of PostgreSQL.
WANTED = {
    "SQLITE_FULL": ROOM,
    "SQLITE_READONLY": WRITABLE,
    "SQLITE_CANTOPEN": WRITABLE,
    "SQLITE_PERM": WRITABLE,
    "SQLITE_NOTADB": SQLITE_FILE,
    "SQLITE_CORRUPT": SQLITE_FILE,
    "SQLITE_BUSY": QUIET,
    "SQLITE_IOERR": WORKING_DISK,
    "53100": ROOM,
    "25006": WRITABLE,
    "55P03": QUIET,
}


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn what the database or the disk says into a JournalError that names `place`."""
    try:
        yield
    except IntegrityError as problem:
        raise Refused(place, RULES, str(problem.orig)) from problem
    except SQLAlchemyError as problem:
        raise Unusable(place, wanted(problem), saw(problem)) from problem
    except OSError as problem:
        raise Unusable(place, WRITABLE, str(problem)) from problem


def wanted(problem: SQLAlchemyError) -> Text:
    """What a working journal would need, as far as the error tells."""
    cause = problem.orig if isinstance(problem, DBAPIError) else None
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return next((w for code, w in WANTED.items() if name.startswith(code)), WORKING)
    if cause is not None and getattr(cause, "sqlstate", None) is None:
        return REACHABLE  # PostgreSQL's driver never got an answer
    return WANTED.get(getattr(cause, "sqlstate", ""), WORKING)


def saw(problem: SQLAlchemyError) -> str:
    """The database's own words, without the statement and its values."""
    return str(problem.orig if isinstance(problem, DBAPIError) else problem).strip()
