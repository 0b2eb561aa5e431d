"""Does the system answer with its own page, and is it this unit's page?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.content import Visit, visit
from rehearsal.net.door import Door


async def probe(target: Target, door: Door) -> Visit:
    """Open the page as the unit's staff would, and look for its marker."""
    return await visit(door, target)


def judge(seen: Visit, limits: Mapping[str, float], around: Circumstances) -> Iterator[Finding]:
    """The right page may still come too late, or at a wrong hour."""
    if seen.first_byte_s > limits["first_byte"]:
        took_s = round(seen.first_byte_s, 1)
        yield CHECK.found("response_slow", took_s=took_s, limit_s=limits["first_byte"])
    if seen.silent_addresses:
        yield CHECK.found("address_dead", addresses=", ".join(seen.silent_addresses))
    if seen.clock_ahead_s is not None:
        ahead_s = round(seen.clock_ahead_s - around.clock_ahead_s)
        if abs(ahead_s) > limits["clock"]:
            yield CHECK.found("clock_wrong", ahead_s=f"{ahead_s:+d}")


CHECK = Check(
    id="system.reach",
    asks=Text(
        vi="Hệ thống có mở được và đúng là trang của đơn vị không?",
        en="Does the system open, and is it this unit's own page?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
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
                "cán bộ một cửa mở một trang cho mỗi người dân",
                "a clerk at the counter loads a page for each citizen",
            ),
        ),
        "clock": Limit(
            60.0,
            "s",
            Text(
                "hồ sơ ghi muộn hơn sẽ lệch khỏi giờ tiếp nhận",
                "a dossier stamped later falls outside its hour",
            ),
        ),
    },
    findings={
        "clock_wrong": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đồng hồ của máy chủ lệch {ahead_s} giây so với các máy khác.",
                en="The server's clock is {ahead_s} s off the others'.",
            ),
            do=Text(
                vi="Đồng bộ đồng hồ máy chủ với máy chủ thời gian (NTP): chữ ký số và dấu "
                "thời gian sai giờ sẽ bị từ chối.",
                en="Synchronise the server's clock with a time server (NTP): signatures and "
                "time stamps of a wrong hour are refused.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
        "response_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Trang trả lời sau {took_s} giây (ngưỡng {limit_s} giây).",
                en="The page answered after {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Kiểm tra tải của máy chủ ứng dụng và cơ sở dữ liệu.",
                en="Check the load of the application server and its database.",
            ),
        ),
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
        Example("gzip-page", expect=None),
        Example("chunked-page", expect=None),
        Example("slow-response", expect="response_slow"),
        Example("dns-one-dead-address", expect="address_dead"),
        Example("clock-ahead", expect="clock_wrong"),
        Example("response-timeout", expect="response_timeout"),
        Example("response-stalled", expect="response_stalled"),
        Example("response-drip", expect="response_stalled"),
        Example("response-truncated", expect="response_truncated"),
        Example("chunked-truncated", expect="response_truncated"),
        Example("endless-body", expect="response_too_large"),
        Example("gzip-bomb", expect="decompression_bomb"),
        Example("closed-before-response", expect="connection_closed_early"),
        Example("reset-before-response", expect="connection_reset"),
        Example("reset-mid-response", expect="connection_reset"),
        Example("malformed-response", expect="malformed_response"),
        Example("continue-flood", expect="malformed_response"),
        Example("header-flood", expect="malformed_response"),
        Example("redirect-loop", expect="redirect_loop"),
        Example("redirect-outside", expect="redirect_refused"),
        Example("redirect-to-http", expect="redirect_refused"),
        Example("status-404", expect="unexpected_status"),
        Example("status-500", expect="unexpected_status"),
        Example("status-403", expect="unexpected_status"),
        Example("status-401", expect="unauthorized"),
        Example("status-429", expect="rate_limited"),
        Example("status-503", expect="maintenance"),
        Example("wrong-content", expect="wrong_content"),
        Example("wrong-unit", expect="wrong_content"),
        Example("empty-body", expect="wrong_content"),
        Example("login-page", expect="unauthorized"),
        Example("captive-page", expect="captive_page"),
        Example("client-certificate-required", expect="client_certificate_required"),
    ),
)
