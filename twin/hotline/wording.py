"""How is an answer written, in XML and in JSON? GeoReport v2: "Format Support"."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from twin.hotline.lapses import Lapse

XML, JSON = "xml", "json"
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_ENTITIES = '<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
}
# XML 1.0 2.2: what cannot stand in a document, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Refusal(Exception):  # noqa: N818 - an answer like others
    """What was asked for is not done: the status, and what stands beside it."""

    status: int
    description: str
    headers: Mapping[str, str] | None = None


def answer(
    suffix: str,
    root: str,
    content: Sequence[Any] | Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    lapse: Lapse = Lapse.NONE,
) -> web.Response:
    """Rows, or one thing, in the format that was asked for."""
    if suffix == JSON:
        text = json.dumps(content, ensure_ascii=True)
        kind = "application/json"
    else:
        text = _misspelt(_DECLARATION + _element(root, content), lapse)
        kind = "text/xml"
    return web.Response(
        status=status,
        headers=dict(headers or {}),
        body=text.encode(),
        content_type=kind,
        charset="utf-8",
    )


def refused(suffix: str, refusal: Refusal, *, status: int | None = None) -> web.Response:
    """Why not, as the standard wants it told."""
    row = {"code": refusal.status, "description": refusal.description}
    shown = suffix if suffix == JSON else XML
    return answer(
        shown, "errors", [row], status=status or refusal.status, headers=refusal.headers
    )


def _element(name: str, content: Any) -> str:
    if isinstance(content, Mapping):
        inner = "".join(_element(key, value) for key, value in content.items())
    elif isinstance(content, list | tuple):
        inner = "".join(_element(_ITEMS[name], value) for value in content)
    elif content is None:
        inner = ""
    elif isinstance(content, bool):
        inner = "true" if content else "false"
    else:
        inner = escape(_ILLEGAL.sub("\ufffd", str(content)))
    return f"<{name}>{inner}</{name}>"


def _misspelt(text: str, lapse: Lapse) -> str:
    """What a broken writer makes of a document."""
    if lapse is Lapse.XML_BROKEN:
        return text[: len(text) * 2 // 3]
    if lapse is Lapse.XML_WITH_ENTITIES:
        return text.replace(_DECLARATION, _DECLARATION + _ENTITIES)
    return text
