"""What is said when a call by SIP does not come about? (status codes: RFC 3261, section 21)"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import ACCOUNT_ADMIN, PHONE_ADMIN, Chapter, KindSpec, by
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.SYSTEMS)
_unknown = partial(KindSpec, Outcome.UNKNOWN, Group.SYSTEMS)

_SIP = {
    "sip_401": _fail(
        Text(
            "Tổng đài SIP không chấp nhận tài khoản của cuộc gọi.",
            "The SIP switchboard did not accept the call's account.",
        ),
        by(
            ACCOUNT_ADMIN,
            "kiểm tra tên và mật khẩu SIP đã cấp, rồi cập nhật cho người vận hành diễn tập.",
            "check the SIP name and password, and give them to the rehearsal operator.",
        ),
    ),
    "sip_403": _fail(
        Text(
            "Tổng đài SIP không cho phép cuộc gọi này.",
            "The SIP switchboard does not permit this call.",
        ),
        by(
            PHONE_ADMIN,
            "cấp quyền gọi tới số này cho tài khoản và địa chỉ của máy đo.",
            "permit the instrument's account and address to call this number.",
        ),
    ),
    "sip_404": _fail(
        Text(
            "Tổng đài SIP không có số hoặc phòng được gọi.",
            "The SIP switchboard does not know the number or room that was called.",
        ),
        by(
            PHONE_ADMIN,
            "khai báo số này trên tổng đài, hoặc báo người vận hành nếu danh mục ghi sai.",
            "set up this number, or tell the operator if the inventory is wrong.",
        ),
    ),
    "sip_408": _fail(
        Text(
            "Cuộc gọi SIP không được nối trong thời gian cho phép.",
            "The SIP call was not put through in time.",
        ),
        by(
            PHONE_ADMIN,
            "kiểm tra thiết bị của số được gọi đã đăng ký và đường trung kế thông suốt.",
            "check that the called number's device is registered and that the trunk works.",
        ),
    ),
    "sip_480": _fail(
        Text(
            "Số được gọi tạm thời không liên lạc được.",
            "The called number is temporarily unavailable.",
        ),
        by(
            PHONE_ADMIN,
            "kiểm tra thiết bị hoặc nhóm trực của số này đã bật và đăng ký với tổng đài.",
            "check that this number's device or group is on and registered.",
        ),
    ),
    "sip_486": _fail(
        Text(
            "Số được gọi đang bận.",
            "The called number is busy.",
        ),
        by(
            PHONE_ADMIN,
            "bố trí thêm kênh hoặc người trực cho số này, rồi đo lại.",
            "provide more channels or agents for this number, then measure again.",
        ),
    ),
    "sip_488": _fail(
        Text(
            "Tổng đài SIP không chấp nhận chuẩn âm thanh, hình ảnh được đề nghị.",
            "The SIP switchboard does not accept the offered sound and picture formats.",
        ),
        by(
            PHONE_ADMIN,
            "bật ít nhất một chuẩn chung, như G.711 cho âm thanh hoặc H.264 cho hình.",
            "enable at least one common format, like G.711 for sound or H.264 for picture.",
        ),
    ),
    "sip_503": _fail(
        Text(
            "Tổng đài SIP tạm thời không phục vụ được, có thể do quá tải.",
            "The SIP switchboard is unavailable for now, perhaps overloaded.",
        ),
        by(
            PHONE_ADMIN,
            "kiểm tra tải và số kênh trung kế của tổng đài, rồi đo lại.",
            "check the switchboard's load and trunk channels, then measure again.",
        ),
    ),
    "sip_<code>": _fail(
        Text(
            "Tổng đài SIP từ chối hoặc không nối được cuộc gọi.",
            "The SIP switchboard refused the call or could not put it through.",
        ),
        by(
            PHONE_ADMIN,
            "tra mã SIP ghi kèm và xem nhật ký tổng đài tại thời điểm đo.",
            "look up the SIP code given and read the switchboard's log at that time.",
        ),
    ),
}

_CALL = {
    "not_answered": _fail(
        Text(
            "Cuộc gọi đã đổ chuông nhưng không được trả lời.",
            "The call rang, but was not answered.",
        ),
        by(
            PHONE_ADMIN,
            "bật phòng họp hoặc thiết bị của số này và đặt chế độ tự động nhận cuộc gọi.",
            "switch on this number's room or device, and let it answer calls by itself.",
        ),
    ),
    "media_address_refused": _unknown(
        Text(
            "Tổng đài SIP muốn nhận âm thanh ở địa chỉ ngoài danh mục nên máy đo không gửi.",
            "The SIP switchboard wants sound sent to an address that is not in the inventory; "
            "the instrument sent none.",
        ),
        by(
            PHONE_ADMIN,
            "nếu đó là địa chỉ nội bộ sau NAT, cấu hình lại địa chỉ bên ngoài của tổng đài; "
            "nếu là máy chủ âm thanh riêng, báo người vận hành bổ sung vào danh mục.",
            "if that is an inside address behind NAT, configure the switchboard's outside one; "
            "if it is a media server of its own, have the operator add it to the inventory.",
        ),
    ),
}

_ON_SIGNALLING = {
    (Step.SIGNALLING, "connection_closed_early"): _fail(
        Text(
            "Tổng đài SIP đóng kết nối khi cuộc gọi còn đang thiết lập hoặc diễn ra.",
            "The SIP switchboard closed the connection while the call was set up or going on.",
        ),
        by(
            PHONE_ADMIN,
            "xem nhật ký tổng đài tại thời điểm đo; kiểm tra giới hạn kết nối TCP, TLS.",
            "read the switchboard's log at that time; check its limits on TCP and TLS.",
        ),
    ),
    (Step.SIGNALLING, "connection_reset"): _fail(
        Text(
            "Kết nối tới tổng đài SIP bị ngắt đột ngột.",
            "The connection to the SIP switchboard was reset.",
        ),
        by(
            PHONE_ADMIN,
            "kiểm tra tổng đài có khởi động lại và tường lửa có ngắt kết nối SIP không.",
            "check whether the switchboard restarted, or a firewall cuts SIP connections.",
        ),
    ),
    (Step.SIGNALLING, "peer_is_tls"): _fail(
        Text(
            "Cổng SIP này chỉ nói chuyện bằng TLS, còn danh mục ghi là không mã hóa.",
            "This SIP port speaks TLS only, while the inventory says that it is not encrypted.",
        ),
        by(
            PHONE_ADMIN,
            "xác nhận cổng và giao thức; người vận hành sửa danh mục thành sips: nếu đúng TLS.",
            "confirm port and transport; the operator writes sips: if it is meant to be TLS.",
        ),
    ),
}

CALLING = Chapter((Step.SIGNALLING,), _SIP | _CALL, _ON_SIGNALLING)
