"""When does one participant give its connection up, and when is that a loss of its own?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from rehearsal.net.media.marker import Flags, Marker
from rehearsal.net.media.meter import Meter
from rehearsal.net.media.voice import Voice
from rehearsal.net.rollcall import attendee
from rehearsal.net.rollcall.attendee import Attendee
from rehearsal.net.rollcall.crowd import Crowd
from rehearsal.net.rollcall.ears import Ears
from tests.rehearsal.net.rollcall.seated import HOLD_S, door, recipe

LOST_S, LEFT_S, BEAT_S = 0.3, 4.0, 0.05
SSRC, SENDER, PT = 1, 7, 111


@dataclass
class Ear:
    """What one connection brought: one packet, when it was opened."""

    meters: dict[tuple[int, int, int], Meter]
    foreign: Mapping[int, Any] = field(default_factory=dict)


@dataclass
class Line:
    """A connection by which the centre is heard; it tells nothing of what was sent by it."""

    feeds: Mapping[int, str]
    ear: Ear
    sent: tuple[()] = ()

    @property
    def peer(self) -> Line:
        """Its media."""
        return self

    async def close(self) -> None:
        """Nothing more comes."""


@dataclass
class Bridge:
    """A bridge that lets everybody in; one packet comes of the centre, to the first one."""

    came: int = 0
    round_trip_s: float = 0.0
    own_id: int = 1

    async def arrive(self, *_: object) -> Bridge:
        """Somebody comes, or comes back."""
        self.came += 1
        return self

    async def enter(self, *_: object) -> None:
        """Nobody is refused."""

    async def listed(self, _: object) -> tuple[()]:
        """Nobody else."""
        return ()

    async def publish(self, _: object) -> None:
        """Nobody is refused this either."""

    async def present(self, _: object) -> dict[str, bool]:
        """The centre speaks."""
        return {"9": True}

    async def subscribe(self, feeds: list[str], _: object) -> Line:
        """One packet of the centre's voice."""
        meters: dict[tuple[int, int, int], Meter] = {}
        if self.came == 1:
            now_ns = time.monotonic_ns()
            meter = meters[SSRC, SENDER, PT] = Meter(now_ns)
            meter.heard(now_ns, Marker(SENDER, 0, now_ns, Flags.NONE))
        return Line({SSRC: feeds[0]}, Ear(meters))

    async def end(self, _: Line) -> None:
        """It is given back."""

    async def stay(self, until: float) -> None:
        """Nothing ever happens."""
        await asyncio.sleep(until - asyncio.get_running_loop().time())

    async def leave(self) -> None:
        """Goodbye."""

    def abort(self) -> None:
        """Without one."""


async def nothing(*_: object) -> object:
    """What a pretended bridge does not look at."""
    return object()


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Bridge:
    """In place of Janus and its media; whoever hears nothing gives up soon."""
    pretended = Bridge()
    silent: Callable[..., Line] = lambda *_: Line({}, Ear({}))  # noqa: E731 - a type's stand-in
    monkeypatch.setattr(attendee.janus, "arrive", pretended.arrive)
    monkeypatch.setattr(attendee, "ground", nothing)
    monkeypatch.setattr(attendee, "Peer", silent)
    monkeypatch.setattr(attendee, "LOST_S", LOST_S)
    return pretended


async def test_an_old_silence_is_not_held_against_a_new_connection(bridge: Bridge):
    """Lost once, and back: until something is heard by it there is nothing to lose."""
    meeting = recipe("central", "a")
    opens_at = time.monotonic() - HOLD_S + LEFT_S
    crowd = Crowd(meeting, door("central", "a"), opens_at, lambda _: None)
    seat = meeting.seats[1]
    ears = Ears(opens_at, {SENDER: "central"}, wanted={"central": "9"})
    one = Attendee(seat, crowd, ears, Voice(seat.sender, frames=3, is_speaking=False))

    taking_part = asyncio.create_task(one.take_part())
    while not taking_part.done():
        await asyncio.sleep(BEAT_S)
        one.beat()
    side = await taking_part

    assert [drop.why for drop in side.drops] == ["media/media_stalled"]
    assert bridge.came == 2
