"""Who issues the certificates that documents are signed with, and who revokes them?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

ROOT_FILE = "signing.pem"
DAY = timedelta(days=1)
YEARS = timedelta(days=1095)
SOON = timedelta(days=2)  # whatever go-live is ahead, that is less than 30 days after it


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate, its key, and the one that issued it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    issuer: x509.Certificate | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate is for; `title` is a leader's, an organization has none.

    `pki` is the address below which its revocation can be asked for.
    """

    unit: str
    name: str
    title: str
    pki: str
    lasts: timedelta = YEARS


class Bureau:
    """A root, the authority that issues to officers, and a stranger's root."""

    def __init__(self) -> None:
        """Everything is new: it lives as long as the twin."""
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.root = self._authority("Twin Government Root CA", None, "")
        self.stranger = self._authority("Somebody's Root CA", None, "")
        self._issuing: dict[str, Signer] = {}

    def issuing(self, pki: str, *, is_known: bool = True) -> Signer:
        """The issuing authority, whose own revocation is told at that address."""
        key = f"{pki} {is_known}"
        if key not in self._issuing:
            above = self.root if is_known else self.stranger
            self._issuing[key] = self._authority("Twin Government Signing CA", above, pki)
        return self._issuing[key]

    def certify(self, holder: Holder, *, is_known: bool = True) -> Signer:
        """A signing certificate."""
        issuer = self.issuing(holder.pki, is_known=is_known)
        key = ec.generate_private_key(ec.SECP256R1())
        draft = self._draft(_subject(holder), key, issuer, self.now + holder.lasts)
        draft = draft.add_extension(x509.BasicConstraints(False, None), critical=True)  # noqa: FBT003 - cryptography's own signature: ca
        usage = _key_usage("digital_signature", "content_commitment")
        draft = draft.add_extension(usage, critical=True)
        draft = draft.add_extension(_crl_at(f"{holder.pki}/issuing.crl"), critical=False)
        draft = draft.add_extension(_ocsp_at(f"{holder.pki}/ocsp"), critical=False)
        return Signer(draft.sign(issuer.key, hashes.SHA256()), key, issuer.certificate)

    def revocations(
        self, signer: Signer, *revoked: x509.Certificate, is_stale: bool = False
    ) -> bytes:
        """The list of an authority (RFC 5280 5), as of now or of last month."""
        ends = self.now - DAY if is_stale else self.now + 7 * DAY
        draft = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(signer.certificate.subject)
            .last_update(ends - 8 * DAY)
            .next_update(ends)
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(_authority_key(signer), critical=False)
        )
        for one in revoked:
            draft = draft.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(one.serial_number)
                .revocation_date(self.now - 30 * DAY)
                .build()
            )
        listed = draft.sign(signer.key, hashes.SHA256())
        return listed.public_bytes(serialization.Encoding.DER)

    def answer(self, asked: Signer, by: Signer, *, is_revoked: bool) -> bytes:
        """What the responder says of one certificate (RFC 6960)."""
        assert asked.issuer is not None
        told = ocsp.OCSPResponseBuilder().add_response(
            cert=asked.certificate,
            issuer=asked.issuer,
            algorithm=hashes.SHA1(),  # noqa: S303 - it names a certificate, and signs nothing
            cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=datetime.now(UTC) - timedelta(minutes=1),
            next_update=self.now + DAY,
            revocation_time=self.now - 30 * DAY if is_revoked else None,
            revocation_reason=None,
        )
        told = told.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
        signed = told.sign(by.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.DER)

    def _authority(self, name: str, above: Signer | None, pki: str) -> Signer:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        draft = self._draft(subject, key, above, self.now + 10 * YEARS)
        draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)  # noqa: FBT003 - cryptography's own signature: critical
        usage = _key_usage("key_cert_sign", "crl_sign", "digital_signature")
        draft = draft.add_extension(usage, critical=True)
        if above is not None:
            draft = draft.add_extension(_crl_at(f"{pki}/root.crl"), critical=False)
        signed = draft.sign(above.key if above else key, hashes.SHA256())
        return Signer(signed, key, above.certificate if above else None)

    def _draft(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        above: Signer | None,
        ends: datetime,
    ) -> x509.CertificateBuilder:
        by = (above.key if above else key).public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(above.certificate.subject if above else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - 90 * DAY)
            .not_valid_after(ends)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(by), critical=False
            )
        )


def _subject(holder: Holder) -> x509.Name:
    """An organization's certificate names the unit; a leader's also who signs, and as what."""
    told = [
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_IDENTIFIER, holder.unit),
        (NameOID.COMMON_NAME, holder.name),
    ]
    if holder.title:
        told.append((NameOID.TITLE, holder.title))
    return x509.Name([x509.NameAttribute(*one) for one in told])


def _crl_at(url: str) -> x509.CRLDistributionPoints:
    names = [x509.UniformResourceIdentifier(url)]
    return x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])


def _ocsp_at(url: str) -> x509.AuthorityInformationAccess:
    where = x509.UniformResourceIdentifier(url)
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
    return x509.AuthorityInformationAccess([access])


def _authority_key(signer: Signer) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())


def _key_usage(*granted: str) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{usage: usage in granted for usage in every})


def shortened(holder: Holder) -> Holder:
    """The same, with a certificate that is about to end."""
    return replace(holder, lasts=SOON)


@cache
def bureau_in(directory: Path) -> Bureau:
    """The one certification service of the twin in that directory; its root lies there."""
    bureau = Bureau()
    pem = bureau.root.certificate.public_bytes(serialization.Encoding.PEM)
    (directory / ROOT_FILE).write_bytes(pem)
    return bureau
