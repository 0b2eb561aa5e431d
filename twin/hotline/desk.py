"""What becomes of a ticket at the hotline's desk? Without HTTP; a Refusal says why not."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from twin.hotline.intake import Draft, Form, moment_of
from twin.hotline.lapses import Lapse
from twin.hotline.memory import Memory, id_of, token_of
from twin.hotline.register import Register
from twin.hotline.ticket import (
    CITY_TIME,
    NUMBERED_S,
    Stage,
    Standing,
    Ticket,
    acted,
    has_number,
    standing,
)
from twin.hotline.view import description, row
from twin.hotline.wording import Refusal

SHOWN_MAX = 1000  # GeoReport v2: "GET Service Requests"
INDEX_BEHIND_S = 1.5
ACTS = {
    "acknowledgement": Stage.ACKNOWLEDGED,
    "answer": Stage.ANSWERED,
    "closure": Stage.CLOSED,
}
Rows = Sequence[Mapping[str, Any]]


class Dropped(Exception):  # noqa: N818 - what happens to a reply
    """It is stored, but nobody is told so."""


@dataclass(slots=True)
class Desk:
    """One hotline's tickets, and who of its units misbehaves."""

    memory: Memory
    register: Register
    _unstored: dict[str, float] = field(default_factory=dict)

    def take(self, draft: Draft) -> Rows:
        """A new ticket; what the sender is told."""
        lapse = self.register.lapse(draft.unit)
        if lapse is Lapse.BUSINESS_REFUSED and draft.applicant == "business":
            raise Refusal(400, "attribute[applicant]: business is not taken")
        ticket = self._ticket(draft, lapse)
        if _is_lost(draft, lapse):
            self._unstored[ticket.id] = ticket.at_s
        else:
            self.memory.add(ticket)
        if lapse is Lapse.REPLY_DROPPED:
            raise Dropped
        told: dict[str, Any] = {"token": token_of(ticket.id)}
        if lapse is Lapse.WRONG_ID:
            told = {"service_request_id": self.memory.number()}
        return [told | {"service_notice": None, "account_id": None}]

    def number(self, token: str) -> Rows:
        """What a token leads to; nothing yet while the ticket waits."""
        ticket_id, now_s = id_of(token), time.monotonic()
        ticket = self.memory.get(ticket_id or "")
        if ticket is not None:
            lapse = self.register.lapse(ticket.unit)
            found = ticket.id if has_number(ticket, lapse, now_s) else ""
            stranger = self.memory.stranger()
            if found and stranger and lapse is Lapse.TOKEN_STRANGE:
                found = stranger.id
        elif ticket_id in self._unstored:
            is_due = now_s - self._unstored[ticket_id] >= NUMBERED_S
            found = ticket_id if is_due else ""
        else:
            raise Refusal(404, "token was not found")
        return [{"token": token, "service_request_id": found}]

    def standing(self, ticket_id: str) -> Standing:
        """One ticket as it is now."""
        ticket = self.memory.get(ticket_id)
        if ticket is None:
            raise Refusal(404, "service_request_id was not found")
        return standing(ticket, self._lapse(ticket), time.monotonic())

    def row(self, found: Standing) -> Mapping[str, Any]:
        """What is shown of it."""
        return row(found, self.register.lapse(found.ticket.unit), self.register)

    def listed(self, query: Form) -> Rows:
        """The tickets that a query asks for, the newest first."""
        if wanted := query.get("service_request_id"):
            asked = (self.memory.get(name) for name in wanted.split(","))
            return [self.row(self.standing(t.id)) for t in asked if t is not None]
        return self._shown(self.memory.newest_first(), query)

    def queue(self, code: str, query: Form) -> Rows:
        """The tickets that a unit has."""
        if not self.register.knows(code):
            raise Refusal(404, "unit was not found")
        lapse = self.register.lapse(code)
        desk = self.register.neighbour(code) if lapse is Lapse.QUEUE_OF_ANOTHER else code
        found = self._shown(self.memory.newest_first(desk), query)
        if lapse is Lapse.QUEUE_CACHED:  # the page as it was before the rehearsal
            found = [one for one in found if "DIENTAP" not in one["description"]]
        return [one for one in found if one["extended_attributes"]["unit"]]

    def act(self, ticket_id: str, act: str, unit: str, notes: str | None) -> Rows:
        """What the unit does with a ticket, in its order."""
        found, stage = self.standing(ticket_id), ACTS[act]
        if found.ticket.desk != unit:
            raise Refusal(409, "the ticket is not at this unit")
        if found.stage != stage - 1:
            raise Refusal(409, f"the ticket is {found.stage.name.lower()}")
        if (stage is Stage.ANSWERED) is not (notes is not None):
            raise Refusal(400, "status_notes belongs to an answer, and only to it")
        self.memory.put(acted(found.ticket, stage, notes))
        return [self.row(self.standing(ticket_id))]

    def withdraw(self, ticket_id: str, tag: str | None) -> None:
        """Take a ticket out, if it is still as it was read."""
        found = self.standing(ticket_id)
        if tag is None:
            raise Refusal(428, "If-Match was not provided")
        if tag != found.tag:
            raise Refusal(412, "the ticket has changed meanwhile")
        if self.register.lapse(found.ticket.unit) is not Lapse.DELETE_KEPT:
            self.memory.remove(found.ticket)

    def _ticket(self, draft: Draft, lapse: Lapse) -> Ticket:
        is_misrouted = lapse is Lapse.MISROUTED
        return Ticket(
            id=self.memory.number(),
            marker=draft.marker,
            at_s=time.monotonic(),
            requested=datetime.now(UTC).astimezone(CITY_TIME).replace(microsecond=0),
            service=draft.service,
            unit=draft.unit,
            desk=self.register.neighbour(draft.unit) if is_misrouted else draft.unit,
            description=draft.description,
            fields=draft.shown,
            channel=draft.channel,
            applicant=draft.applicant,
        )

    def _lapse(self, ticket: Ticket) -> Lapse:
        """How the unit fails this ticket."""
        lapse = self.register.lapse(ticket.unit)
        if lapse is not Lapse.ONE_UNANSWERED:
            return lapse
        return Lapse.NEVER_ANSWERED if _is_rare(ticket) else Lapse.NONE

    def _shown(self, tickets: Iterator[Ticket], query: Form) -> Rows:
        now_s = time.monotonic()
        since, until = (
            moment_of(query[name], name) if name in query else None
            for name in ("start_date", "end_date")
        )
        fitting = (
            standing(one, self._lapse(one), now_s)
            for one in tickets
            if self._holds(one, query.get("q", ""), now_s)
            and query.get("service_code") in {None, one.service}
            and (since is None or one.requested >= since)
            and (until is None or one.requested <= until)
        )
        wanted = query.get("status", "open,closed").split(",")
        rows = (self.row(one) for one in fitting)
        return list(islice((one for one in rows if one["status"] in wanted), SHOWN_MAX))

    def _holds(self, ticket: Ticket, text: str, now_s: float) -> bool:
        """Whether a search for that text finds it."""
        if not text:
            return True
        lapse = self.register.lapse(ticket.unit)
        if lapse is Lapse.SEARCH_LOOSE:
            return True
        is_indexed = lapse is not Lapse.SEARCH_LATE or now_s - ticket.at_s >= INDEX_BEHIND_S
        return is_indexed and text in description(ticket, lapse)


def _is_lost(draft: Draft, lapse: Lapse) -> bool:
    """Whether a ticket is received and then forgotten."""
    if lapse is Lapse.SMS_LOST:
        return draft.channel == "sms"
    if lapse is Lapse.ONE_LOST:
        return _is_rare(draft)
    return lapse is Lapse.NOT_STORED


def _is_rare(one: Draft | Ticket) -> bool:
    """The one combination of nine that some faults strike."""
    return (one.channel, one.applicant) == ("voice", "business")
