"""What goes wrong inside a centre, where every page still opens?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Fault, Lapses, has_contract

is_center = has_contract("dossiers")


def _lapse(how: str, vi: str, en: str) -> Fault:
    return Fault(vi, en, Lapses(how), is_center)


_STORING = {
    "forgets-dossier": ("Báo đã nhận hồ sơ nhưng không ghi gì", "Says 201 and stores nothing"),
    "cut-after-commit": (
        "Ghi hồ sơ rồi ngắt kết nối, không trả lời",
        "Stores the dossier, then cuts the line instead of an answer",
    ),
    "error-after-commit": (
        "Ghi hồ sơ rồi báo lỗi 503",
        "Stores the dossier, then answers 503",
    ),
    "stores-twice": ("Mỗi hồ sơ bị ghi hai lần", "Each dossier is stored twice"),
    "reply-of-other-id": (
        "Câu trả lời mang mã hồ sơ của người dân khác",
        "The reply carries the id of a citizen's dossier",
    ),
    "other-unit-code": (
        "Hồ sơ được ghi với mã đơn vị khác",
        "The dossier is stored with another unit's code",
    ),
    "drops-documents": (
        "Chỉ giữ lại giấy tờ đầu tiên của hồ sơ",
        "Only the first document of a dossier is kept",
    ),
    "refuses-elsewhere": (
        "Từ chối hồ sơ của người dân thuộc đơn vị khác",
        "Dossiers of another unit's citizens are refused",
    ),
    "forgets-step": (
        "Báo đã chuyển bước nhưng không ghi",
        "A step is said to be done, and is not stored",
    ),
    "step-cut-after-commit": (
        "Ghi bước chuyển rồi ngắt kết nối",
        "Stores each step, then cuts the line",
    ),
    "sign-fails-in-field": (
        "Không ký số được ở một lĩnh vực",
        "Signing does not work in one field",
    ),
    "sign-slow-in-field": ("Ký số chậm ở một lĩnh vực", "Signing is slow in one field"),
    "slow-in-field": ("Mọi bước đều chậm ở một lĩnh vực", "Every step is slow in one field"),
    "stuck-in-processing": (
        "Hồ sơ nằm mãi ở bước giải quyết",
        "Dossiers stay in processing for ever",
    ),
    "returned-elsewhere": (
        "Kết quả bị chuyển tới đơn vị khác nơi đã đăng ký",
        "The result goes to another unit than the one asked for",
    ),
}
_PAYING = {
    "payment-cut-after-commit": (
        "Cổng thanh toán ghi khoản tiền rồi ngắt kết nối",
        "The payment gateway stores the payment, then cuts the line",
    ),
    "payment-forgotten": (
        "Báo đã thanh toán nhưng không ghi gì",
        "A payment is said to be taken, and is not stored",
    ),
    "payment-slow": ("Thanh toán chậm", "A payment takes long"),
    "payment-twice": ("Mỗi khoản bị thu hai lần", "Each payment is taken twice"),
    "payment-of-other-amount": (
        "Số tiền được ghi khác số đã nộp",
        "The amount stored is not the amount paid",
    ),
    "payment-of-other-id": (
        "Câu trả lời mang mã thanh toán của người khác",
        "The reply carries the id of somebody else's payment",
    ),
}
_SHOWING = {
    "stale-read": (
        "Hồ sơ luôn hiện như lúc mới nộp",
        "A dossier is shown for ever as it was first",
    ),
    "other-units-record": (
        "Đọc hồ sơ thì nhận hồ sơ của đơn vị khác",
        "A read gives another unit's dossier",
    ),
    "no-nonce": ("Câu trả lời thiếu số dùng một lần", "Answers do not echo the nonce"),
    "interface-login-page": (
        "Giao diện trả về trang đăng nhập với mã 200",
        "The interface answers 200 with a sign-in page",
    ),
    "catalogue-short": ("Danh mục thiếu thủ tục", "The catalogue has too few procedures"),
    "catalogue-without-field": ("Danh mục thiếu một lĩnh vực", "The catalogue lacks a field"),
    "catalogue-without-documents": (
        "Danh mục không ghi giấy tờ phải nộp ở một lĩnh vực",
        "The catalogue names no documents in one field",
    ),
    "catalogue-page-lost": (
        "Danh mục chỉ có trang đầu",
        "The catalogue has its first page only",
    ),
    "catalogue-of-other-unit": (
        "Danh mục là của đơn vị khác",
        "The catalogue is another unit's",
    ),
    "catalogue-empty": ("Danh mục rỗng, mã 200", "The catalogue is empty, and 200"),
    "receipt-unknown": (
        "Tra cứu không thấy biên nhận vừa cấp",
        "The look-up does not know the receipt just given",
    ),
    "receipt-of-other": (
        "Tra cứu ra hồ sơ của người khác",
        "The look-up shows somebody else's dossier",
    ),
    "receipt-of-anything": (
        "Tra cứu mã nào cũng ra kết quả",
        "The look-up finds something for any code",
    ),
    "receipt-late": (
        "Tra cứu hiện trạng thái cũ vài giây",
        "The look-up shows the old state for some seconds",
    ),
    "receipt-stale": (
        "Tra cứu luôn hiện trạng thái lúc mới nộp",
        "The look-up shows the first state for ever",
    ),
}
_REMOVING = {
    "index-late": (
        "Hồ sơ tìm thấy được sau 1,5 giây",
        "A search finds a record only after 1.5 s",
    ),
    "search-fuzzy": (
        "Tìm kiếm trả về cả hồ sơ của người khác",
        "A search also returns strangers' records",
    ),
    "search-empty": (
        "Tìm kiếm trả lời rỗng từ bộ nhớ đệm",
        "A search answers empty from a cache",
    ),
    "delete-keeps": ("Báo đã xóa (204) nhưng vẫn giữ", "A removal says 204 and keeps"),
    "delete-denied": (
        "Xóa thì báo 404 dù bản ghi vẫn còn",
        "A removal says 404 though the record is there",
    ),
    "delete-reluctant": (
        "Hai lần xóa đầu báo lỗi 503",
        "The first two tries of a removal get 503",
    ),
}
FAULTS: Mapping[str, Fault] = {
    how: _lapse(how, *says)
    for how, says in {**_STORING, **_PAYING, **_SHOWING, **_REMOVING}.items()
}
