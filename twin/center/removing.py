"""What goes wrong when records are looked for and taken out again?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from twin.center.asked import Asked
from twin.center.desk import CITY, DOSSIERS, PAYMENTS, Desk
from twin.center.problem import Answer, Refused, problem
from twin.center.twist import Lapse, on
from twin.records import Record

INDEX_LAG_S = 1.5
REFUSALS = 2  # removals that are refused before one is carried out
FINDS = ("find_dossiers", "find_payments")
REMOVES = ("remove_dossier", "remove_payment")


def _store(asked: Asked) -> str:
    return PAYMENTS if asked.operation.endswith(("payment", "payments")) else DOSSIERS


def _late_index(desk: Desk, asked: Asked) -> Answer:
    shown = desk.marked(_store(asked), asked.marker)
    return desk.found(asked, tuple(record for record in shown if _is_indexed(record)))


def _is_indexed(record: Record) -> bool:
    return time.monotonic() - record.at >= INDEX_LAG_S


def _fuzzy(desk: Desk, asked: Asked) -> Answer:
    """Citizens' records come with what was asked for, and before it."""
    everybody = desk.records.marked(_store(asked), CITY, "")
    strangers = tuple(record for record in everybody if desk.concerns(record))
    return desk.found(asked, strangers + desk.marked(_store(asked), asked.marker))


def _empty(desk: Desk, asked: Asked) -> Answer:
    return desk.found(asked, ())


def _keeps(desk: Desk, asked: Asked) -> Answer:
    desk.the(_store(asked), asked.id)
    return Answer(204)


def _denies(_desk: Desk, asked: Asked) -> Answer:
    raise Refused(404, asked.id)


def _reluctant() -> Lapse:
    """Each removal is refused before it is carried out."""
    refused: dict[str, int] = {}

    async def lapse(desk: Desk, asked: Asked) -> Answer:
        if asked.operation in REMOVES and refused.get(asked.id, 0) < REFUSALS:
            refused[asked.id] = refused.get(asked.id, 0) + 1
            return problem(503, "the store does not answer")
        return desk.answer(asked)

    return lapse


LAPSES: Mapping[str, Callable[[], Lapse]] = {
    "index-late": on(*FINDS, twist=_late_index),
    "search-fuzzy": on(*FINDS, twist=_fuzzy),
    "search-empty": on(*FINDS, twist=_empty),
    "delete-keeps": on(*REMOVES, twist=_keeps),
    "delete-denied": on(*REMOVES, twist=_denies),
    "delete-reluctant": _reluctant,
}
