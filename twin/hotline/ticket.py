"""How far is a ticket by now? A pure function of its age, its lapse and what the unit did."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from twin.hotline.lapses import Lapse

CITY_TIME = timezone(timedelta(hours=7))
NUMBERED_S = 0.15  # from the receipt until the token leads to the ticket
ROUTED_S = 0.3  # until the unit has it
ACKNOWLEDGED_S, ANSWERED_S, CLOSED_S = 0.5, 0.7, 0.9  # the unit's officer, who is quick
EXPECTED_IN = timedelta(days=3)
BEHIND_S = 5.5  # longer than the checks' limits for what machines do
TOKEN_BEHIND_S = 3.5
LATE_BY = timedelta(hours=30)  # what the books of a late officer say
ANSWER = "Đơn vị đã tiếp nhận và xử lý phản ánh; cảm ơn ông/bà."


class Stage(enum.IntEnum):
    """How far a ticket has come."""

    RECEIVED = 0
    ROUTED = 1
    ACKNOWLEDGED = 2
    ANSWERED = 3
    CLOSED = 4


_OFFICER = (
    (Stage.ROUTED, ROUTED_S, Lapse.NEVER_ROUTED),
    (Stage.ACKNOWLEDGED, ACKNOWLEDGED_S, Lapse.NEVER_ACKNOWLEDGED),
    (Stage.ANSWERED, ANSWERED_S, Lapse.NEVER_ANSWERED),
    (Stage.CLOSED, CLOSED_S, Lapse.NEVER_CLOSED),
)
_LATE = {
    Lapse.ACKNOWLEDGED_LATE: Stage.ACKNOWLEDGED,
    Lapse.ANSWERED_LATE: Stage.ANSWERED,
    Lapse.CLOSED_LATE: Stage.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request as it was handed in. `at_s` on the event loop's clock.

    `unit` is who was named, `desk` who really has it; `done` is what was done to it by
    hand: a stage's name and when.
    """

    id: str
    marker: str
    at_s: float
    requested: datetime
    service: str
    unit: str
    desk: str
    description: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    channel: str | None = None
    applicant: str | None = None
    notes: str | None = None
    done: Mapping[str, str] = field(default_factory=dict)
    is_done: bool = False  # was closed before this city was played


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket as it is now."""

    ticket: Ticket
    stage: Stage
    answer: str | None
    stamps: Mapping[Stage, datetime]

    @property
    def tag(self) -> str:
        """Its entity tag: another one after every change (RFC 9110 8.8.3)."""
        said = f"{self.ticket.id}{self.stage}{self.answer}{sorted(self.ticket.done.items())}"
        return f'"{hashlib.sha256(said.encode()).hexdigest()[:16]}"'


def standing(ticket: Ticket, lapse: Lapse, now_s: float) -> Standing:
    """The ticket at that moment of the event loop's clock."""
    by_hand = {Stage[name]: datetime.fromisoformat(at) for name, at in ticket.done.items()}
    by_officer = _officers(ticket, lapse, now_s)
    stage = max((Stage.RECEIVED, *by_hand, *by_officer))
    stamps = {s: at for s, at in (by_officer | by_hand).items() if s <= stage}
    has_answer = stage >= Stage.ANSWERED and lapse is not Lapse.CLOSED_UNANSWERED
    answer = ticket.notes or (ANSWER if has_answer else None)
    return Standing(ticket, stage, answer, stamps)


def _officers(ticket: Ticket, lapse: Lapse, now_s: float) -> dict[Stage, datetime]:
    """What happened by itself, and when by the hotline's books."""
    age_s, at, found = now_s - ticket.at_s, ticket.requested, {}
    behind_s = BEHIND_S if lapse is Lapse.QUEUE_LATE else 0.0
    for stage, after_s, never in _OFFICER:
        if not ticket.is_done and (age_s < after_s + behind_s or lapse is never):
            break
        if stage is Stage.ANSWERED and lapse is Lapse.CLOSED_UNANSWERED:
            continue
        at += LATE_BY if _LATE.get(lapse) is stage else timedelta(seconds=1)
        found[stage] = at
        if lapse is Lapse.STATE_STALE and stage is Stage.ROUTED:
            break
    return found


def has_number(ticket: Ticket, lapse: Lapse, now_s: float) -> bool:
    """Whether its token leads to it already."""
    behind_s = TOKEN_BEHIND_S if lapse is Lapse.TOKEN_LATE else 0.0
    return lapse is not Lapse.TOKEN_STUCK and now_s - ticket.at_s >= NUMBERED_S + behind_s


def acted(ticket: Ticket, stage: Stage, notes: str | None) -> Ticket:
    """The ticket after somebody at the unit did that now."""
    done = {**ticket.done, stage.name: datetime.now(UTC).astimezone(CITY_TIME).isoformat()}
    return replace(ticket, done=done, notes=notes or ticket.notes)
