"""Which streams does a listener hear in its one PeerConnection? (Janus 1.1, multistream)"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from twin.media import conversation
from twin.media.peer import Peer, new_ssrc
from twin.media.sdp import OUR_PAYLOAD_TYPES, Description
from twin.media.stream import Outlet, Track

Data = dict[str, Any]
Feed = TypeVar("Feed")


@dataclass(eq=False, slots=True)
class Slot(Generic[Feed]):
    """One section of the conversation, and whose stream it carries now, if anybody's."""

    outlet: Outlet
    feed: Feed | None = None
    is_ready: bool = False


class Subscription(Generic[Feed]):
    """What one listener hears. `is_offered`: our last offer is not answered yet.

    `is_stale`: something changed meanwhile, so that another offer must follow the answer.
    """

    def __init__(self, peer: Peer, title: str) -> None:
        """Nothing yet."""
        self.peer = peer
        self.slots: list[Slot[Feed]] = []
        self.is_offered = self.is_stale = False
        self._title = title
        self._versions = itertools.count(1)

    def add(self, feed: Feed, track: Track) -> None:
        """Hear that stream: in a slot of its kind that has become free, or in a new one."""
        slot = next((s for s in self.slots if self._is_free(s, track)), None)
        if slot is None:
            slot = Slot(self._new_outlet(track))
            self.slots.append(slot)
        slot.feed = feed
        slot.outlet.ssrc, slot.outlet.is_open = new_ssrc(), False
        slot.outlet.connect(track)

    @staticmethod
    def _is_free(slot: Slot[Feed], track: Track) -> bool:
        return slot.feed is None and slot.outlet.codec.name == track.codec.name

    def _new_outlet(self, track: Track) -> Outlet:
        mid, payload_type = str(len(self.slots)), OUR_PAYLOAD_TYPES[track.codec.name]
        return conversation.outlet_of(self.peer, track.kind, mid, payload_type, track.codec)

    def drop(self, feed: Feed, mid: str | None = None) -> bool:
        """Hear nothing more of that feed, or of its one stream; whether anything changed."""
        found = [slot for slot in self.slots if slot.feed is feed]
        return self._free([s for s in found if mid is None or _mid_of(s) == mid])

    def drop_slot(self, mid: str) -> bool:
        """Hear nothing more in the slot of that name."""
        return self._free([s for s in self.slots if s.feed and s.outlet.mid == mid])

    @staticmethod
    def _free(slots: list[Slot[Feed]]) -> bool:
        for slot in slots:
            slot.feed, slot.is_ready = None, False
            slot.outlet.connect(None)
        return bool(slots)

    def offer(self) -> Data:
        """Our next offer, as `jsep`."""
        self.is_offered, self.is_stale = True, False
        version = next(self._versions)
        return {"type": "offer", "sdp": conversation.offer(self.peer, self._title, version)}

    def accept(self, guest: Description) -> None:
        """The listener answered: it hears what was offered."""
        self.peer.path.meet(guest)
        self.is_offered = False
        for slot in self.slots:
            slot.is_ready = slot.feed is not None
        self.play()

    def play(self) -> None:
        """Let everything pass that was agreed."""
        for slot in self.slots:
            slot.outlet.is_open = slot.is_ready
            if slot.is_ready and slot.outlet.track:
                slot.outlet.track.wish_key_frame()

    def pause(self) -> None:
        """Let nothing pass until the listener wants it again."""
        for slot in self.slots:
            slot.outlet.is_open = False

    def streams(self) -> Iterator[tuple[Feed | None, Data]]:
        """Each slot as Janus tells it, and whose feed it is."""
        for index, slot in enumerate(self.slots):
            out = slot.outlet
            data = {"type": out.kind, "active": slot.feed is not None, "mindex": index}
            yield slot.feed, {**data, "mid": out.mid, "ready": slot.is_ready, "send": True}


def _mid_of(slot: Slot[Feed]) -> str:
    """The name that the feed itself gave the stream."""
    return slot.outlet.track.mid if slot.outlet.track else ""
