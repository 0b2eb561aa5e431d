"""What is said when a certificate or the TLS handshake is at fault?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import NETWORK_ADMIN, SERVER_ADMIN, Chapter, KindSpec, by
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.SYSTEMS)

_CERTIFICATE = {
    "certificate_expired": _fail(
        Text(
            "Chứng thư số của máy chủ đã hết hạn.",
            "The server's certificate has expired.",
        ),
        by(
            SERVER_ADMIN,
            "gia hạn chứng thư, cài lên máy chủ và nạp lại dịch vụ.",
            "renew the certificate, install it and reload the service.",
        ),
    ),
    "certificate_not_yet_valid": _fail(
        Text(
            "Chứng thư số của máy chủ chưa đến ngày có hiệu lực.",
            "The server's certificate is not valid yet.",
        ),
        by(
            SERVER_ADMIN,
            "cài chứng thư đang có hiệu lực, hoặc xin cấp lại với ngày bắt đầu sớm hơn; "
            "kiểm tra cả đồng hồ của máy đã cấp.",
            "install a certificate that is valid now, or have it issued with an earlier start; "
            "look at the clock of the machine that issued it, too.",
        ),
    ),
    "certificate_wrong_host": _fail(
        Text(
            "Chứng thư số của máy chủ được cấp cho tên miền khác.",
            "The server's certificate was issued for another name.",
        ),
        by(
            SERVER_ADMIN,
            "xin cấp chứng thư có đúng tên miền này; "
            "nếu đã có, kiểm tra máy chủ chọn đúng chứng thư theo tên (SNI).",
            "obtain a certificate for exactly this name; "
            "if there is one, check that the server selects it by name (SNI).",
        ),
    ),
    "certificate_self_signed": _fail(
        Text(
            "Máy chủ dùng chứng thư số tự ký nên người dùng không xác thực được.",
            "The server uses a self-signed certificate, which users cannot verify.",
        ),
        by(
            SERVER_ADMIN,
            "thay bằng chứng thư do tổ chức chứng thực được tin cậy cấp.",
            "replace it by a certificate of a trusted authority.",
        ),
    ),
    "certificate_unknown_authority": _fail(
        Text(
            "Chứng thư số của máy chủ do một tổ chức chưa được tin cậy cấp.",
            "The server's certificate was issued by an authority that is not trusted.",
        ),
        by(
            SERVER_ADMIN,
            "thay bằng chứng thư của tổ chức được tin cậy; nếu là tổ chức nội bộ, "
            "gửi chứng thư gốc cho người vận hành diễn tập.",
            "use a certificate of a trusted authority; if it is an internal one, "
            "give its root certificate to the rehearsal operator.",
        ),
    ),
    "certificate_chain_incomplete": _fail(
        Text(
            "Máy chủ không gửi đủ chứng thư trung gian.",
            "The server does not send all intermediate certificates.",
        ),
        by(
            SERVER_ADMIN,
            "nối chứng thư trung gian sau chứng thư máy chủ (fullchain) và nạp lại dịch vụ.",
            "append the intermediate certificates to the server's own (fullchain) and reload.",
        ),
    ),
    "certificate_revoked": _fail(
        Text(
            "Chứng thư số của máy chủ đã bị thu hồi.",
            "The server's certificate has been revoked.",
        ),
        by(
            SERVER_ADMIN,
            "xin cấp chứng thư mới với khóa mới, cài lên máy chủ và tìm hiểu lý do thu hồi.",
            "install a new certificate with a new key, and learn why the old one was revoked.",
        ),
    ),
    "certificate_invalid": _fail(
        Text(
            "Chứng thư số của máy chủ không qua được bước kiểm tra.",
            "The server's certificate did not pass verification.",
        ),
        by(
            SERVER_ADMIN,
            "xem lý do ghi kèm, rồi xin cấp lại chứng thư đúng chuẩn cho máy chủ web.",
            "read the reason given, then have a proper web server certificate issued.",
        ),
    ),
    "client_certificate_required": _fail(
        Text(
            "Máy chủ đòi chứng thư số của bên kết nối.",
            "The server demands a certificate from whoever connects.",
        ),
        by(
            SERVER_ADMIN,
            "bỏ yêu cầu này cho địa chỉ kiểm tra, nếu người dùng thật không cần chứng thư.",
            "drop this demand for the probed address, if real users need no certificate.",
        ),
    ),
}

_HANDSHAKE = {
    "protocol_version_unsupported": _fail(
        Text(
            "Máy chủ không hỗ trợ phiên bản TLS nào đủ an toàn.",
            "The server supports no version of TLS that is secure enough.",
        ),
        by(
            SERVER_ADMIN,
            "bật TLS 1.2 hoặc TLS 1.3; nếu phần mềm quá cũ, nâng cấp phần mềm.",
            "enable TLS 1.2 or TLS 1.3; upgrade the software if it is too old.",
        ),
    ),
    "peer_not_tls": _fail(
        Text(
            "Cổng này trả lời nhưng không mã hóa bằng TLS.",
            "This port answers, but not in TLS.",
        ),
        by(
            SERVER_ADMIN,
            "bật TLS cho cổng này, hoặc báo người vận hành diễn tập nếu danh mục ghi sai cổng.",
            "enable TLS on this port, or tell the rehearsal operator if the port is wrong.",
        ),
    ),
    "server_name_unknown": _fail(
        Text(
            "Máy chủ trả lời rằng nó không phục vụ tên miền này.",
            "The server answers that it does not serve this name.",
        ),
        by(
            SERVER_ADMIN,
            "khai báo tên miền này cùng chứng thư trên máy chủ (SNI); nếu tên đã chuyển máy, "
            "kiểm tra tên miền đang dẫn tới địa chỉ nào.",
            "set up this name with its certificate on the server (SNI); if it has moved, "
            "check to which address the name leads now.",
        ),
    ),
    "handshake_refused": _fail(
        Text(
            "Máy chủ từ chối bắt tay TLS.",
            "The server refused the TLS handshake.",
        ),
        by(
            SERVER_ADMIN,
            "xem lý do ghi kèm; kiểm tra bộ mã, phiên bản TLS và tên miền đã khai báo cho TLS.",
            "read the reason given; check ciphers, TLS versions and the names set up for TLS.",
        ),
    ),
    "handshake_reset": _fail(
        Text(
            "Kết nối bị ngắt đột ngột khi đang bắt tay TLS.",
            "The connection was reset during the TLS handshake.",
        ),
        by(
            NETWORK_ADMIN,
            "kiểm tra tường lửa, thiết bị lọc giữa đường; nếu không có, xem nhật ký máy chủ.",
            "check firewalls and filters on the way; if there are none, read the server's log.",
        ),
    ),
    "handshake_closed": _fail(
        Text(
            "Máy chủ đóng kết nối khi đang bắt tay TLS.",
            "The server closed the connection during the TLS handshake.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra cấu hình TLS, chứng thư và khóa của cổng này, rồi xem nhật ký dịch vụ.",
            "check TLS settings, certificate and key of this port, then the service's log.",
        ),
    ),
    "handshake_timeout": _fail(
        Text(
            "Máy chủ nhận kết nối nhưng không bắt tay TLS xong trong thời gian cho phép.",
            "The server accepted the connection but did not finish the TLS handshake in time.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra dịch vụ có treo hoặc quá tải không, rồi đến MTU của đường truyền.",
            "check whether the service hangs or is overloaded, then the line's MTU.",
        ),
    ),
}

_ON_STEP = {
    (Step.TLS_HANDSHAKE, "response_too_large"): _fail(
        Text(
            "Máy chủ gửi quá nhiều dữ liệu khi bắt tay TLS.",
            "The server sent too much data during the TLS handshake.",
        ),
        by(
            SERVER_ADMIN,
            "bỏ các chứng thư thừa trong chuỗi máy chủ gửi; kiểm tra đúng dịch vụ ở cổng này.",
            "remove needless certificates from the chain; check which service is on this port.",
        ),
    ),
}

TLS = Chapter((Step.TLS_HANDSHAKE,), _CERTIFICATE | _HANDSHAKE, _ON_STEP)
