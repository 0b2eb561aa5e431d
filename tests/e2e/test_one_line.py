"""When what all share is interrupted, is no unit blamed, and is one that is cut alone?"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from checks.bridge_media import CHECK
from rehearsal.check import Example
from rehearsal.model import Measurement, Outcome, Verdict
from rehearsal.net.media.sounding import Sounded
from rehearsal.observe import Watch
from rehearsal.readiness.verdicts import judge
from rehearsal.run import measure
from rehearsal.selftest import QUICK, Bench, bench

HEALTHY = 7
HALLS = (Example("none", expect=None),) * HEALTHY + (Example("media-stalls", expect="gap"),)
STILL_S = 0.8
SETTLED_S = 0.5
START_S = 20.0
PACE_S = 0.1
Found = tuple[Measurement[Sounded], Verdict]


@asynccontextmanager
async def town() -> AsyncIterator[Bench]:
    """A twin of eight units, of which the last one's sound stalls again and again."""
    async with bench({CHECK.id: replace(CHECK, examples=HALLS)}) as found:
        door = replace(found.door, deadlines=replace(QUICK, media_s=6.0))
        yield replace(found, door=door)


async def listened(on: Bench, watch: Watch) -> list[Found]:
    """All of them at once, set out one after another."""

    async def one(number: int) -> Found:
        await asyncio.sleep(number * PACE_S)
        target = on.cases[number].target
        measured = await measure(CHECK, target, on.door, watch, vantage="test")
        return measured, judge(CHECK, measured, target, go_live=on.city.go_live)

    return await asyncio.gather(*map(one, range(len(on.cases))))


def is_heard_by_all(on: Bench) -> bool:
    return sum(ear.first_ns is not None for ear in on.door.together._ears) == len(HALLS)


async def all_hear(on: Bench) -> None:
    """Wait until every ear has heard for a while."""
    async with asyncio.timeout(START_S):
        while not is_heard_by_all(on):  # noqa: ASYNC110 - no ear has anybody to tell
            await asyncio.sleep(PACE_S)
    await asyncio.sleep(SETTLED_S)


async def test_a_moment_of_all_is_nobodys_fault():
    """The server stands still for 0.8 s: seven pass at their second try, one stays red."""
    async with town() as on, Watch() as watch:
        work = asyncio.create_task(listened(on, watch))
        await all_hear(on)
        os.kill(on.city.pid, signal.SIGSTOP)
        await asyncio.sleep(STILL_S)
        os.kill(on.city.pid, signal.SIGCONT)
        *healthy, (_, stalling) = await work

    assert [(verdict.findings, verdict.outcome) for _, verdict in healthy] == [
        ((), Outcome.PASS)
    ] * HEALTHY
    assert min(len(measured.attempts) for measured, _ in healthy) > 1
    assert [finding.code for finding in stalling.findings] == ["gap"]


async def test_who_ceases_with_all_is_measured_again():
    """The server stops in the middle and comes back: a stall of all is nobody's either."""
    async with town() as on, Watch() as watch:
        work = asyncio.create_task(listened(on, watch))
        await all_hear(on)
        os.kill(on.city.pid, signal.SIGSTOP)
        await asyncio.sleep(on.door.deadlines.media_s)
        os.kill(on.city.pid, signal.SIGCONT)
        *healthy, _ = await work

    first = [measured.attempts[0].failure for measured, _ in healthy]
    assert {failure and (failure.step, failure.kind) for failure in first} == {
        ("observe", "silent_together")
    }
    assert {verdict.outcome for _, verdict in healthy} == {Outcome.PASS}
