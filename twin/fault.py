"""What carries a fault out, and which targets can have it?"""

from __future__ import annotations

import enum
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from rehearsal.model import Target, TargetKind, Text
from twin.authority import Authority, Identity
from twin.bridge import Script
from twin.dns import Reply
from twin.media.weather import Way
from twin.moves import Greet
from twin.ndt7 import Width
from twin.pages import Visit


class Backlog(enum.Enum):
    """How a listening socket takes callers."""

    OPEN = enum.auto()
    CLOSED = enum.auto()
    FULL = enum.auto()


@dataclass(frozen=True, slots=True)
class Names:
    """The name server speaks otherwise of this name."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class DeadFirst:
    """The name has two addresses, and nobody answers at the first."""


@dataclass(frozen=True, slots=True)
class Listens:
    """The socket takes no caller."""

    backlog: Backlog


@dataclass(frozen=True, slots=True)
class Greets:
    """Somebody else answers the telephone, before any TLS."""

    greet: Greet


@dataclass(frozen=True, slots=True)
class Shows:
    """The server shows another certificate."""

    issue: Callable[[Authority, str], Identity]


@dataclass(frozen=True, slots=True)
class Tunes:
    """The server has other TLS settings, and serves whoever meets them."""

    tune: Callable[[ssl.SSLContext], None]


@dataclass(frozen=True, slots=True)
class TurnsAway:
    """The server has TLS settings that a prober must fail, and says so by alerts."""

    tune: Callable[[ssl.SSLContext, Authority], None]


@dataclass(frozen=True, slots=True)
class Swaps:
    """TLS where the URL says plain, plain where the URL says TLS."""


@dataclass(frozen=True, slots=True)
class Responds:
    """The web server answers otherwise."""

    respond: Callable[[Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Talks:
    """The bridge talks otherwise, once the WebSocket is open, or carries sound otherwise.

    `is_apart`: its room is not connected with the others of the same number.
    """

    script: Script = field(default_factory=Script)
    way: Way = field(default_factory=Way)
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class CutsOff:
    """Nobody answers at this bridge, and whoever meets through it is cut off from the rest."""


@dataclass(frozen=True, slots=True)
class Carries:
    """The line carries less, or later."""

    width: Width


@dataclass(frozen=True, slots=True)
class Lapses:
    """The system's interface takes requests otherwise; `how` is a word that it knows."""

    how: str


@dataclass(frozen=True, slots=True)
class Crowds:
    """The system's interface bears no crowd: its own work takes `each_s` a request.

    Where more than `past` are under way, a request waits for `wait_s` or is answered with
    `status`; so are all after the first `lasts`.
    """

    past: int
    each_s: float = 0.05
    wait_s: float = 0.0
    status: int = 0
    lasts: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Works:
    """Nothing is different."""


BelowHttp = Listens | CutsOff | Greets | Shows | Tunes | TurnsAway | Swaps
Effect = Works | Names | DeadFirst | BelowHttp | Responds | Talks | Carries | Lapses | Crowds


def is_any(_target: Target) -> bool:
    """Every target has a name and an address."""
    return True


def is_tls(target: Target) -> bool:
    """Reached through TLS."""
    return urlsplit(target.url).scheme in {"https", "wss"}


def is_plain(target: Target) -> bool:
    """A page without TLS."""
    return urlsplit(target.url).scheme == "http"


def is_page(target: Target) -> bool:
    """Answers HTTP requests."""
    return target.kind in {TargetKind.SYSTEM, TargetKind.HOTLINE, TargetKind.PAGE}


def is_secure_page(target: Target) -> bool:
    """A page that plain HTTP could be confused with."""
    return is_page(target) and is_tls(target)


def is_janus(target: Target) -> bool:
    """A bridge that speaks the Janus API."""
    return target.kind is TargetKind.BRIDGE and target.protocol == "janus"


def is_line(target: Target) -> bool:
    """A unit's transmission line."""
    return target.kind is TargetKind.LINE


def has_contract(*contracts: str) -> Callable[[Target], bool]:
    """Takes transactions through such an interface."""

    def suits(target: Target) -> bool:
        return target.api is not None and target.api.contract in contracts

    return suits


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to be broken: its sentence, what carries it out, who can have it."""

    vi: str
    en: str
    effect: Effect
    suits: Callable[[Target], bool]

    @property
    def says(self) -> Text:
        """The fault in one line."""
        return Text(self.vi, self.en)
