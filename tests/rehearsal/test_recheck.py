"""How is a run asked again: under the same rules as a trial, and as a round of that run?"""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest

from rehearsal import opening
from rehearsal import trial as trial_module
from rehearsal.embedded import TwinCity
from rehearsal.journal import open_journal, trial_lock
from rehearsal.model import Intent, Network, Outcome, Step
from rehearsal.net.trail import stop
from rehearsal.opening import open_trial
from rehearsal.order import (
    EXIT_INVENTORY,
    EXIT_LEFT,
    EXIT_LOCKED,
    EXIT_USAGE,
    Order,
    TrialRefused,
)
from rehearsal.past import assessment_of, inventory_now, rounds_of
from rehearsal.selftest import Tried
from tests.rehearsal.pretend import CITY, Seen, check, registry

DEAD = "hai-an/bridge"
pytestmark = pytest.mark.usefixtures("no_wire")


class Bridges:
    """Bridges that are dead or not; how often each was asked."""

    def __init__(self, *dead):
        self.dead, self.asked = set(dead), Counter()

    async def __call__(self, target, door):
        del door
        self.asked[target.id] += 1
        if target.id in self.dead:
            raise stop(Step.CONNECT, "connection_refused", "")
        return Seen(0)


@pytest.fixture
def bridges():
    return Bridges(DEAD)


@pytest.fixture
def known(bridges):
    """A check of bridges, and one that requires it."""
    return registry(check("reach", bridges), check("join", requires=("reach",)))


@pytest.fixture
def order(tmp_path, city_file):
    return Order(inventory=str(city_file), hold_s=0.05, out=str(tmp_path / "out"))


@pytest.fixture
async def run(order, known):
    """The trial that is asked again."""
    async with open_trial(order, known) as trial:
        return await trial.carry_out()


def again(order, run, **wanted):
    """The order to ask a run again."""
    asked = Order(phase="recheck", inventory="", out=order.out, recheck=run.id)
    return replace(asked, **wanted)


async def rechecked(asked, known):
    """The run afterwards, and what may be said of it."""
    async with open_trial(asked, known) as trial:
        return await trial.carry_out(), trial.assessment()


async def refused(asked, known):
    with pytest.raises(TrialRefused) as found:
        async with open_trial(asked, known):
            pass
    return found.value


def outcome(found, check_id, target_id):
    verdicts = [v for s in (*found.hubs, *found.units) for v in s.verdicts]
    return next(
        v.outcome for v in verdicts if (v.check_id, v.target.id) == (check_id, target_id)
    )


async def test_only_what_was_dead_is_asked_again(order, run, known, bridges):
    """Once, with what lay behind it; the run ended when it ended."""
    bridges.dead.clear()
    bridges.asked.clear()
    after, found = await rechecked(again(order, run), known)

    assert bridges.asked == {DEAD: 1}
    assert outcome(found, "join", DEAD) is Outcome.PASS
    assert (after.finished, after.state, after.resumes) == (run.finished, "finished", 0)


async def test_its_stages_are_not_the_trials(order, run, known):
    """How long the trial took stays as it was; the recheck's own times are kept beside."""
    _, found = await rechecked(again(order, run), known)
    with open_journal(order.journal_url) as journal:
        names = [stage.stage for stage in journal.stages(run.id)]

    assert "recheck-1/bridges" in names
    assert [stage.stage for stage in found.stages] == [n for n in names if "/" not in n]


async def test_every_round_can_be_read_again(order, run, known, bridges):
    """From the journal alone: what was said after the trial, and after each recheck."""
    bridges.dead.clear()
    await rechecked(again(order, run), known)
    with open_journal(order.journal_url) as journal:
        rounds = rounds_of(journal, run.id, known)
        then = assessment_of(journal, run.id, known, up_to_round=0)

    assert [one.number for one in rounds] == [0, 1]
    assert {m.target_id for m in rounds[1].measurements} == {DEAD}
    assert outcome(then, "reach", DEAD) is Outcome.FAIL
    assert then.rechecks == ()


async def test_a_roll_call_is_asked_again_by_name_alone_and_then_of_all(order, bridges):
    """Of itself a recheck calls nobody; by name everybody is called, in one meeting."""
    known = registry(check("call", bridges, stage="roll_call", holds=True))
    async with open_trial(order, known) as trial:
        run = await trial.carry_out()
    bridges.dead.clear()
    _, found = await rechecked(again(order, run), known)
    _, later = await rechecked(again(order, run, only=("call",)), known)

    assert outcome(found, "call", DEAD) is Outcome.FAIL
    assert found.rechecks[0].not_asked == ("call",)
    assert outcome(later, "call", DEAD) is Outcome.PASS
    assert [one.measured for one in later.rechecks] == [0, 4]
    problem = await refused(again(order, run, only=("call",), units=("hai-an",)), known)
    assert problem.exit_code == EXIT_USAGE


async def test_an_instrument_that_fails_its_test_changes_nothing(
    order, run, known, bridges, monkeypatch
):
    """What it measured is kept and does not count; the next recheck does."""

    async def wrong(_known):
        return (Tried("reach", "x", "y", ()),)

    bridges.dead.clear()
    with monkeypatch.context() as broken:
        broken.setattr(trial_module, "selftest", wrong)
        _, found = await rechecked(again(order, run), known)
    _, later = await rechecked(again(order, run), known)

    assert outcome(found, "reach", DEAD) is Outcome.FAIL
    assert "chờ đợi y" in found.rechecks[0].doubt
    assert outcome(later, "reach", DEAD) is Outcome.PASS
    assert later.rechecks[1].doubt == ""


async def test_a_stopped_recheck_is_judged_and_reported(order, run, known, tmp_path):
    """What it had measured counts; then it ends as it was told to."""
    under_way = asyncio.Event()

    async def forever(target, door):
        del target, door
        under_way.set()
        await asyncio.Event().wait()

    report = tmp_path / "out" / run.id / "results.json"
    report.unlink()
    endless = {**known, "join": check("join", forever, deadline_s=60.0)}
    async with open_trial(again(order, run, units=("an-lao",)), endless) as trial:
        task = asyncio.create_task(trial.carry_out())
        await under_way.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        found = trial.assessment()

    assert report.exists()
    assert (found.rechecks[0].asked, found.rechecks[0].measured) == (2, 1)
    assert found.run.finished == run.finished


async def test_a_mended_address_is_kept_with_the_recheck(order, run, known, city_file):
    """By another inventory; who is not in it any more is said, and later rounds keep it."""
    bridge = 'bridge: {protocol: janus, room: 7, url: "wss://new.example/janus"}'
    mended = CITY.replace('{code: "00001",', f'{{{bridge}, code: "00001",')
    lines = [line for line in mended.splitlines() if "slug: cat-hai" not in line]
    city_file.write_text("\n".join(lines).replace("units: 3", "units: 2"), encoding="utf-8")
    _, found = await rechecked(again(order, run, inventory=str(city_file)), known)
    _, later = await rechecked(again(order, run), known)

    assert found.rechecks[0].gone == ("cat-hai/bridge",)
    assert [s.owner.slug for s in later.units] == ["hai-an", "an-lao"]
    assert found.history["reach", DEAD][0].verdict.target.url == "wss://hai-an.b.example/janus"
    with open_journal(order.journal_url) as journal:
        targets = {target.id: target for target in inventory_now(journal, run).targets()}
    assert targets[DEAD].url == "wss://new.example/janus"


@pytest.mark.parametrize(("typed", "played"), [("later", "june-23"), ("june-20", "june-20")])
async def test_a_twin_that_has_ended_is_replaced(order, known, monkeypatch, typed, played):
    """The new one is reached by its own route; alone, `--twin` is some days later."""
    towns = []

    @asynccontextmanager
    async def twin(_file, *, scenario):
        towns.append(scenario)
        yield TwinCity(Network((f"127.0.0.1:{len(towns)}",)), date(2025, 7, 1), 1)

    monkeypatch.setattr(opening, "twin_city", twin)
    async with open_trial(replace(order, twin="june-20"), known) as trial:
        run = await trial.carry_out()
    async with open_trial(again(order, run, twin=typed), known) as trial:
        route = trial.inventory.network.nameservers

    assert [town.stem for town in towns] == ["june-20", played]
    assert route == ("127.0.0.1:2",)


async def test_no_other_inventory_while_records_are_left(order, run, known, city_file):
    """Nobody would look for them at their old address."""
    with open_journal(order.journal_url) as journal:
        intent = Intent(run.id, "DIENTAP-x", "reach", DEAD, "store", run.started)
        await journal.intents.intend(intent)

    problem = await refused(again(order, run, inventory=str(city_file)), known)

    assert problem.exit_code == EXIT_LEFT
    assert "rehearse cleanup" in str(problem)


async def test_a_trial_under_way_holds_the_lock(order, run, known):
    """Two that measure would measure each other."""
    with trial_lock(order.journal_url):
        problem = await refused(again(order, run), known)

    assert problem.exit_code == EXIT_LOCKED


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"recheck": "phase-1-x"}, (EXIT_USAGE, "the journal has no run")),
        ({"units": ("hai-ann",)}, (EXIT_USAGE, "hai-an")),
        ({"only": ("nothing",)}, (EXIT_USAGE, "no such check")),
        ({"twin": "june-20"}, (EXIT_USAGE, "leave out --twin")),
        ({"inventory": "nowhere.yaml"}, (EXIT_INVENTORY, "nowhere.yaml")),
    ],
)
async def test_a_wrong_order_begins_nothing(order, run, known, wanted, why):
    """It is refused with the reason, and no round is begun."""
    problem = await refused(replace(again(order, run), **wanted), known)

    assert problem.exit_code == why[0]
    assert why[1] in str(problem)
    with open_journal(order.journal_url) as journal:
        assert journal.rechecks.of(run.id) == ()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"state": "running"}, "--resume"),
        ({"city": "twin"}, "--twin"),
        ({"phase": "review"}, "recheck its trials"),
    ],
)
async def test_an_unfinished_or_vanished_city_is_not_asked(order, known, run, changed, told):
    """A trial that was cut is resumed first; a twin has ended; a review measured nothing."""
    other = replace(run, id="r2", **changed)
    with open_journal(order.journal_url) as journal:
        journal.begin(other)

    problem = await refused(again(order, other), known)

    assert problem.exit_code == EXIT_USAGE
    assert told in str(problem)
