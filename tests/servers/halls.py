"""What do halls do wrong by themselves, whatever their line? A media process with such halls.

`echo` plays what it hears into its microphone, `hush` sends silence, and whoever has an
account in its name (`account-1`, `account-2`) signs in with the same one.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

import uvloop

from rehearsal.net.janus.session import Handle
from rehearsal.net.media import rtp
from rehearsal.net.media.ear import Ear
from rehearsal.net.media.marker import SIZE_BYTES, find
from rehearsal.net.media.voice import Voice
from rehearsal.net.rollcall import worker

ACCOUNT = 1169
_played: deque[bytes] = deque(maxlen=1)
_take, _ask, _attendee = Ear.take, Handle.ask, worker._attendee


@dataclass
class Echo(Voice):
    """Between two packets of its own comes what was heard last."""

    own: int = 0

    def next(self, now_ns: int) -> bytes:
        """The next packet, by turns."""
        number = self.sent
        if number % 2 and _played:
            self.sent += 1
            return _played[-1]
        self.sent = self.own
        payload = Voice.next(self, now_ns)
        self.own, self.sent = self.sent, number + 1
        return payload


class Hush(Voice):
    """Packets in which nobody speaks, and no number of ours is left."""

    def next(self, now_ns: int) -> bytes:
        """The next packet."""
        return Voice.next(self, now_ns)[:-SIZE_BYTES] + bytes(SIZE_BYTES)


def take(ear: Ear, data: bytes, now_ns: int) -> None:
    """Hear it, and play it in the hall."""
    packet = rtp.parse(data)
    if packet is not None and find(packet.payload) is not None:
        _played.append(packet.payload)
    _take(ear, data, now_ns)


async def ask(handle: Handle, body: dict[str, Any]) -> dict[str, Any]:
    """Some sign in with the one account that they have."""
    if "-account-" in str(body.get("display")):
        body = {**body, "id": ACCOUNT}
    return await _ask(handle, body)


def attendee(crowd: worker.Crowd, number: int) -> worker.Attendee:
    """One of the halls, with a microphone of its own kind."""
    found = _attendee(crowd, number)
    kind = {"echo": Echo, "hush": Hush}.get(found.seat.slug, Voice)
    found.voice = kind(found.seat.sender, frames=3, is_speaking=False)
    return found


if __name__ == "__main__":
    Ear.take, Handle.ask, worker._attendee = take, ask, attendee
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(worker._main())
