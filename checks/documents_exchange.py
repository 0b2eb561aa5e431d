"""Does a document reach the unit, get registered and handled, and does the answer come back?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.edxml.journey import Acknowledged, Answered, Exchanged, travel
from rehearsal.net.edxml.store import STORE, PacketStore
from rehearsal.net.edxml.vocabulary import ACCEPTED, ARRIVED, DONE

_MUST_PASS = (ARRIVED, ACCEPTED, DONE)  # assigning (04) and handling (05) may be one hand's


async def probe(target: Target, door: Door) -> Exchanged:
    """Send one marked document as the city would, and follow it there and back."""
    return await travel(target, door)


def judge(
    seen: Exchanged, limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """A packet that came through may still have come through changed, twice, or too late."""
    if seen.stored_digest != seen.sent_digest:
        yield CHECK.found("content_altered")
    if seen.copies > 1:
        yield CHECK.found("packet_duplicated", copies=seen.copies)
    yield from _of_the_acknowledgement(seen, seen.acknowledged)
    yield from _of_the_answer(seen, seen.answered)
    lacking = [status for status in _MUST_PASS if status not in seen.passed]
    if lacking:
        yield CHECK.found("status_skipped", statuses=", ".join(lacking))
    if seen.arrived_after_s > limits["arrival"]:
        took_s = round(seen.arrived_after_s, 1)
        yield CHECK.found("arrived_late", took_s=took_s, limit_s=limits["arrival"])


def _of_the_acknowledgement(seen: Exchanged, said: Acknowledged | None) -> Iterator[Finding]:
    if said is None:
        yield CHECK.found("acknowledgement_missing")
    elif said.document_id != seen.document_id:
        yield CHECK.found("acknowledgement_for_another", document=said.document_id)
    elif said.organ != seen.unit:
        yield CHECK.found("acknowledgement_by_another", organ=said.organ)
    elif said.status != DONE:
        yield CHECK.found("acknowledgement_stale", status=said.status)


def _of_the_answer(seen: Exchanged, said: Answered | None) -> Iterator[Finding]:
    if said is None:
        yield CHECK.found("answer_missing")
    elif seen.document_id not in said.answers or not said.quotes_marker:
        yield CHECK.found("answer_to_another", documents=", ".join(said.answers) or "–")
    elif said.sender != seen.unit or seen.city not in said.receivers:
        yield CHECK.found("answer_of_another", organ=said.sender)
    elif not said.quotes_nonce:
        yield CHECK.found("answer_without_code")
    elif not said.city_acknowledged:
        yield CHECK.found("city_acknowledgement_lost")


CHECK = Check(
    id="documents.exchange",
    asks=Text(
        vi="Văn bản gửi tới đơn vị có được tiếp nhận, xử lý và trả lời đúng không?",
        en="Is a document sent to the unit received, dealt with and answered?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"edxml"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Exchanged,
    probe=probe,
    judge=judge,
    deadline_s=180.0,  # the longest patience that an inventory may ask for, and ten requests
    requires=("system.reach",),
    stores={STORE: PacketStore},
    limits={
        "arrival": Limit(
            3.0,
            "s",
            Text(
                "gói tin đi qua trục liên thông trong vài giây; lâu hơn là đang xếp hàng",
                "a packet crosses the axis within seconds; longer means that it queues",
            ),
        ),
    },
    findings={
        "content_altered": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Văn bản lưu tại đơn vị không còn nguyên vẹn so với bản đã gửi.",
                en="The document kept at the unit is not the one that was sent.",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: tìm khâu ghi lại gói tin hoặc tệp đính kèm; "
                "chữ ký số trên văn bản sẽ không còn hợp lệ.",
                en="Supplier of the document system: find what rewrites the packet or its "
                "attachment; signatures on documents will no longer hold.",
            ),
        ),
        "packet_duplicated": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Một văn bản gửi một lần nhưng đơn vị nhận {copies} bản.",
                en="A document that was sent once is at the unit {copies} times.",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: chặn gói tin trùng mã định danh, tránh vào "
                "sổ hai lần.",
                en="Supplier of the document system: refuse packets of the same number, so "
                "that none is registered twice.",
            ),
        ),
        "acknowledgement_missing": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Đơn vị đã xử lý văn bản nhưng không gửi gói tin trạng thái về thành phố.",
                en="The unit dealt with the document but sent no status packet to the city.",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: bật việc gửi trạng thái lên trục.",
                en="Supplier of the document system: turn on the sending of statuses.",
            ),
        ),
        "acknowledgement_for_another": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Xác nhận gửi về là của văn bản khác: {document}.",
                en="The acknowledgement belongs to another document: {document}.",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: sửa cách ghép trạng thái với mã định danh "
                "văn bản.",
                en="Supplier of the document system: correct how statuses are matched with "
                "document numbers.",
            ),
        ),
        "acknowledgement_by_another": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Xác nhận mang mã của cơ quan khác: {organ}.",
                en="The acknowledgement bears another organ's code: {organ}.",
            ),
            do=Text(
                vi="Quản trị hệ thống văn bản: sửa mã định danh điện tử của đơn vị theo danh "
                "mục mới.",
                en="Administrator of the document system: correct the unit's identification "
                "code to that of the new list.",
            ),
        ),
        "acknowledgement_stale": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Văn bản đã xong nhưng gói tin trạng thái vẫn ghi {status}.",
                en="The document is done, but the status packet still says {status}.",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: kiểm tra hàng đợi gửi trạng thái.",
                en="Supplier of the document system: check the queue that sends statuses.",
            ),
        ),
        "answer_missing": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Đơn vị báo đã xong nhưng thành phố không nhận được văn bản trả lời.",
                en="The unit says that it is done, but no answer reached the city.",
            ),
            do=Text(
                vi="Văn thư đơn vị: kiểm tra văn bản trả lời đã được phát hành và gửi qua "
                "trục liên thông.",
                en="The unit's clerk: check that the answer was issued and sent on the axis.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "answer_to_another": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Văn bản trả lời gắn với văn bản khác: {documents}.",
                en="The answer is tied to another document: {documents}.",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: sửa phần ghi văn bản được phúc đáp.",
                en="Supplier of the document system: correct what an answer refers to.",
            ),
        ),
        "answer_of_another": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Văn bản trả lời mang mã của cơ quan khác: {organ}.",
                en="The answer bears another organ's code: {organ}.",
            ),
            do=Text(
                vi="Quản trị hệ thống văn bản: sửa mã định danh nơi gửi và nơi nhận.",
                en="Administrator of the document system: correct the codes of the sender and "
                "of the receiver.",
            ),
        ),
        "answer_without_code": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Văn bản trả lời không ghi mã kiểm tra đã gửi: có thể là bản trả lời cũ.",
                en="The answer does not quote the code that was sent: it may be an old one.",
            ),
            do=Text(
                vi="Văn thư đơn vị: mở văn bản diễn tập và ghi lại mã kiểm tra khi trả lời.",
                en="The unit's clerk: open the rehearsal's document and quote its code.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "city_acknowledgement_lost": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Thành phố đã xác nhận văn bản trả lời nhưng đơn vị không ghi nhận.",
                en="The city acknowledged the answer, but the unit's system did not note it.",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: kiểm tra việc nhận gói tin trạng thái.",
                en="Supplier of the document system: check how status packets are taken in.",
            ),
        ),
        "status_skipped": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Văn bản được báo xong mà không qua trạng thái: {statuses}.",
                en="The document was done without passing the status: {statuses}.",
            ),
            do=Text(
                vi="Văn thư đơn vị: vào sổ và chuyển xử lý từng bước trên hệ thống.",
                en="The unit's clerk: register and pass on each document step by step.",
            ),
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "arrived_late": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Văn bản đến hệ thống của đơn vị sau {took_s} giây (ngưỡng {limit_s} giây).",
                en="The document reached the unit after {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Nhà cung cấp hệ thống văn bản: kiểm tra hàng đợi của trục liên thông.",
                en="Supplier of the document system: check the queue of the document axis.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("documents-sent-forever", expect="step_timeout"),
        Example("documents-unregistered", expect="not_acknowledged"),
        Example("documents-unfinished", expect="overdue"),
        Example("documents-refused", expect="step_rejected"),
        Example("documents-packet-rejected", expect="step_rejected"),
        Example("documents-account-rejected", expect="credentials_rejected"),
        Example("documents-forgotten", expect="not_stored"),
        Example("documents-echoed", expect="not_stored"),
        Example("documents-not-found-by-search", expect="not_stored"),
        Example("documents-stale-record", expect="wrong_record"),
        Example("documents-wrong-number", expect="wrong_record"),
        Example("documents-another-unit", expect="wrong_unit"),
        Example("documents-another-organ", expect="wrong_unit"),
        Example("documents-login-page", expect="malformed_response"),
        Example("documents-entity-bomb", expect="malformed_response"),
        Example("documents-altered", expect="content_altered"),
        Example("documents-attachment-lost", expect="content_altered"),
        Example("documents-duplicated", expect="packet_duplicated"),
        Example("documents-unacknowledged", expect="acknowledgement_missing"),
        Example("documents-acknowledges-another", expect="acknowledgement_for_another"),
        Example("documents-acknowledged-by-another", expect="acknowledgement_by_another"),
        Example("documents-acknowledgement-stale", expect="acknowledgement_stale"),
        Example("documents-unanswered", expect="answer_missing"),
        Example("documents-answers-another", expect="answer_to_another"),
        Example("documents-answer-of-another", expect="answer_of_another"),
        Example("documents-answer-cached", expect="answer_without_code"),
        Example("documents-city-unheard", expect="city_acknowledgement_lost"),
        Example("documents-unaccepted", expect="status_skipped"),
        Example("documents-late", expect="arrived_late"),
    ),
)
