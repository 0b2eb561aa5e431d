"""Which cookies does one walk through a sign-on carry? (RFC 6265)

Each goes back to the very host that set it, and to nobody else: wider than that no sign-on
needs them, and whoever asks for more is not obeyed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rehearsal.net.door import Place

COOKIES_MAX = 50  # RFC 6265 6.1: what a browser should hold of one domain
COOKIE_CHARS = 4096
_SECONDS_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie as it was set."""

    name: str
    value: str
    host: str
    path: str
    is_secure: bool

    def goes_to(self, place: Place) -> bool:
        """Whether a request there carries it (RFC 6265 5.4)."""
        path = place.path.partition("?")[0]
        is_below = path == self.path or path.startswith(self.path.rstrip("/") + "/")
        return place.host == self.host and is_below and (place.is_secure or not self.is_secure)


class Jar:
    """The cookies of one walk, forgotten with it."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], Cookie] = {}

    def take(self, place: Place, told: Iterable[str], now: datetime) -> None:
        """Keep what a page at that place set, or forget it, as the page says."""
        for line in told:
            name, value, attributes = _parsed(line)
            if not name or len(line) > COOKIE_CHARS:
                continue
            path = attributes.get("path", "")
            path = path if path.startswith("/") else _default_path(place)
            key = (place.host, path, name)
            self._kept.pop(key, None)
            if not _is_over(attributes, now) and len(self._kept) < COOKIES_MAX:
                secure = "secure" in attributes
                self._kept[key] = Cookie(name, value, place.host, path, secure)

    def header(self, place: Place) -> str:
        """The value of `Cookie` for a request there; longer paths come first."""
        going = [cookie for cookie in self._kept.values() if cookie.goes_to(place)]
        going.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in going)


def _parsed(line: str) -> tuple[str, str, dict[str, str]]:
    """Name, value, and attributes by their names in lower case (RFC 6265 5.2)."""
    pair, *rest = line.split(";")
    name, _, value = pair.partition("=")
    attributes = {}
    for part in rest:
        key, _, told = part.partition("=")
        attributes[key.strip().lower()] = told.strip()
    return name.strip(), value.strip(), attributes


def _default_path(place: Place) -> str:
    return place.path.partition("?")[0].rpartition("/")[0] or "/"


def _is_over(attributes: dict[str, str], now: datetime) -> bool:
    """Whether the server takes it back; `Max-Age` outranks `Expires`."""
    seconds = attributes.get("max-age", "")
    if seconds.lstrip("-").isdecimal() and len(seconds) <= _SECONDS_DIGITS:
        return int(seconds) <= 0
    try:
        ends = parsedate_to_datetime(attributes.get("expires", "").replace("-", " "))
    except ValueError:
        return False
    return (ends if ends.tzinfo else ends.replace(tzinfo=UTC)) <= now
