"""What must a plugin of the gateway be able to do?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from twin.media.peer import Peer
from twin.media.sdp import Description
from twin.seating import Seat

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Jsep:
    """What a guest proposes for its PeerConnection: an `offer` or an `answer`."""

    kind: str
    guest: Description


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody is told, and what is proposed to them with it.

    `is_news`: not the answer, even to whoever asked.
    """

    whom: Seat
    data: Data
    jsep: Data | None = None
    is_news: bool = False


class Plugin(Protocol):
    """Answers what is asked on its handles."""

    name: str
    hint: str | None  # what stands in an acknowledgement

    def ask(self, body: Data) -> Data | None:
        """The answer to a synchronous request; None when an event will answer."""

    def tell(self, seat: Seat, body: Data, jsep: Jsep | None) -> Iterator[Said]:
        """Who is told what, after the request was acknowledged."""

    def set_up(self, seat: Seat) -> Iterator[Said]:
        """Sound can pass in its PeerConnection; who is told what."""

    def hang_up(self, seat: Seat, peer: Peer) -> Iterator[Said]:
        """Its PeerConnection is gone; who is told what."""

    def vacate(self, seat: Seat) -> Iterator[Said]:
        """The handle is gone without a word; who is told what."""
