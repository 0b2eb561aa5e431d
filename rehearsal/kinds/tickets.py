"""What is said when a ticket of the 1022 hotline does not come through?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import SERVER_ADMIN, SUPPLIER, UNIT_LEADER, Chapter, KindSpec, by
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.SYSTEMS)
_fail_of_people = partial(KindSpec, Outcome.FAIL, Group.PROCEDURES_AND_STAFF)

_TICKETS = {
    "not_routed": _fail(
        Text(
            "Phiếu thử đã được lưu nhưng không tới hàng đợi của đơn vị.",
            "The trial ticket is stored, but does not come to the unit's queue.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra bảng phân luồng, tài khoản của đơn vị và bộ nhớ đệm của trang hàng đợi.",
            "check the routing table, the unit's account, and the cache of the queue's page.",
        ),
    ),
    "reply_lost": _fail(
        Text(
            "Bản ghi thử đã được lưu nhưng người gửi không nhận được trả lời.",
            "The trial record was stored, but its sender got no reply.",
        ),
        by(
            SUPPLIER,
            "kiểm tra thời gian chờ ở máy chủ trung gian; người dân sẽ gửi lại và tạo bản ghi "
            "trùng.",
            "check the time-outs of the proxies: citizens will send again and make duplicates.",
        ),
    ),
    "closed_unanswered": _fail_of_people(
        Text(
            "Phiếu thử đã bị đóng mà không có câu trả lời.",
            "The trial ticket was closed without an answer.",
        ),
        by(
            UNIT_LEADER,
            "nhắc người xử lý: chỉ đóng phiếu sau khi đã trả lời người gửi.",
            "remind those who deal with tickets to answer the sender before they close one.",
        ),
    ),
    "text_cut": _fail(
        Text(
            "Hệ thống lưu nội dung phiếu thử bị cắt ngắn.",
            "The system stored the trial ticket's text cut short.",
        ),
        by(
            SUPPLIER,
            "tăng độ dài trường nội dung (GeoReport v2: 4.000 ký tự) và kiểm tra các kênh tiếp "
            "nhận.",
            "lengthen the field (GeoReport v2: 4,000 characters); check the channels' forms.",
        ),
    ),
    "wrong_jurisdiction": _fail(
        Text(
            "Hệ thống trả về danh mục phản ánh của thành phố khác.",
            "The system lists the services of another city.",
        ),
        by(
            SUPPLIER,
            "kiểm tra jurisdiction_id và mã loại phản ánh (service_code) đã cấp cho thành phố.",
            "check the jurisdiction_id and the service_code that were given to the city.",
        ),
    ),
}

TICKETS = Chapter((Step.TRANSACTION,), _TICKETS)
