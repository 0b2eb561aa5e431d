"""How is a trial carried out, stage by stage, whatever happens on the way?"""

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rehearsal import trial as trial_module
from rehearsal.journal import JournalError, open_journal
from rehearsal.model import Decision, Failure, Outcome, Step, Text
from rehearsal.net.trail import stop
from rehearsal.opening import open_trial
from rehearsal.order import Order, Unwatched
from rehearsal.past import assessment_of
from rehearsal.plan import STAGES
from rehearsal.selftest import Tried
from tests.rehearsal.pretend import Seen, check, registry

BRIDGES = ["central/bridge", "hai-an/bridge", "an-lao/bridge", "cat-hai/bridge"]
SLUGS = ("hai-an", "an-lao", "cat-hai")
pytestmark = pytest.mark.usefixtures("no_wire")


class Asked:
    """A probe that counts by check and target, and may do something else at one target."""

    def __init__(self, name, counts, at=None):
        self.name, self.counts, self.at = name, counts, at or {}

    async def __call__(self, target, door):
        self.counts[self.name, target.id] += 1
        turn = self.at.get(target.id)
        if isinstance(turn, Exception):
            raise turn
        return await turn(door) if turn else Seen(0)


class Watcher(Unwatched):
    """Writes down what it is told."""

    def __init__(self):
        self.stages, self.outcomes = [], []

    def stage_began(self, stage, checks):
        self.stages.append((stage, checks))

    def check_done(self, stage, outcome):
        self.outcomes.append((stage, outcome))


@pytest.fixture
def counts():
    return Counter()


@pytest.fixture
def order(tmp_path, city_file):
    return Order(inventory=str(city_file), hold_s=0.05, out=str(tmp_path / "out"))


def checks(counts, reach=None, call=None):
    """One check of bridges, one that requires it, and the roll call."""
    return registry(
        check("reach", Asked("reach", counts, reach)),
        check("join", Asked("join", counts), requires=("reach",)),
        check("call", Asked("call", counts, call), stage="roll_call", holds=True),
    )


async def carried_out(order, known, progress=None):
    """The run, and what may be said of it."""
    async with open_trial(order, known, progress) as trial:
        run = await trial.carry_out()
        return run, trial.assessment()


def stages_of(order, run_id):
    with open_journal(order.journal_url) as journal:
        return [(s.stage, s.problem, s.ended is not None) for s in journal.stages(run_id)]


async def test_every_stage_is_carried_out_and_recorded(order, counts):
    """In their order, each with an end; everything is measured once; the run is over."""
    run, found = await carried_out(order, checks(counts))

    assert stages_of(order, run.id) == [(stage, "", True) for stage in STAGES["phase-1"]]
    assert set(counts) == {(c, t) for c in ("reach", "join", "call") for t in BRIDGES}
    assert set(counts.values()) == {1}
    assert (run.state, run.resumes) == ("finished", 0)
    assert run.finished >= run.started
    assert found.measured == 12
    assert run.verdict is found.decision is Decision.INCONCLUSIVE  # the hotline has no check


async def test_the_reports_are_written(order, counts, tmp_path):
    """Beside the journal, under the run's id, as the run says."""
    run, _ = await carried_out(order, checks(counts))
    folder = tmp_path / "out" / run.id

    document = json.loads((folder / "results.json").read_text())
    assert document["run"]["id"] == run.id
    assert run.reports_to == str(folder)
    assert len(list((folder / "units").glob("*.html"))) == 4


async def test_what_is_blocked_is_not_tried(order, counts):
    """Above a failure nobody knocks; the neighbours are asked all the same."""
    refused = stop(Step.CONNECT, "connection_refused", "")
    watcher = Watcher()

    _, found = await carried_out(order, checks(counts, {"hai-an/bridge": refused}), watcher)

    assert counts["join", "hai-an/bridge"] == 0
    assert counts["join", "an-lao/bridge"] == 1
    assert ("bridges", Outcome.BLOCKED) in watcher.outcomes
    assert found.decision is Decision.NO_GO


async def test_a_bug_in_one_probe_spoils_nothing_else(order, counts):
    """It is UNKNOWN at its own target, and everything else is measured."""
    _, found = await carried_out(order, checks(counts, {"hai-an/bridge": KeyError("x")}))

    unknown = [
        v.target.id
        for s in (*found.units, *found.hubs)
        for v in s.verdicts
        if v.outcome is Outcome.UNKNOWN
    ]
    assert unknown == ["hai-an/bridge"]


async def test_progress_is_told(order, counts):
    """Each stage with the number of its checks, and every check once."""
    watcher = Watcher()

    await carried_out(order, checks(counts), watcher)

    assert watcher.stages == [
        ("preflight", 0),
        ("selftest", 0),
        ("bridges", 8),
        ("media", 0),
        ("lines", 0),
        ("roll_call", 4),
        ("systems", 0),
        ("judge", 0),
        ("reports", 0),
    ]
    assert Counter(watcher.outcomes) == {
        ("bridges", Outcome.PASS): 8,
        ("roll_call", Outcome.PASS): 4,
    }


async def test_the_trouble_of_a_stage_loses_nothing_of_the_others(order, counts, monkeypatch):
    """When the self-test cannot run, the rest is measured; the verdict says so."""

    async def broken(_known):
        raise OSError("no port is free")

    monkeypatch.setattr(trial_module, "selftest", broken)
    run, found = await carried_out(order, checks(counts))

    assert ("selftest", "OSError: no port is free", True) in stages_of(order, run.id)
    assert found.measured == 12
    assert found.decision is Decision.INCONCLUSIVE


async def test_an_instrument_that_fails_its_test_is_named(order, counts, monkeypatch):
    """The stage's problem says which example it got wrong."""

    async def wrong(_known):
        return (Tried("reach", "dns-nxdomain", "nxdomain", ("servfail",)),)

    monkeypatch.setattr(trial_module, "selftest", wrong)
    run, _ = await carried_out(order, checks(counts))

    problems = {stage: problem for stage, problem, _ in stages_of(order, run.id)}
    assert problems["selftest"].startswith("reach[dns-nxdomain]: chờ đợi nxdomain")


async def test_what_cannot_be_written_down_stops_no_other_piece(order, counts, monkeypatch):
    """The journal refuses one unit's facts: its piece is noted, the rest is measured."""
    async with open_trial(order, checks(counts)) as trial:
        record = trial.journal.record

        async def picky(run_id, measurements):
            if any(m.target_id == "hai-an/bridge" for m in measurements):
                raise JournalError(Text("đĩa đầy", "the disk is full"))
            await record(run_id, measurements)

        monkeypatch.setattr(trial.journal, "record", picky)
        run = await trial.carry_out()

    problems = {stage: problem for stage, problem, _ in stages_of(order, run.id)}
    assert problems["bridges"] == "bridges/hai-an: the disk is full"
    assert counts["join", "cat-hai/bridge"] == 1
    assert run.state == "finished"


async def test_a_cancelled_trial_is_judged_and_reported(order, counts, tmp_path):
    """What was measured is not lost: state "stopped", a verdict, reports; then it ends."""
    under_way = asyncio.Event()

    async def forever(target, door):
        del target, door
        under_way.set()
        await asyncio.Event().wait()

    endless = check("call", forever, stage="roll_call", deadline_s=60.0)
    async with open_trial(order, {**checks(counts), "call": endless}) as trial:
        task = asyncio.create_task(trial.carry_out())
        await under_way.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        run = trial.journal.run(trial.run_id)

    assert run.state == "stopped"
    assert run.verdict is Decision.INCONCLUSIVE
    document = json.loads((tmp_path / "out" / run.id / "results.json").read_text())
    assert document["run"]["state"] == "stopped"
    stages = stages_of(order, run.id)
    assert [s for s, _, is_ended in stages if not is_ended] == ["roll_call"]
    assert [s for s, _, _ in stages][-2:] == ["judge", "reports"]


@asynccontextmanager
async def interrupted(order, known):
    """A trial that was cut off after its bridges, without a word to anybody."""
    async with open_trial(order, known) as trial:
        for stage in ("preflight", "selftest", "bridges"):
            await trial.stage(stage)
        yield trial.run_id


async def test_a_resumed_run_repeats_nothing(order, counts):
    """The same run goes on under its id: what is recorded is not measured again."""
    async with interrupted(order, checks(counts)) as run_id:
        pass
    before = Counter(counts)
    resumed = Order(out=order.out, resume=run_id, inventory="elsewhere.yaml", hold_s=9.0)
    run, found = await carried_out(resumed, checks(counts))

    assert (run.id, run.resumes, run.state) == (run_id, 1, "finished")
    assert counts - before == Counter({("call", target): 1 for target in BRIDGES})
    assert found.measured == 12
    assert [s for s, _, _ in stages_of(order, run_id)].count("bridges") == 1


async def test_a_finished_run_may_be_resumed(order, counts):
    """Nothing is left to measure; it is judged and reported once more."""
    run, first = await carried_out(order, checks(counts))
    before = Counter(counts)

    again, second = await carried_out(Order(out=order.out, resume=run.id), checks(counts))

    assert counts == before
    assert again.resumes == 1
    assert second.units == first.units


async def test_half_a_piece_is_finished_on_resume(order, counts):
    """Of a unit that was cut off between two checks, the second alone is measured."""
    async with open_trial(order, checks(counts)) as trial:
        reach = trial.plan.checks()[0]
        await trial._keep("bridges", [await trial._in_turn("bridges", reach)])
        run_id = trial.run_id

    await carried_out(Order(out=order.out, resume=run_id), checks(counts))

    assert set(counts.values()) == {1}
    assert len(counts) == 12


async def test_a_resumed_run_keeps_its_inventory(order, counts, city_file):
    """What the file says today is another trial's business."""
    async with interrupted(order, checks(counts)) as run_id:
        pass
    city_file.write_text("version: 9\n")

    run, found = await carried_out(Order(out=order.out, resume=run_id), checks(counts))

    assert run.resumes == 1
    assert [u.owner.slug for u in found.units] == ["hai-an", "an-lao", "cat-hai"]


async def test_a_stage_that_had_a_problem_is_repeated(order, counts, monkeypatch):
    """An unproven instrument gets another try when the run goes on."""

    async def wrong(_known):
        return (Tried("reach", "x", "y", ()),)

    async def right(_known):
        return ()

    monkeypatch.setattr(trial_module, "selftest", wrong)
    run, _ = await carried_out(order, checks(counts))
    monkeypatch.setattr(trial_module, "selftest", right)
    _, found = await carried_out(Order(out=order.out, resume=run.id), checks(counts))

    assert {r.id: r.holds for r in found.rules}["instrument_proven"] is True


async def test_the_journal_alone_gives_the_same_assessment(order, counts):
    """A report drawn later says what the trial said."""
    known = checks(counts)
    run, found = await carried_out(order, known)

    with open_journal(order.journal_url) as journal:
        assert assessment_of(journal, run.id, known) == found


async def test_a_roll_call_waits_for_its_hour(order, counts):
    """The bridges are tried before; nobody is called before the time that was set."""
    at = datetime.now(UTC) + timedelta(seconds=1.2)
    order = Order(**{**_fields(order), "at": at})
    async with open_trial(order, checks(counts)) as trial:
        await trial.carry_out()
        measured = trial.journal.measurements(trial.run_id)

    assert all(m.started_at >= at for m in measured if m.check_id == "call")
    assert all(m.started_at < at for m in measured if m.check_id == "reach")


def _fields(order):
    return {name: getattr(order, name) for name in Order.__dataclass_fields__}


async def test_everybody_meets_at_one_barrier(order, counts):
    """All see the same meeting, which opens after they have gathered."""
    meetings = []

    async def attend(door):
        meetings.append(door.meeting)
        return Seen(0)

    await carried_out(order, checks(counts, call=dict.fromkeys(BRIDGES, attend)))

    assert len(meetings) == 4
    assert len(set(meetings)) == 1
    assert meetings[0].hold_s == 0.05


async def test_a_check_without_a_slot_is_our_failure(order, counts, monkeypatch):
    """Who waits in our queue until the end was never late itself."""
    monkeypatch.setattr("rehearsal.plan.QUEUE_MAX_S", 0.05)
    monkeypatch.setattr("rehearsal.plan.CONCURRENCY", 1)
    async with open_trial(order, checks(counts)) as trial, trial._slots["bridges"].turn():
        found = await trial._in_turn("bridges", trial.plan.checks()[0])

    assert found.failure == Failure(Step.OBSERVE, "deadline_in_queue", "no slot became free")


def rushing(probe, **changes):
    """A check of bridges that all are put to at once, in Phase 2."""
    phases = frozenset({"phase-2"})
    return check("rush", probe, stage="surge", rushes=True, phases=phases, **changes)


async def test_in_a_rush_everybody_is_there_before_anybody_goes(order):
    """No slots: whoever waits for the others to come in would wait for ever else."""
    here, all_here, seen = [], asyncio.Event(), []

    async def meet(target, door):
        here.append(target.id)
        seen.append(door.surge)
        if len(here) == len(BRIDGES):
            all_here.set()
        await all_here.wait()
        return Seen(0)

    asked = replace(order, phase="phase-2", dossiers=100, surge_s=1.0)

    await carried_out(asked, registry(rushing(meet, deadline_s=20.0)))

    assert sorted(here) == sorted(BRIDGES)
    assert {surge.begins_s for surge in seen} == {seen[0].begins_s}
    assert sum(seen[0].shares[f"{slug}/bridge"] for slug in SLUGS) == 100
    assert seen[0].shares["hai-an/bridge"] > seen[0].shares["an-lao/bridge"]


async def test_in_a_rush_nobody_is_asked_above_a_failure(order, counts):
    """The share of a dead system is nobody else's."""
    refused = stop(Step.CONNECT, "connection_refused", "")
    phases = frozenset({"phase-2"})
    reach = check("reach", Asked("reach", counts, {"hai-an/bridge": refused}), phases=phases)
    rush = rushing(Asked("rush", counts), requires=("reach",))
    watcher = Watcher()

    await carried_out(replace(order, phase="phase-2"), registry(reach, rush), watcher)

    assert counts["rush", "hai-an/bridge"] == 0
    assert counts["rush", "an-lao/bridge"] == 1
    assert ("surge", Outcome.BLOCKED) in watcher.outcomes
