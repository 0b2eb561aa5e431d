"""Who vouches for a signer, until when, and has nobody taken it back? Runs apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from asn1crypto import (  # type: ignore[import-untyped]  # it ships no types
    algos,
    core,
    ocsp,
    x509,
)
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    PathBuildingError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from rehearsal.net.signatures.evidence import GOOD, REVOKED, UNTOLD, Papers, Wish

WEAK = frozenset({"md2", "md5", "sha1"})
URLS_MAX = 4  # of one certificate: more would only be a way to make us ask around
Chain = tuple[x509.Certificate, Sequence[x509.Certificate]]
_WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a signer's chain says; the dates are those that all its certificates share."""

    is_trusted: bool
    valid_from: datetime
    valid_until: datetime
    revocation: str
    problem: str = ""


class Chains:
    """The chains of one unit's signers: an organization signs more than one document."""

    def __init__(self, papers: Papers, now: datetime) -> None:
        """`now` is aware."""
        self._papers = papers
        self._now = now
        self._known: dict[bytes, Vouched] = {}

    async def vouched(
        self, leaf: x509.Certificate, others: Sequence[x509.Certificate]
    ) -> Vouched:
        """Judge a chain at the moment nearest to now at which the signer's own dates hold."""
        key: bytes = leaf.dump()
        if key not in self._known:
            self._known[key] = await self._judged(leaf, others)
        return self._known[key]

    async def _judged(
        self, leaf: x509.Certificate, others: Sequence[x509.Certificate]
    ) -> Vouched:
        at = min(max(self._now, leaf.not_valid_before), leaf.not_valid_after)
        asked = _context(self._papers, at, is_asked=True)
        try:
            path = await _validated(leaf, others, asked)
        except RevokedError:
            revocation = REVOKED
        except (PathBuildingError, ValidationError):
            revocation = UNTOLD
        else:
            return _trusted(path, leaf, GOOD if _tells(leaf) else UNTOLD)
        unasked = _context(self._papers, at, is_asked=False)
        try:
            path = await _validated(leaf, others, unasked)
        except (PathBuildingError, ValidationError) as problem:
            dates = leaf.not_valid_before, leaf.not_valid_after
            return Vouched(False, *dates, UNTOLD, str(problem)[:300])  # noqa: FBT003 - the first field
        return _trusted(path, leaf, revocation)


def _context(papers: Papers, at: datetime, *, is_asked: bool) -> ValidationContext:
    """Whom to trust; asked of revocation, it must be told of each that says where to ask."""
    return ValidationContext(
        trust_roots=[_loaded(one) for one in papers.roots],
        moment=at,
        allow_fetching=False,
        crls=list(papers.crls) if is_asked else [],
        ocsps=list(papers.ocsps) if is_asked else [],
        revocation_mode="hard-fail" if is_asked else "soft-fail",
        weak_hash_algos=set(WEAK),
    )


def _trusted(path: ValidationPath, leaf: x509.Certificate, revocation: str) -> Vouched:
    chain = [leaf, *path.iter_certs(include_root=True)]
    return Vouched(
        is_trusted=True,
        valid_from=max(one.not_valid_before for one in chain),
        valid_until=min(one.not_valid_after for one in chain),
        revocation=revocation,
    )


def _tells(leaf: x509.Certificate) -> bool:
    """Whether it says at all where its revocation can be asked for."""
    return bool(leaf.ocsp_urls or leaf.crl_distribution_points)


async def _validated(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], context: ValidationContext
) -> ValidationPath:
    validator = CertificateValidator(leaf, others, validation_context=context)
    usage = {"digital_signature"}
    path: ValidationPath = await validator.async_validate_usage(usage)  # type: ignore[no-untyped-call]  # the library's
    return path


def wishes(chains: Iterable[Chain], papers: Papers) -> Iterator[Wish]:
    """Where each certificate of these chains, but for the roots, can be asked for."""
    seen = set()
    for leaf, others in chains:
        for one, issuer in _links(leaf, others, papers):
            if one.dump() not in seen:
                seen.add(one.dump())
                yield _wish(one, issuer)


def _links(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], papers: Papers
) -> Iterator[tuple[x509.Certificate, x509.Certificate]]:
    """Each certificate from the leaf up, with its issuer's, as far as they are known."""
    known = {one.subject.hashable: one for one in (*map(_loaded, papers.roots), *others)}
    current = leaf
    for _ in range(len(others) + 1):
        issuer = known.get(current.issuer.hashable)
        if issuer is None or current.self_signed != "no":
            return
        yield current, issuer
        current = issuer


def _wish(one: x509.Certificate, issuer: x509.Certificate) -> Wish:
    crls = (url for point in one.crl_distribution_points for url in _crl_urls(point))
    responders = _web(one.ocsp_urls)
    return Wish(responders, _web(crls), _question(one, issuer) if responders else b"")


def _crl_urls(point: x509.DistributionPoint) -> Iterator[str]:
    name = point["distribution_point"]
    if name.name == "full_name":
        for general in name.chosen:
            if general.name == "uniform_resource_identifier":
                yield general.native


def _web(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(url for url in urls if url.lower().startswith(_WEB))[:URLS_MAX]


def _question(one: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """RFC 6960 4.1: by digests of the issuer's name and key, and the number."""
    named = ocsp.CertId(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1"}),
            "issuer_name_hash": one.issuer.sha1,
            "issuer_key_hash": issuer.public_key.sha1,
            "serial_number": core.Integer(one.serial_number),
        }
    )
    asked = ocsp.TBSRequest({"request_list": [ocsp.Request({"req_cert": named})]})
    told: bytes = ocsp.OCSPRequest({"tbs_request": asked}).dump()
    return told


@cache
def _loaded(der: bytes) -> x509.Certificate:
    """A root, which is the same for every document."""
    return x509.Certificate.load(der)
