"""What is said when a web page does not come, or is not the page that was expected?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import (
    NETWORK_ADMIN,
    OPERATOR,
    SERVER_ADMIN,
    SUPPLIER,
    Chapter,
    KindSpec,
    by,
)
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.SYSTEMS)

_TRANSPORT = {
    "response_timeout": _fail(
        Text(
            "Hệ thống nhận yêu cầu nhưng không trả lời trong thời gian cho phép.",
            "The system took the request but did not answer in time.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra ứng dụng và cơ sở dữ liệu có treo hoặc quá tải không, rồi đo lại.",
            "check whether the application or its database hangs, then measure again.",
        ),
    ),
    "response_stalled": _fail(
        Text(
            "Hệ thống bắt đầu trả lời rồi dừng giữa chừng.",
            "The system began to answer, then stopped midway.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra tải của ứng dụng; nếu bình thường, kiểm tra chất lượng đường truyền.",
            "check the application's load; if it is normal, check the quality of the line.",
        ),
    ),
    "response_truncated": _fail(
        Text(
            "Câu trả lời của hệ thống bị cắt ngắn.",
            "The system's answer was cut short.",
        ),
        by(
            SERVER_ADMIN,
            "xem nhật ký ứng dụng và máy chủ trung gian tại thời điểm đo; "
            "kiểm tra dung lượng đĩa đệm.",
            "read the logs of the application and its proxy at that time; "
            "check the proxy's disk space.",
        ),
    ),
    "response_too_large": _fail(
        Text(
            "Câu trả lời của hệ thống lớn hơn mức cho phép của một trang kiểm tra.",
            "The system's answer is larger than a probed page may be.",
        ),
        by(
            OPERATOR,
            "trỏ danh mục tới một trang kiểm tra gọn nhẹ của hệ thống thay trang hiện tại.",
            "point the inventory to a small health page of the system instead.",
        ),
    ),
    "decompression_bomb": _fail(
        Text(
            "Câu trả lời khi giải nén phình to bất thường nên phép đo đã dừng lại.",
            "The answer grew abnormally when unpacked, so the measurement was stopped.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra nội dung trang này; nếu không phải của hệ thống, "
            "báo bộ phận an toàn thông tin.",
            "check what this page holds; if it is not the system's own, "
            "tell the information security team.",
        ),
    ),
    "connection_closed_early": _fail(
        Text(
            "Máy chủ đóng kết nối mà không trả lời.",
            "The server closed the connection without an answer.",
        ),
        by(
            SERVER_ADMIN,
            "xem nhật ký xem ứng dụng có dừng đột ngột không, rồi khởi động lại nếu cần.",
            "read the log to see whether the application crashed, and restart it if need be.",
        ),
    ),
    "connection_reset": _fail(
        Text(
            "Kết nối bị ngắt đột ngột trong lúc trao đổi.",
            "The connection was reset in the middle of the exchange.",
        ),
        by(
            SERVER_ADMIN,
            "xem nhật ký ứng dụng; kiểm tra tường lửa ứng dụng web và thiết bị cân bằng tải.",
            "read the application's log; check the web firewall and the load balancer.",
        ),
    ),
    "malformed_response": _fail(
        Text(
            "Máy chủ trả lời sai chuẩn HTTP.",
            "The server's answer is not proper HTTP.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra đúng dịch vụ web ở cổng này và cấu hình máy chủ trung gian.",
            "check that a web service is on this port, and how its proxy is set up.",
        ),
    ),
    "peer_is_tls": _fail(
        Text(
            "Cổng này đòi mã hóa TLS, còn danh mục ghi địa chỉ không mã hóa.",
            "This port wants TLS, while the inventory gives an unencrypted address.",
        ),
        by(
            OPERATOR,
            "sửa địa chỉ trong danh mục thành https hoặc wss, rồi đo lại.",
            "change the address in the inventory to https or wss, then measure again.",
        ),
    ),
}

_ANSWER = {
    "redirect_loop": _fail(
        Text(
            "Trang chuyển hướng vòng quanh, không tới đích.",
            "The page redirects round and round and arrives nowhere.",
        ),
        by(
            SERVER_ADMIN,
            "sửa quy tắc chuyển hướng, nhất là giữa http và https trên máy chủ trung gian.",
            "correct the redirect rules, first those between http and https on the proxy.",
        ),
    ),
    "redirect_refused": _fail(
        Text(
            "Trang chuyển hướng sang một địa chỉ mà cuộc diễn tập không được phép truy cập.",
            "The page redirects to an address that the rehearsal may not visit.",
        ),
        by(
            SERVER_ADMIN,
            "sửa chuyển hướng nếu sai; nếu đúng, "
            "báo người vận hành diễn tập bổ sung địa chỉ đó vào danh mục.",
            "correct the redirect if it is wrong; if it is right, "
            "have the rehearsal operator add that address to the inventory.",
        ),
    ),
    "unexpected_status": _fail(
        Text(
            "Hệ thống trả lời bằng một mã trạng thái khác mong đợi.",
            "The system answered with another status code than expected.",
        ),
        by(
            SERVER_ADMIN,
            "xem mã ghi kèm: 404 thì kiểm tra đường dẫn, từ 500 trở lên thì xem nhật ký.",
            "read the code given: for 404 check the path, from 500 on read the log.",
        ),
    ),
    "unauthorized": _fail(
        Text(
            "Hệ thống không cho xem trang kiểm tra khi chưa đăng nhập.",
            "The system does not show the probed page without signing in.",
        ),
        by(
            SERVER_ADMIN,
            "cho máy đo xem trang kiểm tra, hoặc cung cấp một trang không cần đăng nhập.",
            "let the instrument see the page, or provide one that needs no sign-in.",
        ),
    ),
    "rate_limited": KindSpec(
        Outcome.UNKNOWN,
        Group.SYSTEMS,
        Text(
            "Hệ thống tự bảo vệ và hạn chế số yêu cầu của máy đo, nên chưa kết luận được.",
            "The system protected itself and limited our requests, so nothing is concluded.",
        ),
        by(
            OPERATOR,
            "thống nhất mức yêu cầu với quản trị hệ thống, giảm nhịp đo, rồi đo lại.",
            "agree on a rate with the system's administrator, slow down, then measure again.",
        ),
    ),
    "maintenance": _fail(
        Text(
            "Hệ thống báo đang bảo trì.",
            "The system says that it is under maintenance.",
        ),
        by(
            SUPPLIER,
            "kết thúc bảo trì trước giờ diễn tập, hoặc báo giờ hoàn thành cho Ban Chỉ đạo.",
            "end it before the trial, or tell the Steering Committee when it will end.",
        ),
    ),
    "wrong_content": _fail(
        Text(
            "Trang mở được nhưng không có nội dung nhận biết của đúng hệ thống và đơn vị.",
            "The page opens but lacks what identifies this system and this unit.",
        ),
        by(
            SERVER_ADMIN,
            "kiểm tra địa chỉ trỏ đúng hệ thống và mã đơn vị đã được cấu hình.",
            "check that the address leads to this system and the unit's code is set up there.",
        ),
    ),
    "captive_page": KindSpec(
        Outcome.FAIL,
        Group.INFRASTRUCTURE,
        Text(
            "Một trang chặn hoặc trang đăng nhập mạng trả lời thay cho hệ thống.",
            "A blocking page or a network sign-in page answered in place of the system.",
        ),
        by(
            NETWORK_ADMIN,
            "gỡ trang chặn cho địa chỉ này trên thiết bị lọc hoặc cổng đăng nhập mạng.",
            "lift the blocking page for this address on the filter or the network's portal.",
        ),
    ),
}

WEB = Chapter((Step.HTTP_EXCHANGE,), _TRANSPORT | _ANSWER)
