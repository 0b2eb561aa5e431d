"""What is said when a name leads nowhere, or no connection comes about?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import (
    DNS_ADMIN,
    NETWORK_ADMIN,
    OPERATOR,
    SERVER_ADMIN,
    Chapter,
    KindSpec,
    by,
)
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.INFRASTRUCTURE)
_unknown = partial(KindSpec, Outcome.UNKNOWN, Group.INFRASTRUCTURE)

_RESOLVE = {
    "nxdomain": _fail(
        Text(
            "Tên miền của máy chủ chưa có trong hệ thống DNS.",
            "The server's name does not exist in the DNS.",
        ),
        by(
            DNS_ADMIN,
            "khai báo tên miền này; nếu danh mục ghi sai tên, báo người vận hành diễn tập sửa.",
            "register this name; if the inventory misspells it, tell the rehearsal operator.",
        ),
    ),
    "no_answer": _fail(
        Text(
            "Tên miền có trong DNS nhưng chưa trỏ tới địa chỉ IP nào.",
            "The name is in the DNS but points to no IP address.",
        ),
        by(
            DNS_ADMIN,
            "thêm bản ghi A hoặc AAAA trỏ tới địa chỉ IP của máy chủ.",
            "add an A or AAAA record that points to the server's IP address.",
        ),
    ),
    "servfail": _fail(
        Text(
            "Máy chủ DNS báo lỗi khi tra tên miền này.",
            "The DNS server reported an error when it looked this name up.",
        ),
        by(
            DNS_ADMIN,
            "kiểm tra máy chủ quản lý tên miền còn chạy và chữ ký DNSSEC còn hạn.",
            "check that the name's own servers run and that its DNSSEC signatures are valid.",
        ),
    ),
    "refused_by_resolver": _fail(
        Text(
            "Máy chủ DNS từ chối tra tên miền này.",
            "The DNS server refused to look this name up.",
        ),
        by(
            DNS_ADMIN,
            "cho phép máy đo tra cứu ở máy chủ DNS này và kiểm tra tên miền đã khai báo ở đó.",
            "allow the instrument to query this DNS server, and check that it serves the name.",
        ),
    ),
    "resolver_timeout": _unknown(
        Text(
            "Máy chủ DNS không trả lời kịp nên chưa kết luận được về đơn vị.",
            "The DNS server did not answer in time, so nothing is known of the unit.",
        ),
        by(
            OPERATOR,
            "kiểm tra máy chủ DNS mà máy đo đang dùng, rồi đo lại.",
            "check the DNS server that the instrument uses, then measure again.",
        ),
    ),
    "resolver_unreachable": _unknown(
        Text(
            "Máy đo không liên lạc được với máy chủ DNS nên chưa kết luận được về đơn vị.",
            "The instrument could not reach its DNS server; nothing is known of the unit.",
        ),
        by(
            OPERATOR,
            "kiểm tra địa chỉ máy chủ DNS đã cấu hình và đường mạng tới đó, rồi đo lại.",
            "check the configured DNS server's address and the way to it, then measure again.",
        ),
    ),
    "malformed_reply": _fail(
        Text(
            "Máy chủ DNS trả lời sai định dạng nên không đọc được địa chỉ.",
            "The DNS server's reply is malformed, so no address could be read.",
        ),
        by(
            DNS_ADMIN,
            "kiểm tra phần mềm DNS và các thiết bị có thể sửa gói tin DNS trên đường đi.",
            "check the DNS software and any device on the way that may rewrite DNS packets.",
        ),
    ),
    "bogus_address": _fail(
        Text(
            "Tên miền trỏ tới một địa chỉ IP không thể là địa chỉ của máy chủ này.",
            "The name points to an IP address that cannot be this server's.",
        ),
        by(
            DNS_ADMIN,
            "sửa bản ghi A hoặc AAAA thành địa chỉ IP thật của máy chủ.",
            "correct the A or AAAA record to the server's real IP address.",
        ),
    ),
}

_CONNECT = {
    "connection_refused": _fail(
        Text(
            "Máy chủ từ chối kết nối: không có dịch vụ nào lắng nghe ở cổng này.",
            "The server refused the connection: no service listens on this port.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra dịch vụ đã chạy chưa và đúng cổng chưa; "
            "nếu có tường lửa, kiểm tra luật cho cổng này.",
            "check that the service runs and on this port; "
            "if there is a firewall, check its rule for this port.",
        ),
    ),
    "connect_timeout": _fail(
        Text(
            "Máy chủ không trả lời yêu cầu kết nối trong thời gian cho phép.",
            "The server did not answer the request to connect in time.",
        ),
        by(
            NETWORK_ADMIN,
            "kiểm tra máy chủ đã bật, đường truyền thông suốt "
            "và tường lửa không bỏ gói tin tới cổng này.",
            "check that the server is on, the line works, "
            "and no firewall drops packets to this port.",
        ),
    ),
    "host_unreachable": _fail(
        Text(
            "Thiết bị mạng báo không tới được máy chủ này.",
            "A network device reports that this server cannot be reached.",
        ),
        by(
            NETWORK_ADMIN,
            "kiểm tra nguồn điện, cáp mạng và địa chỉ IP của máy chủ, "
            "rồi thiết bị mạng ngay trước nó.",
            "check the server's power, cable and IP address, "
            "then the network device in front of it.",
        ),
    ),
    "network_unreachable": _fail(
        Text(
            "Không có tuyến mạng nào dẫn tới mạng của máy chủ.",
            "No route leads to the server's network.",
        ),
        by(
            NETWORK_ADMIN,
            "kiểm tra đường truyền và bảng định tuyến; nếu cần, báo nhà cung cấp đường truyền.",
            "check the line and the routing table; if need be, call the line's supplier.",
        ),
    ),
    "prohibited_by_firewall": _fail(
        Text(
            "Tường lửa không cho kết nối tới cổng này.",
            "A firewall does not allow connections to this port.",
        ),
        by(
            NETWORK_ADMIN,
            "thêm luật cho phép kết nối tới địa chỉ và cổng này.",
            "add a rule that allows connections to this address and port.",
        ),
    ),
    "closed_on_accept": _fail(
        Text(
            "Máy chủ nhận kết nối rồi đóng ngay, chưa trao đổi gì.",
            "The server accepted the connection and closed it before anything was said.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra dịch vụ phía sau cổng này còn chạy và địa chỉ máy đo không bị chặn.",
            "check that the service behind this port runs and does not block the instrument.",
        ),
    ),
    "reset_on_accept": _fail(
        Text(
            "Máy chủ nhận kết nối rồi ngắt đột ngột, chưa trao đổi gì.",
            "The server accepted the connection and reset it before anything was said.",
        ),
        by(
            SERVER_ADMIN,
            "xem nhật ký dịch vụ xem có bị quá tải hay khởi động lại; "
            "kiểm tra thiết bị bảo vệ trước máy chủ.",
            "look in the service's log for overload or restarts; "
            "check the protection device in front of the server.",
        ),
    ),
    "connect_<errno>": _fail(
        Text(
            "Không kết nối được tới máy chủ, do một lỗi mạng ít gặp.",
            "No connection to the server came about, because of a rare network error.",
        ),
        by(
            NETWORK_ADMIN,
            "xem mã lỗi ghi kèm, kiểm tra đường truyền và thiết bị mạng, rồi đo lại.",
            "read the error code given, check the line and the devices on it, measure again.",
        ),
    ),
}

RESOLVE = Chapter((Step.RESOLVE,), _RESOLVE)
CONNECT = Chapter((Step.CONNECT,), _CONNECT)
