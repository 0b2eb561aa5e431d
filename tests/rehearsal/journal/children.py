"""What do other processes do to a journal? They record, race for its lock, die."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier

from rehearsal.journal import Journal, LockHeld, open_journal, trial_lock
from tests.rehearsal.journal.facts import RUN, stored

CHILDREN = get_context("forkserver")  # a warm start each, without our threads in it
CHILDREN.set_forkserver_preload([__name__])
TASKS = 8
LOCKED = b"locked"


def record_until_killed(url: str, first: int, acknowledge: Connection) -> None:
    """Record from several tasks; acknowledge each number once `record` has returned."""
    with open_journal(url) as journal:
        asyncio.run(record_forever(journal, first, acknowledge))


async def record_forever(journal: Journal, first: int, acknowledge: Connection) -> None:
    """Each task has its own numbers, so that no two are the same."""
    async with asyncio.TaskGroup() as group:
        for task in range(TASKS):
            group.create_task(record_each(journal, first + task, acknowledge))


async def record_each(journal: Journal, number: int, acknowledge: Connection) -> None:
    """Two measurements at a time: both are there, or none."""
    while True:
        pair = [stored(number), stored(number, "bridge.signalling")]
        await journal.record(RUN.id, pair)
        acknowledge.send(number)
        number += TASKS


def race(url: str, rounds: int, start: Barrier, end: Barrier, report: Connection) -> None:
    """Try for the lock at the same moment as the others; hold it until all have tried."""
    wins = []
    for number in range(rounds):
        start.wait()
        try:
            with trial_lock(url):
                wins.append(number)
                end.wait()
        except LockHeld:
            end.wait()
    report.send(wins)


def hold_until_killed(url: str, run_id: str, report: Connection) -> None:
    """Hold the lock of a trial, say so, and never let go."""
    with trial_lock(url, run_id=run_id):
        report.send_bytes(LOCKED)
        report.recv()


def open_at_once(url: str, start: Barrier, report: Connection) -> None:
    """Open a new journal in the same moment as others, and use it."""
    start.wait()
    with open_journal(url) as journal:
        report.send(len(journal.runs()))


@contextmanager
def child(work: object, *arguments: object) -> Iterator[tuple[ForkServerProcess, Connection]]:
    """A process that does the work, and our end of its pipe; killed at the end."""
    ours, theirs = CHILDREN.Pipe()
    process = CHILDREN.Process(target=work, args=(*arguments, theirs))
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        process.kill()
        process.join()
        process.close()
        ours.close()
