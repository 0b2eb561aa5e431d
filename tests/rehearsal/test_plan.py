"""What is measured in a trial, in which order, and how much of it at once?"""

import asyncio
import random
from contextlib import suppress

import pytest

from checks import CHECKS
from rehearsal import plan
from rehearsal.model import TargetKind
from rehearsal.plan import CONCURRENCY, IN_FLIGHT, PIECES_MAX, SHARDS, Slots, make_plan
from tests.rehearsal.pretend import check, registry
from tests.rehearsal.readiness.small_city import city, hotline, unit

THREE = city(
    [unit("hai-an", systems=("mail", "front")), unit("an-lao", systems=("mail",))],
    shared=[hotline()],
)


def names(found):
    return [piece.name for piece in found]


def test_a_piece_is_one_owner_in_one_stage():
    """Hubs first, then units, then the city's shared systems."""
    found = make_plan(THREE, CHECKS, "phase-1")

    assert names(found.of("bridges")) == [
        f"bridges/{s}" for s in ("central", "hai-an", "an-lao")
    ]
    assert names(found.of("systems")) == ["systems/hai-an", "systems/an-lao", "systems/city"]


def test_the_roll_call_is_one_piece():
    """Everybody's barrier lies in one event loop."""
    found = make_plan(THREE, CHECKS, "phase-1").of("roll_call")

    assert names(found) == ["roll_call"]
    assert [c.target.owner for c in found[0].checks] == ["central", "hai-an", "an-lao"]


def test_everything_is_planned_once():
    """No check is put to a target twice, and none is lost between the pieces."""
    found = [(c.check_id, c.target.id) for c in make_plan(THREE, CHECKS, "phase-1").checks()]

    assert len(found) == len(set(found)) == 3 * 5 + 3 + 1


def test_only_narrows_the_checks():
    """Named checks alone are planned, without those that they require."""
    found = make_plan(THREE, CHECKS, "phase-1", ("bridge.signalling",))

    assert {c.check_id for c in found.checks()} == {"bridge.signalling"}


def test_another_phase_has_other_checks():
    """A check that does not belong to a phase is not planned in it."""
    assert make_plan(THREE, CHECKS, "phase-3").checks() == ()


def test_a_review_is_about_what_both_phases_ask():
    """Each check once, whichever trial has measured it."""
    asked = [
        {(c.check_id, c.target.id) for c in make_plan(THREE, CHECKS, phase).checks()}
        for phase in ("phase-1", "phase-2")
    ]
    both = [(c.check_id, c.target.id) for c in make_plan(THREE, CHECKS, "review").checks()]

    assert set(both) == asked[0] | asked[1]
    assert len(both) == len(set(both))


def test_a_city_without_bridges_has_no_roll_call():
    """No piece is empty."""
    nobody = city([], hubs=(), shared=[hotline()])

    assert names(make_plan(nobody, CHECKS, "phase-1").pieces) == ["systems/city"]


def test_checks_follow_those_that_they_require():
    """The order of the files does not matter, what they require does."""
    known = registry(
        check("top", requires=("middle", "bottom")),
        check("middle", requires=("bottom",)),
        check("bottom", requires=("elsewhere",)),
    )

    found = make_plan(city([]), known, "phase-1").checks()

    assert [c.check_id for c in found] == ["bottom", "middle", "top"]


def test_a_circle_is_refused():
    """Checks that wait for one another would never run."""
    known = registry(check("a", requires=("b",)), check("b", requires=("a",)), check("c"))

    with pytest.raises(ValueError, match="circle: a, b"):
        make_plan(city([]), known, "phase-1")


@pytest.mark.parametrize(
    ("owners", "pieces"), [(PIECES_MAX, PIECES_MAX), (PIECES_MAX + 1, SHARDS)]
)
def test_many_owners_share_pieces(owners, pieces):
    """Beyond the limit a piece is a shard; still everybody is in exactly one."""
    many = city([unit(f"unit-{n}") for n in range(owners - 1)])
    known = registry(check("plain"))

    found = make_plan(many, known, "phase-1")

    assert len(found.pieces) == pieces
    assert len({c.target.id for c in found.checks()}) == len(found.checks()) == owners


def test_a_shard_keeps_an_owner_together():
    """What one unit is asked stays in one piece, in its order."""
    many = city([unit(f"unit-{n}", systems=("mail", "front")) for n in range(PIECES_MAX)])

    for piece in make_plan(many, CHECKS, "phase-1").of("systems"):
        keys = [c.target.key for c in piece.checks]
        assert keys == ["mail", "front"] * (len(keys) // 2)


def test_schemes_narrow_the_targets():
    """A check for secured bridges is not put to a telephone bridge."""
    known = registry(check("plain", schemes=frozenset({"sips"}), kinds=frozenset(TargetKind)))

    assert make_plan(THREE, known, "phase-1").checks() == ()


@pytest.fixture
def impatient(monkeypatch):
    """Patience of a few milliseconds."""
    monkeypatch.setattr(plan, "PATIENCE_S", 0.01)


class Crowd:
    """How many are in a turn at once, now and at the most."""

    def __init__(self, slots):
        self.slots, self.now, self.most, self.queued_s = slots, 0, 0, []

    async def grown_to(self, size):
        """Wait until so many are in a turn."""
        while self.now < size:  # noqa: ASYNC110  (each turn is entered by somebody else)
            await asyncio.sleep(0.01)

    async def one(self, work):
        async with self.slots.turn() as queued_s:
            self.now += 1
            self.most = max(self.most, self.now)
            self.queued_s.append(queued_s)
            try:
                await work()
            finally:
                self.now -= 1


def is_free(slots):
    """Whether nothing is held."""
    return (slots._active._value, slots._in_flight._value) == (CONCURRENCY, IN_FLIGHT)


async def test_no_more_than_the_bound_are_active():
    """A crowd of quick checks never exceeds the number of slots."""
    crowd = Crowd(Slots(lambda: True))

    await asyncio.gather(*(crowd.one(lambda: asyncio.sleep(0)) for _ in range(5 * CONCURRENCY)))

    assert crowd.most == CONCURRENCY
    assert is_free(crowd.slots)


@pytest.mark.usefixtures("impatient")
async def test_who_only_waits_steps_aside():
    """Many dead targets cost one time-out, not one a batch."""
    crowd, done = Crowd(Slots(lambda: True)), asyncio.Event()
    waiting = [asyncio.create_task(crowd.one(done.wait)) for _ in range(4 * CONCURRENCY)]

    await crowd.grown_to(len(waiting))
    done.set()
    await asyncio.gather(*waiting)

    assert is_free(crowd.slots)


@pytest.mark.usefixtures("impatient")
async def test_nobody_steps_aside_while_we_are_unfit():
    """More in flight would only make us later; when we are fit again, they go on."""
    fit, done = [], asyncio.Event()
    crowd = Crowd(Slots(lambda: bool(fit)))
    waiting = [asyncio.create_task(crowd.one(done.wait)) for _ in range(2 * CONCURRENCY)]
    await asyncio.sleep(0.08)
    held = crowd.now

    fit.append(True)
    await crowd.grown_to(len(waiting))
    done.set()
    await asyncio.gather(*waiting)

    assert held == CONCURRENCY
    assert is_free(crowd.slots)


@pytest.mark.usefixtures("impatient")
async def test_all_in_flight_are_bounded(monkeypatch):
    """Also those that step aside are counted."""
    monkeypatch.setattr(plan, "IN_FLIGHT", 40)
    crowd, done = Crowd(Slots(lambda: True)), asyncio.Event()
    waiting = [asyncio.create_task(crowd.one(done.wait)) for _ in range(60)]
    await asyncio.sleep(0.1)
    held = crowd.now
    done.set()
    await asyncio.gather(*waiting)

    assert held == crowd.most == 40


async def test_the_wait_for_a_slot_is_told():
    """Who queued learns how long, in seconds."""
    crowd, done = Crowd(Slots(lambda: False)), asyncio.Event()
    waiting = [asyncio.create_task(crowd.one(done.wait)) for _ in range(CONCURRENCY + 1)]
    await asyncio.sleep(0)
    queued_at = asyncio.get_running_loop().time()
    await asyncio.sleep(0.03)
    waited_s = asyncio.get_running_loop().time() - queued_at
    done.set()
    await asyncio.gather(*waiting)

    assert [wait_s >= waited_s for wait_s in crowd.queued_s] == [False] * CONCURRENCY + [True]


async def test_a_queue_without_end_is_a_timeout(monkeypatch):
    """Who never gets a slot is told so, and holds nothing."""
    monkeypatch.setattr(plan, "QUEUE_MAX_S", 0.02)
    slots, done = Slots(lambda: False), asyncio.Event()
    crowd = Crowd(slots)
    holders = [asyncio.create_task(crowd.one(done.wait)) for _ in range(CONCURRENCY)]
    await asyncio.sleep(0)

    with pytest.raises(TimeoutError):
        await crowd.one(done.wait)

    done.set()
    await asyncio.gather(*holders)
    assert is_free(slots)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("seed", range(6))
async def test_cancelling_leaves_nothing_held(seed):
    """Whenever a check is cancelled, queued, active or aside, its slot comes back."""
    chance = random.Random(seed)
    crowd = Crowd(Slots(lambda: chance.random() < 0.5))

    async def work():
        await asyncio.sleep(chance.choice((0, 0.001, 0.03)))
        if chance.random() < 0.2:
            raise OSError

    tasks = [asyncio.create_task(crowd.one(work)) for _ in range(6 * CONCURRENCY)]
    for task in chance.sample(tasks, len(tasks) // 2):
        await asyncio.sleep(chance.choice((0, 0, 0.001)))
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, OSError):
            await task

    assert crowd.most <= IN_FLIGHT
    assert is_free(crowd.slots)


@pytest.mark.usefixtures("impatient")
async def test_a_firm_bound_is_never_stepped_over():
    """Who fills a line holds its slot to the end, however fit we are."""
    crowd, done = Crowd(Slots(lambda: True, at_most=2)), asyncio.Event()
    waiting = [asyncio.create_task(crowd.one(done.wait)) for _ in range(6)]
    await asyncio.sleep(0.1)
    held = crowd.now
    done.set()
    await asyncio.gather(*waiting)

    assert held == crowd.most == 2


async def test_a_stage_may_pace_those_who_set_out():
    """Handshakes are the hardest work of all: not thirty-two in one moment."""
    slots = Slots(lambda: False, 8, 0.02)
    loop = asyncio.get_running_loop()
    began: list[float] = []

    async def one():
        async with slots.turn():
            began.append(loop.time())

    came_s = loop.time()
    await asyncio.gather(*(one() for _ in range(5)))

    assert all(at_s - came_s > 0.019 * number for number, at_s in enumerate(began))
