"""Does feedback get in by every channel, from everybody, and is it answered?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.open311.dialect import APPLICANTS, CHANNELS
from rehearsal.net.open311.journey import Journey
from rehearsal.net.open311.store import STORE, TicketStore
from rehearsal.net.open311.survey import AT_HOTLINE, Surveyed, survey

_LATE = {"number": "number_late", "queue": "queue_late"}


async def probe(target: Target, door: Door) -> Surveyed:
    """Send feedback as organizations, individuals and businesses do, by every channel."""
    return await survey(target, door)


def judge(
    seen: Surveyed, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """What fails together is told together; what a unit owes is told of that unit too."""
    if seen.xml_problem:
        yield CHECK.found("xml_missing", problem=seen.xml_problem)
    yield from _of_the_lost(seen.lost())
    if behind := seen.behind():
        yield _told("unit_behind", behind)
    for step in AT_HOTLINE:
        yield from _late(seen, step, limits[step])


def _of_the_lost(lost: Sequence[Journey]) -> Iterator[Finding]:
    """A whole channel, then a whole kind of sender, then what is left."""
    for channel in CHANNELS:
        part = [one for one in lost if one.channel == channel]
        if len(part) == len(APPLICANTS):
            yield _told("channel_broken", part)
            lost = [one for one in lost if one not in part]
    for applicant in APPLICANTS:
        part = [one for one in lost if one.applicant == applicant]
        if len(part) == len(CHANNELS):
            yield _told("applicant_refused", part)
            lost = [one for one in lost if one not in part]
    if lost:
        yield _told("ticket_lost", lost)


def _told(code: str, part: Sequence[Journey]) -> Finding:
    first = part[0]
    return CHECK.found(
        code,
        channel=", ".join(dict.fromkeys(one.channel for one in part)),
        applicant=", ".join(dict.fromkeys(one.applicant for one in part)),
        unit=", ".join(dict.fromkeys(one.unit for one in part)),
        step=first.ended_at,
        kind=first.failure.kind if first.failure else "",
    )


def _late(seen: Surveyed, step: str, limit_s: float) -> Iterator[Finding]:
    slowest = seen.slowest(step)
    if slowest is not None and slowest.took_s[step] > limit_s:
        took_s = round(slowest.took_s[step], 1)
        channel = slowest.channel
        yield CHECK.found(_LATE[step], channel=channel, took_s=took_s, limit_s=limit_s)


CHECK = Check(
    id="hotline.feedback",
    asks=Text(
        vi="Phản ánh gửi qua từng kênh của 1022 có tới đơn vị và được trả lời không?",
        en="Does feedback by each of 1022's channels reach the unit and get its answer?",
    ),
    kinds=frozenset({TargetKind.HOTLINE}),
    contracts=frozenset({"open311"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Surveyed,
    probe=probe,
    judge=judge,
    deadline_s=3600.0,  # five steps of ten minutes are the most that an inventory may ask for
    requires=("hotline.reach",),
    stores={STORE: TicketStore},
    limits={
        "number": Limit(
            3.0,
            "s",
            Text(
                "giữ chỗ, chưa biết thời hạn của 1022: người gọi điện chờ nghe mã phiếu",
                "a placeholder, 1022's deadline is not known: a caller waits for the number",
            ),
        ),
        "queue": Limit(
            4.0,
            "s",
            Text(
                "giữ chỗ, chưa biết thời hạn của 1022: máy tự chuyển phiếu, không chờ ai",
                "a placeholder, 1022's deadline is not known: machines route, nobody waits",
            ),
        ),
    },
    findings={
        "channel_broken": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Phản ánh qua kênh {channel} không tới đơn vị: dừng ở bước {step} ({kind}).",
                en="Feedback by {channel} does not reach units: it ends at {step} ({kind}).",
            ),
            do=Text(
                vi="Báo đơn vị vận hành 1022 kiểm tra kết nối từ kênh này vào hệ thống.",
                en="Ask the hotline's operator to check how this channel feeds the system.",
            ),
        ),
        "applicant_refused": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Phản ánh của {applicant} không vào được: dừng ở bước {step} ({kind}).",
                en="Feedback of {applicant} does not get in: it ends at {step} ({kind}).",
            ),
            do=Text(
                vi="Báo đơn vị vận hành 1022 kiểm tra danh mục loại người gửi.",
                en="Ask the hotline's operator to check the list of kinds of senders.",
            ),
        ),
        "ticket_lost": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Phản ánh của {applicant} qua {channel} dừng ở bước {step} ({kind}).",
                en="Feedback of {applicant} by {channel} ends at {step} ({kind}).",
            ),
            do=Text(
                vi="Báo đơn vị vận hành 1022 tìm phiếu này theo giờ gửi và đơn vị nhận.",
                en="Ask the hotline's operator to trace it by its time and unit.",
            ),
        ),
        "unit_behind": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Phản ánh đã tới đơn vị {unit} nhưng dừng ở bước {step} ({kind}).",
                en="Feedback reached {unit} and rests there at {step} ({kind}).",
            ),
            do=Text(
                vi="Nhắc đơn vị xem hàng đợi phản ánh; kết quả riêng của đơn vị ở phần của họ.",
                en="Remind the unit of its queue; its own result stands in its own part.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "xml_missing": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Tổng đài không trả lời được bằng XML, là dạng bắt buộc: {problem}.",
                en="The hotline does not answer in XML, which is mandatory: {problem}.",
            ),
            do=Text(
                vi="Báo nhà cung cấp bật dạng XML theo GeoReport v2 để hệ thống khác kết nối.",
                en="Ask the supplier to offer XML as in GeoReport v2, for others to connect.",
            ),
        ),
        "number_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Mã phiếu có sau {took_s} giây qua kênh {channel} (ngưỡng {limit_s} giây).",
                en="The number came after {took_s} s by {channel} (limit {limit_s} s).",
            ),
            do=Text(
                vi="Báo đơn vị vận hành 1022 kiểm tra hàng chờ xử lý phiếu mới.",
                en="Ask the hotline's operator to check the queue of new tickets.",
            ),
        ),
        "queue_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Phiếu qua kênh {channel} tới đơn vị sau {took_s} giây "
                "(ngưỡng {limit_s} giây).",
                en="A ticket by {channel} reached its unit after {took_s} s "
                "(limit {limit_s} s).",
            ),
            do=Text(
                vi="Báo đơn vị vận hành 1022 kiểm tra bước phân luồng tự động.",
                en="Ask the hotline's operator to check the automatic routing.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("ticket-search-loose", expect=None),
        Example("ticket-key-refused", expect="credentials_rejected"),
        Example("ticket-errors-in-200", expect="step_rejected"),
        Example("ticket-not-stored", expect="not_stored"),
        Example("ticket-reply-dropped", expect="reply_lost"),
        Example("ticket-token-stuck", expect="step_timeout"),
        Example("ticket-token-late", expect="number_late"),
        Example("ticket-token-strange", expect="wrong_record"),
        Example("ticket-wrong-id", expect="wrong_record"),
        Example("ticket-text-cut", expect="text_cut"),
        Example("ticket-text-mixed", expect="wrong_record"),
        Example("ticket-sms-lost", expect="channel_broken"),
        Example("ticket-business-refused", expect="applicant_refused"),
        Example("ticket-one-lost", expect="ticket_lost"),
        Example("ticket-one-unanswered", expect="unit_behind"),
        Example("ticket-queue-late", expect="queue_late"),
        Example("ticket-misrouted", expect="wrong_unit"),
        Example("ticket-queue-cached", expect="not_routed"),
        Example("ticket-never-answered", expect="overdue"),
        Example("ticket-closed-unanswered", expect="closed_unanswered"),
        Example("ticket-another-jurisdiction", expect="wrong_jurisdiction"),
        Example("ticket-xml-broken", expect="xml_missing"),
        Example("ticket-xml-refused", expect="xml_missing"),
        Example("ticket-xml-with-entities", expect="xml_missing"),
    ),
)
