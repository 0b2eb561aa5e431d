"""Does the hotline hold when twice as many tickets come as in its expected hour?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Failure, Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.open311.dialect import APPLICANTS, CHANNELS
from rehearsal.net.open311.journey import travel
from rehearsal.net.open311.store import STORE, TicketStore
from rehearsal.net.open311.survey import AT_HOTLINE, UNITS, spoken
from rehearsal.net.surge import Surged, by_own_line, commonest, rush, summed
from rehearsal.net.trail import Stopped, keep_brief
from rehearsal.surging import opinions

# What already ends a ticket that comes alone is no second cause here.
_ONE_BY_ONE = (
    *("closed_unanswered", "credentials_rejected", "not_routed", "not_stored", "overdue"),
    *("reply_lost", "step_rejected", "step_timeout", "text_cut", "wrong_jurisdiction"),
    *("wrong_record", "wrong_unit"),
)
_CODES = {"fails": "tickets_fail", "slow": "tickets_slow", "unproven": "tickets_unproven"}


async def probe(target: Target, door: Door) -> Surged:
    """Send tickets for all units by all channels; each is followed to its unit's queue.

    What the unit's people make of it is no matter of load. Stopped when none came through:
    then what most met is what is wrong.
    """
    keep_brief()
    hotline, _ = await spoken(target, door)
    codes = [u.code for u in door.peers.get(UNITS, ()) if u.code and not target.code]
    units = codes or [target.code]

    async def send(number: int) -> Failure | None:
        gone = await travel(
            hotline,
            target,
            door,
            unit=units[number % len(units)],
            channel=CHANNELS[number % len(CHANNELS)],
            applicant=APPLICANTS[number // len(CHANNELS) % len(APPLICANTS)],
            steps=AT_HOTLINE,
        )
        return gone.failure

    moments = door.surge.moments(target.id)
    doubt = by_own_line(door.gate, door.pulse)
    sent = await rush(moments, door.surge.begins_s, send, doubt)
    if failure := commonest(sent):
        raise Stopped(failure)
    return summed(sent)


def judge(
    seen: Surged, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """What failed there failed; how long it took is believed only if we were in time."""
    for what, values in opinions(seen, limits):
        yield CHECK.found(_CODES[what], **values)


CHECK = Check(
    id="hotline.surge",
    asks=Text(
        vi="Phản ánh tăng gấp đôi giờ bình thường: 1022 có nhận và chuyển kịp không?",
        en="When twice the usual feedback comes, does 1022 take it in and pass it on?",
    ),
    kinds=frozenset({TargetKind.HOTLINE}),
    contracts=frozenset({"open311"}),
    phases=frozenset({"phase-2"}),
    stage="surge",
    evidence=Surged,
    probe=probe,
    judge=judge,
    rushes=True,
    deadline_s=1500.0,  # after the last was sent: two steps of ten minutes at the very most
    lag_max_s=0.7,  # a tenth of what a ticket may take
    requires=("hotline.reach",),
    stores={STORE: TicketStore},
    limits={
        "failed": Limit(
            0.01,
            "ratio",
            Text(
                "một phần trăm: mỗi phiếu mất là một người dân không được trả lời",
                "one in a hundred: each that is lost is somebody who gets no answer",
            ),
        ),
        "p95": Limit(
            5.0,
            "s",
            Text(
                "giữ chỗ, chưa biết thời hạn của 1022: người gọi điện chờ nghe mã phiếu",
                "a placeholder, 1022's deadline is not known: a caller waits for the number",
            ),
        ),
        "late": Limit(
            0.5,
            "s",
            Text(
                "chính chúng tôi gửi trễ hơn một phần mười ngưỡng thì không kết luận được",
                "later ourselves than a tenth of that, and we cannot tell",
            ),
        ),
    },
    findings={
        "tickets_fail": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Giờ cao điểm: {failed} trong {of} phản ánh không tới đơn vị ({why}).",
                en="In the surge {failed} of {of} tickets did not reach their units ({why}).",
            ),
            do=Text(
                vi="Đơn vị vận hành 1022: tăng năng lực tiếp nhận và hàng chờ phân luồng, xem "
                "nhật ký lúc quá tải, rồi đo lại.",
                en="The hotline's operator: add capacity for intake and routing, read the logs "
                "of the overload, then measure again.",
            ),
            group=Group.SYSTEMS,
            follows=("channel_broken", "applicant_refused", "ticket_lost", *_ONE_BY_ONE),
        ),
        "tickets_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Giờ cao điểm: 5% phản ánh mất hơn {took_s} giây mới tới đơn vị (ngưỡng "
                "{limit_s} giây).",
                en="In the surge one ticket in twenty took over {took_s} s to its unit (limit "
                "{limit_s} s).",
            ),
            do=Text(
                vi="Đơn vị vận hành 1022: tăng năng lực trước ngày vận hành; lượng phản ánh "
                "sau đó thường tăng gấp đôi.",
                en="The hotline's operator: add capacity before go-live; feedback tends to "
                "double after it.",
            ),
            group=Group.SYSTEMS,
            follows=("number_late", "queue_late"),
        ),
        "tickets_unproven": FindingSpec(
            Outcome.UNKNOWN,
            says=Text(
                vi="Chưa kết luận được về giờ cao điểm của 1022: chính công cụ gửi trễ "
                "{late_s} giây, chờ theo giới hạn tải {held_s} giây, không gửi {withheld} "
                "phiếu ({why}).",
                en="Nothing is proven of the hotline's surge: we ourselves set off {late_s} s "
                "late, held back for {held_s} s by the bounds of load, and withheld {withheld} "
                "tickets ({why}).",
            ),
            do=Text(
                vi="Đo lại với thời gian dài hơn (--surge), hoặc nâng giới hạn tải trong danh "
                "mục nếu đơn vị vận hành đồng ý.",
                en="Measure again over a longer time (--surge), or raise the inventory's load, "
                "if the operator agrees.",
            ),
            group=Group.SUPPORT,
        ),
    },
    lab={"tickets_unproven": "tests/checks/test_surge.py::test_what_we_held_back_is_unknown"},
    examples=(
        Example("none", expect=None),
        Example("crowd-slow", expect="tickets_slow"),
        Example("crowd-fails", expect="tickets_fail"),
        Example("ticket-sms-lost", expect="tickets_fail"),
        Example("ticket-not-stored", expect="not_stored"),
        Example("ticket-reply-dropped", expect="reply_lost"),
        Example("ticket-text-mixed", expect="wrong_record"),
        Example("ticket-queue-cached", expect="not_routed"),
    ),
)
