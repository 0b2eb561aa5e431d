"""What do the signatures on a PDF say, and is it still what was signed? Runs apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import lru_cache
from io import BytesIO

from asn1crypto import x509  # type: ignore[import-untyped]  # it ships no types
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.status import SignatureCoverageLevel

from rehearsal.net.signatures.chain import Chains
from rehearsal.net.signatures.evidence import PDF, Papers, Seal
from rehearsal.net.signatures.subject import role_of, unit_of

KEPT = 64  # documents that were surveyed and wait for their weighing
SEALS_MAX = 8  # a document has two; each costs us a chain
_WHOLE = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)


@lru_cache(KEPT)
def signatures(pdf: bytes) -> list[EmbeddedPdfSignature]:
    """Every signature, in the order in which they were made."""
    return list(PdfFileReader(BytesIO(pdf)).embedded_signatures)[:SEALS_MAX]


def certificates(
    signature: EmbeddedPdfSignature,
) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The signer's, and what else it brought along."""
    return signature.signer_cert, list(signature.other_embedded_certs)


async def seals(papers: Papers, chains: Chains) -> AsyncIterator[Seal]:
    """What each signature says."""
    found = signatures(papers.pdf)
    for signature in found:
        yield await _seal(signature, papers, chains, is_last=signature is found[-1])


async def _seal(
    signature: EmbeddedPdfSignature, papers: Papers, chains: Chains, *, is_last: bool
) -> Seal:
    leaf, others = certificates(signature)
    signature.compute_integrity_info()  # type: ignore[no-untyped-call]  # pyhanko's
    is_intact, is_signed = validate_sig_integrity(
        signature.signer_info, leaf, "data", signature.compute_digest()
    )
    chain = await chains.vouched(leaf, others)
    return Seal(
        document=PDF,
        role=role_of(leaf, papers.leader_field),
        unit=unit_of(leaf, papers.unit_field),
        is_intact=is_intact and is_signed,
        is_whole=_is_whole(signature, is_last=is_last),
        is_trusted=chain.is_trusted,
        digest=signature.md_algorithm,
        signed_at=signature.self_reported_timestamp,
        valid_from=chain.valid_from,
        valid_until=chain.valid_until,
        revocation=chain.revocation,
        problem=chain.problem,
    )


def _is_whole(signature: EmbeddedPdfSignature, *, is_last: bool) -> bool:
    """Whether nothing came after it but further signatures, and after the last nothing."""
    told = signature.summarise_integrity_info()
    if told["coverage"] not in _WHOLE:
        return False
    if told["coverage"] is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    allowed = ModificationLevel.LTA_UPDATES if is_last else ModificationLevel.FORM_FILLING
    level = getattr(told["diff_result"], "modification_level", ModificationLevel.OTHER)
    return bool(told["docmdp_ok"]) and level.value <= allowed.value
