"""Who vouches for the city? A certificate authority that lives as long as the twin."""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

LEAF_LASTS = timedelta(days=200)  # after go-live: beyond every limit that a check has
ISSUER_LASTS = timedelta(days=3650)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From when until when a certificate is valid."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Issuer:
    """A certificate that may sign others. `is_root`: it signed itself."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    is_root: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """What a server shows, leaf first, and the key of the leaf."""

    chain: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePrivateKey


class Authority:
    """A root, the intermediate that signs the leaves, and the calendar they obey."""

    def __init__(self, now: datetime, go_live: date, name: str = "Twin City") -> None:
        """Make both; `now` is aware, `go_live` begins at midnight UTC."""
        self.now = now.replace(microsecond=0)
        self.go_live = datetime.combine(go_live, time(), UTC)
        self.root = self.issuer(f"{name} Root CA")
        self.intermediate = self.issuer(f"{name} Issuing CA", above=self.root)

    @property
    def usual(self) -> Period:
        """Of a healthy leaf: from yesterday until well after go-live."""
        return Period(self.now - DAY, self.go_live + LEAF_LASTS)

    def issuer(
        self, name: str, *, above: Issuer | None = None, period: Period | None = None
    ) -> Issuer:
        """A new root, or an intermediate signed by the issuer above it."""
        key = _new_key()
        period = period or Period(self.now - 365 * DAY, self.now + ISSUER_LASTS)
        draft = _draft(name, key, above, period)
        draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)  # noqa: FBT003 - cryptography's own signature: critical
        draft = draft.add_extension(_key_usage("key_cert_sign", "crl_sign"), True)  # noqa: FBT003 - the same
        signer = above.key if above else key
        return Issuer(draft.sign(signer, hashes.SHA256()), key, is_root=above is None)

    def leaf(
        self,
        hosts: tuple[str, ...],
        *,
        issuer: Issuer | None = None,
        period: Period | None = None,
    ) -> Identity:
        """A server's certificate for these names, behind it its issuer unless a root."""
        issuer = issuer or self.intermediate
        key = _new_key()
        draft = _server_draft(hosts, key, issuer, period or self.usual)
        leaf = draft.sign(issuer.key, hashes.SHA256())
        return Identity((leaf,) if issuer.is_root else (leaf, issuer.certificate), key)

    def self_signed(self, host: str) -> Identity:
        """A certificate with the right name that vouches for itself."""
        key = _new_key()
        draft = _server_draft((host,), key, None, self.usual)
        return Identity((draft.sign(key, hashes.SHA256()),), key)


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _server_draft(
    hosts: tuple[str, ...],
    key: ec.EllipticCurvePrivateKey,
    issuer: Issuer | None,
    period: Period,
) -> x509.CertificateBuilder:
    """A leaf with the extensions that a public authority would give it."""
    draft = _draft(hosts[0][:64], key, issuer, period)  # X.520: 64 letters at most
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    draft = draft.add_extension(names, critical=False)
    draft = draft.add_extension(x509.BasicConstraints(False, None), critical=True)  # noqa: FBT003 - cryptography's own signature: ca
    draft = draft.add_extension(_key_usage("digital_signature"), critical=True)
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    draft = draft.add_extension(purpose, critical=False)
    if issuer is None or issuer.is_root:
        return draft
    return draft.add_extension(_where_the_issuer_is(), critical=False)


def _where_the_issuer_is() -> x509.AuthorityInformationAccess:
    """RFC 5280 4.2.2.1: a leaf below an intermediate says where to find it."""
    url = x509.UniformResourceIdentifier("http://ca.twin.example/issuing.crt")
    access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, url)
    return x509.AuthorityInformationAccess([access])


def _draft(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: Issuer | None, period: Period
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key = (issuer.key if issuer else key).public_key()
    draft = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(period.begins)
        .not_valid_after(period.ends)
    )
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key)
    return draft.add_extension(own, critical=False).add_extension(above, critical=False)


def _key_usage(*granted: str) -> x509.KeyUsage:
    """RFC 5280 4.2.1.3; everything that is not named is denied."""
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{usage: usage in granted for usage in every})


def to_pem(certificate: x509.Certificate) -> bytes:
    """The certificate as a PEM file holds it."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def server_context(identity: Identity, directory: Path) -> ssl.SSLContext:
    """A server's settings with that identity; its key is on disk only while it loads."""
    key = identity.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(dir=directory, suffix=".pem") as file:  # mode 0600
        file.write(key + b"".join(to_pem(c) for c in identity.chain))
        file.flush()
        context.load_cert_chain(file.name)
    return context
