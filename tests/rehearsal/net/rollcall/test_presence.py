"""Does who only signs in stay to the end, and come back when cut off?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from rehearsal.model import Failure, Step
from rehearsal.net.meeting import Meeting
from rehearsal.net.rollcall import presence
from rehearsal.net.trail import Stopped, begin_trail
from tests.rehearsal.net.rollcall.seated import door, target

CLOSED = Stopped(Failure(Step.SIGNALLING, "closed_1006"))


@dataclass
class Guest:
    """One connection; the bridge ends it at once, if it is to be lost."""

    is_lost: bool

    async def enter(self, *_: object) -> None:
        """It is let in."""

    async def listed(self, _: object) -> tuple[str, ...]:
        """Two others are there."""
        return ("a", "b")

    async def stay(self, _: object) -> None:
        """To the end, or not."""
        if self.is_lost:
            raise CLOSED

    async def leave(self) -> None:
        """Goodbye."""

    def abort(self) -> None:
        """Without one."""


async def signed_in(monkeypatch: pytest.MonkeyPatch, guests: Iterator[Guest]):
    """What became of one who comes as these, one after the other."""

    async def arrive(*_: object) -> Guest:
        if (guest := next(guests, None)) is None:
            raise CLOSED
        return guest

    monkeypatch.setattr(presence.conference, "arrive", arrive)
    monkeypatch.setattr(presence, "RETURN_S", 0.01)
    monkeypatch.setattr(presence, "RETURN_WITHIN_S", 0.1)
    begin_trail()
    meeting = Meeting(time.monotonic(), 1.0)
    entering = replace(door("a"), meeting=meeting)
    return await presence.signed_in(target("a"), entering, meeting)


@pytest.mark.parametrize(
    ("lost", "returns"),
    [([False], []), ([True, False], [True]), ([True], [False])],
    ids=["stays", "comes back", "stays away"],
)
async def test_every_lost_connection_is_noted(
    monkeypatch: pytest.MonkeyPatch, lost: list[bool], returns: list[bool]
):
    """With its reason, and whether there was a way back."""
    seen = await signed_in(monkeypatch, map(Guest, lost))

    assert seen.present_at_join == 2
    assert [(drop.why, drop.back_s is not None) for drop in seen.drops] == [
        ("signalling/closed_1006", is_back) for is_back in returns
    ]
    assert seen.sound is None
