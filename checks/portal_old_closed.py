"""Is the unit's old one-stop interface closed, so that nobody hands a dossier in there?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from rehearsal.check import Check, Circumstances, Example, FindingSpec
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.closing import Answer, Closing, closing_of
from rehearsal.net.door import Door

GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


async def probe(target: Target, door: Door) -> Closing:
    """Go to the old address, and to its host's first page, as by an old bookmark."""
    return await closing_of(door, target)


def judge(
    seen: Closing, _limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """One open way in is enough; what several addresses share is told once."""
    told = (_opinion(answer, seen.new_host) for answer in seen.answers)
    yield from {finding.code: finding for finding in told if finding}.values()


def _opinion(answer: Answer, new_host: str) -> Finding | None:
    """None for what is closed: gone for good (RFC 9110 15.5.5, 15.5.11), or led on."""
    if answer.status in GONE or (answer.leads_to and answer.leads_to == new_host):
        return None
    if not answer.status:
        return CHECK.found("nobody_led_on", url=answer.url)
    if answer.leads_to:
        return CHECK.found("led_elsewhere", to=answer.leads_to, expected=new_host)
    if answer.takes:
        return CHECK.found("still_takes_dossiers", url=answer.url)
    if answer.names_new and answer.status == HTTPStatus.OK:
        return CHECK.found("notice_only", url=answer.url)
    return CHECK.found("not_closed", url=answer.url, http_status=answer.status)


_CLOSE = Text(
    vi="Nhà cung cấp hệ thống cũ: đóng giao diện nộp hồ sơ, trả về 410 hoặc chuyển hướng sang "
    "Cổng Dịch vụ công quốc gia. Dữ liệu cũ vẫn giữ cho cán bộ tra cứu.",
    en="Supplier of the old system: close what takes dossiers in, and answer 410 or redirect "
    "to the national portal. The old data stay for the officers.",
)

CHECK = Check(
    id="portal.old_closed",
    asks=Text(
        vi="Giao diện một cửa cũ đã đóng, và người dân có được dẫn sang Cổng quốc gia không?",
        en="Is the old one-stop interface closed, and are citizens led to the national portal?",
    ),
    kinds=frozenset({TargetKind.PAGE}),
    pages=frozenset({"closed"}),
    phases=frozenset({"phase-2"}),
    stage="systems",
    evidence=Closing,
    probe=probe,
    judge=judge,
    deadline_s=45.0,  # two addresses, each with the steps of one page
    limits={},
    findings={
        "still_takes_dossiers": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Giao diện cũ vẫn nhận hồ sơ hoặc đăng nhập: {url}.",
                en="The old interface still takes dossiers or logins: {url}.",
            ),
            do=_CLOSE,
        ),
        "not_closed": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Giao diện cũ vẫn trả lời (mã {http_status}): {url}.",
                en="The old interface still answers (status {http_status}): {url}.",
            ),
            do=_CLOSE,
        ),
        "led_elsewhere": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Giao diện cũ dẫn sang {to}, không phải {expected}.",
                en="The old interface leads to {to}, not to {expected}.",
            ),
            do=_CLOSE,
        ),
        "notice_only": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Giao diện cũ chỉ hiện thông báo có liên kết sang địa chỉ mới: {url}.",
                en="The old interface shows only a notice with a link to the new one: {url}.",
            ),
            do=Text(
                vi="Đổi thông báo thành chuyển hướng, để liên kết cũ vẫn đưa người dân tới.",
                en="Make the notice a redirect, so that old links still lead citizens there.",
            ),
        ),
        "nobody_led_on": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Địa chỉ cũ không còn ai trả lời ({url}): đã đóng, nhưng người dân không "
                "được dẫn sang nơi mới.",
                en="Nobody is at the old address any more ({url}): it is closed, but citizens "
                "are not led on.",
            ),
            do=Text(
                vi="Giữ tên miền cũ thêm một thời gian, chỉ để dẫn sang Cổng quốc gia.",
                en="Keep the old name for a while, only to redirect to the national portal.",
            ),
            group=Group.SUPPORT,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("old-portal-led-on", expect=None),
        Example("status-404", expect=None),
        Example("old-portal-open", expect="still_takes_dossiers"),
        Example("old-portal-moved", expect="still_takes_dossiers"),
        Example("login-page", expect="still_takes_dossiers"),
        Example("old-portal-notice", expect="notice_only"),
        Example("old-portal-led-elsewhere", expect="led_elsewhere"),
        Example("redirect-outside", expect="led_elsewhere"),
        Example("wrong-content", expect="not_closed"),
        Example("empty-body", expect="not_closed"),
        Example("status-403", expect="not_closed"),
        Example("connection-refused", expect="nobody_led_on"),
        Example("dns-nxdomain", expect="nobody_led_on"),
        Example("dns-no-answer", expect="nobody_led_on"),
        Example("status-503", expect="closing_unproven"),
        Example("redirect-loop", expect="closing_unproven"),
        Example("response-timeout", expect="closing_unproven"),
        Example("certificate-expired", expect="closing_unproven"),
        Example("dns-servfail", expect="closing_unproven"),
    ),
)
