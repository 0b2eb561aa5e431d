"""Through which door does a probe go out, and where may it go?"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import SplitResult, quote, urlsplit

from rehearsal.model import Step, Target
from rehearsal.net import looks, tcp
from rehearsal.net.dns import Resolver, literal
from rehearsal.net.ledger import Ledger, Unwritten
from rehearsal.net.load import Gate
from rehearsal.net.media.together import Together
from rehearsal.net.meeting import Meeting
from rehearsal.net.ndt7.budget import Budget
from rehearsal.net.pulse import Pulse
from rehearsal.net.surge.schedule import Surge
from rehearsal.net.talks import Talks
from rehearsal.net.tls import Secured, TlsWire, secure
from rehearsal.net.trail import Stopped, stop
from rehearsal.net.wire import TLS_OVERHEAD, Wire

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "h323": 1720}
_SECURE = ("https", "wss")
_PATH_MARKS = "/?:@!$&'()*+,;=~%"  # RFC 3986 3.3, and what is escaped already


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each step may take, in seconds, from the moment it starts.

    Five seconds hold a lost SYN and its two retransmissions (RFC 6298: after 1 and 3 s)
    on a line of 300 ms; a person in a hall has given up by then.
    """

    resolve_s: float = 5.0
    connect_s: float = 5.0
    tls_s: float = 5.0
    http_s: float = 5.0
    upgrade_s: float = 5.0
    signalling_s: float = 5.0
    ice_s: float = 10.0  # the wait for a relay's silence alone is 5 s
    dtls_s: float = 5.0
    media_s: float = 15.0  # one window of the limits on loss
    ring_s: float = 15.0  # five rings: a meeting's line that is not answered by then is not


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a peer may send: bytes on the wire, bytes unpacked, and in how many pieces."""

    wire_bytes: int = 256 * 1024
    unpacked_bytes: int = 1024 * 1024
    redirects: int = 5
    pieces: int = 4096  # chunks, frames: each costs us far more than it costs the peer
    notices: int = 8  # informational responses (RFC 9110 15.2) before the real one


@dataclass(frozen=True, slots=True)
class Place:
    """A URL, taken apart, with the port that it is really reached at."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    authority: str

    @property
    def is_secure(self) -> bool:
        """Whether TLS is spoken there."""
        return self.scheme in _SECURE


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream to a place, and the wire below it."""

    place: Place
    stream: TlsWire | Wire
    wire: Wire
    secured: Secured | None = None
    silent_addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """The way out for every probe of a trial. `hosts` is all that may be reached.

    `peers` are all targets of one key (`procedures`), in the inventory's order: a dossier
    may be taken in at one unit and given back at another. `trust` are the PEM files of the
    authorities that the inventory names, who also vouch for those who sign documents.
    """

    resolver: Resolver
    tls: ssl.SSLContext
    hosts: frozenset[str]
    ports: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    deadlines: Deadlines = field(default_factory=Deadlines)
    caps: Caps = field(default_factory=Caps)
    marker: str = "DIENTAP"
    meeting: Meeting | None = None
    line: Budget = field(default_factory=Budget)
    pulse: Pulse = field(default_factory=Pulse)
    together: Together = field(default_factory=Together)
    talks: Talks = field(default_factory=Talks)
    ledger: Ledger = field(default_factory=Unwritten)
    gate: Gate = field(default_factory=Gate)
    surge: Surge = field(default_factory=Surge)
    peers: Mapping[str, tuple[Target, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    trust: tuple[str, ...] = ()

    def place(self, url: str) -> Place:
        """Where a URL leads; ValueError when it is none that this door knows."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError(f"not an address to probe: {url[:200]!r}")
        port = parts.port or _PORTS[parts.scheme]
        return Place(
            url=url,
            scheme=parts.scheme,
            host=parts.hostname,
            port=self.ports.get(port, port),
            path=_path(parts),
            authority=parts.netloc.rpartition("@")[2],
        )

    @property
    def asks_names(self) -> bool:
        """Whether any host has to be resolved at all."""
        return any(literal(host) is None for host in self.hosts)

    def allows(self, place: Place) -> bool:
        """Whether the inventory names that host."""
        return place.host in self.hosts

    async def connect(self, url: str, *, every_address: bool = False) -> Opened:
        """Resolve and connect, no more; `every_address` waits for the others' fate too."""
        place = self.place(url)
        if not self.allows(place):
            raise stop(Step.OBSERVE, "bug_in_rehearsal", f"{place.host} is no target")
        found = await self.resolver.addresses(place.host, self.deadlines.resolve_s)
        cap_bytes = self.caps.wire_bytes + TLS_OVERHEAD
        wire, losers = await tcp.connect(
            found, place.port, self.deadlines.connect_s, cap_bytes, every=every_address
        )
        self.pulse.beat(*wire.peer)
        return Opened(place, wire, wire, silent_addresses=losers)

    async def open(self, url: str, *, every_address: bool = False) -> Opened:
        """Resolve, connect and, where the scheme asks for it, shake hands."""
        opened = await self.connect(url, every_address=every_address)
        return await self._secured(opened) if opened.place.is_secure else opened

    async def dial(self, host: str, port: int, *, secure: bool) -> Opened:
        """Reach a host whose address is no URL; `secure` is inside TLS."""
        name = f"[{host}]" if ":" in host else host
        return await self.open(f"{'https' if secure else 'http'}://{name}:{port}/")

    async def _secured(self, opened: Opened) -> Opened:
        wire, host = opened.wire, opened.place.host
        try:
            stream, secured = await secure(wire, self.tls, host, self.deadlines.tls_s)
        except Stopped as ended:
            wire.abort()
            second = await looks.again_without_tls(ended.failure, wire, host)
            raise Stopped(second) from ended
        except BaseException:
            wire.abort()
            raise
        return replace(opened, stream=stream, secured=secured)


def _path(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe=_PATH_MARKS)
    return f"{path}?{quote(parts.query, safe=_PATH_MARKS)}" if parts.query else path
