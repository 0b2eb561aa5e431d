"""What may be wrong with the pages that citizens open: a unit's own, a list, an old one?"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from aiohttp import web

from rehearsal.model import Target
from twin.fault import Fault, Responds
from twin.pages import HTML, Visit, as_response

Respond = Callable[[Visit], Awaitable[web.StreamResponse]]
_ROW = re.compile(r"<tr><td>(.*?)</td><td>(.*?)</td></tr>\n")
_FORM = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Một cửa</title>
</head><body><h1>Nộp hồ sơ trực tuyến</h1><form method="post" action="/nop">
<input name="ho-ten"><input type="file" name="giay-to"><button>Nộp</button></form></body></html>
"""
_NOTICE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Một cửa</title>
</head><body><p>Giao diện này đã ngừng. Xin mời <a href="{to}">sang Cổng mới</a>.</p>
<form action="/tim"><input type="search" name="q"></form></body></html>
"""


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(status=status, text=text, content_type=HTML)


def _altered(alter: Callable[[str], str]) -> Respond:
    """The right page, but for what is altered in it."""

    async def respond(visit: Visit) -> web.StreamResponse:
        text = alter(visit.page.body.decode())
        return as_response(replace(visit.page, body=text.encode()))

    return respond


def _without(pattern: str) -> Respond:
    return _altered(lambda text: re.sub(pattern, "", text))


def _without_name(text: str) -> str:
    return re.sub(r"<h1>.*?</h1>", "<h1>UBND quận (cũ)</h1>", text)


def _plainly_linked(text: str) -> str:
    return text.replace('href="https:', 'href="http:')


def _other_name(text: str) -> str:
    return _ROW.sub(r"<tr><td>\1</td><td>UBND Tên Cũ</td></tr>", text)


async def _among_others(visit: Visit) -> web.StreamResponse:
    """A list of two: the stranger's row, then the unit's own."""
    strange, own = _row(visit.stranger.body.decode()), _row(visit.page.body.decode())
    return _listing(visit, [strange, own])


async def _swapped(visit: Visit) -> web.StreamResponse:
    """The same list, each with the name of the other."""
    strange, own = _row(visit.stranger.body.decode()), _row(visit.page.body.decode())
    return _listing(visit, [(strange[0], own[1]), (own[0], strange[1])])


def _row(text: str) -> tuple[str, str]:
    code, name = _ROW.findall(text)[0]
    return code, name


def _listing(visit: Visit, rows: list[tuple[str, str]]) -> web.Response:
    told = "".join(f"<tr><td>{code}</td><td>{name}</td></tr>\n" for code, name in rows)
    text = _ROW.sub(lambda _: told, visit.page.body.decode(), count=1)
    return as_response(replace(visit.page, body=text.encode()))


async def _open(_visit: Visit) -> web.StreamResponse:
    return _html(_FORM)


async def _moved(visit: Visit) -> web.StreamResponse:
    """Nothing at the address that everybody knows, and all of it at the first page."""
    is_root = visit.request.path == "/"
    return _html(_FORM) if is_root else _html("<h1>404</h1>", status=404)


async def _notice(visit: Visit) -> web.StreamResponse:
    return _html(_NOTICE.format(to=visit.leads_to))


async def _led_on(visit: Visit) -> web.StreamResponse:
    return web.Response(status=301, headers={"Location": visit.leads_to})


async def _led_elsewhere(visit: Visit) -> web.StreamResponse:
    """To a name that only begins like the right one."""
    host = urlsplit(visit.leads_to).hostname
    return web.Response(status=301, headers={"Location": f"https://{host}.elsewhere.invalid/"})


def _of_sort(sort: str) -> Callable[[Target], bool]:
    def suits(target: Target) -> bool:
        return target.page is not None and target.page.sort == sort

    return suits


def _closed(vi: str, en: str, respond: Respond) -> Fault:
    return Fault(vi, en, Responds(respond), _of_sort("closed"))


def _listed(vi: str, en: str, respond: Respond) -> Fault:
    return Fault(vi, en, Responds(respond), _of_sort("listed"))


def _contact(vi: str, en: str, respond: Respond) -> Fault:
    return Fault(vi, en, Responds(respond), _of_sort("contact"))


FAULTS: Mapping[str, Fault] = {
    "unlisted": _listed(
        "Danh sách công khai không có đơn vị",
        "The public list does not have the unit",
        _without(_ROW.pattern),
    ),
    "listed-under-other-name": _listed(
        "Danh sách có mã của đơn vị dưới một tên khác",
        "The list has the unit's code under another name",
        _altered(_other_name),
    ),
    "listed-among-others": _listed(
        "Danh sách hiện nhiều đơn vị, đúng từng dòng (vẫn đạt)",
        "The list shows several units, each row right (healthy)",
        _among_others,
    ),
    "listed-with-names-swapped": _listed(
        "Danh sách hiện nhiều đơn vị, tên bị đổi chỗ cho nhau",
        "The list shows several units, with their names swapped",
        _swapped,
    ),
    "page-without-code": _contact(
        "Trang của đơn vị không có mã đơn vị",
        "The unit's page does not show its code",
        _without(r"<p>Mã đơn vị.*?</p>\n"),
    ),
    "page-without-name": _contact(
        "Trang của đơn vị còn mang tên cũ",
        "The unit's page still has an old name",
        _altered(_without_name),
    ),
    "page-without-address": _contact(
        "Trang của đơn vị không có địa chỉ Trung tâm",
        "The unit's page does not show the centre's address",
        _without(r"Địa chỉ: .*?(?=</p>)"),
    ),
    "page-without-telephone": _contact(
        "Trang của đơn vị không có điện thoại Trung tâm",
        "The unit's page does not show the centre's telephone",
        _without(r"<p>Điện thoại.*?</p>\n"),
    ),
    "page-with-plain-links": _contact(
        "Trang của đơn vị có liên kết không mã hóa",
        "The unit's page has links that are not encrypted",
        _altered(_plainly_linked),
    ),
    "old-portal-open": _closed(
        "Giao diện một cửa cũ vẫn nhận hồ sơ",
        "The old one-stop interface still takes dossiers",
        _open,
    ),
    "old-portal-moved": _closed(
        "Địa chỉ cũ báo 404, nhưng trang chủ của nó vẫn nhận hồ sơ",
        "The old address is not found, but its host's first page takes dossiers",
        _moved,
    ),
    "old-portal-notice": _closed(
        "Giao diện cũ chỉ còn thông báo có liên kết sang Cổng mới",
        "The old interface shows only a notice with a link to the new portal",
        _notice,
    ),
    "old-portal-led-on": _closed(
        "Giao diện cũ chuyển hướng sang Cổng quốc gia (vẫn đạt)",
        "The old interface redirects to the national portal (healthy)",
        _led_on,
    ),
    "old-portal-led-elsewhere": _closed(
        "Giao diện cũ chuyển hướng sang một tên gần giống",
        "The old interface redirects to a name that only looks alike",
        _led_elsewhere,
    ),
}
