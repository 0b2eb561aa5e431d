"""Does the 1022 hotline's system answer, and is it the hotline?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.content import Visit, visit
from rehearsal.net.door import Door


async def probe(target: Target, door: Door) -> Visit:
    """Ask the hotline's entry point, as its channels do."""
    return await visit(door, target)


def judge(seen: Visit, limits: Mapping[str, float], around: Circumstances) -> Iterator[Finding]:
    """An operator reads while the citizen waits on the line; its deadlines run by its clock."""
    if seen.first_byte_s > limits["first_byte"]:
        took_s = round(seen.first_byte_s, 1)
        yield CHECK.found("response_slow", took_s=took_s, limit_s=limits["first_byte"])
    if seen.clock_ahead_s is not None:
        ahead_s = round(seen.clock_ahead_s - around.clock_ahead_s)
        if abs(ahead_s) > limits["clock"]:
            yield CHECK.found("clock_wrong", ahead_s=f"{ahead_s:+d}")


CHECK = Check(
    id="hotline.reach",
    asks=Text(
        vi="Hệ thống của tổng đài 1022 có trả lời không?",
        en="Does the 1022 hotline's system answer?",
    ),
    kinds=frozenset({TargetKind.HOTLINE}),
    schemes=frozenset({"https", "http"}),
    stage="systems",
    phases=frozenset({"phase-1", "phase-2"}),
    evidence=Visit,
    probe=probe,
    judge=judge,
    deadline_s=24.0,
    limits={
        "first_byte": Limit(
            2.0,
            "s",
            Text(
                "chậm hơn thì điện thoại viên phải bảo người dân chờ",
                "longer, and the operator asks the citizen to wait",
            ),
        ),
        "clock": Limit(
            60.0,
            "s",
            Text(
                "thời hạn trả lời người dân tính theo đồng hồ này",
                "the time to answer a citizen is counted by this clock",
            ),
        ),
    },
    findings={
        "clock_wrong": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đồng hồ của hệ thống 1022 lệch {ahead_s} giây so với các máy khác.",
                en="The hotline's clock is {ahead_s} s off the others'.",
            ),
            do=Text(
                vi="Báo đơn vị vận hành tổng đài 1022 đồng bộ đồng hồ với máy chủ thời gian.",
                en="Ask the hotline's operator to synchronise its clock with a time server.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
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
        Example("clock-ahead", expect="clock_wrong"),
        Example("dns-servfail", expect="servfail"),
        Example("status-503", expect="maintenance"),
        Example("captive-page", expect="captive_page"),
    ),
)
