"""Is this a URL that a probe may be sent to, and what do its templates become?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from functools import partial
from urllib.parse import SplitResult, urlsplit

from rehearsal.model import Text

SCHEMES: Mapping[str, tuple[str, ...]] = {
    "system": ("https", "http"),
    "janus": ("wss", "ws"),
    "xmpp": ("wss", "ws"),
    "sip": ("sips", "sip", "wss", "ws"),
    "h323": ("h323",),
    "other": ("https", "http", "wss", "ws", "sips", "sip", "h323"),
    "line": ("wss", "ws"),
}
CONTRACTS: Mapping[str, tuple[str, ...]] = {
    "dossiers": ("https", "http"),
    "open311": ("https", "http"),
    "edxml": ("https", "http"),
    "oidc": ("https", "http"),
    "mail": ("smtp", "smtps"),
    "voice": ("sips", "sip"),
}
HOST_MAX_CHARS = 253  # RFC 1035 2.3.4
_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80, "smtp": 587, "smtps": 465}
_RESERVED = ("example", "example.com", "example.net", "example.org")  # RFC 2606 2, 3
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_ALLOWED = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")  # RFC 3986 2
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# What may carry SIP (RFC 3261 19.1.2); SIP in a WebSocket has a ws: or wss: address.
_TRANSPORTS = {"sip": ("udp", "tcp", "tls"), "sips": ("tcp", "tls")}
_TRANSPORT = re.compile(r";transport=([^;?]*)", re.IGNORECASE)
_CALL = re.compile(r"(sips?|h323):([^@/?#]*@)?([^@/?#;]+)([;?].*)?")  # RFC 3261 19.1


class TemplateError(ValueError):
    """A template that names a field which its owner does not have."""


def filled(template: str, fields: Mapping[str, str]) -> str:
    """Fill `{slug}` and `{code}` in; `{{` and `}}` stand for single braces."""
    return _PIECE.sub(partial(_piece, fields), template)


def _piece(fields: Mapping[str, str], match: re.Match[str]) -> str:
    if match[0] in ("{{", "}}"):
        return match[0][0]
    if match[1] not in fields:
        raise TemplateError(match[0])
    return fields[match[1]]


def problem_of(url: str, protocol: str) -> Text | None:
    """Say what a URL should have been; None when it may be used."""
    schemes = SCHEMES.get(protocol) or CONTRACTS[protocol]
    if url.partition(":")[0] not in schemes:
        listed = " / ".join(f"{scheme}:" for scheme in schemes)
        return Text(f"địa chỉ bắt đầu bằng {listed}", f"an address that begins with {listed}")
    if not _ALLOWED.fullmatch(url):
        return _CHARACTERS
    parts = _parts(url)
    if parts is None or not _is_host(parts.hostname or ""):
        return _HOST
    if parts.password is not None or (parts.username and _is_web(url)):
        return _NO_CREDENTIALS
    if parts.fragment:
        return _NO_FRAGMENT
    return None if _is_carried(url) else _TRANSPORT_WORDS


def _is_carried(url: str) -> bool:
    known = _TRANSPORTS.get(url.partition(":")[0])
    asked = _TRANSPORT.findall(url)
    return known is None or not asked or (len(asked) == 1 and asked[0].lower() in known)


def host_of(url: str) -> str:
    """Give the host of a URL that `problem_of` found good."""
    parts = _parts(url)
    return (parts.hostname or "") if parts else ""


def canonical(url: str) -> tuple[str, str, int | None, str, str]:
    """Give what two spellings of one address have in common."""
    parts = _parts(url) or SplitResult("", "", url, "", "")
    port = parts.port or _PORTS.get(parts.scheme)
    who = parts.path if _is_web(url) else parts.username or ""
    return parts.scheme, parts.hostname or "", port, who or "/", parts.query


def is_reserved(url: str) -> bool:
    """Whether the host is one that nobody can own (RFC 2606)."""
    host = host_of(url)
    return any(host == name or host.endswith(f".{name}") for name in _RESERVED)


def _is_web(url: str) -> bool:
    return url.partition(":")[0] in _PORTS


def _parts(url: str) -> SplitResult | None:
    """Split a URL, a SIP or H.323 address as if it had slashes; None if malformed."""
    call = _CALL.fullmatch(url)
    if call is None and not _is_web(url):
        return None
    try:
        parts = urlsplit(f"{call[1]}://{call[2] or ''}{call[3]}" if call else url)
        port = parts.port  # a bad port raises only when asked for
    except ValueError:
        return None
    return None if port == 0 else parts


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        is_name = not labels[-1].isdigit() and all(map(_LABEL.fullmatch, labels))
        return is_name and len(host) <= HOST_MAX_CHARS
    return True


_CHARACTERS = Text(
    "địa chỉ chỉ gồm ký tự của URL, không còn chỗ trống {…} chưa điền",
    "an address of URL characters only, with no {…} left to fill in",
)
_HOST = Text("một tên máy hoặc địa chỉ IP hợp lệ", "a valid host name or IP address, and port")
_NO_CREDENTIALS = Text(
    "địa chỉ không kèm tên đăng nhập, mật khẩu", "an address without user name or password"
)
_TRANSPORT_WORDS = Text(
    "transport là udp, tcp hoặc tls với sip:, tcp hoặc tls với sips:",
    "a transport: udp, tcp or tls with sip:, tcp or tls with sips:",
)
_NO_FRAGMENT = Text("địa chỉ không có phần #", "an address without a # part")
