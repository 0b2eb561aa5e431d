"""How is a packet signed inside itself? XML Signature, made by hand (W3C xmldsig-core)."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from twin.signing.bureau import Signer

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS}enveloped-signature"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
HALF_BYTES = 32  # of a P-256 signature (RFC 4050 3.3)


def sign(packet: bytes, signer: Signer) -> bytes:
    """The packet with an enveloped signature of the whole, at the end of its header."""
    root = etree.fromstring(packet)
    digest = base64.b64encode(hashlib.sha256(_canonical(root)).digest()).decode()
    header = next(root.iter("{*}edXMLHeader"))
    signature = etree.fromstring(_signature(digest, signer))
    header.append(signature)
    told = signature.find(f"{{{DS}}}SignedInfo")
    value = signer.key.sign(_canonical(told), ec.ECDSA(hashes.SHA256()))
    halves = (n.to_bytes(HALF_BYTES, "big") for n in decode_dss_signature(value))
    signature.find(f"{{{DS}}}SignatureValue").text = base64.b64encode(b"".join(halves)).decode()
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def wrapped(packet: bytes, forged: bytes) -> bytes:
    """Another packet, in which the signed one lies hidden: signature wrapping."""
    root, kept = etree.fromstring(forged), etree.fromstring(packet)
    hidden = etree.SubElement(root, "Object")
    signature = next(kept.iter(f"{{{DS}}}Signature"))
    next(root.iter("{*}edXMLHeader")).append(signature)
    hidden.append(kept)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def _canonical(element: etree._Element) -> bytes:
    found: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    return found


def _signature(digest: str, signer: Signer) -> bytes:
    assert signer.issuer is not None
    chain = "".join(
        f"<ds:X509Certificate>{base64.b64encode(one.public_bytes(_DER)).decode()}"
        "</ds:X509Certificate>"
        for one in (signer.certificate, signer.issuer)
    )
    return (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{EXC_C14N}"/>'
        f'<ds:SignatureMethod Algorithm="{ECDSA_SHA256}"/><ds:Reference URI=""><ds:Transforms>'
        f'<ds:Transform Algorithm="{ENVELOPED}"/><ds:Transform Algorithm="{EXC_C14N}"/>'
        f'</ds:Transforms><ds:DigestMethod Algorithm="{SHA256}"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
        "<ds:SignatureValue/><ds:KeyInfo><ds:X509Data>"
        f"{chain}</ds:X509Data></ds:KeyInfo></ds:Signature>"
    ).encode()


_DER = serialization.Encoding.DER
