"""How do many tasks write durably without paying for a disk flush each?

One thread writes. While it commits, further work gathers; then all of that becomes one
transaction. Whoever brought work is answered after the commit, never before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from rehearsal.journal.place import named
from rehearsal.journal.problem import JournalError, told

T = TypeVar("T")
Work = Callable[[sa.Connection], T]
"""Writes inside a transaction that it neither begins nor ends; may be called twice."""


class Writer:
    """The one thread that writes to the journal."""

    def __init__(self, engine: sa.Engine) -> None:
        """Write through the given engine, which stays its owner's."""
        self._place = named(engine.url)
        self._engine = engine.execution_options(writes=True)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._lock = Lock()
        self._gathered: list[Work[object]] = []
        self._group: Future[list[object]] | None = None

    def write(self, work: Work[T]) -> T:
        """Wait, blocking, until the work is committed; JournalError if it is not."""
        group, place = self._join(work)
        return cast("T", answer(group.result()[place]))

    async def written(self, work: Work[T]) -> T:
        """Await the same. A caller that is cancelled leaves its work in the group."""
        group, place = self._join(work)
        answers = await asyncio.shield(asyncio.wrap_future(group))
        return cast("T", answer(answers[place]))

    def close(self) -> None:
        """Finish what was gathered, then end the thread."""
        self._thread.shutdown()

    def _join(self, work: Work[object]) -> tuple[Future[list[object]], int]:
        with self._lock:
            if self._group is None:
                self._group = self._thread.submit(self._commit_group)
            self._gathered.append(work)
            return self._group, len(self._gathered) - 1

    def _commit_group(self) -> list[object]:
        with self._lock:
            works, self._gathered, self._group = self._gathered, [], None
        try:
            return self._together(works)
        except (JournalError, SQLAlchemyError):
            return [self._alone(work) for work in works]  # the fault hits only its owner

    def _together(self, works: list[Work[object]]) -> list[object]:
        with self._engine.begin() as connection:
            return [work(connection) for work in works]

    def _alone(self, work: Work[object]) -> object:
        try:
            with told(self._place):
                return self._together([work])[0]
        except JournalError as problem:
            return problem


def answer(result: object) -> object:
    """The result of a work, or its problem raised."""
    if isinstance(result, JournalError):
        raise result
    return result
