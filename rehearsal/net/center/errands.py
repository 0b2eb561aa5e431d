"""How are single parts of a dossier's way tried by themselves: paying, looking up?"""

from __future__ import annotations

import functools
import secrets
from dataclasses import dataclass

from rehearsal.model import Target
from rehearsal.net.center.catalogue import Procedure
from rehearsal.net.center.journey import EACH_STEP, ENDS_ONLY, Trip, at_home, unanswered
from rehearsal.net.center.paying import pay
from rehearsal.net.center.proof import REPLY
from rehearsal.net.door import Door
from rehearsal.net.trail import Stopped, Stopwatch


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee that was paid and entered; `copies` is how often the system has it."""

    took_s: float
    copies: int


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What a receipt led to: how soon after each change it showed the dossier's state.

    `is_anything_found`: a code that nobody was given, `wrong_receipt`, led somewhere too.
    """

    shown_after_s: float
    changed_after_s: float
    is_anything_found: bool
    wrong_receipt: str


async def charge(door: Door, target: Target, procedure: Procedure) -> Charge:
    """Take a dossier to where it is paid, pay, and count the payments; Stopped if not so."""
    trip = Trip(door, procedure, at_home(target), ENDS_ONLY)
    await trip.timed("submit", trip.submit)
    for action in ("receive", "process", "sign"):
        await trip.timed(action, functools.partial(trip.move, action))
    copies = 0

    async def paying() -> str:
        nonlocal copies
        paid = await pay(door, target, trip.desk, trip.record_id, procedure.fee, counts=True)
        copies = paid.copies
        learned = await trip.move("pay", paid.payment.id)
        return paid.learned if learned == REPLY else learned

    await trip.timed("pay", paying)
    _refuse_unanswered(trip)
    return Charge(trip.passed[-1].took_s, copies)


async def look_up_one(door: Door, target: Target, procedure: Procedure) -> LookedUp:
    """Hand in, look up, have it received, look up again, and try a code of nobody's."""
    trip = Trip(door, procedure, at_home(target), EACH_STEP)
    await trip.timed("submit", trip.submit)
    shown_after_s = await _shown(trip, "submitted")
    await trip.timed("receive", functools.partial(trip.move, "receive"))
    changed_after_s = await _shown(trip, "received")
    wrong = f"{trip.receipt[:60]}-{secrets.token_hex(8)}"
    found = await trip.desk.look_up(wrong)
    _refuse_unanswered(trip)
    return LookedUp(shown_after_s, changed_after_s, found is not None, wrong)


async def _shown(trip: Trip, state: str) -> float:
    """How long it takes until a citizen sees this state."""
    watch = Stopwatch()

    async def looking() -> str:
        await trip.reached(state, None, trip.shown)
        return REPLY

    await trip.timed("look_up", looking)
    return watch.elapsed_s()


def _refuse_unanswered(trip: Trip) -> None:
    lost = unanswered(trip.passed)
    if lost is not None:
        raise Stopped(lost)
