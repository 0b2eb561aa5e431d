"""Does the bridge's name lead to a machine that accepts connections?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door


@dataclass(frozen=True, slots=True)
class Reached:
    """The address that accepted, and those of the same name that did not."""

    address: str
    port: int
    silent_addresses: tuple[str, ...]


async def probe(target: Target, door: Door) -> Reached:
    """Resolve and connect to every address of the name."""
    opened = await door.connect(target.url, every_address=True)
    address, port = opened.wire.peer
    opened.wire.abort()
    return Reached(address, port, opened.silent_addresses)


def judge(
    seen: Reached, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """A dead address among several delays everybody who happens to try it first."""
    del limits, around
    if seen.silent_addresses:
        yield CHECK.found("address_dead", addresses=", ".join(seen.silent_addresses))


CHECK = Check(
    id="bridge.reach",
    asks=Text(
        vi="Có kết nối được tới máy chủ của điểm cầu không?",
        en="Can the bridge's machine be reached?",
    ),
    kinds=frozenset({TargetKind.BRIDGE}),
    schemes=frozenset({"wss", "ws", "https", "http"}),
    stage="bridges",
    phases=frozenset({"phase-1", "phase-2"}),
    evidence=Reached,
    probe=probe,
    judge=judge,
    deadline_s=12.0,
    limits={},
    findings={
        "address_dead": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Tên miền có nhiều địa chỉ, nhưng địa chỉ sau không trả lời: {addresses}.",
                en="The name has several addresses, and these do not answer: {addresses}.",
            ),
            do=Text(
                vi="Khôi phục máy ở địa chỉ đó hoặc gỡ địa chỉ khỏi DNS.",
                en="Bring the machine at that address back, or take it out of the DNS.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("dns-truncated", expect=None),
        Example("dns-one-dead-address", expect="address_dead"),
        Example("dns-nxdomain", expect="nxdomain"),
        Example("dns-no-answer", expect="no_answer"),
        Example("dns-servfail", expect="servfail"),
        Example("dns-refused", expect="refused_by_resolver"),
        Example("dns-timeout", expect="resolver_timeout"),
        Example("dns-bogus", expect="bogus_address"),
        Example("connection-refused", expect="connection_refused"),
        Example("connect-timeout", expect="connect_timeout"),
    ),
)
