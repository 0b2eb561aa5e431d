"""What goes wrong when money is taken for a dossier?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from twin.center.asked import Asked
from twin.center.desk import Desk
from twin.center.problem import Answer
from twin.center.strangers import stranger_of
from twin.center.twist import Lapse, altered, cut_after, on, twice

SLOW_S = 3.15  # whoever pays has pressed the button again by then


def _forgets_payment(desk: Desk, asked: Asked) -> Answer:
    return desk.shown(desk.made_payment(asked), 201)


def _other_payment_id(desk: Desk, asked: Asked) -> Answer:
    return altered(desk.answer(asked), id=f"P{stranger_of(desk.records, desk.unit).id}")


def _half_paid(desk: Desk, asked: Asked) -> Answer:
    """It is the stored amount that is wrong."""
    made = desk.made_payment(asked)
    less = replace(made, body={**made.body, "amount": made.body["amount"] * 2})
    desk.records.add(less)
    return altered(desk.shown(less, 201), amount=asked.body["amount"])


def _slow() -> Lapse:
    async def lapse(desk: Desk, asked: Asked) -> Answer:
        await asyncio.sleep(SLOW_S if asked.operation == "create_payment" else 0)
        return desk.answer(asked)

    return lapse


LAPSES: Mapping[str, Callable[[], Lapse]] = {
    "payment-cut-after-commit": on("create_payment", twist=cut_after),
    "payment-forgotten": on("create_payment", twist=_forgets_payment),
    "payment-slow": _slow,
    "payment-twice": on("create_payment", twist=twice),
    "payment-of-other-amount": on("create_payment", twist=_half_paid),
    "payment-of-other-id": on("create_payment", twist=_other_payment_id),
}
