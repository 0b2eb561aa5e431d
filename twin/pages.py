"""What does a healthy system show? Its page, with the marker that proves whose it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

from aiohttp import web

from rehearsal.model import Target, TargetKind

HTML = "text/html"
_PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{name} – {owner}</title></head>
<body><h1>{owner}</h1><p>Hệ thống: {name}. Trạng thái: đang hoạt động.</p>
<p>Mã đơn vị: {code}</p><p>{marker}</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What one target answers when nothing is wrong."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to one target: its URL, its own page and the page of another unit.

    `leads_to` is where it should lead, once it is closed.
    """

    request: web.BaseRequest
    url: str
    page: Page
    stranger: Page
    leads_to: str = ""


def page_of(target: Target, owner: str, code: str) -> Page:
    """The page of a system; the hotline answers in Open311."""
    if target.kind is TargetKind.HOTLINE:
        return Page(target.expect.status, "application/json", _open311(target))
    marker = target.expect.contains or ""
    text = _PAGE.format(
        name=escape(target.name),
        owner=escape(owner),
        code=escape(code or "–"),
        marker=escape(marker),
    )
    return Page(target.expect.status, HTML, text.encode())


def _open311(target: Target) -> bytes:
    """GeoReport v2: the list of services where the URL asks for it, else the discovery."""
    marker = target.expect.contains or ""
    text = _services(marker) if "services" in target.url else _discovery(target, marker)
    return json.dumps(text, ensure_ascii=False).encode()


def _services(marker: str) -> object:
    service = {
        "service_code": "phan-anh-hien-truong",
        "service_name": "Phản ánh hiện trường",
        "description": marker,
        "metadata": False,
        "type": "realtime",
        "keywords": "1022",
        "group": "Tổng đài 1022",
    }
    return [service]


def _discovery(target: Target, marker: str) -> object:
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": target.url,
        "type": "production",
        "formats": ["application/json"],
    }
    return {"contact": f"{target.name} {marker}".strip(), "endpoints": [endpoint]}


def as_response(page: Page) -> web.Response:
    """The page as it should be sent."""
    return web.Response(
        status=page.status, body=page.body, content_type=page.content_type, charset="utf-8"
    )
