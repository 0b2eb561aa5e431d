"""Is this page the service that was asked for, or something that stands in its place?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from rehearsal.model import Step, Target
from rehearsal.net import http, markup
from rehearsal.net.door import Door
from rehearsal.net.http import Page
from rehearsal.net.markup import Shown
from rehearsal.net.trail import Stopped, stop

_NETWORK_LOGIN = 511  # RFC 6585 6: a captive portal that says so
_STATUS_KINDS = {
    401: "unauthorized",
    407: "unauthorized",
    429: "rate_limited",
    503: "maintenance",
    _NETWORK_LOGIN: "captive_page",
}
AGE_DIGITS = 9
_READ_CHARS = 256 * 1024  # a service's page says who it is long before that


@dataclass(frozen=True, slots=True)
class Visit:
    """A right page: how long until its first byte, and which addresses are dead.

    `clock_ahead_s` is the server's clock less ours, to about a second (RFC 9110 6.6.1);
    None when it does not tell the time.
    """

    status: int
    first_byte_s: float
    bytes: int
    redirects: tuple[str, ...]
    silent_addresses: tuple[str, ...]
    clock_ahead_s: float | None = None


async def visit(door: Door, target: Target) -> Visit:
    """Read a target's page; Stopped with the reason when it is not the expected one."""
    page = await http.get(door, target.url, every_address=True)
    refuse_wrong_page(page, target)
    return Visit(
        status=page.status,
        first_byte_s=page.first_byte_s,
        bytes=len(page.body),
        redirects=page.redirects,
        silent_addresses=page.silent_addresses,
        clock_ahead_s=_clock_ahead_s(page),
    )


def _clock_ahead_s(page: Page) -> float | None:
    try:
        told = parsedate_to_datetime(page.headers.get("date", ""))
    except ValueError:
        return None
    told = told if told.tzinfo else told.replace(tzinfo=UTC)  # -0000, says RFC 5322 3.3
    age = page.headers.get("age", "").strip()  # a cache keeps the origin's Date (RFC 9111 5.1)
    kept_s = int(age) if age.isascii() and age.isdigit() and len(age) <= AGE_DIGITS else 0
    return (told - datetime.now(UTC)).total_seconds() + kept_s


def refuse_wrong_page(page: Page, target: Target) -> None:
    """Raise Stopped unless the page has the status and the marker that are expected."""
    expect = target.expect
    if page.status != expect.status:
        kind = _STATUS_KINDS.get(page.status, "unexpected_status")
        retry = page.headers.get("retry-after")
        told = f"status {page.status}, expected {expect.status}"
        raise _refused(kind, f"{told}; Retry-After: {retry[:40]}" if retry else told)
    seen = shown(page)
    shows_marker = expect.contains is None or holds(seen.visible, expect.contains)
    stayed = urlsplit(page.url).hostname == urlsplit(target.url).hostname
    if shows_marker and (stayed or not seen.asks_password):
        return
    raise _refused(*_instead(seen, page, expect.contains))


def _refused(kind: str, detail: str) -> Stopped:
    return stop(Step.HTTP_EXCHANGE, kind, detail)


def _instead(seen: Shown, page: Page, marker: str | None) -> tuple[str, str]:
    """What stands there instead of the service."""
    wanted = f"no {marker!r} in what the page shows"
    if seen.leads_to:
        return "captive_page", f"{wanted}; it leads to {seen.leads_to[0]}"
    if seen.asks_password:
        return "unauthorized", f"{wanted}; it asks for a password"
    return "wrong_content", f"{wanted}: {seen.visible[:120]!r} ({len(page.body)} bytes)"


def holds(text: str, marker: str) -> bool:
    """Whether the text shows the marker; a code of digits must stand by itself."""
    if not marker.isdigit():
        return marker in text
    return re.search(rf"(?<!\d){re.escape(marker)}(?!\d)", text) is not None


def refuse_page_without(page: Page, marker: str) -> None:
    """Raise Stopped, by what stands there instead of a page that shows the marker."""
    raise _refused(*_instead(shown(page), page, marker))


def shown(page: Page) -> Shown:
    """What a person sees of a page."""
    if not _is_html(page):
        return Shown(page.url, visible=page.text)
    return markup.read(page.text[:_READ_CHARS], page.url)


def _is_html(page: Page) -> bool:
    kind = page.headers.get("content-type", "").lower()
    return "html" in kind or page.body[:512].lstrip().startswith(b"<")
