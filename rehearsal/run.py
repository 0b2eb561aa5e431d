"""How is one check put to one target, and doubted?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from rehearsal.check import Check, Circumstances
from rehearsal.model import Attempt, Failure, Measurement, Observer, Step, Target
from rehearsal.net.door import Door
from rehearsal.net.pulse import may_be_offline
from rehearsal.net.trail import Stopped, Trail, begin_trail
from rehearsal.observe import Watch, doubt

E = TypeVar("E")
SECOND_CHANCES = 2  # how often a measurement that we spoilt ourselves is taken again
RECOVERY_S = 0.5  # how long we let the event loop calm down before that
# What may pass by itself: we were too slow, or what most share was interrupted.
OURS = frozenset({"observer_overloaded", "silent_together"})


@dataclass(frozen=True, slots=True)
class _Seen(Generic[E]):
    attempt: Attempt
    evidence: E | None
    health: Observer


async def measure(
    check: Check[E],
    target: Target,
    door: Door,
    watch: Watch,
    *,
    vantage: str,
    queued_s: float = 0.0,
) -> Measurement[E]:
    """Put a check to a target; every attempt is kept, the last one counts.

    The deadline of an attempt starts with the attempt. What was measured while we were
    unfit is taken again, and is `observe/...` if we stay unfit: never the target's fault.
    """
    began_s, started_at = time.perf_counter(), datetime.now(UTC)
    attempts: list[Attempt] = []
    is_unique = check.holds or check.rushes
    left, chances = check.attempts, 0 if is_unique else SECOND_CHANCES
    while True:
        seen = await _attempt(check, target, door, watch, queued_s)
        failure = doubt(seen.health, check.lag_max_s) or seen.attempt.failure
        attempts.append(seen.attempt)
        is_ours = _is_ours(failure) if failure else _is_doubted(check, target, seen)
        if is_ours and chances:
            chances -= 1
        elif failure and left > 1:
            left -= 1
        else:
            break
        await asyncio.sleep(RECOVERY_S)
    return Measurement(
        check_id=check.id,
        target_id=target.id,
        started_at=started_at,
        elapsed_s=time.perf_counter() - began_s,
        vantage=vantage,
        attempts=tuple(attempts),
        observer=seen.health,
        evidence=seen.evidence if failure is None else None,
        failure=failure,
    )


def _is_ours(failure: Failure) -> bool:
    return failure.kind in OURS


def _is_doubted(check: Check[E], target: Target, seen: _Seen[E]) -> bool:
    """Whether the judge itself lays this on us."""
    if seen.evidence is None:
        return False
    around = Circumstances(target, seen.attempt.started_at, seen.attempt.started_at.date())
    found = check.judge(seen.evidence, check.standard, around)
    return any(finding.code in OURS for finding in found)


async def _attempt(
    check: Check[E], target: Target, door: Door, watch: Watch, queued_s: float
) -> _Seen[E]:
    began_s, started_at = time.perf_counter(), datetime.now(UTC)
    trail = begin_trail()
    result = await _probe(check, target, door, trail)
    failure = result if isinstance(result, Failure) else None
    elapsed_s = time.perf_counter() - began_s
    lag_s = 0.0 if trail.was_elsewhere else watch.worst_lag_s(began_s)
    own = Observer(lag_s, trail.send_late_s, queued_s)
    health = own
    if may_be_offline(failure):
        health = await _witnessed(own, door, trail.addresses())
    attempt = Attempt(started_at, elapsed_s, tuple(trail.rungs), failure)
    return _Seen(attempt, None if isinstance(result, Failure) else result, health)


async def _probe(check: Check[E], target: Target, door: Door, trail: Trail) -> E | Failure:
    try:
        async with asyncio.timeout(_budget_s(check, door)):
            return await check.probe(target, door)
    except Stopped as ended:
        return ended.failure
    except TimeoutError:
        return trail.overdue()
    except Exception as problem:  # noqa: BLE001 - the one place that may catch everything
        return Failure(Step.OBSERVE, "bug_in_rehearsal", repr(problem)[:500])


def _budget_s(check: Check[Any], door: Door) -> float:
    if check.rushes:
        return check.deadline_s + door.surge.left_s(asyncio.get_running_loop().time())
    if not check.holds or door.meeting is None:
        return check.deadline_s
    return check.deadline_s + max(0.0, -door.meeting.elapsed_s()) + door.meeting.hold_s


async def _witnessed(own: Observer, door: Door, in_doubt: Collection[str]) -> Observer:
    """Our uplink and our resolver, asked because a failure may be theirs."""
    answers, is_alive = await asyncio.gather(
        door.resolver.is_answering(), door.pulse.is_alive(in_doubt)
    )
    return replace(own, resolver_answers=answers, uplink_up=is_alive)
