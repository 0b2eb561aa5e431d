"""Which pages does somebody see who signs on?"""

from __future__ import annotations

from html import escape

from aiohttp import web

from twin.pages import HTML

USER, PASSWORD = "tai_khoan", "mat_khau"
_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>{told}{body}</body></html>
"""
_FORM = '<form method="post" action="{action}">{fields}<button>{button}</button></form>'
_FIELD = '<label>{label} <input name="{name}" type="{sort}" required></label>'


def page(title: str, body: str = "", told: str = "", status: int = 200) -> web.Response:
    """A page of the sign-on; a sentence before its body."""
    said = f"<p role=alert>{escape(told)}</p>" if told else ""
    text = _PAGE.format(title=escape(title), told=said, body=body)
    return web.Response(status=status, text=text, content_type=HTML)


def _form(action: str, button: str, *fields: str) -> str:
    return _FORM.format(action=escape(action), button=button, fields="".join(fields))


def _field(label: str, name: str, sort: str) -> str:
    return _FIELD.format(label=label, name=name, sort=sort)


def login(action: str, *, names: bool = True, secret: bool = True) -> str:
    """The form to sign on with: a name, a password, or both."""
    fields = [_field("Tài khoản", USER, "text")] if names else []
    fields += [_field("Mật khẩu", PASSWORD, "password")] if secret else []
    return _form(action, "Đăng nhập", *fields)


def code(action: str) -> str:
    """The form for a second factor."""
    return _form(action, "Xác nhận", _field("Mã xác thực", "otp", "tel"))


def consent(action: str) -> str:
    """The form that asks whether the account's owner agrees."""
    agreed = '<input type="hidden" name="dong_y" value="1">'
    return _form(action, "Đồng ý chia sẻ", agreed)


def leave(action: str, ticket: str) -> str:
    """The form that asks whether one really wants to log out; its button stands apart."""
    return (
        f'<form id="thoat" method="post" action="{escape(action)}">'
        f'<input type="hidden" name="phieu" value="{escape(ticket)}"></form>'
        '<button type="submit" form="thoat" name="thoat" value="1">Thoát</button>'
    )
