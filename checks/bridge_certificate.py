"""Does the bridge prove who it is, now and through the days after go-live?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.tls import read_certificate


@dataclass(frozen=True, slots=True)
class Proven:
    """A verified handshake: its version, and when the first of the chain runs out (UTC)."""

    version: str
    cipher: str
    subject: str
    issuer: str
    not_after: datetime
    first_to_expire: str


async def probe(target: Target, door: Door) -> Proven:
    """Shake hands with verification on, and read the chain."""
    opened = await door.open(target.url)
    opened.stream.abort()
    agreed = opened.secured
    if agreed is None:
        raise ValueError(f"{target.url} is not secured by TLS")
    chain = [read_certificate(der) for der in agreed.chain]
    first = min(chain, key=lambda c: c.not_after)
    leaf = chain[0]
    return Proven(
        agreed.version,
        agreed.cipher,
        leaf.subject,
        leaf.issuer,
        first.not_after,
        first.subject,
    )


def judge(
    seen: Proven, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """The chain must outlast go-live, and some days more; after go-live, today counts."""
    day = max(around.go_live, around.measured_at.date())
    values = {
        "ends": f"{seen.not_after:%d/%m/%Y}",
        "day": f"{day:%d/%m/%Y}",
        "whose": seen.first_to_expire,
        "days": limits["days_after_go_live"],
    }
    if seen.not_after.date() <= day:
        yield CHECK.found("certificate_expires_before_go_live", **values)
    elif seen.not_after.date() <= day + timedelta(days=limits["days_after_go_live"]):
        yield CHECK.found("certificate_expires_soon", **values)


_RENEW = Text(
    vi="Gia hạn chứng thư số và cài lại cả chuỗi chứng thư trên máy chủ.",
    en="Renew the certificate and install it with its whole chain.",
)

CHECK = Check(
    id="bridge.certificate",
    asks=Text(
        vi="Chứng thư số của điểm cầu có hợp lệ, và còn hạn sau ngày vận hành không?",
        en="Is the bridge's certificate valid, and will it be after go-live?",
    ),
    kinds=frozenset({TargetKind.BRIDGE}),
    schemes=frozenset({"wss", "https"}),
    stage="bridges",
    phases=frozenset({"phase-1", "phase-2"}),
    evidence=Proven,
    probe=probe,
    judge=judge,
    deadline_s=18.0,
    requires=("bridge.reach",),
    limits={
        "days_after_go_live": Limit(
            30,
            "d",
            Text(
                "tháng vận hành đầu tiên không được phải thay chứng thư",
                "the first month of operation must not need a change of certificates",
            ),
        ),
    },
    findings={
        "certificate_expires_before_go_live": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Chứng thư số hết hạn ngày {ends}, trước hoặc đúng ngày {day}.",
                en="The certificate ends on {ends}, not after {day}.",
            ),
            do=_RENEW,
        ),
        "certificate_expires_soon": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Chứng thư số hết hạn ngày {ends}, chưa đủ {days} ngày sau {day}.",
                en="The certificate ends on {ends}, within {days} days of {day}.",
            ),
            do=_RENEW,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("tls12-only", expect=None),
        Example(
            "certificate-expires-before-go-live",
            expect="certificate_expires_before_go_live",
        ),
        Example("certificate-expires-after-go-live", expect="certificate_expires_soon"),
        Example("certificate-expired", expect="certificate_expired"),
        Example("intermediate-expired", expect="certificate_expired"),
        Example("certificate-not-yet-valid", expect="certificate_not_yet_valid"),
        Example("certificate-wrong-host", expect="certificate_wrong_host"),
        Example("certificate-self-signed", expect="certificate_self_signed"),
        Example("certificate-unknown-authority", expect="certificate_unknown_authority"),
        Example("certificate-unknown-root-only", expect="certificate_unknown_authority"),
        Example("certificate-chain-incomplete", expect="certificate_chain_incomplete"),
        Example("tls-old-version", expect="protocol_version_unsupported"),
        Example("plain-http-on-tls-port", expect="peer_not_tls"),
        Example("banner-on-tls-port", expect="peer_not_tls"),
        Example("handshake-reset", expect="handshake_reset"),
        Example("handshake-closed", expect="handshake_closed"),
        Example("handshake-stall", expect="handshake_timeout"),
        Example("handshake-alert", expect="handshake_refused"),
        Example("client-certificate-required-tls12", expect="client_certificate_required"),
        Example("closed-on-accept", expect="closed_on_accept"),
        Example("reset-on-accept", expect="reset_on_accept"),
    ),
)
