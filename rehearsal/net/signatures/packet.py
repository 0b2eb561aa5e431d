"""Is a packet's XML signature one of all that is read from it? Runs apart."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

from asn1crypto import pem, x509  # type: ignore[import-untyped]  # it ships no types
from lxml import etree  # type: ignore[import-untyped]  # it ships no types
from signxml.algorithms import SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from rehearsal.net.edxml.reading import parse, read_document
from rehearsal.net.edxml.vocabulary import tag
from rehearsal.net.signatures.chain import Chains
from rehearsal.net.signatures.evidence import PACKET, Papers, Seal
from rehearsal.net.signatures.subject import role_of, unit_of

DS = "{http://www.w3.org/2000/09/xmldsig#}"
CERTIFICATES_MAX = 6
_STRICT = SignatureConfiguration(
    location=f"./{tag('edXMLEnvelope')}/{tag('edXMLHeader')}/",  # and nowhere else
    expect_references=1,
    signature_methods=frozenset(
        method
        for method in SignatureMethod
        if "SHA1" not in method.name and "HMAC" not in method.name
    ),
)


def tree(packet: bytes) -> etree._Element:
    """The packet for who checks signatures; what the reader refuses is refused here too."""
    parse(packet)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    return etree.fromstring(packet, parser)


def certificates(packet: bytes) -> list[x509.Certificate]:
    """What the one signature brings along, its signer's certificate first."""
    told = list(tree(packet).iter(f"{DS}X509Certificate"))[:CERTIFICATES_MAX]
    return [x509.Certificate.load(base64.b64decode(one.text or "")) for one in told]


async def seals(papers: Papers, chains: Chains) -> AsyncIterator[Seal]:
    """What its signature says; none when it is not signed."""
    brought = certificates(papers.packet)
    if not brought:
        return
    leaf, *others = brought
    problem = _problem(papers.packet, leaf)
    chain = await chains.vouched(leaf, others)
    yield Seal(
        document=PACKET,
        role=role_of(leaf, papers.leader_field),
        unit=unit_of(leaf, papers.unit_field),
        is_intact=not problem,
        is_whole=not problem,
        is_trusted=chain.is_trusted,
        digest=_digest(papers.packet),
        signed_at=None,  # an XML signature of this kind claims no time
        valid_from=chain.valid_from,
        valid_until=chain.valid_until,
        revocation=chain.revocation,
        problem=problem or chain.problem,
    )


def _problem(packet: bytes, leaf: x509.Certificate) -> str:
    """Why the signature is not that of the packet as it is read; empty when it is."""
    root = tree(packet)
    if len(list(root.iter(f"{DS}Signature"))) != 1:
        return "more than one signature"
    references = [one.get("URI") for one in root.iter(f"{DS}Reference")]
    if references != [""]:
        return f"it covers {references}, not the whole packet"
    try:
        seen = XMLVerifier().verify(
            root,
            x509_cert=pem.armor("CERTIFICATE", leaf.dump()).decode(),
            expect_config=_STRICT,
        )
    except (SignXMLException, ValueError) as problem:
        return str(problem)[:200] or type(problem).__name__
    assert not isinstance(seen, list)
    told = etree.tostring(seen.signed_xml)
    if read_document(told) != read_document(packet):  # what is signed is what is read
        return "what is signed is not what is read"
    return ""


def _digest(packet: bytes) -> str:
    method = next(tree(packet).iter(f"{DS}DigestMethod"), None)
    told = "" if method is None else method.get("Algorithm", "")
    return told.rpartition("#")[2].lower() or "unknown"
