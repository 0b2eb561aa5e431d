"""What becomes of a ticket at a 1022 hotline that fails?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Fault, Lapses, has_contract
from twin.hotline.lapses import Lapse


def _ticket(vi: str, en: str, lapse: Lapse) -> Fault:
    return Fault(vi, en, Lapses(lapse.value), has_contract("open311"))


FAULTS: Mapping[str, Fault] = {
    "ticket-key-refused": _ticket(
        "Tổng đài không chấp nhận khoá api_key của cuộc diễn tập",
        "The hotline does not accept the rehearsal's api_key",
        Lapse.KEY_REFUSED,
    ),
    "ticket-errors-in-200": _ticket(
        "Tổng đài báo lỗi trong một trả lời 200",
        "The hotline tells its errors in a reply of status 200",
        Lapse.ERRORS_IN_200,
    ),
    "ticket-not-stored": _ticket(
        "Tổng đài cấp mã phiếu nhưng không lưu phiếu",
        "The hotline gives a number and stores no ticket",
        Lapse.NOT_STORED,
    ),
    "ticket-reply-dropped": _ticket(
        "Phiếu được lưu nhưng trả lời bị mất",
        "The ticket is stored, but the reply is lost",
        Lapse.REPLY_DROPPED,
    ),
    "ticket-token-stuck": _ticket(
        "Mã tạm không bao giờ thành mã phiếu",
        "The token never becomes a ticket's number",
        Lapse.TOKEN_STUCK,
    ),
    "ticket-token-late": _ticket(
        "Mã phiếu có chậm vài giây",
        "The ticket's number appears some seconds late",
        Lapse.TOKEN_LATE,
    ),
    "ticket-token-strange": _ticket(
        "Mã tạm dẫn tới phiếu của người dân khác",
        "The token leads to some citizen's ticket",
        Lapse.TOKEN_STRANGE,
    ),
    "ticket-wrong-id": _ticket(
        "Tổng đài trả về mã phiếu sai",
        "The hotline replies with a wrong number",
        Lapse.WRONG_ID,
    ),
    "ticket-text-cut": _ticket(
        "Nội dung phiếu bị cắt ngắn",
        "The ticket's text is cut short",
        Lapse.TEXT_CUT,
    ),
    "ticket-text-mixed": _ticket(
        "Phiếu hiện nội dung của người khác",
        "The ticket shows somebody else's text",
        Lapse.TEXT_MIXED,
    ),
    "ticket-sms-lost": _ticket(
        "Phiếu qua cổng SMS không được lưu",
        "What comes through the SMS gateway is not stored",
        Lapse.SMS_LOST,
    ),
    "ticket-business-refused": _ticket(
        "Tổng đài từ chối phiếu của doanh nghiệp",
        "The hotline refuses what businesses send",
        Lapse.BUSINESS_REFUSED,
    ),
    "ticket-one-lost": _ticket(
        "Chỉ phiếu của doanh nghiệp qua điện thoại không được lưu",
        "Only what a business tells by telephone is not stored",
        Lapse.ONE_LOST,
    ),
    "ticket-misrouted": _ticket(
        "Phiếu bị chuyển sang đơn vị bên cạnh",
        "The ticket goes to the neighbouring unit",
        Lapse.MISROUTED,
    ),
    "ticket-never-routed": _ticket(
        "Phiếu nằm lại ở tổng đài",
        "The ticket stays at the hotline",
        Lapse.NEVER_ROUTED,
    ),
    "ticket-queue-cached": _ticket(
        "Hàng đợi của đơn vị là trang cũ",
        "The unit's queue is an old page",
        Lapse.QUEUE_CACHED,
    ),
    "ticket-queue-of-another": _ticket(
        "Hàng đợi của đơn vị hiện phiếu của đơn vị khác",
        "The unit's queue shows another unit's tickets",
        Lapse.QUEUE_OF_ANOTHER,
    ),
    "ticket-queue-late": _ticket(
        "Phiếu tới đơn vị chậm vài giây",
        "The ticket reaches the unit some seconds late",
        Lapse.QUEUE_LATE,
    ),
    "ticket-never-acknowledged": _ticket(
        "Đơn vị không tiếp nhận phiếu",
        "The unit does not take the ticket on",
        Lapse.NEVER_ACKNOWLEDGED,
    ),
    "ticket-never-answered": _ticket(
        "Đơn vị tiếp nhận phiếu rồi không trả lời",
        "The unit takes the ticket on and does not answer",
        Lapse.NEVER_ANSWERED,
    ),
    "ticket-one-unanswered": _ticket(
        "Chỉ phiếu của doanh nghiệp qua điện thoại không được trả lời",
        "Only what a business tells by telephone is not answered",
        Lapse.ONE_UNANSWERED,
    ),
    "ticket-never-closed": _ticket(
        "Đơn vị trả lời nhưng không đóng phiếu",
        "The unit answers and does not close the ticket",
        Lapse.NEVER_CLOSED,
    ),
    "ticket-closed-unanswered": _ticket(
        "Đơn vị đóng phiếu mà không trả lời",
        "The unit closes the ticket without an answer",
        Lapse.CLOSED_UNANSWERED,
    ),
    "ticket-acknowledged-late": _ticket(
        "Theo sổ của tổng đài, đơn vị tiếp nhận sau hơn một ngày",
        "By the hotline's books the unit took it on after more than a day",
        Lapse.ACKNOWLEDGED_LATE,
    ),
    "ticket-answered-late": _ticket(
        "Theo sổ của tổng đài, đơn vị trả lời sau hơn một ngày",
        "By the hotline's books the unit answered after more than a day",
        Lapse.ANSWERED_LATE,
    ),
    "ticket-closed-late": _ticket(
        "Theo sổ của tổng đài, đơn vị đóng phiếu sau hơn một ngày",
        "By the hotline's books the unit closed it after more than a day",
        Lapse.CLOSED_LATE,
    ),
    "ticket-state-stale": _ticket(
        "Trạng thái phiếu là bản cũ, không đổi nữa",
        "The ticket's state is an old copy that changes no more",
        Lapse.STATE_STALE,
    ),
    "ticket-another-jurisdiction": _ticket(
        "Tổng đài trả về danh mục của thành phố khác",
        "The hotline lists another city's services",
        Lapse.ANOTHER_JURISDICTION,
    ),
    "ticket-xml-broken": _ticket(
        "XML của tổng đài bị hỏng",
        "The hotline's XML is broken",
        Lapse.XML_BROKEN,
    ),
    "ticket-xml-refused": _ticket(
        "Tổng đài không có XML (406)",
        "The hotline offers no XML (406)",
        Lapse.XML_REFUSED,
    ),
    "ticket-xml-with-entities": _ticket(
        "XML của tổng đài khai báo thực thể lồng nhau",
        "The hotline's XML declares nested entities",
        Lapse.XML_WITH_ENTITIES,
    ),
    "ticket-delete-kept": _ticket(
        "Tổng đài báo đã rút phiếu nhưng vẫn giữ",
        "The hotline says that a ticket is withdrawn, and keeps it",
        Lapse.DELETE_KEPT,
    ),
    "ticket-search-late": _ticket(
        "Chỉ mục tìm kiếm chậm 1,5 giây",
        "The search index is 1.5 s behind",
        Lapse.SEARCH_LATE,
    ),
    "ticket-search-loose": _ticket(
        "Tìm kiếm trả về cả phiếu của người dân",
        "A search shows citizens' tickets too",
        Lapse.SEARCH_LOOSE,
    ),
}
