"""What is said when a meeting system does not take us for who we are, or puts us out?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import BRIDGE_ADMIN, OPERATOR, Chapter, KindSpec, by
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.SYSTEMS)
_ours = partial(KindSpec, Outcome.UNKNOWN, Group.SUPPORT)  # the inventory or we lack something

_SIGN_ON = {
    "no_such_domain": _fail(
        Text(
            "Máy chủ họp trả lời nhưng không phục vụ tên miền XMPP được yêu cầu.",
            "The meeting server answers, but does not serve the XMPP domain asked for.",
        ),
        by(
            BRIDGE_ADMIN,
            "khai báo tên miền này trên máy chủ họp, hoặc báo người vận hành sửa danh mục.",
            "set up this domain on the server, or have the operator mend the inventory.",
        ),
    ),
    "account_required": _ours(
        Text(
            "Hệ thống họp yêu cầu tài khoản, nhưng danh mục chưa có cho điểm cầu này.",
            "The meeting system asks for an account; the inventory has none for this bridge.",
        ),
        by(
            OPERATOR,
            "xin cấp tài khoản diễn tập và ghi vào danh mục, hoặc đề nghị cho khách vào phòng.",
            "obtain an account for the rehearsal and enter it, or ask to have guests let in.",
        ),
    ),
    "sign_on_unsupported": _ours(
        Text(
            "Hệ thống họp chỉ nhận các cách đăng nhập mà máy đo không hỗ trợ.",
            "The meeting system takes only ways to sign on that the instrument does not have.",
        ),
        by(
            BRIDGE_ADMIN,
            "bật SASL PLAIN qua TLS cho tài khoản diễn tập, hoặc để người điểm danh.",
            "enable SASL PLAIN over TLS for the rehearsal, or have people call a roll.",
        ),
    ),
    "secret_unprotected": _ours(
        Text(
            "Máy đo không gửi mật khẩu vì địa chỉ trong danh mục không được mã hóa.",
            "The instrument sent no password: the inventory's address is not encrypted.",
        ),
        by(
            OPERATOR,
            "đổi địa chỉ trong danh mục sang wss hoặc https; đề nghị bật TLS nếu chưa có.",
            "change the inventory's address to wss or https; ask for TLS if there is none yet.",
        ),
    ),
}

_PUT_OUT = {
    "removed_from_room": _fail(
        Text(
            "Điểm cầu bị đưa ra khỏi phòng họp khi cuộc họp còn diễn ra.",
            "The bridge was put out of the room while the meeting went on.",
        ),
        by(
            BRIDGE_ADMIN,
            "hỏi người điều hành phòng; kiểm tra quy tắc tự động đưa thành viên ra khỏi phòng.",
            "ask the room's moderator; check the rules that remove participants by themselves.",
        ),
    ),
    "room_closed": _fail(
        Text(
            "Phòng họp bị đóng khi cuộc họp còn diễn ra.",
            "The room was closed while the meeting went on.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra thời hạn của phòng và giữ phòng mở đến hết giờ diễn tập.",
            "check the room's time limit, and keep it open until the trial has ended.",
        ),
    ),
    "hung_up_on_setup": _fail(
        Text(
            "Thiết bị H.323 ngắt kết nối ngay khi được gọi, không trả lời gì.",
            "The H.323 device cut the connection when it was called, without any answer.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra thiết bị còn kênh trống và có nhận cuộc gọi không qua gatekeeper không.",
            "check that the device has a free line and takes calls without its gatekeeper.",
        ),
    ),
}

JOINING = Chapter((Step.SIGN_ON, Step.SIGNALLING), _SIGN_ON | _PUT_OUT)
