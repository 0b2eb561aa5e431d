"""Does the server know our domain, let us sign on, and answer?

RFC 7395 frames the stream: `<open/>`, whole stanzas, `<close/>`, one to a message.
RFC 6120 says what is said in it: features, SASL, bind.
"""

from __future__ import annotations

import asyncio
import itertools
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from rehearsal.model import Account, Step
from rehearsal.net.secret import reveal
from rehearsal.net.trail import step, stop
from rehearsal.net.websocket import WebSocket
from rehearsal.net.xmpp.stanza import Element, malformed, parse, plain, written

FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"
STREAMS = "http://etherx.jabber.org/streams"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
CLIENT = "jabber:client"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
STREAM_ERRORS = "urn:ietf:params:xml:ns:xmpp-streams"
PING = "urn:xmpp:ping"
NOISE = 4096  # unrelated stanzas while an answer is awaited: 116 joins tell each of 115
# RFC 6120 4.9.3, 6.5: what a stream or a sign-on ends with, where it has a name of its own.
_STREAM_KINDS = {
    "conflict": "account_in_use",
    "host-gone": "no_such_domain",
    "host-unknown": "no_such_domain",
    "improper-addressing": "no_such_domain",
}
_REJECTED = ("account-disabled", "credentials-expired", "not-authorized")


class Refused(Exception):  # noqa: N818 - an answer, and none of our errors
    """The answer to a request was an error (RFC 6120 8.3)."""

    def __init__(self, condition: str, text: str) -> None:
        super().__init__(f"{condition} {text}".strip()[:300])
        self.condition = condition


@dataclass(slots=True)
class Stream:
    """One stream to one server; every request is timed and has its deadline.

    `address` is who the server says we are; `heard_s` when it last said anything.
    """

    socket: WebSocket
    domain: str
    deadline_s: float
    address: str = ""
    heard_s: float = 0.0
    is_in_meeting: bool = False
    times_s: dict[str, float] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=itertools.count)

    @asynccontextmanager
    async def timed(self, request: str, name: Step = Step.SIGNALLING) -> AsyncIterator[None]:
        """One request under its deadline, its duration kept by its name."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        async with step(name, self.deadline_s, "signalling_timeout") as rung:
            rung.note(request=request)
            yield
        self.times_s[request] = loop.time() - began_s

    async def sign_on(self, account: Account | None, resource: str) -> None:
        """Open the stream, say who we are, and get an address there."""
        async with self.timed("open"):
            features = await self._opened()
        async with self.timed("sign_on", Step.SIGN_ON):
            await self._authenticate(features, account)
        async with self.timed("bind"):
            await self._opened()
            self.address = await self._bound(resource)
        async with self.timed("ping"):
            await self.ping(self.domain)

    async def receive(self) -> Element:
        """The next stanza; Stopped when the server ends the stream instead."""
        found = parse(await self.socket.receive())
        self.heard_s = asyncio.get_running_loop().time()
        if found.is_a(STREAMS, "error"):
            condition, text = conditions(found, STREAM_ERRORS)
            kind = _STREAM_KINDS.get(condition, self._ending())
            raise stop(Step.SIGNALLING, kind, f"stream error {condition} {text}"[:300])
        if found.is_a(FRAMING, "close"):
            raise stop(Step.SIGNALLING, self._ending(), "the server closed the stream")
        if found.is_a(CLIENT, "iq") and found.get("type") in ("get", "set"):
            self._answer(found)
        return found

    def _ending(self) -> str:
        return "session_ended" if self.is_in_meeting else "signalling_error"

    def send(self, markup: str) -> None:
        """Send one stanza without waiting."""
        self.socket.send(markup)

    async def ask(self, to: str, request: str, *, setting: bool = False) -> Element:
        """The result of a request; Refused when it is an error."""
        own = self.demand(to, request, setting=setting)
        for _ in range(NOISE):
            found = await self.receive()
            if not found.is_a(CLIENT, "iq") or found.get("id") != own:
                continue
            if found.get("type") == "error":
                raise refusal(found)
            if found.get("type") == "result":
                return found
        raise malformed(f"{NOISE} stanzas without the answer to {own}")

    def demand(self, to: str, request: str, *, setting: bool = False) -> str:
        """Send a request without waiting; gives the id that its answer will have."""
        own = f"r{next(self._ids)}"
        kind = "set" if setting else "get"
        about = {"xmlns": CLIENT, "type": kind, "id": own, "to": to}
        self.send(written("iq", about, request))
        return own

    async def ping(self, to: str) -> None:
        """Wait until that address answers, be it with a refusal (XEP-0199 4.2)."""
        try:
            await self.ask(to, written("ping", {"xmlns": PING}))
        except Refused as told:
            if told.condition not in ("feature-not-implemented", "service-unavailable"):
                raise stop(Step.SIGNALLING, "signalling_error", f"ping: {told}") from told

    async def close(self) -> None:
        """End the stream, and hear the server end it (RFC 7395 3.6)."""
        async with self.timed("close"):
            self.send(written("close", {"xmlns": FRAMING}))
            for _ in range(NOISE):
                found = parse(await self.socket.receive())
                if found.is_a(FRAMING, "close"):
                    return
            raise malformed(f"{NOISE} stanzas without the end of the stream")

    async def _opened(self) -> Element:
        """The features of a new stream; the server's own `<open/>` comes before them."""
        self.send(written("open", {"xmlns": FRAMING, "to": self.domain, "version": "1.0"}))
        opened = await self.receive()
        if not opened.is_a(FRAMING, "open"):
            raise malformed(f"<{opened.name}> instead of <open>")
        features = await self.receive()
        if not features.is_a(STREAMS, "features"):
            raise malformed(f"<{features.name}> instead of the stream's features")
        return features

    async def _authenticate(self, features: Element, account: Account | None) -> None:
        mechanism = "PLAIN" if account else "ANONYMOUS"
        _require(mechanism, features)
        if account and not self.socket.opened.place.is_secure:
            raise stop(Step.SIGN_ON, "secret_unprotected", "PLAIN without TLS")
        about = {"xmlns": SASL, "mechanism": mechanism}
        self.send(written("auth", about, _plain(account) if account else ""))
        reply = await self.receive()
        if reply.is_a(SASL, "success"):
            return
        if not reply.is_a(SASL, "failure"):
            raise malformed(f"<{reply.name}> instead of the outcome of the sign-on")
        condition, text = conditions(reply, SASL)
        kind = "credentials_rejected" if condition in _REJECTED else "signalling_error"
        raise stop(Step.SIGN_ON, kind, f"{mechanism}: {condition} {text}"[:300])

    async def _bound(self, resource: str) -> str:
        wanted = written("resource", {}, plain(resource))
        try:
            reply = await self.ask("", written("bind", {"xmlns": BIND}, wanted), setting=True)
        except Refused as told:
            kind = "account_in_use" if told.condition == "conflict" else "signalling_error"
            raise stop(Step.SIGNALLING, kind, f"bind: {told}") from told
        bound = reply.first(BIND, "bind")
        address = bound.first(BIND, "jid") if bound else None
        if address is None or not address.text:
            raise malformed("a binding without an address")
        return address.text

    def _answer(self, request: Element) -> None:
        """Servers throw out whoever leaves a request unanswered (RFC 6120 8.2.3)."""
        about = {"xmlns": CLIENT, "id": request.get("id"), "to": request.get("from")}
        if request.first(PING, "ping"):
            self.send(written("iq", {**about, "type": "result"}))
            return
        unavailable = written("service-unavailable", {"xmlns": STANZAS})
        error = written("error", {"type": "cancel"}, unavailable)
        self.send(written("iq", {**about, "type": "error"}, error))


def _plain(account: Account) -> str:
    """Who we are, and the proof (RFC 4616)."""
    secret = reveal(account.secret) if account.secret else ""
    user = account.user.partition("@")[0]
    return b64encode(f"\0{user}\0{secret}".encode()).decode()


def _require(mechanism: str, features: Element) -> None:
    found = features.first(SASL, "mechanisms")
    offered = [m.text.strip() for m in found.all(SASL, "mechanism")] if found else []
    if mechanism in offered:
        return
    kind = "account_required" if mechanism == "ANONYMOUS" else "sign_on_unsupported"
    told = f"{mechanism} is not among {', '.join(offered) or 'none'}"
    raise stop(Step.SIGN_ON, kind, told[:300])


def conditions(error: Element, namespace: str) -> tuple[str, str]:
    """The condition that an error names in that namespace, and the words beside it."""
    told = {child.name: child.text for child in error if child.namespace == namespace}
    words = told.pop("text", "")
    return next(iter(told), "undefined-condition"), words


def refusal(stanza: Element) -> Refused:
    """The error that a stanza of type `error` carries."""
    error = stanza.first(CLIENT, "error")
    return Refused(*conditions(error, STANZAS)) if error else Refused("undefined-condition", "")
