"""What wrong things does a centre show?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from twin.center.asked import Asked
from twin.center.catalogue import FIELDS, procedures
from twin.center.desk import Desk
from twin.center.problem import Answer, Refused
from twin.center.strangers import other_unit, stranger_of
from twin.center.twist import BROKEN_FIELD, Lapse, altered, on

MISSING_EVERY = 6  # procedures of a short catalogue
CACHED_S = 2.6  # a kiosk's page is older than that to a citizen
_CREATES = ("create_dossier", "create_payment")
_LOGIN = b"<!doctype html><form><input type=password name=p></form>"


def _other_record(desk: Desk, asked: Asked) -> Answer:
    """A read gives the dossier of a citizen of another unit, under the id asked for."""
    there = other_unit(desk.records, desk.unit)
    stranger = stranger_of(desk.records, there)
    return altered(Desk(there, desk.records).shown(stranger), id=asked.id)


def _no_nonce(desk: Desk, asked: Asked) -> Answer:
    answer = desk.answer(asked)
    return altered(answer, nonce=None) if answer.body and "nonce" in answer.body else answer


def _stale() -> Lapse:
    """Each dossier is shown for ever as it was when first asked for."""
    seen: dict[str, Answer] = {}

    async def lapse(desk: Desk, asked: Asked) -> Answer:
        answer = desk.answer(asked)
        return (
            seen.setdefault(asked.id, answer) if asked.operation == "read_dossier" else answer
        )

    return lapse


def _short_catalogue(desk: Desk, asked: Asked) -> Answer:
    """Here and there a procedure is missing, in every field."""
    whole = desk.list_procedures(replace(asked, page=1, size=len(procedures()))).body or {}
    left = [p for number, p in enumerate(whole["items"]) if number % MISSING_EVERY]
    first = (asked.page - 1) * asked.size
    return desk.catalogue_page(asked, left[first : first + asked.size], len(left))


def _no_field(desk: Desk, asked: Asked) -> Answer:
    whole = desk.list_procedures(asked).body or {}
    first = next(iter(FIELDS))
    moved = [{**p, "field": first} if p["field"] == BROKEN_FIELD else p for p in whole["items"]]
    return desk.catalogue_page(asked, moved)


def _no_papers(desk: Desk, asked: Asked) -> Answer:
    whole = desk.list_procedures(asked).body or {}
    bare = [{**p, "documents": []} if p["field"] == BROKEN_FIELD else p for p in whole["items"]]
    return desk.catalogue_page(asked, bare)


def _page_lost(desk: Desk, asked: Asked) -> Answer:
    whole = desk.list_procedures(asked).body or {}
    return desk.catalogue_page(asked, [] if asked.page > 1 else whole["items"])


def _other_catalogue(desk: Desk, asked: Asked) -> Answer:
    there = other_unit(desk.records, desk.unit)
    return Desk(there, desk.records).answer(asked)


def _empty_catalogue(desk: Desk, asked: Asked) -> Answer:
    return desk.catalogue_page(asked, [], 0)


def _no_receipt(_desk: Desk, asked: Asked) -> Answer:
    raise Refused(404, asked.id)


def _other_receipt(desk: Desk, _asked: Asked) -> Answer:
    return desk.receipt_of(stranger_of(desk.records, desk.unit))


def _any_receipt(desk: Desk, asked: Asked) -> Answer:
    """Whatever code is asked for is said to be a dossier just received."""
    try:
        return desk.answer(asked)
    except Refused:
        shown = desk.receipt_of(stranger_of(desk.records, desk.unit))
        return altered(shown, receipt=asked.id, state="received")


def _old_receipt(desk: Desk, asked: Asked) -> Answer:
    return altered(desk.answer(asked), state="submitted")


def _login_page(_desk: Desk, _asked: Asked) -> Answer:
    return Answer(200, content_type="text/html", raw=_LOGIN)


def _late_receipt() -> Lapse:
    """What is looked up is shown as it was when it was last looked up long ago."""
    seen: dict[str, tuple[float, Answer]] = {}

    async def lapse(desk: Desk, asked: Asked) -> Answer:
        answer = desk.answer(asked)
        if asked.operation != "look_up":
            return answer
        now_s = time.monotonic()
        kept_at_s, kept = seen.setdefault(asked.id, (now_s, answer))
        if now_s - kept_at_s < CACHED_S:
            return kept
        seen[asked.id] = now_s, answer
        return answer

    return lapse


LAPSES: Mapping[str, Callable[[], Lapse]] = {
    "stale-read": _stale,
    "other-units-record": on("read_dossier", twist=_other_record),
    "no-nonce": on(*_CREATES, "read_dossier", "move_dossier", "look_up", twist=_no_nonce),
    "interface-login-page": on("list_procedures", *_CREATES, "look_up", twist=_login_page),
    "catalogue-short": on("list_procedures", twist=_short_catalogue),
    "catalogue-without-field": on("list_procedures", twist=_no_field),
    "catalogue-without-documents": on("list_procedures", twist=_no_papers),
    "catalogue-page-lost": on("list_procedures", twist=_page_lost),
    "catalogue-of-other-unit": on("list_procedures", twist=_other_catalogue),
    "catalogue-empty": on("list_procedures", twist=_empty_catalogue),
    "receipt-unknown": on("look_up", twist=_no_receipt),
    "receipt-of-other": on("look_up", twist=_other_receipt),
    "receipt-of-anything": on("look_up", twist=_any_receipt),
    "receipt-stale": on("look_up", twist=_old_receipt),
    "receipt-late": _late_receipt,
}
