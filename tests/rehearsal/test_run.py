"""How is one check put to one target, and doubted?"""

import asyncio
import time

import pytest

from rehearsal import run
from rehearsal.model import Failure, Finding, Outcome, Rung, Step
from rehearsal.net.meeting import Meeting
from rehearsal.net.surge import Surge
from rehearsal.net.trail import adopt, set_off_late, step, stop
from rehearsal.observe import Watch
from rehearsal.readiness.verdicts import judge
from rehearsal.run import measure
from tests.rehearsal.pretend import Seen, check, door, healthy
from tests.rehearsal.readiness.small_city import GO_LIVE, bridge

AT = bridge("hai-an")
REFUSED = Failure(Step.CONNECT, "connection_refused", "x")
TIMED_OUT = Failure(Step.CONNECT, "connect_timeout", "x")


@pytest.fixture(autouse=True)
def quick_recovery(monkeypatch):
    """No half second of calm between the attempts of a test."""
    monkeypatch.setattr(run, "RECOVERY_S", 0.01)


async def measured(probe=healthy, *, through=None, queued_s=0.0, **changes):
    """A measurement of the trivial check with that probe."""
    async with Watch() as watch:
        return await measure(
            check("plain", probe, **{"lag_max_s": 0.2, **changes}),
            AT,
            through or door(),
            watch,
            vantage="centre",
            queued_s=queued_s,
        )


def probing(*turns):
    """A probe that does one thing after the other, and counts how often it was asked."""
    asked = []

    async def probe(_target, _door):
        turn = turns[min(len(asked), len(turns) - 1)]
        asked.append(turn)
        if isinstance(turn, BaseException):
            raise turn
        return await turn() if callable(turn) else turn

    probe.asked = asked
    return probe


async def block():
    """Keep the event loop from everything, longer than a check here allows."""
    time.sleep(0.35)  # noqa: ASYNC251  (the loop is blocked on purpose)
    return Seen(0)


async def test_evidence_is_kept_with_its_circumstances():
    """Who, when, from where, after which wait."""
    found = await measured(queued_s=1.5)

    assert (found.check_id, found.target_id, found.vantage) == ("plain", AT.id, "centre")
    assert found.evidence == Seen(0)
    assert found.failure is None
    assert found.observer.queued_s == 1.5
    assert len(found.attempts) == 1


async def test_what_stopped_an_attempt_is_its_failure():
    """A failure travels as a value, with the attempt that it ended."""
    found = await measured(probing(stop(Step.CONNECT, "connection_refused", "x")))

    assert found.failure == REFUSED
    assert [a.failure for a in found.attempts] == [REFUSED]
    assert found.evidence is None


async def test_an_unmapped_error_is_our_bug():
    """Ours until proven otherwise: UNKNOWN, with what it was; nothing is raised."""
    found = await measured(probing(KeyError("janus")))

    assert (found.failure.step, found.failure.kind) == (Step.OBSERVE, "bug_in_rehearsal")
    assert found.failure.detail == "KeyError('janus')"
    assert judge(check("plain"), found, AT, go_live=GO_LIVE).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("problem", [SystemExit(3), KeyboardInterrupt()])
def test_nothing_else_is_swallowed(problem):
    """Who wants to end the program ends it."""
    with pytest.raises(type(problem)):
        asyncio.run(measured(probing(problem)))


async def test_cancelling_passes_through():
    """A cancelled measurement is no measurement."""
    task = asyncio.create_task(measured(probing(asyncio.Event().wait), deadline_s=9.0))
    await asyncio.sleep(0.02)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_the_deadline_names_the_innermost_open_step():
    """Time ran out in the handshake below the exchange, so the handshake is late."""

    async def probe(_target, _door):
        async with step(Step.HTTP_EXCHANGE, 9.0, "response_timeout"):
            async with step(Step.RESOLVE, 9.0, "resolver_timeout"):
                pass
            async with step(Step.TLS_HANDSHAKE, 9.0, "handshake_timeout"):
                await asyncio.sleep(9.0)

    found = await measured(probe, deadline_s=0.05)

    assert (found.failure.step, found.failure.kind) == (Step.TLS_HANDSHAKE, "handshake_timeout")
    assert [r.step for r in found.attempts[0].rungs if r.held] == [Step.RESOLVE]


async def test_a_step_has_a_deadline_of_its_own():
    """A late step ends the attempt before the whole deadline strikes."""

    async def probe(_target, _door):
        async with step(Step.CONNECT, 0.02, "connect_timeout"):
            await asyncio.sleep(9.0)

    found = await measured(probe, deadline_s=9.0)

    assert (found.failure.step, found.failure.kind) == (Step.CONNECT, "connect_timeout")


async def test_a_deadline_before_any_step_is_ours():
    """When nothing was sent yet, nobody else can be late."""
    found = await measured(probing(asyncio.Event().wait), deadline_s=0.02)

    assert (found.failure.step, found.failure.kind) == (Step.OBSERVE, "deadline_in_queue")


async def test_the_deadline_starts_with_the_attempt():
    """A long wait in the queue takes nothing from the check's time."""
    found = await measured(queued_s=600.0, deadline_s=0.2)

    assert found.evidence == Seen(0)


async def test_what_we_spoilt_is_measured_again():
    """The loop was blocked once: a second chance, and both attempts are kept."""
    found = await measured(probing(block, Seen(0)), deadline_s=5.0)

    assert found.evidence == Seen(0)
    assert len(found.attempts) == 2


async def test_who_stays_unfit_says_nothing_of_the_target():
    """Also a failure of the target is not believed while we are overloaded."""

    async def blocked_and_refused():
        await block()
        raise stop(Step.CONNECT, "connection_refused", "x")

    found = await measured(probing(blocked_and_refused), deadline_s=5.0)

    assert (found.failure.step, found.failure.kind) == (Step.OBSERVE, "observer_overloaded")
    assert found.evidence is None
    assert [a.failure for a in found.attempts] == [REFUSED] * 3
    assert found.observer.loop_lag_s > 0.2


@pytest.mark.parametrize("kind", ["observer_overloaded", "silent_together"])
async def test_what_the_judge_lays_on_us_is_measured_again(kind):
    """Some weakness of ours only the judge can weigh, against what it did to the evidence."""

    def doubting(seen, _limits, _around):
        """Grade 2 may be our own doing."""
        return [Finding(kind, Outcome.UNKNOWN)] if seen.grade > 1 else []

    once = probing(Seen(2), Seen(1))
    always = probing(Seen(2))

    assert (await measured(once, judge=doubting)).evidence == Seen(1)
    assert (await measured(always, judge=doubting)).evidence == Seen(2)
    assert (len(once.asked), len(always.asked)) == (2, 3)


async def test_what_ceased_for_most_at_once_is_measured_again():
    """A stall that passes costs the target no attempt."""
    ceased = stop(Step.OBSERVE, "silent_together", "with most others")
    found = await measured(probing(ceased, Seen(0)), deadline_s=5.0)

    assert found.evidence == Seen(0)
    assert len(found.attempts) == 2


async def test_a_meeting_has_no_second_chance():
    """A roll call is held once; who was unfit in it knows nothing."""
    found = await measured(probing(block, Seen(0)), deadline_s=5.0, holds=True)

    assert found.failure.kind == "observer_overloaded"
    assert len(found.attempts) == 1


async def test_a_rush_has_no_second_chance():
    """Tried again it would be alone, and a green that nobody earned."""
    found = await measured(probing(block, Seen(0)), deadline_s=5.0, rushes=True)

    assert found.failure.kind == "observer_overloaded"
    assert len(found.attempts) == 1


async def test_a_rushs_deadline_begins_when_the_last_has_set_out():
    """The wait for the common start, and the hour itself, are no slowness of anybody."""

    async def slow() -> Seen:
        await asyncio.sleep(0.3)
        return Seen(0)

    short, long = (door(surge=Surge(lasts_s)) for lasts_s in (0.01, 5.0))

    late = await measured(probing(slow), through=short, deadline_s=0.05, rushes=True)
    found = await measured(probing(slow), through=long, deadline_s=0.05, rushes=True)

    assert late.failure.kind == "deadline_in_queue"
    assert found.evidence == Seen(0)


async def test_a_check_may_bear_a_later_loop():
    """A check that measures no time names its own limit."""
    found = await measured(probing(block), deadline_s=5.0, lag_max_s=5.0)

    assert found.evidence == Seen(0)


async def test_what_another_process_measured_our_lateness_does_not_spoil():
    """It has doubted itself; here nothing was timed."""

    async def reported():
        adopt([Rung(Step.MEDIA, 0.1, held=True)])
        return await block()

    found = await measured(probing(reported))

    assert found.failure is None
    assert found.attempts[0].rungs == (Rung(Step.MEDIA, 0.1, held=True),)


async def test_who_sets_off_late_was_not_at_the_barrier():
    """Setting off late is our lateness."""

    async def probe(_target, _door):
        set_off_late(0.9)
        return Seen(0)

    found = await measured(probe, holds=True)

    assert found.failure.kind == "observer_overloaded"
    assert found.observer.send_late_s == 0.9


async def test_every_attempt_is_kept_and_the_last_one_counts():
    """A check with two attempts shows both."""
    found = await measured(
        probing(stop(Step.CONNECT, "connection_refused", "x"), Seen(0)), attempts=2
    )

    assert found.evidence == Seen(0)
    assert [a.failure for a in found.attempts] == [REFUSED, None]


async def test_what_we_spoilt_costs_the_target_no_attempt():
    """An attempt that we spoilt is ours; the target still has as many as its check gives."""
    refuse = stop(Step.CONNECT, "connection_refused", "x")
    found = await measured(probing(block, refuse, Seen(0)), attempts=2, deadline_s=5.0)

    assert found.evidence == Seen(0)
    assert len(found.attempts) == 3


async def test_a_failure_is_not_measured_again():
    """One attempt is one attempt: repeating would hide the fault that we were sent to find."""
    probe = probing(stop(Step.CONNECT, "connection_refused", "x"))
    await measured(probe)

    assert len(probe.asked) == 1


@pytest.mark.parametrize(
    ("alive", "kind"),
    [(False, "observer_offline"), (True, "connect_timeout"), (None, "connect_timeout")],
)
async def test_silence_is_ours_when_nobody_answers(alive, kind):
    """Others that had just answered are asked; if they are silent too, it is our line."""
    failing = probing(stop(Step.CONNECT, "connect_timeout", "x"))
    found = await measured(failing, through=door(alive=alive, answers=alive))

    assert found.failure.kind == kind
    assert found.attempts[0].failure == TIMED_OUT
    assert (found.observer.uplink_up, found.observer.resolver_answers) == (alive, alive)


async def test_an_answer_proves_our_line():
    """A refusal came from somewhere: nobody is asked whether we are online."""
    failing = probing(stop(Step.CONNECT, "connection_refused", "x"))
    found = await measured(failing, through=door(alive=False))

    assert found.failure == REFUSED
    assert found.observer.uplink_up is None


async def test_a_meeting_extends_the_deadline():
    """Waiting for the barrier and holding the meeting are not the peer's time."""

    async def probe(_target, door):
        await door.meeting.opening()
        await asyncio.sleep(0.15)
        return Seen(0)

    opens_at = asyncio.get_running_loop().time() + 0.15
    found = await measured(
        probe, through=door(meeting=Meeting(opens_at, 0.2)), deadline_s=0.1, holds=True
    )

    assert found.evidence == Seen(0)
