"""How is a dossier paid for, once and provably?"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from rehearsal.model import Step, Target
from rehearsal.net.center.desk import Desk
from rehearsal.net.center.proof import known, prove_ours, settled
from rehearsal.net.center.reading import Payment
from rehearsal.net.door import Door
from rehearsal.net.trail import stop

STORE = "payments"


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that was made; `learned` is how we know, `copies` how many the system has."""

    payment: Payment
    learned: str
    copies: int = 1


async def pay(
    door: Door,
    target: Target,
    desk: Desk,
    dossier_id: str,
    amount: int,
    *,
    reads_back: bool = True,
    counts: bool = False,
) -> Paid:
    """Make a payment; it is read back, and counted by its marker, where that is asked for."""
    marker, nonce = await door.ledger.intend(target, STORE), secrets.token_hex(8)
    patience_s = door.deadlines.http_s

    async def held() -> Payment | None:
        return next((p for p in await desk.search_payments(marker) if p.marker == marker), None)

    asking = desk.pay(marker, nonce, dossier_id, amount)
    told, learned = await known(asking, held, patience_s)
    await door.ledger.acknowledge(marker, told.id)
    wanted = Payment(desk.unit, told.id, marker, nonce, dossier_id, amount)
    _prove(told, wanted)
    if reads_back:
        seen = await settled(lambda: desk.read_payment(told.id), _is_there, patience_s)
        _prove(seen, wanted)
    copies = 1
    if counts:
        found = await settled(lambda: desk.search_payments(marker), bool, patience_s)
        copies = sum(one.marker == marker for one in found)
    return Paid(told, learned, copies)


def _is_there(seen: Payment | None) -> bool:
    return seen is not None


def _prove(seen: Payment | None, wanted: Payment) -> None:
    if seen is None:
        raise stop(Step.TRANSACTION, "not_stored", f"payment {wanted.id} is not there")
    prove_ours(seen.marker, seen.nonce, wanted.marker, wanted.nonce)
    if (seen.unit, seen.id) != (wanted.unit, wanted.id):
        told = f"asked for {wanted.id} at {wanted.unit}, got {seen.id} at {seen.unit}"
        raise stop(Step.TRANSACTION, "wrong_record", told)
    if (seen.dossier, seen.amount) != (wanted.dossier, wanted.amount):
        told = f"{seen.amount} for {seen.dossier}, not {wanted.amount} for {wanted.dossier}"
        raise stop(Step.TRANSACTION, "content_changed", told)
