"""What does a media process do? `python -m rehearsal.net.rollcall.worker`

It reads its errand and its orders from stdin, says what happens on stdout, and ends with
its parent: at the end of stdin at the latest.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

import uvloop

from rehearsal.model import Failure, Step
from rehearsal.net.media import opus
from rehearsal.net.media.voice import Voice
from rehearsal.net.rollcall.attendee import Attendee
from rehearsal.net.rollcall.crowd import Crowd
from rehearsal.net.rollcall.ears import Ears
from rehearsal.net.rollcall.strain import Gauge
from rehearsal.net.rollcall.tongue import (
    LINE_BYTES,
    ORDER,
    SAID,
    Account,
    Errand,
    News,
    Opening,
    Ready,
    Said,
    Side,
    line,
)

BEAT_S = 0.25  # a silence of one second is noticed within 1.3 s
DESCRIPTORS = 8192
Due = TypeVar("Due", Errand, Opening, News)


@dataclass(slots=True)
class Clerk:
    """Whose voice came in whose feed while whom was called upon."""

    crowd: Crowd
    ears: Ears
    spoken: list[tuple[tuple[str, str], ...]] = field(default_factory=list)

    async def call(self) -> None:
        """Slot by slot, from the first one's turn on."""
        schedule = self.crowd.schedule
        await self.crowd.until(schedule.turns_begin_s)
        before = self.ears.spoken()
        for index in range(schedule.slots):
            await self.crowd.until(schedule.slot(index).ends_s)
            now = self.ears.spoken()
            new = [pair for pair, count in now.items() if count > before.get(pair, 0)]
            self.spoken.append(tuple(sorted(new)))
            before = now


async def work(orders: asyncio.StreamReader, say: Callable[[Said], None]) -> None:
    """One meeting, from the errand to the account; nothing more once the orders end."""
    errand = await _next(orders, Errand)
    if errand is None:
        return
    door = errand.recipe.door()
    _warm_up()
    say(Ready())
    opening = await _next(orders, Opening)
    if opening is None:
        return
    crowd = Crowd(errand.recipe, door, opening.at, say)
    attendees = [_attendee(crowd, number) for number in errand.own]
    listening = asyncio.create_task(_heed(orders, crowd, attendees, errand))
    meeting = asyncio.create_task(_meet(crowd, attendees, errand))
    await asyncio.wait({listening, meeting}, return_when=asyncio.FIRST_COMPLETED)
    if meeting.done():
        say(meeting.result())
    for task in (listening, meeting):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _next(orders: asyncio.StreamReader, kind: type[Due]) -> Due | None:
    """The order that is due now; None when the trial has no more to say."""
    words = await orders.readline()
    if not words:
        return None
    order = ORDER.validate_json(words)
    if not isinstance(order, kind):
        raise TypeError(f"expected {kind.__name__}, heard {order.word}")
    return order


def _attendee(crowd: Crowd, number: int) -> Attendee:
    seat = crowd.recipe.seats[number]
    ears = Ears(crowd.opens_at, crowd.senders)
    return Attendee(seat, crowd, ears, Voice(seat.sender, frames=3, is_speaking=False))


async def _meet(crowd: Crowd, attendees: Sequence[Attendee], errand: Errand) -> Account:
    before = resource.getrusage(resource.RUSAGE_SELF)
    gauge = Gauge(crowd.opens_at, lambda: max(one.take_send_late_s() for one in attendees))
    clerk = Clerk(crowd, attendees[0].ears)
    beside = [gauge.watch(), _beat(attendees)]
    beside += [clerk.call()] if errand.listens_to_all else []
    tasks = [asyncio.create_task(work) for work in beside]
    try:
        taken = (one.take_part() for one in attendees)
        told = await asyncio.gather(*taken, return_exceptions=True)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Account(
        sides=tuple(_side(*pair) for pair in zip(attendees, told, strict=True)),
        strains=tuple(gauge.strains),
        spoken=tuple(clerk.spoken),
        cpu_s=used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime,
        peak_mb=used.ru_maxrss / 1024,
    )


def _side(attendee: Attendee, told: Side | BaseException) -> Side:
    """An error that nobody foresaw is ours, and spoils no other participant."""
    if isinstance(told, Side):
        return told
    failure = Failure(Step.OBSERVE, "bug_in_rehearsal", repr(told)[:500])
    return Side(attendee.seat.slug, attendee.started_s, (), failure)


async def _beat(attendees: Sequence[Attendee]) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        for one in attendees:
            one.beat()


async def _heed(
    orders: asyncio.StreamReader,
    crowd: Crowd,
    attendees: Sequence[Attendee],
    errand: Errand,
) -> None:
    """News of who publishes, until the trial has no more to say."""
    while news := await _next(orders, News):
        for slug, feed in news.feeds.items():
            if not errand.listens_to_all and slug != crowd.centre:
                continue
            for one in attendees:
                if one.seat.slug != slug:
                    one.ears.wanted[slug] = feed
                    one.wake()


def _warm_up() -> None:
    """What takes time once is done before the meeting, and is never looked at again."""
    opus.speaking()
    opus.quiet()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    gc.collect()
    gc.freeze()


async def _main() -> None:
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader(limit=LINE_BYTES)
    protocol = asyncio.StreamReaderProtocol(orders)
    await loop.connect_read_pipe(lambda: protocol, sys.stdin)
    await work(orders, _say)


def _say(sentence: Said) -> None:
    sys.stdout.buffer.write(line(SAID, sentence))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main())
