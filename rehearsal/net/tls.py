"""Is the peer who it says it is, and if the handshake fails, whose fault is that?"""

from __future__ import annotations

import functools
import hashlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtensionOID,
    NameOID,
)

from rehearsal.model import Step
from rehearsal.net.trail import Stopped, step, stop
from rehearsal.net.wire import TooMuch, Wire

KEPT = 1024  # certificates of a city: each check meets the same one again
RECORD_BYTES = 16 * 1024  # no record of TLS holds more (RFC 8446 5.1)
_DER = 2  # _ssl.ENCODING_DER
_HANDSHAKE_RECORD, _ALERT_RECORD = 0x16, 0x15
_CERTIFICATE_REQUEST = 13  # RFC 5246 7.4
_BAD_REQUEST = 400
# X509_V_ERR_* of OpenSSL's x509_vfy.h.
_VERIFY_KINDS = {
    9: "certificate_not_yet_valid",
    10: "certificate_expired",
    18: "certificate_self_signed",
    19: "certificate_unknown_authority",
    23: "certificate_revoked",
    62: "certificate_wrong_host",
    64: "certificate_wrong_host",
}
_NO_ISSUER = (2, 20, 21)
_VERSION_REASONS = (
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "UNSUPPORTED_PROTOCOL",
    "NO_PROTOCOLS_AVAILABLE",
    "TLSV1_ALERT_INSUFFICIENT_SECURITY",
)
_CLIENT_CERTIFICATE_REASONS = ("TLSV13_ALERT_CERTIFICATE_REQUIRED",)
_UNKNOWN_NAME_REASONS = ("TLSV1_UNRECOGNIZED_NAME",)  # RFC 6066 3
_NO_CERTIFICATE_REASONS = ("SSLV3_ALERT_HANDSHAKE_FAILURE", "SSLV3_ALERT_BAD_CERTIFICATE")


def context(trust: Sequence[str] = ()) -> ssl.SSLContext:
    """A verifying client context: the system's trust store, and these PEM files beside it.

    The flags are set, not inherited, so that a verdict does not depend on the version
    of Python (3.13 adds VERIFY_X509_STRICT to the default context).
    """
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.verify_flags = ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST
    made.set_alpn_protocols(["http/1.1"])
    for file in trust:
        made.load_verify_locations(cafile=file)
    return made


@dataclass(frozen=True, slots=True)
class Certificate:
    """What matters of one certificate of a chain; times are aware UTC."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Secured:
    """What a handshake agreed on, and the chain as the peer sent it, leaf first."""

    version: str
    cipher: str
    chain: tuple[bytes, ...]


@lru_cache(maxsize=KEPT)
def read_certificate(der: bytes) -> Certificate:
    """The facts of a DER certificate; ValueError when it cannot be parsed."""
    parsed = x509.load_der_x509_certificate(der)
    return Certificate(
        subject=parsed.subject.rfc4514_string(),
        issuer=parsed.issuer.rfc4514_string(),
        names=_names(parsed),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        sha256=hashlib.sha256(der).hexdigest(),
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in found.value)


def sent_chain(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates as the peer sent them, verified or not (public from Python 3.13)."""
    inner: Any = tls if hasattr(tls, "get_unverified_chain") else tls._sslobj  # type: ignore[attr-defined] # noqa: SLF001 - the same method, not yet public
    found = inner.get_unverified_chain() or ()
    return tuple(c if isinstance(c, bytes) else c.public_bytes(_DER) for c in found)


class TlsWire:
    """A stream inside TLS over a wire; verification is always on."""

    def __init__(self, wire: Wire, tls: ssl.SSLContext, host: str) -> None:
        self.wire = wire
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = tls.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._seen = bytearray()
        self._is_shaking = True

    async def handshake(self) -> Secured:
        """Shake hands; raises ssl.SSLError, OSError, EOFError or TooMuch when it fails."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
            except ssl.SSLError:
                self._flush()  # the peer's log deserves our alert
                raise
            else:
                break
            await self._feed()
        self._flush()
        self._is_shaking = False
        cipher = self._tls.cipher()
        version = self._tls.version() or ""
        return Secured(version, cipher[0] if cipher else "", sent_chain(self._tls))

    def asked_for_certificate(self) -> bool:
        """Whether a TLS 1.2 peer sent a CertificateRequest (in clear in that version)."""
        return _CERTIFICATE_REQUEST in _handshake_messages(bytes(self._seen))

    def chain(self) -> tuple[bytes, ...]:
        """The chain as far as the peer has sent it."""
        return sent_chain(self._tls)

    async def read(self) -> bytes:
        """The next bytes; empty at the end of the stream."""
        while True:
            try:
                return self._tls.read(RECORD_BYTES)
            except ssl.SSLWantReadError:
                self._flush()
            except ssl.SSLZeroReturnError:
                return b""
            try:
                await self._feed()
            except EOFError:  # no close_notify: HTTP's own framing tells if it was early
                return b""

    def write(self, data: bytes) -> None:
        """Send without waiting."""
        self._tls.write(data)
        self._flush()

    def abort(self) -> None:
        """Drop the connection at once."""
        self.wire.abort()

    async def _feed(self) -> None:
        data = await self.wire.read()
        if not data:
            raise EOFError("the peer closed the connection")
        if self._is_shaking:
            self._seen += data
        self._incoming.write(data)

    def _flush(self) -> None:
        if pending := self._outgoing.read():
            self.wire.write(pending)


def _handshake_messages(records: bytes) -> set[int]:
    """The types of the handshake messages in these TLS records (RFC 5246 6.2.1, 7.4)."""
    body = bytearray()
    at = 0
    while at + 5 <= len(records) and records[at] == _HANDSHAKE_RECORD:
        size = int.from_bytes(records[at + 3 : at + 5], "big")
        body += records[at + 5 : at + 5 + size]
        at += 5 + size
    found: set[int] = set()
    at = 0
    while at + 4 <= len(body):
        found.add(body[at])
        at += 4 + int.from_bytes(body[at + 1 : at + 4], "big")
    return found


def looks_like_tls(head: bytes) -> bool:
    """Whether the first bytes of a peer are those of a TLS record (RFC 8446 5.1)."""
    return len(head) > 1 and head[0] in (_HANDSHAKE_RECORD, _ALERT_RECORD) and head[1] == 3  # noqa: PLR2004 - RFC 8446 5.1: every TLS record


async def secure(
    wire: Wire, tls: ssl.SSLContext, host: str, deadline_s: float
) -> tuple[TlsWire, Secured]:
    """Shake hands on a wire; Stopped on `tls_handshake` with the kind of its failure."""
    stream = TlsWire(wire, tls, host)
    async with step(Step.TLS_HANDSHAKE, deadline_s, "handshake_timeout") as rung:
        try:
            agreed = await stream.handshake()
        except (ssl.SSLError, OSError, EOFError, TooMuch) as problem:
            chain = stream.chain()
            rung.note(**_facts(chain))
            raise _failure(stream, problem, chain, tls) from problem
        rung.note(version=agreed.version, cipher=agreed.cipher, **_facts(agreed.chain))
    return stream, agreed


def _facts(chain: Sequence[bytes]) -> dict[str, object]:
    if not chain:
        return {}
    try:
        leaf = read_certificate(chain[0])
    except ValueError as problem:
        return {"certificate": f"unreadable: {problem}"}
    return {
        "subject": leaf.subject,
        "issuer": leaf.issuer,
        "names": leaf.names,
        "not_before": leaf.not_before.isoformat(),
        "not_after": leaf.not_after.isoformat(),
        "sha256": leaf.sha256,
        "certificates_sent": len(chain),
    }


def _failure(
    stream: TlsWire, problem: Exception, chain: Sequence[bytes], tls: ssl.SSLContext
) -> Stopped:
    kind, detail = _named(stream, problem, chain, tls)
    return stop(Step.TLS_HANDSHAKE, kind, detail)


def _named(
    stream: TlsWire, problem: Exception, chain: Sequence[bytes], tls: ssl.SSLContext
) -> tuple[str, str]:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _verify_kind(problem, chain, tls)
    head = stream.wire.head
    if head and not looks_like_tls(head):
        return "peer_not_tls", f"the peer's first bytes are {head!r}"
    if isinstance(problem, ssl.SSLError) and not isinstance(problem, ssl.SSLEOFError):
        return alert_kind(problem, asked=stream.asked_for_certificate())
    if isinstance(problem, TooMuch):
        return "response_too_large", str(problem)
    return _hung_up(stream, problem)


def _hung_up(stream: TlsWire, problem: Exception) -> tuple[str, str]:
    """A handshake that ends without an alert; some peers ask so for our certificate."""
    if stream.asked_for_certificate():
        told = "the peer asked for our certificate, and hung up when there was none"
        return "client_certificate_required", told
    if isinstance(problem, EOFError | ssl.SSLEOFError):
        return "handshake_closed", "the peer closed the connection during the handshake"
    return "handshake_reset", f"{problem}"


def alert_kind(problem: ssl.SSLError, *, asked: bool) -> tuple[str, str]:
    """The kind of an SSLError, given whether the peer had asked for our certificate."""
    reason = problem.reason or str(problem)
    wants_ours = asked and reason in _NO_CERTIFICATE_REASONS
    if wants_ours or reason in _CLIENT_CERTIFICATE_REASONS:
        return "client_certificate_required", reason
    if reason in _VERSION_REASONS:
        return "protocol_version_unsupported", reason
    if reason in _UNKNOWN_NAME_REASONS:
        return "server_name_unknown", reason
    return "handshake_refused", reason


def page_wants_certificate(status: int, body: bytes) -> bool:
    """Whether a page is nginx's way to ask for our certificate (status 496, told as 400)."""
    return status == _BAD_REQUEST and b"No required SSL certificate was sent" in body


def _verify_kind(
    problem: ssl.SSLCertVerificationError, chain: Sequence[bytes], tls: ssl.SSLContext
) -> tuple[str, str]:
    detail = f"{problem.verify_message} (verify code {problem.verify_code})"
    if problem.verify_code in _NO_ISSUER:
        return _issuer_kind(chain, tls), f"{detail}; {len(chain)} certificate(s) sent"
    return _VERIFY_KINDS.get(problem.verify_code, "certificate_invalid"), detail


def _issuer_kind(chain: Sequence[bytes], tls: ssl.SSLContext) -> str:
    """Is the missing issuer an intermediate that the peer forgot, or nobody we trust?

    The peer must send every certificate up to the root (RFC 8446 4.4.2). When the last
    one it sent shows that its issuer is itself issued by somebody, the chain is
    incomplete; otherwise the issuer is an authority that we do not know.
    """
    if not chain:
        return "certificate_unknown_authority"
    try:
        last = x509.load_der_x509_certificate(chain[-1])
    except ValueError:  # OpenSSL is more lenient than we are
        return "certificate_unknown_authority"
    is_alone = len(chain) == 1 and _says_where_its_issuer_is(last)
    if is_alone or _has_upstream(last) or _resembles(last.issuer, _organisations(tls)):
        return "certificate_chain_incomplete"
    return "certificate_unknown_authority"


def _says_where_its_issuer_is(certificate: x509.Certificate) -> bool:
    """Whether a leaf names a place to fetch its issuer from (RFC 5280 4.2.2.1)."""
    wanted = x509.AuthorityInformationAccess
    try:
        found = certificate.extensions.get_extension_for_class(wanted)
    except x509.ExtensionNotFound:
        return False
    ways = AuthorityInformationAccessOID.CA_ISSUERS
    return any(item.access_method == ways for item in found.value)


def _has_upstream(certificate: x509.Certificate) -> bool:
    """Whether a certificate says of its issuer that it is an intermediate."""
    common = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(common[0].value).lower() if common else ""
    if any(word in name for word in ("intermediate", "issuing", "sub ca", "subca")):
        return True
    return _key_identifier_names_another(certificate)


def _key_identifier_names_another(certificate: x509.Certificate) -> bool:
    try:
        found = certificate.extensions.get_extension_for_oid(
            ExtensionOID.AUTHORITY_KEY_IDENTIFIER
        )
    except x509.ExtensionNotFound:
        return False
    named: Any = found.value
    grand = [n.value for n in named.authority_cert_issuer or () if hasattr(n.value, "rdns")]
    return bool(grand) and certificate.issuer not in grand


@functools.lru_cache(maxsize=8)
def _organisations(tls: ssl.SSLContext) -> frozenset[str]:
    """The organisations of the roots that are trusted; decoding them all is slow."""
    subjects: list[Any] = [anchor["subject"] for anchor in tls.get_ca_certs()]
    pairs = (pair for subject in subjects for part in subject for pair in part)
    return frozenset(value for key, value in pairs if key == "organizationName")


def _resembles(issuer: x509.Name, organisations: frozenset[str]) -> bool:
    """Whether a trusted root belongs to the same organisation as this issuer."""
    ours = issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return any(str(attribute.value) in organisations for attribute in ours)
