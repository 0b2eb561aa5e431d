"""Is this answer what was asked for, or a refusal in whatever dress?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from rehearsal.model import Step
from rehearsal.net.http import Page
from rehearsal.net.open311 import markup
from rehearsal.net.open311.dialect import XML
from rehearsal.net.talk import as_json
from rehearsal.net.trail import Stopped, stop

Row = Mapping[str, Any]
TOLD_CHARS = 200
_KINDS = {
    **dict.fromkeys((401, 403), (Step.TRANSACTION, "credentials_rejected")),
    **dict.fromkeys(
        (400, 404, 405, 406, 409, 412, 413, 415, 422, 428), (Step.TRANSACTION, "step_rejected")
    ),
    429: (Step.HTTP_EXCHANGE, "rate_limited"),
    503: (Step.HTTP_EXCHANGE, "maintenance"),
}
_ROOTS = ("services", "service_requests", "errors")


def listed(page: Page, suffix: str) -> Sequence[Row]:
    """The rows of a page; Stopped where it is an error, also one in a 200."""
    if page.status != HTTPStatus.OK:
        raise refusal(page)
    root, found = _read(page, suffix)
    if root == "errors" or any(_is_error(row) for row in found):
        told = "; ".join(f"{row.get('code')} {row.get('description')}" for row in found)
        raise stop(Step.TRANSACTION, "step_rejected", f"in a 200: {told[:TOLD_CHARS]}")
    return found


def refusal(page: Page) -> Stopped:
    """What a status other than 200 means."""
    told = f"status {page.status}: {page.text[:TOLD_CHARS]!r}"
    step, kind = _KINDS.get(page.status, (Step.HTTP_EXCHANGE, "unexpected_status"))
    return stop(step, kind, told)


def _read(page: Page, suffix: str) -> tuple[str, Sequence[Row]]:
    if suffix == XML:
        try:
            root, found = markup.rows(page.body)
        except markup.MarkupError as problem:
            raise _malformed(page, str(problem)) from problem
        if root not in _ROOTS:
            told = f"<{root[:40]}>: {page.text[:120]!r}"
            raise stop(Step.HTTP_EXCHANGE, "wrong_content", told)
        return root, found
    found = as_json(page)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise _malformed(page, "no list of objects")
    return "", found


def _malformed(page: Page, why: str) -> Stopped:
    return stop(Step.HTTP_EXCHANGE, "malformed_response", f"{why}: {page.text[:120]!r}")


def _is_error(row: Row) -> bool:
    """GeoReport v2, "Errors": a code and its description, and nothing else."""
    return set(row) == {"code", "description"}
