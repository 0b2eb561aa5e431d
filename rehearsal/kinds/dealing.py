"""What is said when a sign-on or a piece of work in a system does not go through?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import (
    ACCOUNT_ADMIN,
    SERVER_ADMIN,
    SUPPLIER,
    UNIT_LEADER,
    Chapter,
    KindSpec,
    by,
)
from rehearsal.model import Group, Outcome, Step, Text

_fail = partial(KindSpec, Outcome.FAIL, Group.SYSTEMS)
_fail_of_people = partial(KindSpec, Outcome.FAIL, Group.PROCEDURES_AND_STAFF)

_SIGN_ON = {
    "credentials_rejected": _fail(
        Text(
            "Hệ thống không chấp nhận tài khoản dùng cho diễn tập.",
            "The system did not accept the account used for the rehearsal.",
        ),
        by(
            ACCOUNT_ADMIN,
            "kiểm tra tài khoản đã được cấp, chưa bị khóa và mật khẩu còn hiệu lực.",
            "check that the account exists, is not locked, and its password is valid.",
        ),
    ),
    "consent_required": _fail_of_people(
        Text(
            "Hệ thống chờ chủ tài khoản đồng ý chia sẻ thông tin.",
            "The system waits for the account's owner to consent to sharing information.",
        ),
        by(
            ACCOUNT_ADMIN,
            "đăng nhập một lần bằng tài khoản diễn tập, xác nhận đồng ý, rồi đo lại.",
            "sign in once with the rehearsal's account, give consent, then measure again.",
        ),
    ),
    "token_invalid": _fail(
        Text(
            "Đăng nhập xong nhưng mã xác thực nhận được không hợp lệ.",
            "The sign-on went through, but the token it gave is not valid.",
        ),
        by(
            SUPPLIER,
            "kiểm tra khóa ký, địa chỉ ứng dụng đã đăng ký và đồng hồ của máy chủ đăng nhập.",
            "check the signing keys, the registered application address and the server's time.",
        ),
    ),
}

_TRANSACTION = {
    "step_rejected": _fail(
        Text(
            "Hệ thống từ chối một bước của giao dịch thử.",
            "The system refused a step of the trial transaction.",
        ),
        by(
            SUPPLIER,
            "xem bước và lý do ghi kèm, kiểm tra quy trình và danh mục thủ tục của đơn vị.",
            "read the step and reason given; check the unit's workflow and list of procedures.",
        ),
    ),
    "step_timeout": _fail(
        Text(
            "Một bước của giao dịch thử không hoàn thành trong thời gian cho phép.",
            "A step of the trial transaction was not finished in time.",
        ),
        by(
            SUPPLIER,
            "kiểm tra tải và các kết nối liên thông của hệ thống ở bước ghi kèm.",
            "check the system's load and its links to other systems at the step given.",
        ),
    ),
    "not_stored": _fail(
        Text(
            "Hệ thống báo đã nhận nhưng không tìm thấy bản ghi thử.",
            "The system said that it took the trial record, but the record is not found.",
        ),
        by(
            SUPPLIER,
            "kiểm tra việc ghi và đồng bộ cơ sở dữ liệu; tìm theo mã bản ghi kèm theo.",
            "check how the database stores and synchronises; search by the record's code.",
        ),
    ),
    "wrong_record": _fail(
        Text(
            "Hệ thống trả về bản ghi khác với bản ghi thử đã gửi.",
            "The system returned another record than the one that was sent.",
        ),
        by(
            SUPPLIER,
            "kiểm tra việc cấp mã hồ sơ và bộ nhớ đệm; dữ liệu người dân có thể bị lẫn.",
            "check how record codes are given out, and the cache: citizens' data may be mixed.",
        ),
    ),
    "wrong_unit": _fail(
        Text(
            "Bản ghi thử được chuyển tới đơn vị khác.",
            "The trial record was routed to another unit.",
        ),
        by(
            SERVER_ADMIN,
            "sửa mã đơn vị và bảng phân luồng theo địa bàn mới.",
            "correct the unit's code and the routing table for the new boundaries.",
        ),
    ),
    "not_acknowledged": _fail_of_people(
        Text(
            "Bản ghi thử đã tới đơn vị nhưng chưa có người tiếp nhận.",
            "The trial record reached the unit, but nobody has taken it on.",
        ),
        by(
            UNIT_LEADER,
            "phân công người trực tiếp nhận và kiểm tra người đó đã có tài khoản, quyền xử lý.",
            "appoint who takes records on, and check that this person has account and rights.",
        ),
    ),
    "overdue": _fail_of_people(
        Text(
            "Bản ghi thử chưa được xử lý xong khi hết hạn.",
            "The trial record was not dealt with by its deadline.",
        ),
        by(
            UNIT_LEADER,
            "xem hồ sơ đang dừng ở bước nào, do ai xử lý, và bố trí thêm người nếu cần.",
            "see at which step and with whom the record rests, and add staff if need be.",
        ),
    ),
}

SIGN_ON = Chapter((Step.SIGN_ON,), _SIGN_ON)
TRANSACTION = Chapter((Step.TRANSACTION,), _TRANSACTION)
