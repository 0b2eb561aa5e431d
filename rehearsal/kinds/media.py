"""What is said when sound and picture do not pass?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import (
    ACCOUNT_ADMIN,
    BRIDGE_ADMIN,
    NETWORK_ADMIN,
    Chapter,
    KindSpec,
    by,
)
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.INFRASTRUCTURE)

_MEDIA = {
    "no_candidates": _fail(
        Text(
            "Hệ thống họp không đưa ra địa chỉ nào để truyền âm thanh, hình ảnh.",
            "The meeting system offered no address for sound and picture.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra địa chỉ mạng, dải cổng RTP và máy chủ STUN, TURN đã cấu hình.",
            "check the configured network address, RTP port range and STUN or TURN servers.",
        ),
    ),
    "candidates_refused": _fail(
        Text(
            "Hệ thống họp chỉ định truyền âm thanh, hình ảnh qua địa chỉ ngoài danh mục.",
            "The meeting system wants sound and picture at an address that the inventory "
            "does not name.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra địa chỉ ghi kèm; nếu đúng của hệ thống họp thì thêm vào danh mục.",
            "check the address given; if it is the meeting system's, add it to the inventory.",
        ),
    ),
    "turn_unreachable": _fail(
        Text(
            "Máy chủ TURN không trả lời, nên không có đường vòng khi UDP bị chặn.",
            "The TURN server does not answer, so there is no way round where UDP is blocked.",
        ),
        by(
            NETWORK_ADMIN,
            "kiểm tra máy chủ TURN còn chạy và cổng của nó mở cho cả UDP và TCP.",
            "check that the TURN server runs and that its port is open for UDP and TCP.",
        ),
    ),
    "turn_credentials_rejected": _fail(
        Text(
            "Máy chủ TURN từ chối tài khoản ghi trong danh mục.",
            "The TURN server rejects the account that the inventory names.",
        ),
        by(
            ACCOUNT_ADMIN,
            "cấp lại tài khoản, mật khẩu TURN còn hạn và cập nhật cho điểm cầu.",
            "issue TURN credentials that are valid, and update them at the bridge.",
        ),
    ),
    "turn_full": _fail(
        Text(
            "Máy chủ TURN đã hết chỗ cho tài khoản này hoặc hết tài nguyên.",
            "The TURN server has no room left for this account, or none at all.",
        ),
        by(
            NETWORK_ADMIN,
            "tăng hạn mức của tài khoản và dải cổng của máy chủ TURN cho đủ mọi điểm cầu.",
            "raise the account's quota and the TURN server's ports until every bridge fits.",
        ),
    ),
    "ice_failed": _fail(
        Text(
            "Vào được phòng họp nhưng không mở được đường truyền âm thanh, hình ảnh.",
            "The room was joined, but no path for sound and picture could be opened.",
        ),
        by(
            NETWORK_ADMIN,
            "mở dải cổng UDP của hệ thống họp trên tường lửa, "
            "hoặc cho đi qua máy chủ TURN bằng TCP.",
            "open the meeting system's UDP ports in the firewall, "
            "or let media pass a TURN server over TCP.",
        ),
    ),
    "dtls_failed": _fail(
        Text(
            "Đường truyền đã mở nhưng không thiết lập được mã hóa âm thanh, hình ảnh.",
            "The path is open, but encryption of sound and picture could not be set up.",
        ),
        by(
            BRIDGE_ADMIN,
            "kiểm tra chứng thư DTLS của hệ thống họp; kiểm tra MTU nếu gói tin lớn bị mất.",
            "check the meeting system's DTLS certificate; check the MTU if big packets vanish.",
        ),
    ),
    "no_media": _fail(
        Text(
            "Đã vào phòng họp nhưng không có âm thanh, hình ảnh nào truyền qua.",
            "The room was joined, but no sound or picture passed.",
        ),
        by(
            NETWORK_ADMIN,
            "kiểm tra tường lửa không chặn dải cổng RTP; sau đó kiểm tra micrô, máy quay.",
            "check that no firewall blocks the RTP ports; then check microphone and camera.",
        ),
    ),
    "one_way_media": _fail(
        Text(
            "Âm thanh, hình ảnh chỉ truyền được một chiều.",
            "Sound and picture pass in one direction only.",
        ),
        by(
            NETWORK_ADMIN,
            "mở dải cổng RTP cho cả hai chiều và kiểm tra chuyển đổi địa chỉ (NAT).",
            "open the RTP ports in both directions and check address translation (NAT).",
        ),
    ),
    "media_stalled": _fail(
        Text(
            "Âm thanh, hình ảnh đang truyền thì dừng lại.",
            "Sound and picture began to pass, then stopped.",
        ),
        by(
            NETWORK_ADMIN,
            "kiểm tra đường truyền có chập chờn hoặc hết băng thông; xem thời hạn UDP của NAT.",
            "check the line for drops or lack of bandwidth; check the NAT's UDP time-out.",
        ),
    ),
}

MEDIA = Chapter((Step.ICE, Step.DTLS, Step.MEDIA), _MEDIA)
