"""Does the journal keep what it was told, on both databases?"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from rehearsal.journal import (
    AlreadyMeasured,
    JournalError,
    NotBegun,
    RunExists,
    UnknownRun,
    from_stored,
    open_journal,
    to_stored,
)
from rehearsal.journal.place import engine_for, parse
from rehearsal.model import Decision, Declaration, Failure, StageTime, Step
from tests.rehearsal.journal.facts import NOON, RUN, Evidence, good, stored

LATER = NOON + timedelta(minutes=5)


def test_run_is_kept(journal):
    """A run comes back as it was begun, parameters and microseconds included."""
    assert journal.run("r1") == RUN


def test_times_come_back_in_utc(journal):
    """A start in Hanoi's time is the same moment when it is read."""
    hanoi = timezone(timedelta(hours=7))
    journal.begin(replace(RUN, id="r2", started=NOON.astimezone(hanoi)))

    assert journal.run("r2").started == NOON
    assert journal.run("r2").started.utcoffset() == timedelta()


def test_time_without_zone_is_refused(journal):
    """Nobody could say later when it was."""
    with pytest.raises(JournalError, match="no time zone"):
        journal.begin(replace(RUN, id="r2", started=datetime(2025, 6, 20)))  # noqa: DTZ001 the fault


def test_runs_are_newest_first(journal):
    """The run that a person looks for stands on top."""
    journal.begin(replace(RUN, id="r0", started=LATER))

    assert [run.id for run in journal.runs()] == ["r0", "r1"]


def test_run_id_is_used_once(journal):
    """Two runs never mix under one id."""
    with pytest.raises(RunExists, match="'r1'"):
        journal.begin(RUN)


def test_finish_keeps_verdict(journal):
    """When, how and with which recommendation a run ended is known later."""
    journal.finish("r1", at=LATER, state="finished", verdict=Decision.NO_GO)

    ended = replace(RUN, finished=LATER, state="finished", verdict=Decision.NO_GO)
    assert journal.run("r1") == ended


def test_resume_reopens_and_counts(journal):
    """A resumed run goes on under its id, no longer finished."""
    journal.finish("r1", at=LATER, state="stopped", verdict=None)

    assert journal.resume("r1", LATER) == replace(RUN, resumes=1)
    assert journal.resume("r1", LATER).resumes == 2


def test_unknown_run_names_the_newest(journal):
    """A mistyped id is answered with the ids that exist, by every method that needs one."""
    journal.begin(replace(RUN, id="r2", started=LATER))

    for ask in (
        lambda: journal.run("r9"),
        lambda: journal.resume("r9", NOON),
        lambda: journal.finish("r9", at=NOON, state="finished", verdict=None),
        lambda: journal.stage_began("r9", "roll-call", NOON),
        lambda: journal.stage_ended("r9", "roll-call", NOON),
    ):
        with pytest.raises(UnknownRun, match="r2, r1") as caught:
            ask()
        assert caught.value.newest == ("r2", "r1")


async def test_recording_for_an_unknown_run_is_refused(journal):
    """No measurement floats without a run."""
    with pytest.raises(UnknownRun, match="'r9'"):
        await journal.record("r9", [stored(1)])


async def test_measurement_is_kept_whole(journal):
    """Evidence, attempts, rungs and observer come back equal, in the check's own type."""
    await journal.record("r1", [to_stored(good())])

    (back,) = journal.measurements("r1")
    assert back == to_stored(good())
    assert from_stored(back, Evidence) == good()
    assert back.run_id == "r1"


async def test_hostile_failure_is_kept_and_can_be_asked_for(journal, url):
    """Step and kind are columns for SQL; a NUL or a lone surrogate breaks no write."""
    hostile = Failure(Step.CONNECT, "reset_on_accept", "\x00\udcff")
    await journal.record("r1", [replace(stored(1), evidence=None, failure=hostile)])

    (back,) = journal.measurements("r1")
    assert back.failure == replace(hostile, detail=r"\x00\udcff")
    query = sa.text("SELECT failure_kind FROM measurement WHERE failure_step = 'connect'")
    assert ask_database(url, query) == ["reset_on_accept"]


async def test_hostile_evidence_is_kept(journal):
    """Even evidence that skipped `to_stored` is written visibly, not refused."""
    await journal.record("r1", [replace(stored(1), evidence={"\ud800": "a\x00"})])

    assert journal.measurements("r1")[0].evidence == {r"\ud800": r"a\x00"}


async def test_finished_check_is_recorded_once(journal):
    """Recording it again is an error with its name; the first one stays, alone."""
    await journal.record("r1", [stored(1)])

    with pytest.raises(AlreadyMeasured, match=r"bridge\.reach on unit-1/bridge .* round 0"):
        await journal.record("r1", [stored(2), stored(1)])

    assert journal.measurements("r1") == (stored(1),)


async def test_twice_in_one_call_is_refused_too(journal):
    """The rule does not depend on how measurements are bundled."""
    with pytest.raises(AlreadyMeasured):
        await journal.record("r1", [stored(1), stored(1)])

    assert journal.measurements("r1") == ()


async def test_next_round_measures_the_same_check(journal):
    """A recheck adds to the history of a run."""
    again = replace(stored(1), round=1)
    await journal.record("r1", [stored(1)])
    await journal.record("r1", [again])

    assert journal.measurements("r1") == (stored(1), again)


async def test_other_refusals_are_told_as_they_are(journal):
    """A rule without a name of its own is told in the database's words."""
    with pytest.raises(JournalError, match=r"break a rule .*elapsed_s"):
        await journal.record("r1", [replace(stored(1), elapsed_s=None)])
    with pytest.raises(JournalError, match=r"break a rule .*began"):
        journal.stage_began("r1", "systems", None)


async def test_nothing_to_record_is_fine(journal):
    """A wave without results needs no special case."""
    await journal.record("r1", [])

    assert journal.measurements("r1") == ()


async def test_concurrent_tasks_lose_nothing(journal):
    """What many tasks record at once is all there, each measurement once."""
    async with asyncio.TaskGroup() as group:
        for unit in range(20):
            group.create_task(journal.record("r1", [stored(unit), stored(unit + 100)]))

    kept = journal.measurements("r1")
    assert {item.target_id for item in kept} == {
        stored(n).target_id for u in range(20) for n in (u, u + 100)
    }
    assert len(kept) == 40


async def test_one_bad_record_spoils_no_other(journal):
    """In a shared transaction a fault hits only the task that brought it."""
    await journal.record("r1", [stored(0)])

    answers = await asyncio.gather(
        *(journal.record("r1", [stored(number)]) for number in range(10)),
        return_exceptions=True,
    )

    assert [type(answer) for answer in answers] == [AlreadyMeasured] + [type(None)] * 9
    assert len(journal.measurements("r1")) == 10


def test_stages_are_told_in_order(journal):
    """Which stages ended, which had a problem and which were cut off can be seen."""
    journal.stage_began("r1", "roll-call", NOON)
    journal.stage_ended("r1", "roll-call", LATER)
    journal.stage_began("r1", "systems", LATER)
    journal.stage_ended("r1", "systems", LATER, problem="no disk")
    journal.stage_began("r1", "judge", LATER)

    assert journal.stages("r1") == (
        StageTime("roll-call", NOON, LATER),
        StageTime("systems", LATER, LATER, "no disk"),
        StageTime("judge", LATER, None),
    )


def test_repeated_stage_keeps_its_history(journal):
    """A stage that a crash cut off stays cut off; its repetition ends for itself."""
    journal.stage_began("r1", "systems", NOON)
    journal.stage_began("r1", "systems", LATER)
    journal.stage_ended("r1", "systems", LATER)

    assert [stage.ended for stage in journal.stages("r1")] == [None, LATER]


def test_stage_must_begin_before_it_ends(journal):
    """A flow that forgets a beginning learns of it."""
    with pytest.raises(NotBegun, match="systems"):
        journal.stage_ended("r1", "systems", LATER)


def test_everything_is_there_after_reopening(url):
    """The journal outlives the process that wrote it."""
    with open_journal(url) as first:
        first.begin(RUN)
        asyncio.run(first.record("r1", [stored(1)]))

    with open_journal(url) as second:
        assert second.runs() == (RUN,)
        assert second.measurements("r1") == (stored(1),)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE measurement SET vantage = 'there'",
        "UPDATE measurement SET round = 7 WHERE id = 1",
        "DELETE FROM measurement",
        "INSERT INTO measurement SELECT * FROM measurement",
    ],
)
async def test_measurement_is_final(journal, url, change):
    """Not even SQL by hand changes what was measured."""
    await journal.record("r1", [stored(1)])

    with pytest.raises(sa.exc.DBAPIError):
        change_database(url, sa.text(change))

    assert journal.measurements("r1") == (stored(1),)


async def test_replacing_is_refused(fresh_sqlite):
    """SQLite's REPLACE would delete without telling a trigger for deletions."""
    with open_journal(fresh_sqlite) as journal:
        journal.begin(RUN)
        await journal.record("r1", [stored(1)])
        replacing = sa.text("REPLACE INTO measurement SELECT * FROM measurement")

        with pytest.raises(sa.exc.IntegrityError, match="final"):
            change_database(fresh_sqlite, replacing)


async def test_truncating_is_refused(fresh_postgresql):
    """PostgreSQL's TRUNCATE is a deletion too."""
    with open_journal(fresh_postgresql) as journal:
        journal.begin(RUN)
        await journal.record("r1", [stored(1)])

        with pytest.raises(sa.exc.DBAPIError, match="final"):
            change_database(fresh_postgresql, sa.text("TRUNCATE measurement"))


def ask_database(url, query):
    """The first column, past the journal."""
    engine = engine_for(parse(url))
    with engine.connect() as connection:
        answer = list(connection.scalars(query))
    engine.dispose()
    return answer


def change_database(url, statement):
    """Run a statement past the journal."""
    engine = engine_for(parse(url))
    try:
        with engine.begin() as connection:
            connection.execute(statement)
    finally:
        engine.dispose()


def test_what_people_said_is_kept(journal):
    """As it was said, in the order in which it came in, and for good."""
    said = [
        Declaration(
            "bridge.human_roll_call", f"{slug}/bridge", "Nguyễn Văn A", NOON, {"x": True}
        )
        for slug in ("hai-an", "an-lao")
    ]
    journal.declare(RUN.id, said)
    journal.declare(RUN.id, ())

    assert journal.declarations(RUN.id) == tuple(said)
    assert journal.declarations("another") == ()
    with pytest.raises(UnknownRun):
        journal.declare("another", said)


@pytest.mark.parametrize(
    "verb", ["UPDATE declaration SET said_by = 'b'", "DELETE FROM declaration"]
)
def test_what_people_said_is_final(journal, url, verb):
    """Nobody rewrites what somebody signed for."""
    one = Declaration("bridge.human_roll_call", "hai-an/bridge", "A", NOON, {})
    journal.declare(RUN.id, [one])
    engine = engine_for(parse(url))

    with pytest.raises(sa.exc.DBAPIError, match="final"), engine.begin() as connection:
        connection.execute(sa.text(verb))
    engine.dispose()

    assert journal.declarations(RUN.id) == (one,)
