"""What becomes of a request that the other side sent us? (RFC 3261 17.2) Nothing of it is IO.

We end calls and refuse changes to them; no INVITE is ever accepted here, so that the
transaction of one knows refusals only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rehearsal.net.sip.client import Send
from rehearsal.net.sip.message import Headers, Request, Response
from rehearsal.net.sip.timing import Resending, Timing

_COPIED = ("Via", "From", "Call-ID", "CSeq")  # RFC 3261 8.2.6.2


class Server(Protocol):
    """One request of the other side until it can come again no more."""

    is_over: bool

    @property
    def next_at(self) -> float | None:
        """The moment of the next timer; None: it is over."""

    def hear(self, request: Request, now: float) -> None:
        """Take the request again, or its ACK."""

    def tick(self, now: float) -> None:
        """Let the timers that are due strike."""


@dataclass(slots=True)
class RequestServer:
    """Any request but INVITE: the same answer as often as it is asked."""

    answer: bytes
    timing: Timing
    is_reliable: bool
    send: Send
    born_at: float
    is_over: bool = False
    _ends_at: float = 0.0  # timer J

    def __post_init__(self) -> None:
        """Answer at once."""
        self._ends_at = self.born_at + (0.0 if self.is_reliable else self.timing.patience_s)
        self.is_over = self.is_reliable
        self.send(self.answer)

    @property
    def next_at(self) -> float | None:
        """The moment of the next timer; None: it is over."""
        return None if self.is_over else self._ends_at

    def hear(self, request: Request, now: float) -> None:
        """Take the request again."""
        del request, now
        self.send(self.answer)

    def tick(self, now: float) -> None:
        """Let the timers that are due strike."""
        self.is_over = self.is_over or now >= self._ends_at


@dataclass(slots=True)
class RefusalServer:
    """An INVITE that was refused: the refusal is repeated until its ACK comes."""

    answer: bytes
    timing: Timing
    is_reliable: bool
    send: Send
    born_at: float
    is_over: bool = False
    is_confirmed: bool = False
    _resending: Resending | None = None  # timer G
    _ends_at: float = 0.0  # timers H, I

    def __post_init__(self) -> None:
        """Answer at once."""
        timing = self.timing
        self._ends_at = self.born_at + timing.patience_s
        if not self.is_reliable:
            self._resending = Resending(self.born_at + timing.t1_s, timing.t1_s, timing.t2_s)
        self.send(self.answer)

    @property
    def next_at(self) -> float | None:
        """The moment of the next timer; None: it is over."""
        if self.is_over:
            return None
        return min(self._ends_at, self._resending.at) if self._resending else self._ends_at

    def hear(self, request: Request, now: float) -> None:
        """Take the request again, or its ACK."""
        if self.is_confirmed:
            return
        if request.method != "ACK":
            self.send(self.answer)
            return
        self.is_confirmed = True
        self._resending = None
        self._ends_at = now + (0.0 if self.is_reliable else self.timing.t4_s)
        self.is_over = self.is_reliable

    def tick(self, now: float) -> None:
        """Let the timers that are due strike."""
        if now >= self._ends_at:
            self.is_over = True
        elif self._resending is not None and self._resending.is_due(now):
            self.send(self.answer)


def response_to(
    request: Request, status: int, reason: str, tag: str, *extra: tuple[str, str]
) -> Response:
    """An answer without a body; `tag` marks our side where the request has none yet."""
    copied = tuple(
        (name, value)
        for wanted in _COPIED
        for name, value in request.headers.pairs
        if name.lower() == wanted.lower()
    )
    to = request.headers.first("To")
    told = to if request.headers.to_tag else f"{to};tag={tag}"
    return Response(status, reason, Headers((*copied, ("To", told), *extra)))
