"""What do a unit's pages for citizens show when all is well?"""

from __future__ import annotations

from html import escape

from rehearsal.model import Target
from twin.pages import HTML, Page

TELEPHONE = "0225 3123 456"  # of nobody: no such exchange
ADDRESS = "Số 1, đường Diễn Tập"
_HEAD = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{name}</title>
<link rel="icon" href="/icon.png"></head><body><p>{marker}</p>
"""
_LISTED = """<h1>Trung tâm Phục vụ hành chính công</h1><table>
<tr><th>Mã</th><th>Tên đơn vị</th></tr>
<tr><td>{code}</td><td>UBND {owner}</td></tr>
</table><p>Cổng Dịch vụ công quốc gia</p></body></html>
"""
_CONTACT = """<h1>{owner}</h1>
<p>Mã đơn vị: {code}</p>
<p>Trung tâm Phục vụ hành chính công. Địa chỉ: {address}.</p>
<p>Điện thoại: <a href="tel:{telephone}">{telephone}</a></p>
<p><a href="https://dichvucong.national.example/">Nộp hồ sơ trực tuyến</a></p></body></html>
"""
_CLOSED = "<p>Giao diện này đã đóng.</p></body></html>\n"
_BODIES = {"listed": _LISTED, "contact": _CONTACT, "closed": _CLOSED}
GONE = 410  # RFC 9110 15.5.11


def portal_page(target: Target, owner: str, code: str) -> Page:
    """The page of that sort, with the unit's own name and code."""
    assert target.page is not None
    told = {
        "name": target.name,
        "owner": owner,
        "code": code,
        "marker": target.expect.contains or "",
        "address": target.page.address or ADDRESS,
        "telephone": target.page.telephone or TELEPHONE,
    }
    safe = {key: escape(text) for key, text in told.items()}
    text = (_HEAD + _BODIES[target.page.sort]).format(**safe)
    status = GONE if target.page.sort == "closed" else target.expect.status
    return Page(status, HTML, text.encode())
