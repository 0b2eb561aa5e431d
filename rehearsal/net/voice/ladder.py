"""How many calls at once does a number take? More and more, never more than the plan's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rehearsal.model import Failure, Step, Target
from rehearsal.net.door import Door
from rehearsal.net.sip.participant import Participant
from rehearsal.net.trail import Stopped, brief_trail, set_off_late
from rehearsal.net.voice.line import dial, lifted
from rehearsal.net.voice.terms import Terms

FIRST_RUNG = 2
LOOK_S = 0.1
_RETRY = re.compile(r"Retry-After: (\d{1,6})")


@dataclass(frozen=True, slots=True)
class Ladder:
    """How it ended: at the plan's `limit`, `refused`, `slow`, `silent` or `dropped`.

    `up` calls were up at one time, the most; `kind` says how the next one failed, or one of
    these. `silent` of them had no sound. `post_dial_s` are of all, in their order.
    """

    limit: int
    lines: int
    up: int
    ended_by: str
    kind: str = ""
    retry_after_s: int | None = None
    silent: int = 0
    post_dial_s: tuple[float, ...] = ()

    @property
    def is_short(self) -> bool:
        """Whether it took fewer calls than there should be lines."""
        return self.ended_by == "refused" and self.up < min(self.lines, self.limit)


def rungs(limit: int) -> Iterator[int]:
    """2, 4, 8 and so on, and at last the limit; none where one call is all."""
    size = FIRST_RUNG
    while size < limit:
        yield size
        size *= 2
    if limit >= FIRST_RUNG:
        yield limit


def retry_after_s(failure: Failure | None) -> int | None:
    """In how many seconds one may call again, where a refusal says so (RFC 3261 20.33)."""
    found = _RETRY.search(failure.detail) if failure else None
    return int(found[1]) if found else None


@dataclass(slots=True)
class Climb:
    """Calls that are held until the ladder is over; the first bad sign ends it."""

    target: Target
    door: Door
    terms: Terms
    placed: int = 0
    most: int = 0
    ended_by: str = ""
    failure: Failure | None = None
    unparted: Failure | None = None
    late_s: float = 0.0
    is_over: bool = False
    up: list[Participant] = field(default_factory=list)
    post_dial_s: list[float] = field(default_factory=list)

    async def climb(self) -> Ladder:
        """Call until the limit or the first bad sign; whatever happens, all is hung up."""
        async with asyncio.TaskGroup() as group:
            try:
                for size in rungs(self.terms.calls_max):
                    await self._step(group, size)
                    if self.ended_by:
                        break
            finally:
                self.is_over = True
        set_off_late(self.late_s)
        if self.failure is not None and self.failure.step is Step.OBSERVE:
            raise Stopped(self.failure)  # it was we who stopped, so that nothing is known
        if self.unparted is not None:
            raise Stopped(self.unparted)  # a call of ours may be left
        return self._told()

    async def _step(self, group: asyncio.TaskGroup, size: int) -> None:
        """Add calls until there are so many, one after another, and hold them for a while."""
        calls: list[asyncio.Future[None]] = []
        while self.placed < size and not self.ended_by:
            answered = asyncio.get_running_loop().create_future()
            calls.append(answered)
            self.placed += 1
            group.create_task(self._call(answered))
            await asyncio.sleep(1.0 / self.terms.calls_per_s)
        await asyncio.gather(*calls)
        if not self.ended_by and max(self.post_dial_s, default=0.0) > self.terms.post_dial_s:
            self.ended_by = "slow"
        if not self.ended_by:
            await asyncio.sleep(self.terms.hold_s)
        if not self.ended_by and self._silent():
            self.ended_by = "silent"

    async def _call(self, answered: asyncio.Future[None]) -> None:
        """One call, held until the ladder is over."""
        brief_trail()
        try:
            async with lifted(self.door, self.target, self.terms) as participant:
                await dial(participant, self.door)
                self.post_dial_s.append(participant.times_s["post_dial_delay"])
                self.up.append(participant)
                self.most = max(self.most, len(self.up))
                answered.set_result(None)
                await self._hold(participant)
        except Stopped as ended:
            self._ended("dropped" if answered.done() else "refused", ended.failure)
        finally:
            if not answered.done():
                answered.set_result(None)

    async def _hold(self, participant: Participant) -> None:
        try:
            while not self.is_over:
                await participant.stay(participant.phone.now() + LOOK_S)
        finally:
            if participant.sound is not None:
                self.late_s = max(self.late_s, participant.sound.late_s)

    def _ended(self, how: str, failure: Failure) -> None:
        """The first failure counts, but for one of our own, which outweighs it."""
        if self.is_over:
            self.unparted = failure
        elif self.failure is None or failure.step is Step.OBSERVE:
            self.ended_by, self.failure = how, failure

    def _silent(self) -> int:
        sounds = [one.sound for one in self.up if one.sound is not None]
        return sum(sound.hearing.audible == 0 for sound in sounds)

    def _told(self) -> Ladder:
        return Ladder(
            limit=self.terms.calls_max,
            lines=self.terms.lines,
            up=self.most,
            ended_by=self.ended_by or "limit",
            kind=self.failure.kind if self.failure else "",
            retry_after_s=retry_after_s(self.failure),
            silent=self._silent() if self.ended_by == "silent" else 0,
            post_dial_s=tuple(self.post_dial_s),
        )
