"""What is said when a sign-on or a piece of work in a system does not go through?"""

from __future__ import annotations

from functools import partial

from rehearsal.kinds.spec import (
    ACCOUNT_ADMIN,
    OPERATOR,
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

_unknown = partial(KindSpec, Outcome.UNKNOWN, Group.SUPPORT)

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
    "wrong_issuer": _fail(
        Text(
            "Máy chủ đăng nhập tự xưng là một máy chủ khác với danh mục.",
            "The sign-on server calls itself another one than the inventory does.",
        ),
        by(
            SUPPLIER,
            "sửa địa chỉ issuer cho đúng từng ký tự, hoặc báo người vận hành sửa danh mục.",
            "set the issuer's address to the letter, or have the operator mend the inventory.",
        ),
    ),
    "client_rejected": _fail(
        Text(
            "Máy chủ đăng nhập không chấp nhận ứng dụng dùng cho diễn tập.",
            "The sign-on server does not accept the application used for the rehearsal.",
        ),
        by(
            SUPPLIER,
            "đăng ký ứng dụng với đúng mã (client_id) và địa chỉ nhận (redirect_uri).",
            "register the application with the right client_id and redirect_uri.",
        ),
    ),
    "password_not_asked": _fail(
        Text(
            "Máy chủ đăng nhập cho vào mà không hỏi mật khẩu.",
            "The sign-on server let somebody in without asking for a password.",
        ),
        by(
            SUPPLIER,
            "tắt chế độ tự động đăng nhập và kiểm tra bộ nhớ đệm trước máy chủ đăng nhập.",
            "turn automatic sign-on off, and check any cache in front of the sign-on server.",
        ),
    ),
    "second_factor_required": _unknown(
        Text(
            "Máy chủ đăng nhập hỏi thêm mã xác thực thứ hai, máy đo không có nên dừng ở đây.",
            "The sign-on server asks for a second factor, which the instrument does not have.",
        ),
        by(
            ACCOUNT_ADMIN,
            "miễn xác thực hai bước cho tài khoản diễn tập, hoặc để một người thử đăng nhập.",
            "exempt the rehearsal's account from it, or let a person try the sign-on.",
        ),
    ),
    "sign_on_unprepared": _unknown(
        Text(
            "Danh mục chưa ghi đủ ứng dụng và tài khoản để thử đăng nhập.",
            "The inventory lacks the application or the account to try the sign-on with.",
        ),
        by(
            OPERATOR,
            "ghi client_id, redirect_uri và tài khoản diễn tập vào danh mục, rồi đo lại.",
            "enter client_id, redirect_uri and the rehearsal's account, then measure again.",
        ),
    ),
}
_ON_SIGN_ON = {
    (Step.SIGN_ON, "wrong_record"): _fail(
        Text(
            "Đăng nhập xong, hệ thống trả về thông tin của một tài khoản khác.",
            "After the sign-on, the system returned what belongs to another account.",
        ),
        by(
            SUPPLIER,
            "tạm dừng đăng nhập và kiểm tra bộ nhớ đệm: thông tin người dân có thể bị lẫn.",
            "halt the sign-on and check the cache: citizens' data may be mixed up.",
        ),
    ),
    (Step.SIGN_ON, "step_rejected"): _fail(
        Text(
            "Máy chủ đăng nhập từ chối một bước của lần đăng nhập thử.",
            "The sign-on server refused a step of the trial sign-on.",
        ),
        by(
            SUPPLIER,
            "xem lý do ghi kèm và nhật ký máy chủ đăng nhập tại thời điểm đo.",
            "read the reason given and the sign-on server's log at that time.",
        ),
    ),
    (Step.SIGN_ON, "step_timeout"): _fail(
        Text(
            "Một bước đăng nhập không hoàn thành trong thời gian cho phép.",
            "A step of the sign-on was not finished in time.",
        ),
        by(
            SUPPLIER,
            "kiểm tra tải của máy chủ đăng nhập và các hệ thống mà nó hỏi.",
            "check the load of the sign-on server and of the systems that it asks.",
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
    "stored_despite_error": _fail(
        Text(
            "Hệ thống báo lỗi nhưng vẫn ghi bản ghi thử.",
            "The system answered with an error, and stored the trial record all the same.",
        ),
        by(
            SUPPLIER,
            "kiểm tra giao dịch cơ sở dữ liệu: đã báo lỗi thì không được ghi.",
            "check the database transactions: what is told to have failed must not be stored.",
        ),
    ),
    "other_unit_failed": _unknown(
        Text(
            "Đơn vị phải trả kết quả thay không trả được, nên chưa kết luận cho đơn vị này.",
            "The unit that was to give the result back could not, so this one is not judged.",
        ),
        by(
            OPERATOR,
            "xem đơn vị và bước ghi kèm, xử lý ở đơn vị đó trước, rồi đo lại.",
            "see the unit and the step given, mend it there first, then measure again.",
        ),
    ),
    "stale_record": _fail(
        Text(
            "Hệ thống báo đã chuyển bước nhưng bản ghi thử vẫn hiện trạng thái cũ.",
            "The system said that a step was done, yet the trial record shows its old state.",
        ),
        by(
            SUPPLIER,
            "kiểm tra việc ghi trạng thái, bản sao cơ sở dữ liệu và bộ nhớ đệm khi đọc.",
            "check how states are written, the database's replicas and the cache for reading.",
        ),
    ),
    "content_changed": _fail(
        Text(
            "Bản ghi thử được lưu nhưng nội dung khác với nội dung đã gửi.",
            "The trial record is stored, but its content is not what was sent.",
        ),
        by(
            SUPPLIER,
            "đối chiếu số tiền, giấy tờ kèm theo và các trường đã lưu với nội dung ghi kèm.",
            "compare the amount, the documents and the fields stored with the detail given.",
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

_MAIL = {
    "encryption_not_offered": _fail(
        Text(
            "Máy chủ thư không cho mã hóa (STARTTLS) nên máy đo không gửi mật khẩu.",
            "The mail server offers no encryption (STARTTLS), so no password was sent.",
        ),
        by(
            SERVER_ADMIN,
            "bật STARTTLS với chứng thư hợp lệ cho cổng nhận thư gửi và cổng hộp thư.",
            "turn STARTTLS on, with a valid certificate, for submission and for mailboxes.",
        ),
    ),
    "mailbox_full": _fail(
        Text(
            "Hộp thư nhận đã đầy nên thư thử không vào được.",
            "The receiving mailbox is full, and the trial letter found no room.",
        ),
        by(
            ACCOUNT_ADMIN,
            "tăng dung lượng hộp thư hoặc dọn bớt thư cũ, rồi đo lại.",
            "give the mailbox more room, or clear old letters out, then measure again.",
        ),
    ),
}
_ON_TRANSACTION = {
    (Step.TRANSACTION, "malformed_message"): _fail(
        Text(
            "Máy chủ trả lời sai giao thức trong giao dịch thử.",
            "The server's answer in the trial transaction breaks its protocol.",
        ),
        by(
            SUPPLIER,
            "kiểm tra dịch vụ ở cổng này và thiết bị kiểm soát thư trên đường đi.",
            "check the service at this port, and any mail filter on the way.",
        ),
    ),
}

SIGN_ON = Chapter((Step.SIGN_ON,), _SIGN_ON, _ON_SIGN_ON)
TRANSACTION = Chapter((Step.TRANSACTION,), _TRANSACTION | _MAIL, _ON_TRANSACTION)
