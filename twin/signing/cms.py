"""How is a file signed apart from itself? CMS (RFC 5652), made by hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import (  # type: ignore[import-untyped]  # it ships no types
    algos,
    cms,
    core,
    x509,
)
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from twin.signing.bureau import Signer

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha1": hashes.SHA1(),  # noqa: S303 - a fault of the twin
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is signed: when, as is claimed, and by which digest."""

    at: datetime
    digest: str = "sha256"


def sign(content: bytes, signer: Signer, manner: Manner) -> bytes:
    """The detached signature of a content, in DER, with the signer's chain."""
    own, above = _certificates(signer)
    digest = hashlib.new(manner.digest, content).digest()
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
            cms.CMSAttribute(
                {
                    "type": "signing_time",
                    "values": [cms.Time({"utc_time": core.UTCTime(manner.at)})],
                }
            ),
        ]
    )
    signed = signer.key.sign(attributes.dump(), ec.ECDSA(_HASHES[manner.digest]))
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": own.issuer, "serial_number": own.serial_number}
                    )
                }
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": manner.digest}),
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm(
                {"algorithm": f"{manner.digest}_ecdsa"}
            ),
            "signature": signed,
        }
    )
    return _wrapped(info, manner.digest, [own, above])


def _wrapped(info: cms.SignerInfo, digest: str, certificates: list[x509.Certificate]) -> bytes:
    told = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1",
                    "digest_algorithms": [algos.DigestAlgorithm({"algorithm": digest})],
                    "encap_content_info": {"content_type": "data"},
                    "certificates": certificates,
                    "signer_infos": [info],
                }
            ),
        }
    )
    found: bytes = told.dump()
    return found


def _certificates(signer: Signer) -> tuple[x509.Certificate, x509.Certificate]:
    assert signer.issuer is not None
    both = (signer.certificate, signer.issuer)
    own, above = (one.public_bytes(serialization.Encoding.DER) for one in both)
    return x509.Certificate.load(own), x509.Certificate.load(above)
