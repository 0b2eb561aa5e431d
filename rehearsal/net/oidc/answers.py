"""What does an answer of a sign-on server say, or why does it say nothing?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from rehearsal.model import Step
from rehearsal.net.http import Page
from rehearsal.net.trail import Stopped, stop

OK, REFUSED = 200, 400
REFUSALS = (REFUSED, 401, 403)
_STATUS_KINDS = {429: "rate_limited", 503: "maintenance", 511: "captive_page"}
_ERROR = re.compile(r"[a-z_]{1,60}")


def told_object(page: Page, what: str) -> Mapping[str, Any]:
    """The JSON object of an answer with status 200; its text is never quoted."""
    if page.status != OK:
        raise unexpected(page, what)
    try:
        found = json.loads(page.body)
    except (ValueError, RecursionError) as problem:
        told = f"{what}: no JSON ({type(problem).__name__}, {len(page.body)} bytes)"
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", told) from problem
    if not isinstance(found, dict):
        told = f"{what}: {type(found).__name__} instead of an object"
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", told)
    return found


def unexpected(page: Page, what: str) -> Stopped:
    """The failure of a page with a status that it should not have."""
    kind = _STATUS_KINDS.get(page.status, "unexpected_status")
    return stop(Step.HTTP_EXCHANGE, kind, f"{what}: status {page.status}")


def error_of(page: Page) -> str:
    """The error code of a refusal (RFC 6749 5.2); empty when there is none."""
    try:
        found = json.loads(page.body)
    except (ValueError, RecursionError):
        return ""
    return code(found.get("error")) if isinstance(found, dict) else ""


def code(told: object) -> str:
    """An error code as the RFC writes it: what is something else is not shown."""
    text = told if isinstance(told, str) else ""
    return text if _ERROR.fullmatch(text) else ""
