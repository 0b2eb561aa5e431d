"""Does the 1022 hotline's system answer, and is it the hotline?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Outcome, Target, TargetKind, Text
from rehearsal.net.content import Visit, visit
from rehearsal.net.door import Door


async def probe(target: Target, door: Door) -> Visit:
    """Ask the hotline's entry point, as its channels do."""
    return await visit(door, target)


def judge(seen: Visit, limits: Mapping[str, float], around: Circumstances) -> Iterator[Finding]:
    """An operator reads while the citizen waits on the line."""
    del around
    if seen.first_byte_s > limits["first_byte"]:
        took_s = round(seen.first_byte_s, 1)
        yield CHECK.found("response_slow", took_s=took_s, limit_s=limits["first_byte"])


CHECK = Check(
    id="hotline.reach",
    asks=Text(
        vi="Hệ thống của tổng đài 1022 có trả lời không?",
        en="Does the 1022 hotline's system answer?",
    ),
    kinds=frozenset({TargetKind.HOTLINE}),
    schemes=frozenset({"https", "http"}),
    stage="systems",
    evidence=Visit,
    probe=probe,
    judge=judge,
    deadline_s=24.0,
    limits={
        "first_byte": Limit(2.0, "s", "longer, and the operator asks the citizen to wait"),
    },
    findings={
        "response_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Hệ thống 1022 trả lời sau {took_s} giây (ngưỡng {limit_s} giây).",
                en="The 1022 system answered after {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Báo đơn vị vận hành tổng đài 1022 kiểm tra tải hệ thống.",
                en="Ask the hotline's operator to check the system's load.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("slow-response", expect="response_slow"),
        Example("dns-servfail", expect="servfail"),
        Example("status-503", expect="maintenance"),
        Example("captive-page", expect="captive_page"),
    ),
)
