"""Is only a signature of all that is read from a packet believed?"""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree
from signxml.verifier import XMLVerifier

from rehearsal.net.edxml.reading import PacketError
from rehearsal.net.signatures import packet
from rehearsal.net.signatures.chain import Chains
from rehearsal.net.signatures.evidence import Papers
from twin.signing import xmldsig
from twin.signing.bureau import Bureau, Holder, serialization

BUREAU = Bureau()
SIGNER = BUREAU.certify(Holder("10507", "Thành Đông", "", "http://unit.example/pki"))
ROOT = BUREAU.root.certificate.public_bytes(serialization.Encoding.DER)
TEXT = """<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope><edXMLHeader>
<MessageHeader><From><OrganId>10507</OrganId></From><DocumentId>n-1</DocumentId>
<Subject>Phúc đáp</Subject></MessageHeader></edXMLHeader><edXMLBody/></edXMLEnvelope></edXML>"""
SIGNED = xmldsig.sign(TEXT.encode(), SIGNER)
PAPERS = Papers(b"", SIGNED, (ROOT,), "organization_identifier", "title")
SIGNATURE = re.search(rb"<ds:Signature .*</ds:Signature>", SIGNED, re.DOTALL)[0]


async def seals(text: bytes):
    papers = replace(PAPERS, packet=text)
    return [seal async for seal in packet.seals(papers, Chains(papers, datetime.now(UTC)))]


async def test_a_signed_packet():
    """By whom it says, up to the root, over all of it."""
    (seal,) = await seals(SIGNED)

    assert (seal.is_intact, seal.is_trusted, seal.problem) == (True, True, "")
    assert (seal.role, seal.unit, seal.digest) == ("organization", "10507", "sha256")


HARMED = {
    "a changed word": SIGNED.replace("Phúc đáp".encode(), "Từ chối".encode()),
    "a changed number": SIGNED.replace(b"n-1", b"n-2"),
    "a word more": SIGNED.replace(b"<edXMLBody/>", b"<edXMLBody>x</edXMLBody>"),
    "two signatures": SIGNED.replace(SIGNATURE, SIGNATURE * 2),
    "of a part": SIGNED.replace(b'URI=""', b'URI="#part"'),
    "of a file elsewhere": SIGNED.replace(b'URI=""', b'URI="file:///etc/hostname"'),
    "in another place": SIGNED.replace(SIGNATURE, b"").replace(
        b"<edXMLBody/>", b"<edXMLBody>" + SIGNATURE + b"</edXMLBody>"
    ),
    "wrapped": xmldsig.wrapped(SIGNED, TEXT.replace("n-1", "n-666").encode()),
    "another's": SIGNED.replace(
        SIGNATURE, re.search(
            rb"<ds:Signature .*</ds:Signature>",
            xmldsig.sign(TEXT.replace("n-1", "n-7").encode(), SIGNER), re.DOTALL,
        )[0],
    ),
    "a digest that is no longer used": SIGNED.replace(
        b"http://www.w3.org/2001/04/xmlenc#sha256", b"http://www.w3.org/2000/09/xmldsig#sha1"
    ),
    "a shared secret": SIGNED.replace(
        b"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        b"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
    ),
    "no transforms": re.sub(rb"<ds:Transforms>.*?</ds:Transforms>", b"", SIGNED),
}  # fmt: skip


@pytest.mark.parametrize("text", HARMED.values(), ids=HARMED)
async def test_a_signature_of_anything_else_is_not_intact(text):
    """Changed, moved, doubled, wrapped, of a part or by a weaker method."""
    assert text != SIGNED
    try:
        found = await seals(text)
    except PacketError:
        return
    assert [seal.is_intact for seal in found] == [False]


def partly_signed() -> bytes:
    """A packet of which only the header is signed, rightly: the rest is anybody's."""
    root = etree.fromstring(TEXT.encode())
    header = next(root.iter("{*}MessageHeader"))
    header.set("Id", "part")
    digest = base64.b64encode(hashlib.sha256(xmldsig._canonical(header)).digest()).decode()
    text = xmldsig._signature(digest, SIGNER).replace(b'URI=""', b'URI="#part"')
    enveloped = f'<ds:Transform Algorithm="{xmldsig.ENVELOPED}"/>'.encode()
    signature = etree.fromstring(text.replace(enveloped, b""))
    next(root.iter("{*}edXMLHeader")).append(signature)
    told = signature.find("{*}SignedInfo")
    value = SIGNER.key.sign(xmldsig._canonical(told), ec.ECDSA(hashes.SHA256()))
    halves = (n.to_bytes(32, "big") for n in decode_dss_signature(value))
    signature.find("{*}SignatureValue").text = base64.b64encode(b"".join(halves)).decode()
    return etree.tostring(root)


async def test_a_signature_of_the_header_alone_is_not_enough():
    """It is a good signature; it is not one of the packet."""
    text = partly_signed()
    seen = XMLVerifier().verify(
        text, x509_cert=SIGNER.certificate.public_bytes(serialization.Encoding.PEM).decode()
    )
    (seal,) = await seals(text)

    assert seen.signed_xml.tag.endswith("MessageHeader")
    assert (seal.is_intact, seal.is_trusted) == (False, True)


async def test_an_unsigned_packet_has_no_seal():
    """Nothing to examine, and nothing that could be green."""
    assert await seals(TEXT.encode()) == []


async def test_declarations_are_refused_before_anybody_reads():
    """The library that checks signatures never sees a document type."""
    with pytest.raises(PacketError):
        await seals(b'<!DOCTYPE e [<!ENTITY a "b">]>' + SIGNED)
