"""Does feedback about a unit come to this unit, and does it deal with it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.open311.journey import Journey
from rehearsal.net.open311.store import STORE, TicketStore
from rehearsal.net.open311.survey import follow

_LATE = {
    "acknowledged": "acknowledged_late",
    "answered": "answered_late",
    "closed": "closed_late",
}


async def probe(target: Target, door: Door) -> Journey:
    """Send one ticket for the unit, and follow it through the unit's own queue."""
    return await follow(target, door)


def judge(
    seen: Journey, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """It came to the right unit and was answered; the unit may still have been late."""
    for step, code in _LATE.items():
        if seen.took_s[step] > limits[step]:
            took_s = round(seen.took_s[step])
            yield CHECK.found(code, took_s=took_s, limit_s=limits[step])


CHECK = Check(
    id="hotline.routing",
    asks=Text(
        vi="Phản ánh về đơn vị có tới đúng đơn vị và được xử lý không?",
        en="Does feedback about the unit come to this unit, and is it dealt with?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"open311"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Journey,
    probe=probe,
    judge=judge,
    deadline_s=3600.0,  # five steps of ten minutes are the most that an inventory may ask for
    requires=("system.reach",),
    stores={STORE: TicketStore},
    limits={
        "acknowledged": Limit(
            300.0,
            "s",
            Text(
                "giữ chỗ, chưa biết thời hạn của 1022: trong diễn tập cán bộ trực sẵn",
                "a placeholder, 1022's deadline is not known: in a rehearsal staff stand by",
            ),
        ),
        "answered": Limit(
            900.0,
            "s",
            Text(
                "giữ chỗ, chưa biết thời hạn của 1022: phiếu thử không cần xác minh gì",
                "a placeholder, 1022's deadline is not known: a trial ticket needs no inquiry",
            ),
        ),
        "closed": Limit(
            900.0,
            "s",
            Text(
                "giữ chỗ, chưa biết thời hạn của 1022: đóng phiếu ngay sau khi trả lời",
                "a placeholder, 1022's deadline is not known: closing follows the answer",
            ),
        ),
    },
    findings={
        "acknowledged_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đơn vị tiếp nhận phiếu sau {took_s} giây (ngưỡng {limit_s} giây).",
                en="The unit took the ticket on after {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Phân công người theo dõi hàng đợi phản ánh trong giờ làm việc.",
                en="Appoint who watches the feedback queue in office hours.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "answered_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Đơn vị trả lời sau {took_s} giây kể từ khi tiếp nhận "
                "(ngưỡng {limit_s} giây).",
                en="The unit answered {took_s} s after it took the ticket on "
                "(limit {limit_s} s).",
            ),
            do=Text(
                vi="Xem phiếu dừng ở ai và rút gọn bước duyệt câu trả lời.",
                en="See with whom the ticket rested, and shorten the approval of answers.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "closed_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Phiếu đóng sau {took_s} giây kể từ khi trả lời (ngưỡng {limit_s} giây).",
                en="The ticket was closed {took_s} s after its answer (limit {limit_s} s).",
            ),
            do=Text(
                vi="Nhắc người xử lý đóng phiếu ngay khi đã trả lời xong.",
                en="Remind those who deal with tickets to close them once answered.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("ticket-xml-broken", expect=None),  # told of the hotline, once
        Example("ticket-not-stored", expect="not_stored"),
        Example("ticket-reply-dropped", expect="reply_lost"),
        Example("ticket-token-strange", expect="wrong_record"),
        Example("ticket-misrouted", expect="wrong_unit"),
        Example("ticket-never-routed", expect="not_routed"),
        Example("ticket-queue-cached", expect="not_routed"),
        Example("ticket-queue-of-another", expect="not_routed"),
        Example("ticket-never-acknowledged", expect="not_acknowledged"),
        Example("ticket-state-stale", expect="not_acknowledged"),
        Example("ticket-never-answered", expect="overdue"),
        Example("ticket-never-closed", expect="overdue"),
        Example("ticket-closed-unanswered", expect="closed_unanswered"),
        Example("ticket-acknowledged-late", expect="acknowledged_late"),
        Example("ticket-answered-late", expect="answered_late"),
        Example("ticket-closed-late", expect="closed_late"),
    ),
)
