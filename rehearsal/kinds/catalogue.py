"""Which words belong to a failure?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from rehearsal.kinds.calling import CALLING
from rehearsal.kinds.dealing import SIGN_ON, TRANSACTION
from rehearsal.kinds.joining import JOINING
from rehearsal.kinds.line import CONNECT, RESOLVE
from rehearsal.kinds.media import MEDIA
from rehearsal.kinds.meeting import MEETING
from rehearsal.kinds.ours import OURS, UNFORESEEN
from rehearsal.kinds.spec import KindSpec
from rehearsal.kinds.tickets import TICKETS
from rehearsal.kinds.tls import TLS
from rehearsal.kinds.transfer import TRANSFER
from rehearsal.kinds.web import WEB
from rehearsal.model import Step

CHAPTERS = (
    RESOLVE,
    CONNECT,
    TLS,
    WEB,
    MEETING,
    JOINING,
    CALLING,
    MEDIA,
    TRANSFER,
    SIGN_ON,
    TRANSACTION,
    TICKETS,
    OURS,
)
"""The whole catalogue, in the order in which a measurement climbs its steps."""

KINDS: Mapping[str, KindSpec] = MappingProxyType(
    {kind: spec for chapter in CHAPTERS for kind, spec in chapter.kinds.items()}
)
"""Every kind by its name; `closed_<code>` and its like stand for a family of kinds."""

_ON_STEP = {key: spec for chapter in CHAPTERS for key, spec in chapter.on_step.items()}
_FAMILIES = (
    (re.compile(r"closed_\d+"), "closed_<code>"),
    (re.compile(r"sip_\d+"), "sip_<code>"),
    (re.compile(r"connect_(e[a-z0-9]+|unknown)"), "connect_<errno>"),
)


def spec_of(step: Step, kind: str) -> KindSpec:
    """The words for a failure; what nobody foresaw is UNKNOWN, and ours to explain."""
    if step is Step.OBSERVE:
        return OURS.kinds.get(kind, UNFORESEEN)
    return _ON_STEP.get((step, kind)) or KINDS.get(kind) or _of_family(kind)


def _of_family(kind: str) -> KindSpec:
    for pattern, family in _FAMILIES:
        if pattern.fullmatch(kind):
            return KINDS[family]
    return UNFORESEEN
