"""Does a citizen who looks up a receipt see the own dossier, as it stands now?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net.center import (
    LookedUp,
    dossiers_of,
    look_up_one,
    payments_of,
    procedures_of,
)
from rehearsal.net.door import Door
from rehearsal.net.trail import stop


async def probe(target: Target, door: Door) -> LookedUp:
    """Hand a dossier in, look it up, have it received, look again, and try a wrong code."""
    procedures = (await procedures_of(target, door)).one_of_each()
    if not procedures:
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", "no procedure is published")
    return await look_up_one(door, target, procedures[0])


def judge(
    seen: LookedUp, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """What any code leads to proves nothing about ours."""
    if seen.is_anything_found:
        yield CHECK.found("finds_anything", receipt=seen.wrong_receipt)
    after_s = max(seen.shown_after_s, seen.changed_after_s)
    if after_s > limits["fresh"]:
        yield CHECK.found("lookup_late", after_s=round(after_s, 1), limit_s=limits["fresh"])


CHECK = Check(
    id="center.lookup",
    asks=Text(
        vi="Tra cứu mã biên nhận có thấy đúng hồ sơ của mình và đúng trạng thái không?",
        en="Does a citizen's receipt lead to the right dossier, in its present state?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"dossiers"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=LookedUp,
    probe=probe,
    judge=judge,
    deadline_s=90.0,
    requires=("system.reach",),
    stores={"dossiers": dossiers_of, "payments": payments_of},
    limits={
        "fresh": Limit(
            2.0,
            "s",
            Text(
                "người dân tra cứu ở máy đặt cạnh quầy ngay sau khi nộp",
                "citizens look up at the kiosk beside the counter, right after handing in",
            ),
        ),
    },
    findings={
        "finds_anything": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Trang tra cứu trả kết quả cho cả mã không có thật ({receipt}).",
                en="The look-up finds something for a code that nobody has ({receipt}).",
            ),
            do=Text(
                vi="Nhà cung cấp: mã không có phải báo không tìm thấy; kiểm tra bộ nhớ đệm và "
                "việc lộ hồ sơ người khác.",
                en="Supplier: an unknown code must not be found; check the cache, and whether "
                "other people's dossiers are shown.",
            ),
            group=Group.SYSTEMS,
        ),
        "lookup_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Trang tra cứu hiện trạng thái mới sau {after_s} giây (ngưỡng {limit_s} "
                "giây).",
                en="The look-up showed the new state after {after_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Nhà cung cấp: rút ngắn thời gian lưu đệm của trang tra cứu.",
                en="Supplier: shorten how long the look-up page is cached.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("receipt-unknown", expect="not_stored"),
        Example("receipt-of-other", expect="wrong_record"),
        Example("receipt-of-anything", expect="finds_anything"),
        Example("receipt-stale", expect="stale_record"),
        Example("receipt-late", expect="lookup_late"),
        Example("no-nonce", expect="wrong_record"),
        Example("cut-after-commit", expect="reply_lost"),
        Example("interface-login-page", expect="malformed_response"),
    ),
)
