"""Which words has everybody in common? Standard library only."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NOTHING: Mapping[str, object] = MappingProxyType({})


class Outcome(enum.IntEnum):
    """Ordered from best to worst; the worst one wins. Missing data is never PASS."""

    PASS = 0
    WARN = 1
    UNKNOWN = 2
    BLOCKED = 3
    FAIL = 4

    @property
    def word(self) -> str:
        """The word that stands in `results.json`."""
        return self.name.lower()


class Step(enum.StrEnum):
    """Where on the wire an attempt stopped; OBSERVE means that the fault is ours."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS_HANDSHAKE = "tls_handshake"
    HTTP_EXCHANGE = "http_exchange"
    WS_UPGRADE = "ws_upgrade"
    SIGNALLING = "signalling"
    ICE = "ice"
    DTLS = "dtls"
    MEDIA = "media"
    SIGN_ON = "sign_on"
    TRANSACTION = "transaction"
    CLEANUP = "cleanup"
    OBSERVE = "observe"


class Light(enum.StrEnum):
    """Readiness of a unit, in the words of Plan 02-KH/BCDTW; grey was not assessed."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Decision(enum.StrEnum):
    """What a trial recommends to the Steering Committee."""

    GO = "go"
    CONDITIONAL = "conditional"
    NO_GO = "no-go"
    INCONCLUSIVE = "inconclusive"


class Group(enum.StrEnum):
    """The four groups of causes of Dispatch 111/CD-TTg (17 July 2025)."""

    INFRASTRUCTURE = "infrastructure"
    SYSTEMS = "systems"
    PROCEDURES_AND_STAFF = "procedures-and-staff"
    SUPPORT = "support"


class Level(enum.StrEnum):
    """Where a cause lies: with us first, then with what many share, then with one unit."""

    OBSERVER = "observer"
    VANTAGE = "vantage"
    HUB = "hub"
    SHARED_SYSTEM = "shared-system"
    ATTRIBUTE = "attribute"
    UNIT = "unit"


class TargetKind(enum.StrEnum):
    """What sort of thing a target is; a check names the kinds it can be put to."""

    BRIDGE = "bridge"
    SYSTEM = "system"
    HOTLINE = "hotline"
    LINE = "line"
    PAGE = "page"
    DECLARED = "declared"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages; neither may be empty."""

    vi: str
    en: str
