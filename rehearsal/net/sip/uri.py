"""Whom does a SIP address name, and by which way is it reached? (RFC 3261, section 19)"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit

from rehearsal.net.sip.message import parameters

_URI = re.compile(
    r"(sips?):(?:([^@\s<>\"]+)@)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?"
    r"((?:;[^?\s<>\"]*)?)(?:\?[^\s<>\"]*)?",
    re.IGNORECASE,
)
_USER_MARKS = "-_.!~*'()&=+$,;?/"  # RFC 3261 25.1: what a user may hold unescaped
_PORTS = {"UDP": 5060, "TCP": 5060, "TLS": 5061}
_WEB = {"ws": "WS", "wss": "WSS"}
PORT_MAX = 65_535


@dataclass(frozen=True, slots=True)
class SipUri:
    """A `sip:` or `sips:` address; `user` is unescaped, `port` None when it is not given."""

    scheme: str
    user: str
    host: str
    port: int | None = None
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        user = f"{quote(self.user, safe=_USER_MARKS)}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        told = "".join(f";{k}={v}" if v else f";{k}" for k, v in self.parameters.items())
        return f"{self.scheme}:{user}{host}{port}{told}"


@dataclass(frozen=True, slots=True)
class Way:
    """How a bridge is reached: `transport` as Via writes it, `url` for a WebSocket only."""

    transport: str
    host: str
    port: int
    scheme: str = "sip"
    user: str = ""
    url: str = ""

    @property
    def is_reliable(self) -> bool:
        """Whether lost messages are sent again below us (RFC 3261 17)."""
        return self.transport != "UDP"

    @property
    def parameter(self) -> str:
        """What `;transport=` says of it; both WebSockets have one word (RFC 7118 5.2.4)."""
        if self.scheme == "sips":
            return "tcp"  # inside TLS: that is what the scheme says (RFC 3261 26.2.2)
        return "ws" if self.url else self.transport.lower()


def parse(text: str) -> SipUri:
    """Take a SIP address apart; ValueError when it is none."""
    found = _URI.fullmatch(text)
    if found is None or int(found[4] or 1) not in range(1, PORT_MAX + 1):
        raise ValueError(f"no SIP address: {text[:200]!r}")
    user = unquote((found[2] or "").partition(":")[0])
    told = parameters(part for part in (found[5] or "").split(";") if part)
    port = int(found[4]) if found[4] else None
    host = found[3].strip("[]").lower()
    return SipUri(found[1].lower(), user, host, port, MappingProxyType(told))


def way_to(url: str) -> Way:
    """By which way an address of the inventory is reached; ValueError when by none of ours."""
    parts = urlsplit(url)
    if parts.scheme in _WEB and parts.hostname:
        port = parts.port or (443 if parts.scheme == "wss" else 80)
        return Way(_WEB[parts.scheme], parts.hostname, port, url=url)
    uri = parse(url)
    transport = _transport(uri)
    port = uri.port or _PORTS[transport]
    return Way(transport, uri.host, port, uri.scheme, uri.user)


def _transport(uri: SipUri) -> str:
    """RFC 3261 19.1.2; `tls` is how everybody writes what `sips` was meant for."""
    asked = uri.parameters.get("transport", "udp" if uri.scheme == "sip" else "tls").upper()
    transport = "TLS" if uri.scheme == "sips" and asked == "TCP" else asked
    if transport not in _PORTS or (uri.scheme == "sips" and transport != "TLS"):
        raise ValueError(f"no transport for {uri.scheme}: {asked[:20]!r}")
    return transport
