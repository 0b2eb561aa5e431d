"""What goes wrong with signing on, and with whom is taken for whom?"""

from __future__ import annotations

from collections.abc import Mapping

from twin.fault import Fault, Lapses, has_contract

_PREFIX = "sign-on-"
_SAYS = {
    "es256": (
        "Mã đăng nhập ký bằng ES256 (vẫn đạt)",
        "The ID token is signed as ES256 (healthy)",
    ),
    "two-pages": (
        "Hỏi tài khoản và mật khẩu trên hai trang (vẫn đạt)",
        "Name and password are asked for on two pages (healthy)",
    ),
    "no-discovery": (
        "Thay cho cấu hình OpenID là một trang đăng nhập",
        "A login page stands where the OpenID configuration should be",
    ),
    "wrong-issuer": (
        "Máy chủ tự xưng tên thừa một dấu gạch chéo",
        "The server's name for itself has a slash too many",
    ),
    "other-tenant": (
        "Cấu hình của một khách hàng khác trên cùng máy chủ",
        "The configuration of another tenant of the same server",
    ),
    "token-elsewhere": (
        "Địa chỉ đổi mã nằm ở máy chủ ngoài danh mục",
        "Codes are to be presented at a host that is not in the inventory",
    ),
    "to-elsewhere": (
        "Trang đăng nhập chuyển sang máy chủ ngoài danh mục",
        "The login leads to a host that is not in the inventory",
    ),
    "client-unknown": (
        "Ứng dụng diễn tập chưa được đăng ký",
        "The rehearsal's application is not registered",
    ),
    "wrong-password": (
        "Mật khẩu của tài khoản diễn tập đã bị đổi",
        "The password of the rehearsal's account was changed",
    ),
    "consent": (
        "Đăng nhập xong còn hỏi đồng ý chia sẻ thông tin",
        "After the password it asks for consent",
    ),
    "second-factor": (
        "Đăng nhập xong còn hỏi mã xác thực thứ hai",
        "After the password it asks for a second factor",
    ),
    "open": (
        "Cho vào mà không hỏi mật khẩu",
        "Lets in whoever comes, without a password",
    ),
    "other-state": (
        "Trả lời cho một lần đăng nhập khác",
        "The answer belongs to somebody else's request",
    ),
    "token-busy": ("Máy chủ đổi mã báo bận (503)", "The token endpoint is busy (503)"),
    "no-token": ("Đổi mã xong không có ID token", "No ID token comes for the code"),
    "no-keys": ("Không công bố khóa ký nào", "No signing key is published"),
    "token-of-tenant": (
        "ID token của một khách hàng khác",
        "The ID token of another tenant",
    ),
    "token-expired": ("ID token đã hết hạn từ trước", "The ID token expired long ago"),
    "token-nameless": ("ID token không ghi của ai", "The ID token names nobody"),
    "token-timeless": ("ID token không ghi hạn dùng", "The ID token never ends"),
    "nonce-missing": ("ID token thiếu nonce", "The ID token has no nonce"),
    "nonce-of-another": (
        "ID token lưu từ lần đăng nhập trước",
        "The ID token kept from an earlier sign-on",
    ),
    "wrong-audience": (
        "ID token cấp cho ứng dụng khác",
        "The ID token is meant for another application",
    ),
    "wrong-party": (
        "ID token chung, cấp cho ứng dụng khác",
        "The ID token lists us too, but was issued to another application",
    ),
    "other-access": (
        "ID token đi kèm access token của người khác",
        "The ID token belongs to another access token",
    ),
    "key-unpublished": (
        "ID token ký bằng khóa chưa công bố",
        "The ID token is signed by a key that is not published",
    ),
    "forged": (
        "ID token giả: ký bằng khóa khác, mượn tên khóa đã công bố",
        "A forged ID token: another key signs in a published key's name",
    ),
    "alg-none": ("ID token không có chữ ký (alg none)", "The ID token is not signed at all"),
    "alg-hs256": (
        "ID token ký HS256 bằng khóa công khai",
        "The ID token is signed as HS256 with the public key",
    ),
    "access-refused": (
        "Vừa cấp access token đã bị từ chối",
        "The access token just given is refused",
    ),
    "other-person": (
        "Thông tin trả về là của người khác",
        "The userinfo is another person's",
    ),
    "other-account": (
        "Cả ID token và thông tin đều của tài khoản khác",
        "ID token and userinfo both name another account",
    ),
    "no-logout": ("Không công bố địa chỉ để thoát", "There is no address to log out at"),
    "session-kept": (
        "Báo đã thoát nhưng vẫn giữ phiên đăng nhập",
        "It says that one has left, and keeps the session",
    ),
    "code-reused": ("Mã đã dùng vẫn đổi được", "A used code is taken again"),
    "no-pkce": ("Không kiểm tra bằng chứng PKCE", "The PKCE proof is not looked at"),
    "clock-ahead": (
        "Giờ trong ID token nhanh mười phút",
        "The ID token's time is ten minutes fast",
    ),
    "token-brief": (
        "ID token chỉ có hiệu lực năm giây",
        "The ID token is valid for five seconds",
    ),
    "slow": ("Mỗi bước đăng nhập mất hai giây", "Each step of the sign-on takes two seconds"),
}
FAULTS: Mapping[str, Fault] = {
    _PREFIX + name: Fault(vi, en, Lapses(_PREFIX + name), has_contract("oidc"))
    for name, (vi, en) in _SAYS.items()
}
