"""The gate: what the plan allows is kept, and a host that hurts is left alone."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from rehearsal.model import Load, Step
from rehearsal.net import load
from rehearsal.net.load import RECENT, Gate
from rehearsal.net.trail import Stopped, Stopwatch, apart, begin_trail, step, stop

MUCH = Load(per_s=1e6, at_once=100, in_all=10_000)
WELL, BROKEN = 200, 503


async def asked(gate: Gate, host: str = "a", status: int = WELL, lasts_s: float = 0.0) -> None:
    """One request that is answered so."""
    async with gate.passing(host) as told:
        await asyncio.sleep(lasts_s)
        told(status)


async def refused(gate: Gate, host: str = "a") -> str:
    """Why nothing may go out there now."""
    with pytest.raises(Stopped) as stopped:
        await asked(gate, host)
    assert stopped.value.failure.step is Step.OBSERVE
    return stopped.value.failure.kind


async def test_so_many_in_all_and_no_more():
    """The budget of a host ends there; another host still has its own."""
    gate = Gate(Load(1e6, 10, in_all=3), MUCH)
    for _ in range(3):
        await asked(gate)

    assert await refused(gate) == "budget_spent"
    await asked(gate, "b")
    assert gate.asked_of == {"a": 3, "b": 1}


async def test_the_city_has_a_budget_too():
    """Many hosts together may be too much."""
    gate = Gate(MUCH, Load(1e6, 10, in_all=2))
    await asked(gate, "a")
    await asked(gate, "b")

    assert await refused(gate, "c") == "budget_spent"


async def test_so_many_at_once():
    """However many want to, no more than allowed are under way at a host."""
    gate, under_way, most = Gate(Load(1e6, 3, 1000), MUCH), 0, 0

    async def one() -> None:
        nonlocal under_way, most
        async with gate.passing("a") as told:
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1
            told(WELL)

    await asyncio.gather(*(one() for _ in range(20)))

    assert most == 3


async def test_requests_leave_at_the_rate():
    """Ten a second: the fifth leaves no sooner than 0.4 s after the first."""
    gate, loop = Gate(Load(10, 10, 1000), MUCH), asyncio.get_running_loop()
    began_s = loop.time()

    await asyncio.gather(*(asked(gate) for _ in range(5)))

    assert loop.time() - began_s >= 0.39


async def test_who_hurts_is_left_alone(monkeypatch):
    """Most of the latest answers were errors: nothing goes there, and then one request."""
    monkeypatch.setattr(load, "REST_S", 0.05)
    gate = Gate(MUCH, MUCH)
    for _ in range(RECENT):
        await asked(gate, status=BROKEN)

    assert await refused(gate) == "host_spared"
    await asked(gate, "b")
    await asyncio.sleep(0.06)
    await asked(gate, status=BROKEN)
    assert await refused(gate) == "host_spared"
    await asyncio.sleep(0.06)
    await asked(gate)
    await asked(gate)


async def test_waiting_hurts_as_errors_do():
    """A host whose answers take too long is overloaded, also if they are right."""
    gate = Gate(Load(1e6, 100, 1000, slow_s=0.001), MUCH)
    await asyncio.gather(*(asked(gate, lasts_s=0.01) for _ in range(RECENT)))

    assert await refused(gate) == "host_spared"


async def test_no_answer_hurts_and_our_own_trouble_does_not():
    """A connection that is refused counts; that we ourselves ran out of something does not."""

    async def fails(step: Step, host: str) -> None:
        with pytest.raises(Stopped):
            async with gate.passing(host):
                raise stop(step, "x")

    gate = Gate(MUCH, MUCH)
    for _ in range(RECENT):
        await fails(Step.CONNECT, "a")
        await fails(Step.OBSERVE, "b")

    assert await refused(gate) == "host_spared"
    await asked(gate, "b")


async def test_half_of_it_is_no_reason():
    """A single system that fails one step of each dossier is measured to the end."""
    gate = Gate(MUCH, MUCH)
    for _ in range(RECENT):
        await asked(gate, status=BROKEN)
        await asked(gate)

    await asked(gate)


async def test_the_clean_up_is_not_kept_from_asking():
    """What was created must go, whatever the budget says."""
    gate = Gate(Load(1e6, 10, in_all=1), MUCH)
    await asked(gate)

    gate.is_cleaning = True
    await asked(gate)


async def test_without_a_plan_nothing_is_bounded():
    """The examples' own peers bear everything."""
    gate = Gate()
    for _ in range(2 * RECENT):
        await asked(gate, status=BROKEN)

    assert gate.asked == 0


async def test_our_own_waiting_is_no_slowness_of_theirs():
    """A stopwatch stands still at the gate, and runs while the system answers."""
    gate = Gate(Load(20, 10, 1000), MUCH)
    begin_trail()
    watch = Stopwatch()

    for _ in range(5):
        await asked(gate, lasts_s=0.01)

    assert 0.05 <= watch.elapsed_s() < 0.2


async def test_no_deadline_comes_nearer_at_our_own_gate():
    """A step that may take 0.1 s waits half a second for its turn, and is not overdue."""
    gate = Gate(Load(4, 10, 1000), MUCH)
    begin_trail()
    await asked(gate)
    await asked(gate)

    async with step(Step.TRANSACTION, 0.1, "step_timeout"):
        await asked(gate, lasts_s=0.01)
    with pytest.raises(Stopped) as stopped:
        async with step(Step.TRANSACTION, 0.1, "step_timeout"):
            await asked(gate, lasts_s=0.3)

    assert stopped.value.failure.kind == "step_timeout"


async def test_who_was_held_up_for_long_is_not_blamed():
    """An attempt's own deadline struck while we kept it waiting."""
    gate = Gate(Load(0.5, 10, 1000), MUCH)
    trail = begin_trail()
    await asked(gate)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), step(Step.TRANSACTION, 10.0, "step_timeout"):
            await asked(gate)

    assert trail.overdue().kind == "deadline_in_queue"


async def test_who_does_several_things_waits_for_each_by_itself():
    """Two tasks of one attempt: the waiting of one moves nothing of the other."""
    gate = Gate(Load(20, 10, 1000), MUCH)
    begin_trail()

    async def one() -> float:
        apart()
        watch = Stopwatch()
        async with step(Step.TRANSACTION, 0.15, "step_timeout"):
            await asked(gate, lasts_s=0.02)
            await asked(gate, lasts_s=0.02)
        return watch.elapsed_s()

    took = await asyncio.gather(*(one() for _ in range(8)))

    assert all(0.03 < took_s < 0.14 for took_s in took)


async def test_a_step_that_was_cut_off_has_no_clock_any_more():
    """A deadline from outside ends a step; the next request of the attempt goes out."""
    gate = Gate(MUCH, MUCH)
    begin_trail()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02), step(Step.TRANSACTION, 10.0, "step_timeout"):
            await asked(gate, lasts_s=1.0)

    await asked(gate)


async def test_who_was_cut_off_before_asking_has_tried_nothing(monkeypatch):
    """A host that rests is tried by the next one, if the first was cancelled on its way."""
    monkeypatch.setattr(load, "REST_S", 0.01)
    monkeypatch.setattr(load, "RECENT", 2)
    gate = Gate(MUCH, Load(10, 10, 1000))
    for _ in range(2):
        await asked(gate, status=BROKEN)
    await asyncio.sleep(0.02)
    first = asyncio.create_task(asked(gate))
    await asyncio.sleep(0.02)
    first.cancel()
    await asyncio.wait([first])

    await asked(gate)


async def asked_in_vain(
    gate: Gate, host: str, lasts_s: float, kind: str = "response_timeout"
) -> None:
    """One request that nobody answers."""
    with suppress(Stopped):
        async with gate.passing(host):
            await asyncio.sleep(lasts_s)
            raise stop(Step.HTTP_EXCHANGE, kind)


@pytest.mark.parametrize(
    ("hosts", "kind", "is_silent"),
    [
        ("abc", "response_timeout", True),
        ("ab", "response_timeout", False),  # two may be dead at once
        ("abc", "malformed_response", False),  # whoever answers nonsense has answered
    ],
)
async def test_when_nobody_answers_that_is_noticed(monkeypatch, hosts, kind, is_silent):
    """Several hosts asked, no answer from any for long: it may be our own line."""
    monkeypatch.setattr(load, "SILENCE_S", 0.05)
    gate, clock = Gate(MUCH, MUCH), asyncio.get_running_loop().time
    await asyncio.gather(*(asked_in_vain(gate, host, 0.01, kind) for host in hosts))
    await asyncio.sleep(0.06)

    assert gate.is_silent(clock()) is is_silent


async def test_a_silence_that_is_over_is_remembered(monkeypatch):
    """Whoever was under way meanwhile may have failed by it; whoever came later did not."""
    monkeypatch.setattr(load, "SILENCE_S", 0.05)
    gate, clock = Gate(MUCH, MUCH), asyncio.get_running_loop().time
    began_s = clock()
    await asyncio.gather(*(asked_in_vain(gate, host, 0.06) for host in "abc"))
    await asked(gate, "d")
    later_s = clock()

    assert gate.was_silent(began_s, clock())
    assert not gate.is_silent(clock())
    assert not gate.was_silent(later_s, clock())


async def test_no_question_is_no_silence(monkeypatch):
    """Everybody has answered, and for a while nobody is asked anything."""
    monkeypatch.setattr(load, "SILENCE_S", 0.05)
    gate, clock = Gate(MUCH, MUCH), asyncio.get_running_loop().time
    for host in "abcd":
        await asked(gate, host)
    await asyncio.sleep(0.06)
    await asyncio.gather(*(asked_in_vain(gate, host, 0.0) for host in "abc"))

    assert not gate.was_silent(0.0, clock())


async def test_one_host_that_answers_breaks_the_silence(monkeypatch):
    """A dead platform beside a hotline that answers is no line of ours."""
    monkeypatch.setattr(load, "SILENCE_S", 0.6)
    gate, clock = Gate(MUCH, MUCH), asyncio.get_running_loop().time
    began_s = clock()
    dead = [asked_in_vain(gate, host, 1.2) for host in "abc"]
    alive = [asked(gate, "d", lasts_s=0.1 * number) for number in range(1, 12)]
    await asyncio.gather(*dead, *alive)

    assert not gate.was_silent(began_s, clock())
