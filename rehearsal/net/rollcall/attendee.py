"""How does one participant come, speak when called, hear, stay and leave?"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

from rehearsal.model import Failure, Relay, Step
from rehearsal.net import janus
from rehearsal.net.media import relay
from rehearsal.net.media.peer import Ground, Peer, ground
from rehearsal.net.media.voice import Voice
from rehearsal.net.rollcall.crowd import TAIL_S, Crowd
from rehearsal.net.rollcall.ears import Ears
from rehearsal.net.rollcall.evidence import Drop
from rehearsal.net.rollcall.recipe import CENTRAL, Seat
from rehearsal.net.rollcall.tongue import Feed, Published, Side, Silent
from rehearsal.net.trail import Stopped, Trail, begin_trail, stop

RETURN_S = 0.5  # a person presses "join again" about this soon
RETURN_WITHIN_S = 10.0  # longer away, and the meeting has gone on without them
RETRY_S = 5.0  # who is not found in the room is looked for again this much later
GATHER_S = 0.3  # those who come meanwhile are subscribed to together
LOST_S = 15.0  # no sound and no report for so long: ICE would still wait as long again
FULL_RATE_FRAMES, PRESENT_FRAMES = 1, 3


@dataclass(slots=True)
class Attendee:
    """One participant of the roll call, from the barrier to the end."""

    seat: Seat
    crowd: Crowd
    ears: Ears
    voice: Voice
    trail: Trail = field(default_factory=begin_trail)
    drops: list[Drop] = field(default_factory=list)
    started_s: float = 0.0
    joined_s: float | None = None
    published_s: float | None = None
    left_s: float = 0.0
    present: int = 0
    failure: Failure | None = None
    feed: Feed | None = None
    round_trip_s: float = 0.0
    _here: janus.Participant | None = None
    _peer: Peer | None = None
    _ground: Ground | None = None
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _reports: tuple[int, float] = (0, 0.0)
    _since_s: float = 0.0
    _is_lost: bool = False

    async def take_part(self) -> Side:
        """Set off when due, stay until the meeting ends, leave; what became of all that."""
        self.trail = begin_trail()
        await self.crowd.until(self.crowd.schedule.due_s(self.seat.number))
        self.started_s = self.crowd.elapsed_s()
        speaking = asyncio.create_task(self._speak_in_turn())
        try:
            await self._attend()
            self.left_s = self.crowd.elapsed_s()
            found = self._side()
            await self._leave()
        except Stopped as ended:
            self.failure, self.left_s = ended.failure, self.crowd.elapsed_s()
            found = self._side()
        finally:
            speaking.cancel()
            await self._vanish()
        return found

    def _side(self) -> Side:
        return Side(
            slug=self.seat.slug,
            started_s=self.started_s,
            rungs=tuple(self.trail.rungs),
            failure=self.failure,
            joined_s=self.joined_s,
            left_s=self.left_s,
            present=self.present,
            drops=tuple(self.drops),
            feed=self.feed,
            published_s=self.published_s,
            round_trip_s=self.round_trip_s,
            hears=self.ears.hearings(self.crowd.recipe.hold_s),
            meets=dict(self.ears.meets),
        )

    def wake(self) -> None:
        """There is news: somebody to be heard."""
        self._woken.set()

    def beat(self) -> None:
        """Called some times a second: send as is due now, and notice who fell silent."""
        is_full = self.crowd.schedule.is_full_rate(self.seat.number, self.crowd.elapsed_s())
        self.voice.frames = FULL_RATE_FRAMES if is_full else PRESENT_FRAMES
        for slug, since_s in self.ears.fallen_silent():
            self.crowd.say(Silent(self.seat.slug, slug, since_s))
        if self._peer is not None and self._has_lost_contact(self._peer):
            self._is_lost = True
            self._woken.set()

    def take_send_late_s(self) -> float:
        """How late our packets left since this was asked last."""
        sent = self._peer.sent if self._peer else []
        late_s = max((one.late_s for one in sent), default=0.0)
        for one in sent:
            one.late_s = 0.0
        return late_s

    async def _attend(self) -> None:
        await self._come()
        while (why := await self._hold()) is not None:
            at_s = self.crowd.elapsed_s()
            await self._vanish()
            await self._refuse_own_cut()
            back = await self._come_back()
            self.drops.append(Drop(at_s, why, self.crowd.elapsed_s() if back else None))
            if not back:
                return

    async def _come(self) -> None:
        """Connect, join and publish; through a relay where there is no other way."""
        bridge = self.seat.target.bridge
        ways: tuple[Relay | None, ...] = (None, *(bridge.relays if bridge else ()))
        for number, way in enumerate(ways, 1):
            try:
                await self._come_by(way)
            except Stopped as ended:
                await self._vanish()
                if ended.failure.step is not Step.ICE or number == len(ways):
                    raise
            except BaseException:
                await self._vanish()
                raise
            else:
                return

    async def _come_by(self, way: Relay | None) -> None:
        target, door = self.seat.target, self.crowd.door
        here = self._here = await janus.arrive(door, target)
        await here.enter(target.room or 0, f"{door.marker}-{self.seat.slug}")
        if self.joined_s is None:
            self.joined_s = self.crowd.elapsed_s()
            self.present = len(await here.listed(target.room or 0))
        found = await relay.find(door, way) if way else None
        self._ground = await ground(door, target, here.round_trip_s, found)
        peer = self._peer = Peer(self._ground, [self.voice])
        await here.publish(peer)
        self._is_lost, self._reports, self._since_s = False, (0, 0.0), time.monotonic()
        if self.published_s is None:
            self.published_s = self.crowd.elapsed_s()
        self.ears.forget()
        self._woken.set()
        self.feed, self.round_trip_s = here.own_id, here.round_trip_s
        if self.feed is not None:
            self.crowd.say(Published(self.seat.slug, self.feed))

    async def _hold(self) -> str | None:
        """Stay to the end and leave; or why the connection broke before."""
        here = self._here
        if here is None:
            raise ValueError("nobody is there who could stay")
        try:
            while self.crowd.closes_at > time.monotonic():
                await self._remain(here)
                if self._is_lost:
                    return f"{Step.MEDIA}/media_stalled"
                await self._listen(here)
        except Stopped as ended:
            return f"{ended.failure.step}/{ended.failure.kind}"
        return None

    async def _remain(self, here: janus.Participant) -> None:
        """Stay until there is news, or until it is time to look again, or to leave."""
        closes_at = self.crowd.closes_at
        look_at = time.monotonic() + RETRY_S if self.ears.pending() else closes_at
        until = min(look_at, closes_at)
        loop_until = asyncio.get_running_loop().time() + until - time.monotonic()
        staying = asyncio.create_task(here.stay(loop_until))
        waking = asyncio.create_task(self._woken.wait())
        try:
            await asyncio.wait({staying, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()
            if not staying.done():
                staying.cancel()
            with suppress(asyncio.CancelledError):
                await staying

    async def _listen(self, here: janus.Participant) -> None:
        self._woken.clear()
        if not self.ears.pending() or self._ground is None:
            return
        if len(self.ears.wanted) > 1:
            await asyncio.sleep(GATHER_S)
        did = await self.ears.listen(here, self.seat.target.room or 0, self._ground)
        if did and any(self.ears.meets.get(slug) for slug in self.ears.pending()):
            self._woken.set()  # more than fit one batch

    async def _come_back(self) -> bool:
        """Join again, as people do; also past the meeting's end, for that proves the line."""
        until = time.monotonic() + RETURN_WITHIN_S
        while time.monotonic() < until:
            await asyncio.sleep(RETURN_S)
            with suppress(Stopped):
                await self._come()
                return True
        return False

    async def _refuse_own_cut(self) -> None:
        """When others that had just answered are gone as well, the cut was on our line."""
        if await self.crowd.door.pulse.is_alive(self.trail.addresses()) is False:
            raise stop(Step.OBSERVE, "observer_offline", "cut off together with others")

    async def _leave(self) -> None:
        """Speak on until all have counted; then say goodbye, so that nothing of us stays."""
        await self.crowd.until(self.crowd.recipe.hold_s + TAIL_S)
        if self._here is not None:
            with suppress(Stopped):
                await self._here.leave()

    async def _vanish(self) -> None:
        """Close what is open; the ears keep what they heard."""
        if self._here is not None:
            self._here.abort()
            self._here = None
        if self._peer is not None:
            await self._peer.close()
            self._peer = None
        await self.ears.close()

    async def _speak_in_turn(self) -> None:
        """The centre speaks all the time, everybody else when called upon."""
        self.voice.is_speaking = self.seat.role == CENTRAL
        slot = self.crowd.schedule.slot_of(self.seat.number)
        if slot is None or self.seat.role == CENTRAL:
            return
        await self.crowd.until(slot.began_s)
        self.voice.is_speaking = True
        await self.crowd.until(slot.began_s + slot.speech_s)
        self.voice.is_speaking = False

    def _has_lost_contact(self, peer: Peer) -> bool:
        """Whether sounds and the bridge's reports came once, and none does any more."""
        now_s = time.monotonic()
        told = peer.sent[0].uplink.told() if peer.sent else None
        reports = told.reports if told else 0
        if reports != self._reports[0]:
            self._reports = (reports, now_s)
        heard_s = self.ears.last_heard_s()  # before a return, that is another connection's
        last_s = max(self._reports[1], heard_s if heard_s > self._since_s else 0.0)
        return last_s > 0.0 and now_s - last_s > LOST_S
