"""What signed documents does a unit show, and what is said of their certificates?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from twin.signing import pdf, xmldsig
from twin.signing.bureau import Bureau, Holder, Signer, shortened
from twin.signing.cms import Manner

OCSP = "pki/ocsp"
HOUR = timedelta(hours=1)
OTHER_UNIT = "99999"
UNLISTED = "https://pki.elsewhere.invalid"
_TITLE = "Chủ tịch"
_PACKET = """<?xml version="1.0" encoding="utf-8"?>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope><edXMLHeader><MessageHeader>
<From><OrganId>{organ}</OrganId></From><To><OrganId>CITY</OrganId></To>
<DocumentId>{organ},2025/06/24,{number}/CV</DocumentId><Subject>Phúc đáp</Subject>
</MessageHeader></edXMLHeader><edXMLBody/></edXMLEnvelope></edXML>"""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose documents these are; `pki` is where revocation is asked for."""

    code: str
    name: str
    pki: str


class Specimens:
    """One unit's signed documents, made when they are first asked for."""

    def __init__(self, bureau: Bureau, whose: Whose, lapse: str) -> None:
        """`lapse` is what is wrong with them."""
        self._bureau = bureau
        self._whose = whose
        self._lapse = lapse
        self._pki = UNLISTED if lapse == "revocation-elsewhere" else whose.pki

    @cached_property
    def document(self) -> bytes:
        """The PDF, signed by the leader first and then by the organization."""
        if self._lapse == "signed-page":
            return b"<!doctype html><title>Portal</title>"
        if self._lapse == "signed-garbage":
            return b"%PDF-1.7\n1 0 obj << /Type /Catalog"
        paper = pdf.blank(f"Dien tap {self._whose.code}")
        leader, organization = self._signers()
        manner = Manner(self._at(), "sha1" if self._lapse == "sha1" else "sha256")
        if leader is not None:
            paper = pdf.signed(paper, pdf.LEADER, leader, manner)
        if organization is not None:
            paper = pdf.signed(paper, pdf.ORGANIZATION, organization, manner)
        if self._lapse == "pdf-changed-later":
            paper = pdf.touched_up(paper, "Noi dung khac")
        if self._lapse == "pdf-altered":
            return paper.content.replace(b"(Dien tap", b"(Xien tap")
        return paper.content

    @cached_property
    def packet(self) -> bytes:
        """The edXML packet, signed by the organization."""
        text = _PACKET.format(organ=self._whose.code, number=17)
        if self._lapse == "packet-unsigned":
            return text.encode()
        signed = xmldsig.sign(text.encode(), self._organization)
        if self._lapse == "packet-altered":
            return signed.replace("Phúc đáp".encode(), "Phúc thẩm".encode())
        if self._lapse == "packet-wrapped":
            forged = _PACKET.format(organ=self._whose.code, number=666)
            return xmldsig.wrapped(signed, forged.encode())
        return signed

    def shown(self, path: str, request: bytes) -> tuple[str, bytes] | None:
        """What stands at one of its paths, and of which type; None for other paths."""
        if path == OCSP:
            answer = self.answer(request)
            return ("application/ocsp-response", answer or b"") if answer else ("", b"")
        if path not in _PAPERS:
            return None
        kind, tell = _PAPERS[path]
        told = tell(self)
        return (kind, told) if told else ("", b"")

    def issuing_list(self) -> bytes | None:
        """The list of those whose certificates were revoked; None where nobody keeps it."""
        if self._lapse in {"revocation-silent", "revocation-forged"}:
            return None
        revoked = [self._organization.certificate] if self._lapse == "revoked" else []
        is_stale = self._lapse == "revocation-stale"
        return self._bureau.revocations(self._issuing, *revoked, is_stale=is_stale)

    def root_list(self) -> bytes:
        """The root's list: no authority was revoked."""
        root = self._bureau.root if self._is_known else self._bureau.stranger
        return self._bureau.revocations(root)

    def answer(self, request: bytes) -> bytes | None:
        """What the responder says of the certificate that is asked for."""
        if self._lapse in {"revocation-silent", "revocation-stale"}:
            return None
        asked = next((s for s in self._everybody() if _names(request, s)), None)
        if asked is None:
            return None
        is_revoked = self._lapse == "revoked" and asked is self._organization
        by = self._bureau.stranger if self._lapse == "revocation-forged" else self._issuing
        return self._bureau.answer(asked, by, is_revoked=is_revoked)

    def _signers(self) -> tuple[Signer | None, Signer | None]:
        """Who signs the PDF as its leader, and who as the organization."""
        if self._lapse == "unsigned":
            return None, None
        if self._lapse == "one-of-two":
            return None, self._organization
        if self._lapse == "organization-twice":
            return self._organization, self._organization
        return self._leader, self._organization

    def _everybody(self) -> tuple[Signer, ...]:
        return self._leader, self._organization

    @cached_property
    def _leader(self) -> Signer:
        return self._certified(f"Lãnh đạo {self._whose.name}", _TITLE)

    @cached_property
    def _organization(self) -> Signer:
        return self._certified(self._whose.name, "")

    @property
    def _issuing(self) -> Signer:
        return self._bureau.issuing(self._pki, is_known=self._is_known)

    @property
    def _is_known(self) -> bool:
        return self._lapse != "unknown-authority"

    def _certified(self, name: str, title: str) -> Signer:
        unit = OTHER_UNIT if self._lapse == "other-organisation" else self._whose.code
        holder = Holder(unit, name[:60], title, self._pki)
        if self._lapse == "expires-soon":
            holder = shortened(holder)
        return self._bureau.certify(holder, is_known=self._is_known)

    def _at(self) -> datetime:
        now = datetime.now(UTC).replace(microsecond=0)
        return now + 5 * HOUR if self._lapse == "signed-tomorrow" else now - HOUR


def _names(request: bytes, signer: Signer) -> bool:
    """Whether an OCSP request is about that certificate: its number stands there in DER."""
    number = signer.certificate.serial_number
    told = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes([2, len(told)]) + told in request


Told = Callable[[Specimens], bytes | None]
_PAPERS: Mapping[str, tuple[str, Told]] = {
    "signed/document.pdf": ("application/pdf", lambda s: s.document),
    "signed/packet": ("application/xml", lambda s: s.packet),
    "pki/issuing.crl": ("application/pkix-crl", lambda s: s.issuing_list()),
    "pki/root.crl": ("application/pkix-crl", lambda s: s.root_list()),
}
