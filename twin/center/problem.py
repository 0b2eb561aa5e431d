"""How does the centre refuse a request? By a problem of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_TITLES = {
    400: "Yêu cầu không đúng dạng / malformed request",
    401: "Cần mã truy cập / a token is needed",
    404: "Không có bản ghi này / no such record",
    405: "Không có thao tác này / no such method",
    409: "Không hợp với trạng thái hiện tại / in conflict with the present state",
    412: "Bản ghi đã thay đổi / the record has changed",
    415: "Thân yêu cầu phải là JSON / the body must be JSON",
    428: "Cần thẻ If-Match / an If-Match is needed",
    503: "Tạm thời không phục vụ được / not available for the moment",
}
JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: JSON, or raw bytes; `is_cut`: nothing is, the line is cut."""

    status: int
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    content_type: str = JSON
    raw: bytes = b""
    is_cut: bool = False


class Refused(Exception):  # noqa: N818 - what happened, as the reader would say it
    """The request is not carried out; `answer` says why."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Needs a status that has a title."""
        super().__init__(detail)
        self.answer = problem(status, detail, headers)


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    """The answer that says so."""
    body = {
        "type": "about:blank",
        "title": _TITLES[status],
        "status": status,
        "detail": detail,
    }
    return Answer(status, body, headers or {}, PROBLEM)
