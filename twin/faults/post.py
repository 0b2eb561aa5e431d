"""What goes wrong with a letter between handing it in and reading it?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Fault, Lapses, has_contract

_PREFIX = "mail-"
_SAYS = {
    "silent": (
        "Máy chủ nhận thư gửi không chào khi có kết nối",
        "The submission server takes the connection and says nothing",
    ),
    "no-starttls": (
        "Máy chủ nhận thư gửi không cho mã hóa",
        "The submission server offers no encryption",
    ),
    "box-no-starttls": (
        "Máy chủ hộp thư không cho mã hóa",
        "The mailbox server offers no encryption",
    ),
    "injected": (
        "Có lời chen vào giữa STARTTLS và mã hóa",
        "Something is slipped in between STARTTLS and the encryption",
    ),
    "bare": (
        "Máy chủ nhận mật khẩu cả khi chưa mã hóa",
        "The server would take a password before the encryption",
    ),
    "wrong-password": (
        "Mật khẩu của hộp thư diễn tập đã bị đổi",
        "The password of the rehearsal's mailbox was changed",
    ),
    "full": ("Hộp thư đầy, từ chối ngay", "The mailbox is full, and says so at once"),
    "returned": (
        "Nhận thư rồi trả lại vì hộp thư đầy",
        "The letter is taken, and comes back from a full mailbox",
    ),
    "refused": ("Không cho gửi tới địa chỉ nhận", "The receiver's address is refused"),
    "lost": ("Báo đã nhận thư nhưng không giao", "The letter is taken and never delivered"),
    "other": (
        "Giao một thư cũ mang cùng dấu",
        "An earlier letter with the same marker is delivered instead",
    ),
    "other-unit": ("Giao thư của đơn vị khác", "Another unit's letter is delivered"),
    "twice": ("Giao thư hai lần", "The letter is delivered twice"),
    "slow": ("Giao thư sau bảy giây", "The letter is delivered after seven seconds"),
}
FAULTS: Mapping[str, Fault] = {
    _PREFIX + name: Fault(vi, en, Lapses(_PREFIX + name), has_contract("mail"))
    for name, (vi, en) in _SAYS.items()
}
