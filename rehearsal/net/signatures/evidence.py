"""What is known of the signatures on a unit's documents? Facts, and no opinion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PDF, PACKET = "pdf", "packet"
LEADER, ORGANIZATION = "leader", "organization"
GOOD, REVOKED, UNTOLD = "good", "revoked", "untold"


@dataclass(frozen=True, slots=True)
class Seal:
    """One signature on one document.

    `is_intact`: what it covers is as it was signed. `is_whole`: it covers all of the
    document, but for further signatures. `valid_until` is of the certificate in its chain
    that ends first. `unit` is the code in the certificate's subject. `revocation` is
    `good`, `revoked`, or `untold`: nobody could be asked, or no answer was to be believed.
    """

    document: str
    role: str
    unit: str
    is_intact: bool
    is_whole: bool
    is_trusted: bool
    digest: str
    signed_at: datetime | None
    valid_from: datetime
    valid_until: datetime
    revocation: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """All signatures of a unit's two documents.

    `unlisted` are hosts that would tell of revocation, and that the inventory does not
    name; `silent` are addresses that gave no answer.
    """

    organ: str
    seals: tuple[Seal, ...]
    unlisted: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Papers:
    """What is examined: the two documents, whom we trust (DER), what was said of revocation."""

    pdf: bytes
    packet: bytes
    roots: tuple[bytes, ...]
    unit_field: str
    leader_field: str
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """Where one certificate's revocation can be asked for, and the request to a responder."""

    ocsp: tuple[str, ...]
    crl: tuple[str, ...]
    request: bytes
