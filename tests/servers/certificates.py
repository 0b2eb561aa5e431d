"""How do the tests get certificates, right and wrong ones? Nothing of the twin's is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

YEAR_D = 365


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key, not encrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def issue(
    common_name: str,
    *,
    by: Issued | None = None,
    hosts: Sequence[str] = (),
    days: tuple[float, float] = (-1, YEAR_D),
    organization: str | None = None,
    extra: Sequence[x509.ExtensionType] = (),
) -> Issued:
    """A certificate: a server's with hosts, an authority's without; `by` None signs itself.

    `days` are its first and last day, counted from now.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(common_name, organization)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
    )
    if hosts:
        names = [x509.DNSName(host) for host in hosts]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    for extension in extra:
        builder = builder.add_extension(extension, critical=False)
    return Issued(builder.sign(by.key if by else key, hashes.SHA256()), key)


def _name(common_name: str, organization: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


@dataclass(frozen=True)
class Files:
    """A chain and its key on the disk, as servers want them."""

    chain: Path
    key: Path


def written(folder: Path, name: str, leaf: Issued, *above: Issued) -> Files:
    """The leaf, then those above it that the server is to send."""
    files = Files(folder / f"{name}.pem", folder / f"{name}.key")
    files.chain.write_bytes(b"".join(issued.pem for issued in (leaf, *above)))
    files.key.write_bytes(leaf.key_pem)
    return files


@cache
def root() -> Issued:
    """The authority that the tests trust."""
    return issue("City Test Root", organization="City Test")


@cache
def intermediate() -> Issued:
    """Issues the servers' certificates in the root's name."""
    return issue("City Test Issuing CA", by=root(), organization="City Test")


@cache
def stranger() -> Issued:
    """An authority that nobody trusts."""
    return issue("Somebody Else Root", organization="Somebody Else")
