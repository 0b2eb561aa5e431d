"""Whom does one participant listen to, how often is that tried, and when is it given up?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from rehearsal.model import Failure, Step
from rehearsal.net.rollcall.ears import TRIES, Ears
from rehearsal.net.trail import Stopped

GROUND: Any = None  # no pretended connection stands on it


class Deaf:
    """Nothing comes."""

    meters: Mapping[Any, Any] = {}
    foreign: Mapping[Any, Any] = {}


@dataclass
class Line:
    """What an ear holds on to: a connection that was opened; its media, and the ear there."""

    feeds: dict[int, str]
    ear: Deaf = field(default_factory=Deaf)

    @property
    def peer(self) -> Line:
        """Its media are as simple."""
        return self


@dataclass
class Room:
    """A participant who opens a connection, or fails at this."""

    present_now: dict[str, bool]
    fails: Sequence[Failure] = ()
    asked: list[list[str]] = field(default_factory=list)
    ended: list[Line] = field(default_factory=list)

    async def present(self, _room: object) -> dict[str, bool]:
        """Who is listed, and publishes."""
        return self.present_now

    async def subscribe(self, feeds: list[str], _ground: object) -> Line:
        """One connection for all of them."""
        self.asked.append(feeds)
        failure = (
            self.fails[len(self.asked) - 1] if len(self.asked) <= len(self.fails) else None
        )
        if failure is not None:
            raise Stopped(failure)
        return Line(dict(enumerate(feeds)))

    async def end(self, line: Line) -> None:
        """Give it back."""
        self.ended.append(line)


async def listen(ears: Ears, room: Any) -> bool:
    """Look for whom we want."""
    return await ears.listen(room, 1, GROUND)


def ears_for(**wanted: str) -> Ears:
    """Somebody who wants to hear these feeds."""
    return Ears(0.0, {}, wanted=dict(wanted))


@pytest.mark.parametrize("step", [Step.ICE, Step.DTLS])
async def test_a_connection_that_fails_is_tried_again_and_then_given_up(step: Step):
    """A handshake of forty voices may get lost once; a closed port stays closed."""
    never = [Failure(step, "failed")] * 9
    ears, room = ears_for(a="1", b="2"), Room({"1": True, "2": True}, never)

    for _ in range(TRIES):
        assert set(ears.pending()) == {"a", "b"}
        assert not await listen(ears, room)

    assert ears.pending() == []
    assert room.asked == [["1", "2"]] * TRIES


async def test_what_succeeds_the_second_time_is_heard():
    """Nobody is refused for one lost handshake."""
    ears = ears_for(a="1")
    room = Room({"1": True}, [Failure(Step.DTLS, "dtls_failed")])

    assert [await listen(ears, room), await listen(ears, room)] == [False, True]
    assert ears.pending() == []


async def test_who_does_not_publish_yet_is_met_and_not_asked_for():
    """One such feed would make the bridge refuse all that were asked for with it."""
    ears, room = ears_for(a="1", b="2"), Room({"1": True, "2": False})

    assert await listen(ears, room)
    assert room.asked == [["1"]]
    assert ears.meets == {"a": True, "b": True}
    assert ears.pending() == ["b"]


async def test_who_came_back_by_another_feed_frees_the_old_connection():
    """A long meeting with many returns holds no more connections than voices."""
    ears, room = ears_for(a="1", b="2"), Room({"1": True, "2": True})
    await listen(ears, room)

    for feed in ("3", "4"):
        ears.wanted["a"] = feed
        room.present_now = {"2": True, feed: True}
        assert await listen(ears, room)

    assert [list(line.feeds.values()) for line in room.ended] == [["3"]]


async def test_a_refusal_of_another_kind_is_not_ours_to_bear():
    """The signalling broke off: whoever attends must know."""
    ears = ears_for(a="1")
    broken = Room({"1": True}, [Failure(Step.SIGNALLING, "closed_1006")])

    with pytest.raises(Stopped):
        await listen(ears, broken)
