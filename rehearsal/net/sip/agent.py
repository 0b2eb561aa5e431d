"""Which bytes go out, and to which of our requests does a message belong?

A user agent (RFC 3261, section 8): it asks, and answers by itself what it is asked. It knows
neither sockets nor clocks.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from rehearsal.net.sip.client import Client, Hear, InviteClient, RequestClient
from rehearsal.net.sip.message import Headers, Message, Request, Response
from rehearsal.net.sip.server import RefusalServer, RequestServer, Server, response_to
from rehearsal.net.sip.timing import Timing

COOKIE = "z9hG4bK"  # RFC 3261 8.1.1.7
MAX_FORWARDS = "70"
METHODS = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS")
ALLOW = ("Allow", ", ".join(METHODS))
SERVERS_MAX = 64  # requests of the other side that may linger; it has no reason to send more
_REASONS = {
    200: "OK",
    405: "Method Not Allowed",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    488: "Not Acceptable Here",
}
Answer = Callable[[Request], int]


def token() -> str:
    """Something nobody else uses: a tag, a Call-ID, a nonce of ours (64 bits)."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Caller:
    """Where we are reached, as every request of ours says it, and what we are."""

    transport: str
    sent_by: str
    contact: str
    product: str


@dataclass(slots=True)
class Agent:
    """Our end of one signalling channel. What is to be sent lies in `out`.

    `calls` answers the requests within a call, by its Call-ID, with a status.
    """

    caller: Caller
    timing: Timing
    is_reliable: bool
    out: deque[bytes] = field(default_factory=deque)
    calls: dict[str, Answer] = field(default_factory=dict)
    _clients: dict[tuple[str, str], Client] = field(default_factory=dict)
    _servers: dict[tuple[str, str], Server] = field(default_factory=dict)
    _tag: str = field(default_factory=token)

    @property
    def next_at(self) -> float | None:
        """When `tick` has something to do; None: not before a message comes."""
        times = (one.next_at for one in self._all())
        return min((at for at in times if at is not None), default=None)

    def request(
        self,
        method: str,
        uri: str,
        *,
        own: str,
        other: str,
        call_id: str,
        number: int,
        extra: tuple[tuple[str, str], ...] = (),
        body: bytes = b"",
    ) -> Request:
        """A request of ours; `own` and `other` are the values of From and To."""
        caller = self.caller
        via = f"SIP/2.0/{caller.transport} {caller.sent_by};branch={COOKIE}{token()};rport"
        pairs = (
            ("Via", via),
            ("Max-Forwards", MAX_FORWARDS),
            ("From", own),
            ("To", other),
            ("Call-ID", call_id),
            ("CSeq", f"{number} {method}"),
            ("User-Agent", caller.product),
            *extra,
        )
        return Request(method, uri, Headers(pairs), body)

    def start(self, request: Request, now: float, on_news: Hear) -> Client:
        """Send a request, again and again until it is answered or given up."""
        made = InviteClient if request.method == "INVITE" else RequestClient
        client = made(
            request, self.timing, self.is_reliable, self.out.append, on_news, born_at=now
        )
        self._clients[request.headers.branch, request.method] = client
        return client

    def hear(self, message: Message, now: float) -> None:
        """Take what the other side sent; an answer to nothing is dropped (RFC 3261 18.1.2)."""
        if isinstance(message, Request):
            self._asked(message, now)
            return
        key = message.headers.branch, message.headers.cseq[1]
        if (client := self._clients.get(key)) is not None:
            client.hear(message, now)

    def tick(self, now: float) -> None:
        """Let the timers that are due strike, and forget what is over."""
        for one in self._all():
            if one.next_at is not None and one.next_at <= now:
                one.tick(now)
        self._clients = {key: one for key, one in self._clients.items() if not one.is_over}
        self._servers = {key: one for key, one in self._servers.items() if not one.is_over}

    def _all(self) -> tuple[Client | Server, ...]:
        return (*self._clients.values(), *self._servers.values())

    def _asked(self, request: Request, now: float) -> None:
        is_ack = request.method == "ACK"
        key = request.headers.branch, "INVITE" if is_ack else request.method
        if (server := self._servers.get(key)) is not None:
            server.hear(request, now)
        elif not is_ack and len(self._servers) < SERVERS_MAX:
            made = RefusalServer if request.method == "INVITE" else RequestServer
            answer = self._answer(request).encode()
            self._servers[key] = made(
                answer, self.timing, self.is_reliable, self.out.append, born_at=now
            )

    def _answer(self, request: Request) -> Response:
        status = self._status(request)
        extra = (ALLOW,) if request.method == "OPTIONS" or status == 405 else ()  # noqa: PLR2004 - RFC 3261 11.2 and 21.4.6
        return response_to(request, status, _REASONS[status], self._tag, *extra)

    def _status(self, request: Request) -> int:
        if request.method == "OPTIONS":
            return 200
        if (answer := self.calls.get(request.headers.call_id)) is not None:
            return answer(request)
        if request.method == "INVITE":
            return 486  # we call, and are not called
        return 481 if request.method in METHODS else 405
