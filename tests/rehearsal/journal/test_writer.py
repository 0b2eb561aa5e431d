"""Does the writer share its commits, and does each caller get its own answer?"""

import asyncio
import sqlite3
import threading
from collections import Counter
from contextlib import closing

import pytest
import sqlalchemy as sa

from rehearsal.journal import open_journal
from tests.rehearsal.journal.facts import RUN, stored

TASKS = 116
EACH = 10


async def test_many_tasks_share_a_few_commits(fresh_sqlite):
    """A flush to disk is paid by all who wait, not by each: that is what keeps it fast."""
    commits = Counter()
    with open_journal(fresh_sqlite) as journal:
        journal.begin(RUN)
        sa.event.listen(journal._engine, "commit", lambda _: commits.update(["commit"]))

        async with asyncio.TaskGroup() as group:
            for task in range(TASKS):
                group.create_task(record_one_by_one(journal, task))

        assert len(journal.measurements("r1")) == TASKS * EACH
    assert commits["commit"] < TASKS * EACH / 10


async def record_one_by_one(journal, task):
    """What a unit's task does: each check is recorded when it is finished."""
    for number in range(task * EACH, (task + 1) * EACH):
        await journal.record("r1", [stored(number)])


async def test_cancelled_task_takes_nobody_along(fresh_sqlite):
    """A task that is stopped while a group waits leaves the group, and its own work, alone."""
    is_free = threading.Event()
    with open_journal(fresh_sqlite) as journal:
        journal.begin(RUN)
        busy = asyncio.create_task(journal._writer.written(lambda _: is_free.wait()))
        await asyncio.sleep(0)
        tasks = [asyncio.create_task(journal.record("r1", [stored(n)])) for n in range(5)]
        await asyncio.sleep(0)
        tasks[2].cancel()
        await asyncio.sleep(0)
        is_free.set()
        answers = await asyncio.gather(busy, *tasks, return_exceptions=True)

        assert [type(a).__name__ for a in answers if a] == ["bool", "CancelledError"]
        assert len(journal.measurements("r1")) == 5


def test_nobody_writes_between_our_look_and_our_write(fresh_sqlite):
    """A writer holds SQLite's lock from its first look, so that it never has to give up."""
    file = fresh_sqlite.removeprefix("sqlite:///")

    def look(connection):
        connection.execute(sa.text("SELECT count(*) FROM run"))
        with closing(sqlite3.connect(file, timeout=0)) as other:
            other.execute("DELETE FROM run")

    refusal = pytest.raises(sqlite3.OperationalError, match="locked")
    with open_journal(fresh_sqlite) as journal, refusal:
        journal._writer.write(look)


async def test_closing_commits_what_was_handed_over(fresh_sqlite):
    """A measurement that reached the journal is not lost because the trial ends."""
    with open_journal(fresh_sqlite) as journal:
        journal.begin(RUN)
        tasks = [asyncio.create_task(journal.record("r1", [stored(n)])) for n in range(5)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)

    with open_journal(fresh_sqlite) as again:
        assert len(again.measurements("r1")) == 5
