"""What is said when the way into the meeting room fails?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import BRIDGE_ADMIN, SERVER_ADMIN, Chapter, KindSpec, by
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.SYSTEMS)

_UPGRADE = {
    "upgrade_refused": _fail(
        Text(
            "Máy chủ trả lời nhưng không mở kết nối WebSocket.",
            "The server answered but did not open a WebSocket.",
        ),
        by(
            SERVER_ADMIN,
            "bật chuyển tiếp WebSocket (Upgrade) ở máy chủ trung gian và kiểm tra đường dẫn.",
            "enable WebSocket forwarding (Upgrade) on the proxy and check the path.",
        ),
    ),
    "wrong_subprotocol": _fail(
        Text(
            "Máy chủ mở WebSocket nhưng không dùng giao thức của hệ thống họp.",
            "The server opened a WebSocket but does not speak the meeting system's protocol.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra đường dẫn trỏ đúng hệ thống họp "
            "và máy chủ trung gian giữ nguyên Sec-WebSocket-Protocol.",
            "check that the path leads to the meeting system "
            "and that the proxy keeps Sec-WebSocket-Protocol.",
        ),
    ),
    "wrong_accept": _fail(
        Text(
            "Máy chủ xác nhận mở WebSocket bằng một mã không khớp.",
            "The server confirmed the WebSocket with a key that does not match.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra máy chủ trung gian không trả lời WebSocket từ bộ nhớ đệm.",
            "check that no proxy answers WebSocket requests from a cache.",
        ),
    ),
}

_ROOM = {
    "no_such_room": _fail(
        Text(
            "Phòng họp của cuộc diễn tập chưa có trên hệ thống họp.",
            "The trial's meeting room does not exist on the meeting system.",
        ),
        by(
            BRIDGE_ADMIN,
            "tạo phòng họp với đúng số phòng trong danh mục.",
            "create the room with the number given in the inventory.",
        ),
    ),
    "room_full": _fail(
        Text(
            "Phòng họp đã đủ số người tối đa.",
            "The meeting room has reached its greatest number of participants.",
        ),
        by(
            BRIDGE_ADMIN,
            "tăng số người tối đa của phòng cho đủ mọi điểm cầu và gỡ các phiên cũ còn treo.",
            "raise the room's limit so that every bridge fits, and remove stale sessions.",
        ),
    ),
    "join_denied": _fail(
        Text(
            "Hệ thống họp không cho điểm cầu vào phòng.",
            "The meeting system did not let the bridge into the room.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra mã vào phòng, quyền của điểm cầu và phòng có đang bị khóa không.",
            "check the room's PIN, the bridge's permission and whether the room is locked.",
        ),
    ),
    "account_in_use": _fail(
        Text(
            "Tài khoản hoặc tên này đang được một điểm cầu khác dùng trong phòng họp.",
            "Another bridge is in the room with this account or name already.",
        ),
        by(
            BRIDGE_ADMIN,
            "cấp cho mỗi điểm cầu một tài khoản riêng và gỡ phiên cũ còn treo.",
            "give each bridge an account of its own, and remove stale sessions.",
        ),
    ),
    "no_such_feed": _fail(
        Text(
            "Người phát được chọn để nghe không còn trong phòng họp.",
            "The speaker that was to be heard is no longer in the room.",
        ),
        by(
            BRIDGE_ADMIN,
            "xem nhật ký vì sao người phát rời phòng; đo lại khi tất cả đã vào.",
            "find in the log why that speaker left; measure again once everybody is in.",
        ),
    ),
    "plugin_missing": _fail(
        Text(
            "Hệ thống họp không có chức năng được yêu cầu.",
            "The meeting system lacks the function that was asked for.",
        ),
        by(
            BRIDGE_ADMIN,
            "cài và bật chức năng phòng họp (VideoRoom) trên hệ thống họp.",
            "install and enable the meeting rooms (VideoRoom) of the meeting system.",
        ),
    ),
    "signalling_timeout": _fail(
        Text(
            "Hệ thống họp nhận yêu cầu nhưng không trả lời trong thời gian cho phép.",
            "The meeting system took the request but did not answer in time.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra hệ thống họp có bị treo hoặc quá tải không, rồi đo lại.",
            "check whether the meeting system hangs or is overloaded, then measure again.",
        ),
    ),
    "signalling_error": _fail(
        Text(
            "Hệ thống họp từ chối một yêu cầu khi vào phòng.",
            "The meeting system refused a request on the way into the room.",
        ),
        by(
            BRIDGE_ADMIN,
            "tra mã lỗi ghi kèm và xem nhật ký hệ thống họp tại thời điểm đo.",
            "look up the error code given and read the meeting system's log at that time.",
        ),
    ),
    "session_ended": _fail(
        Text(
            "Hệ thống họp kết thúc phiên của điểm cầu khi cuộc họp còn diễn ra.",
            "The meeting system ended the bridge's session while the meeting went on.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra thời hạn phiên và nhật ký xem vì sao phiên bị đóng.",
            "check the session time-out, and the log for why the session was closed.",
        ),
    ),
    "malformed_message": _fail(
        Text(
            "Hệ thống họp gửi thông điệp sai định dạng.",
            "The meeting system sent a message that is malformed.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra phiên bản hệ thống họp và địa chỉ trỏ đúng dịch vụ.",
            "check the meeting system's version and that the address leads to it.",
        ),
    ),
    "no_codec_in_common": _fail(
        Text(
            "Hai bên không có chuẩn mã hóa âm thanh, hình ảnh chung.",
            "The two sides have no audio or video codec in common.",
        ),
        by(
            BRIDGE_ADMIN,
            "bật chuẩn chung: Opus hoặc G.711 cho âm thanh, VP8 hoặc H.264 cho hình ảnh.",
            "enable a common codec: Opus or G.711 for sound, VP8 or H.264 for picture.",
        ),
    ),
}

# RFC 6455 7.4.1 and IANA's WebSocket Close Code Number Registry.
_CLOSED = {
    "closed_1001": _fail(
        Text(
            "Hệ thống họp đóng kết nối vì đang dừng dịch vụ.",
            "The meeting system closed the connection because it is going away.",
        ),
        by(
            BRIDGE_ADMIN,
            "giữ dịch vụ chạy suốt giờ diễn tập; lùi việc bảo trì hoặc cập nhật.",
            "keep the service up during the trial; postpone maintenance and updates.",
        ),
    ),
    "closed_1006": _fail(
        Text(
            "Kết nối tới hệ thống họp mất đột ngột, không có lời chào kết thúc.",
            "The connection to the meeting system was lost without a closing message.",
        ),
        by(
            BRIDGE_ADMIN,
            "xem nhật ký xem dịch vụ có dừng đột ngột không; nếu không, kiểm tra đường truyền.",
            "read the log to see whether the service crashed; if not, check the line.",
        ),
    ),
    "closed_1008": _fail(
        Text(
            "Hệ thống họp đóng kết nối vì trái chính sách của hệ thống.",
            "The meeting system closed the connection because of its policy.",
        ),
        by(
            BRIDGE_ADMIN,
            "cho phép địa chỉ và tài khoản của điểm cầu theo chính sách truy cập.",
            "allow the bridge's address and account in the access policy.",
        ),
    ),
    "closed_1011": _fail(
        Text(
            "Hệ thống họp đóng kết nối vì gặp lỗi nội bộ.",
            "The meeting system closed the connection because of an internal error.",
        ),
        by(
            BRIDGE_ADMIN,
            "xem nhật ký lỗi của hệ thống họp, khởi động lại dịch vụ, rồi đo lại.",
            "read the meeting system's error log, restart the service, then measure again.",
        ),
    ),
    "closed_1012": _fail(
        Text(
            "Hệ thống họp đóng kết nối vì đang khởi động lại.",
            "The meeting system closed the connection because it restarts.",
        ),
        by(
            BRIDGE_ADMIN,
            "chờ dịch vụ khởi động xong, tìm lý do khởi động lại, rồi đo lại.",
            "wait until the service is up, find out why it restarted, then measure again.",
        ),
    ),
    "closed_1013": _fail(
        Text(
            "Hệ thống họp đóng kết nối vì quá tải.",
            "The meeting system closed the connection because it is overloaded.",
        ),
        by(
            BRIDGE_ADMIN,
            "tăng năng lực hệ thống họp cho đủ mọi điểm cầu vào cùng lúc.",
            "give the meeting system the capacity for all bridges at once.",
        ),
    ),
    "closed_<code>": _fail(
        Text(
            "Hệ thống họp đóng kết nối trước khi xong việc.",
            "The meeting system closed the connection before the work was done.",
        ),
        by(
            BRIDGE_ADMIN,
            "tra mã đóng ghi kèm và xem nhật ký hệ thống họp tại thời điểm đo.",
            "look up the close code given and read the meeting system's log at that time.",
        ),
    ),
}

_ON_STEP = {
    (Step.WS_UPGRADE, "response_timeout"): _fail(
        Text(
            "Máy chủ không trả lời yêu cầu mở WebSocket trong thời gian cho phép.",
            "The server did not answer the request for a WebSocket in time.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra hệ thống họp phía sau máy chủ trung gian còn chạy và không quá tải.",
            "check that the meeting system behind the proxy runs and is not overloaded.",
        ),
    ),
    (Step.WS_UPGRADE, "response_stalled"): _fail(
        Text(
            "Máy chủ bắt đầu trả lời yêu cầu mở WebSocket rồi dừng giữa chừng.",
            "The server began to answer the request for a WebSocket, then stopped midway.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra máy chủ trung gian chuyển tiếp WebSocket ngay, không giữ trong bộ đệm.",
            "check that the proxy forwards WebSocket at once and does not buffer it.",
        ),
    ),
    (Step.WS_UPGRADE, "response_truncated"): _fail(
        Text(
            "Câu trả lời cho yêu cầu mở WebSocket bị cắt ngắn.",
            "The answer to the request for a WebSocket was cut short.",
        ),
        by(
            SERVER_ADMIN,
            "xem nhật ký máy chủ trung gian và hệ thống họp tại thời điểm đo.",
            "read the logs of the proxy and the meeting system at that time.",
        ),
    ),
    (Step.WS_UPGRADE, "response_too_large"): _fail(
        Text(
            "Câu trả lời cho yêu cầu mở WebSocket quá lớn.",
            "The answer to the request for a WebSocket is too large.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra đường dẫn trỏ đúng dịch vụ WebSocket, không phải một trang web.",
            "check that the path leads to the WebSocket service and not to a web page.",
        ),
    ),
    (Step.WS_UPGRADE, "connection_closed_early"): _fail(
        Text(
            "Máy chủ đóng kết nối mà không trả lời yêu cầu mở WebSocket.",
            "The server closed the connection without answering the request for a WebSocket.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra hệ thống họp còn chạy và cổng này có hỗ trợ WebSocket.",
            "check that the meeting system runs and that this port supports WebSocket.",
        ),
    ),
    (Step.WS_UPGRADE, "connection_reset"): _fail(
        Text(
            "Kết nối bị ngắt đột ngột khi đang mở WebSocket.",
            "The connection was reset while the WebSocket was being opened.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra tường lửa ứng dụng và máy chủ trung gian có cho phép WebSocket không.",
            "check that the web firewall and the proxy allow WebSocket.",
        ),
    ),
    (Step.WS_UPGRADE, "malformed_response"): _fail(
        Text(
            "Câu trả lời cho yêu cầu mở WebSocket sai chuẩn HTTP.",
            "The answer to the request for a WebSocket is not proper HTTP.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra đúng dịch vụ WebSocket ở cổng này và cấu hình máy chủ trung gian.",
            "check that the WebSocket service is on this port, and how its proxy is set up.",
        ),
    ),
    (Step.SIGNALLING, "response_too_large"): _fail(
        Text(
            "Hệ thống họp gửi thông điệp lớn hơn mức cho phép.",
            "The meeting system sent a message that is larger than allowed.",
        ),
        by(
            BRIDGE_ADMIN,
            "gỡ các phiên còn treo trong phòng; nếu không giảm, báo người vận hành diễn tập.",
            "remove stale sessions from the room; if that does not help, tell the operator.",
        ),
    ),
}

MEETING = Chapter((Step.WS_UPGRADE, Step.SIGNALLING), _UPGRADE | _ROOM | _CLOSED, _ON_STEP)
