"""What is said when a line could not be loaded to see what it carries?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import NETWORK_ADMIN, SERVER_ADMIN, Chapter, KindSpec, by
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.INFRASTRUCTURE)

_TRANSFER = {
    "not_ndt7": _fail(
        Text(
            "Máy chủ trả lời nhưng không phải là máy chủ đo đường truyền (ndt7).",
            "The server answered, but it is no server that measures lines (ndt7).",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra địa chỉ đo trong danh mục và dịch vụ ndt7 tại đơn vị; "
            "máy chủ trung gian phải giữ nguyên Sec-WebSocket-Protocol.",
            "check the measuring address in the inventory and the ndt7 service at the unit; "
            "a proxy must keep Sec-WebSocket-Protocol.",
        ),
    ),
    "transfer_silent": _fail(
        Text(
            "Đã mở kết nối đo đường truyền nhưng không có dữ liệu nào đi qua.",
            "The connection to measure the line opened, but no data passed.",
        ),
        by(
            NETWORK_ADMIN,
            "kiểm tra dịch vụ ndt7 còn chạy; kiểm tra MTU và tường lửa nếu gói tin lớn bị mất.",
            "check that the ndt7 service runs; check MTU and firewall if big packets vanish.",
        ),
    ),
    "transfer_broken": _fail(
        Text(
            "Phép đo đường truyền bị phía đơn vị ngắt trước khi đủ dữ liệu để kết luận.",
            "The unit's side ended the measurement of the line before it could say anything.",
        ),
        by(
            SERVER_ADMIN,
            "xem nhật ký dịch vụ ndt7 và thiết bị ở giữa xem vì sao kết nối bị đóng.",
            "read the logs of the ndt7 service and of devices on the way for who hung up.",
        ),
    ),
}

TRANSFER = Chapter((Step.MEDIA,), _TRANSFER)
