"""What becomes of a request that we sent? (RFC 3261 17.1, RFC 6026) No sockets, no clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rehearsal.net.sip.message import Headers, Request, Response
from rehearsal.net.sip.timing import Resending, Timing

Send = Callable[[bytes], None]
Hear = Callable[[Response, float], None]
_SAME_AS_INVITE = ("Via", "From", "Call-ID", "Max-Forwards", "Route")


class Client(Protocol):
    """One request of ours until its last answer can have come.

    `next_at` is when `tick` has something to do; None: never, or it is over.
    """

    final: Response | None
    is_over: bool

    @property
    def next_at(self) -> float | None:
        """The moment of the next timer."""

    def hear(self, response: Response, now: float) -> None:
        """Take an answer; what is news is passed on."""

    def tick(self, now: float) -> None:
        """Let the timers that are due strike."""


@dataclass(slots=True)
class InviteClient:
    """An INVITE; sends the ACK of a refusal by itself, every acceptance is passed on."""

    request: Request
    timing: Timing
    is_reliable: bool
    send: Send
    on_news: Hear
    born_at: float
    final: Response | None = None
    is_over: bool = False
    _resending: Resending | None = None  # timer A
    _ends_at: float | None = None  # timers B, D, M
    _ack: bytes = b""

    def __post_init__(self) -> None:
        """Send it for the first time."""
        self._ends_at = self.born_at + self.timing.patience_s
        if not self.is_reliable:
            self._resending = Resending(self.born_at + self.timing.t1_s, self.timing.t1_s)
        self.send(self.request.encode())

    @property
    def next_at(self) -> float | None:
        """The moment of the next timer."""
        return _earliest(self._resending, self._ends_at, is_over=self.is_over)

    def hear(self, response: Response, now: float) -> None:
        """Take an answer; what is news is passed on."""
        if self.is_over:
            return
        self._resending = None
        if self.final is not None and not self.final.is_success:
            if response.is_final:
                self.send(self._ack)
        elif response.is_success:
            self._accepted(response, now)
        elif self.final is None and response.is_final:
            self._refused(response, now)
        elif self.final is None:
            self._ends_at = None  # it may ring as long as people let it
            self.on_news(response, now)

    def tick(self, now: float) -> None:
        """Let the timers that are due strike."""
        if self._ends_at is not None and now >= self._ends_at:
            self.is_over = True
        elif self._resending is not None and self._resending.is_due(now):
            self.send(self.request.encode())

    def _accepted(self, response: Response, now: float) -> None:
        if self.final is None:
            self._ends_at = now + self.timing.patience_s
        self.final = self.final or response
        self.on_news(response, now)  # each branch of a forked call, and each repetition

    def _refused(self, response: Response, now: float) -> None:
        self.final = response
        self._ack = refusal_ack(self.request, response).encode()
        self._ends_at = now + (0.0 if self.is_reliable else self.timing.absorption_s)
        self.send(self._ack)
        self.is_over = self.is_reliable
        self.on_news(response, now)


@dataclass(slots=True)
class RequestClient:
    """Any other request."""

    request: Request
    timing: Timing
    is_reliable: bool
    send: Send
    on_news: Hear
    born_at: float
    final: Response | None = None
    is_over: bool = False
    _resending: Resending | None = None  # timer E
    _ends_at: float | None = None  # timers F, K

    def __post_init__(self) -> None:
        """Send it for the first time."""
        timing = self.timing
        self._ends_at = self.born_at + timing.patience_s
        if not self.is_reliable:
            self._resending = Resending(self.born_at + timing.t1_s, timing.t1_s, timing.t2_s)
        self.send(self.request.encode())

    @property
    def next_at(self) -> float | None:
        """The moment of the next timer."""
        return _earliest(self._resending, self._ends_at, is_over=self.is_over)

    def hear(self, response: Response, now: float) -> None:
        """Take an answer; what is news is passed on."""
        if self.is_over or self.final is not None:
            return
        if response.is_final:
            self.final = response
            self._resending = None
            self._ends_at = now + (0.0 if self.is_reliable else self.timing.t4_s)
            self.is_over = self.is_reliable
        elif self._resending is not None:
            self._resending.slow_down(now)
        self.on_news(response, now)

    def tick(self, now: float) -> None:
        """Let the timers that are due strike."""
        if self._ends_at is not None and now >= self._ends_at:
            self.is_over = True
        elif self._resending is not None and self._resending.is_due(now):
            self.send(self.request.encode())


def unheard(response: Response, now: float) -> None:
    """For who looks at `final` only."""
    del response, now


def refusal_ack(invite: Request, refusal: Response) -> Request:
    """The ACK of a refusal, a part of the INVITE's own transaction (RFC 3261 17.1.1.3)."""
    return _follow_up(invite, "ACK", refusal.headers.first("To"))


def cancel(invite: Request) -> Request:
    """The CANCEL of an INVITE that is not answered yet (RFC 3261 9.1)."""
    return _follow_up(invite, "CANCEL", invite.headers.first("To"))


def _follow_up(invite: Request, method: str, to: str) -> Request:
    number, _ = invite.headers.cseq
    kept = tuple(
        (name, value)
        for wanted in _SAME_AS_INVITE
        for name, value in invite.headers.pairs
        if name.lower() == wanted.lower()
    )
    pairs = (*kept, ("To", to), ("CSeq", f"{number} {method}"))
    return Request(method, invite.uri, Headers(pairs))


def _earliest(
    resending: Resending | None, ends_at: float | None, *, is_over: bool
) -> float | None:
    if is_over:
        return None
    times = [at for at in (resending.at if resending else None, ends_at) if at is not None]
    return min(times, default=None)
