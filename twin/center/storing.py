"""What goes wrong when a centre stores dossiers, and moves them on?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from twin.center.asked import Asked
from twin.center.desk import DOSSIERS, MOVES, Desk, changed
from twin.center.problem import Answer, Refused, problem
from twin.center.strangers import other_unit, stranger_of
from twin.center.twist import BROKEN_FIELD, Lapse, altered, cut_after, error_after, on, twice

SLOW_S = 2.15  # beyond what a clerk waits for a page


def _forgets_dossier(desk: Desk, asked: Asked) -> Answer:
    return desk.shown(desk.made_dossier(asked), 201)


def _forgets_move(desk: Desk, asked: Asked) -> Answer:
    return desk.shown(desk.moved(asked))


def _other_id(desk: Desk, asked: Asked) -> Answer:
    """All is right in the reply but the id, which is a citizen's."""
    answer = desk.answer(asked)
    return altered(answer, id=stranger_of(desk.records, desk.unit).id)


def _other_code(desk: Desk, asked: Asked) -> Answer:
    """Stored as if another unit had taken it in."""
    made = desk.made_dossier(asked)
    there = other_unit(desk.records, desk.unit)
    moved = replace(made, body={**made.body, "receiving_unit": there})
    desk.records.add(moved)
    return desk.shown(moved, 201)


def _fewer_papers(desk: Desk, asked: Asked) -> Answer:
    made = desk.made_dossier(asked)
    cut = replace(made, body={**made.body, "documents": made.body["documents"][:1]})
    desk.records.add(cut)
    return desk.shown(cut, 201)


def _no_signature(desk: Desk, asked: Asked) -> Answer:
    dossier = desk.the(DOSSIERS, asked.id)
    if asked.body["action"] == "sign" and dossier.body["field"] == BROKEN_FIELD:
        return problem(503, "the signing service does not answer")
    return desk.answer(asked)


def _stuck(desk: Desk, asked: Asked) -> Answer:
    if asked.body["action"] != "process":
        return desk.answer(asked)
    stuck = changed(desk.moved(asked), state="processing")
    desk.records.put(stuck)
    return desk.shown(stuck)


def _own_citizens_only(desk: Desk, asked: Asked) -> Answer:
    home = asked.body["applicant"]["unit"]
    if home != desk.unit:
        raise Refused(409, f"the applicant belongs to {home}")
    return desk.answer(asked)


def _sent_elsewhere(desk: Desk, asked: Asked) -> Answer:
    """Once paid it is given to another unit than asked, and shown as if it were not."""
    answer = desk.answer(asked)
    if asked.operation == "move_dossier" and asked.body["action"] == "pay":
        record = desk.the(DOSSIERS, asked.id)
        there = other_unit(desk.records, desk.unit)
        asked_for = record.body["returning_unit"]
        sent = changed(record, returning_unit=there, asked_for=asked_for)
        desk.records.put(sent)
        answer = desk.shown(sent)
    if answer.body and "asked_for" in answer.body:
        return altered(answer, returning_unit=answer.body["asked_for"])
    return answer


def _slow(actions: tuple[str, ...]) -> Callable[[], Lapse]:
    """These steps take long, in one field."""

    async def lapse(desk: Desk, asked: Asked) -> Answer:
        answer = desk.answer(asked)
        if asked.operation == "move_dossier" and asked.body["action"] in actions:
            is_broken = (answer.body or {}).get("field") == BROKEN_FIELD
            await asyncio.sleep(SLOW_S if is_broken else 0)
        return answer

    return lambda: lapse


LAPSES: Mapping[str, Callable[[], Lapse]] = {
    "forgets-dossier": on("create_dossier", twist=_forgets_dossier),
    "cut-after-commit": on("create_dossier", twist=cut_after),
    "error-after-commit": on("create_dossier", twist=error_after),
    "stores-twice": on("create_dossier", twist=twice),
    "reply-of-other-id": on("create_dossier", twist=_other_id),
    "other-unit-code": on("create_dossier", twist=_other_code),
    "drops-documents": on("create_dossier", twist=_fewer_papers),
    "refuses-elsewhere": on("create_dossier", twist=_own_citizens_only),
    "forgets-step": on("move_dossier", twist=_forgets_move),
    "step-cut-after-commit": on("move_dossier", twist=cut_after),
    "sign-fails-in-field": on("move_dossier", twist=_no_signature),
    "sign-slow-in-field": _slow(("sign",)),
    "slow-in-field": _slow(tuple(MOVES)),
    "stuck-in-processing": on("move_dossier", twist=_stuck),
    "returned-elsewhere": on("move_dossier", "read_dossier", twist=_sent_elsewhere),
}
