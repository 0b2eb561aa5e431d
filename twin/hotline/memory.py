"""Which tickets does a hotline have? In memory for speed, in the records for everybody."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from twin.hotline.ticket import CITY_TIME, Ticket
from twin.records import Record, Records

STORE = "tickets"
PREFIX = "HP1022-"
STRANGERS = 2  # tickets of citizens at each unit, from before the rehearsal
_SAID = (
    "Đèn đường trước nhà văn hoá không sáng từ tối hôm qua.",
    "Hồ sơ nộp trực tuyến chưa thấy cập nhật trạng thái.",
    "Nắp cống trên vỉa hè bị vỡ, rất nguy hiểm cho người đi bộ.",
    "Đề nghị niêm yết giờ làm việc của Trung tâm Phục vụ hành chính công.",
)


class Memory:
    """The tickets of one hotline, the newest last."""

    def __init__(self, records: Records, owner: str) -> None:
        """Take up what its records already hold."""
        self._records = records
        self._owner = owner
        self._last = 0
        self._tickets: dict[str, Ticket] = {}
        self._of: dict[str, dict[str, Ticket]] = {}
        for record in records.all(STORE, owner):
            self._keep(_ticket(record))

    def number(self) -> str:
        """An id that no ticket has had, not even one that was never stored."""
        self._last = max(self._last + 1, self._records.next_number())
        return f"{PREFIX}{self._last:08}"

    def add(self, ticket: Ticket) -> None:
        """Store a new ticket."""
        self._records.add(self._record(ticket))
        self._keep(ticket)

    def put(self, ticket: Ticket) -> None:
        """Write a changed ticket over the old one."""
        self._records.put(self._record(ticket))
        self._keep(ticket)

    def remove(self, ticket: Ticket) -> None:
        """Take a ticket out."""
        self._records.remove(self._record(ticket))
        del self._tickets[ticket.id]
        del self._of[ticket.desk][ticket.id]

    def get(self, ticket_id: str) -> Ticket | None:
        """One ticket, if it is there."""
        return self._tickets.get(ticket_id)

    def newest_first(self, desk: str | None = None) -> Iterator[Ticket]:
        """All tickets, or those at one unit's desk."""
        found = self._tickets if desk is None else self._of.get(desk, {})
        return reversed(found.values())

    def stranger(self) -> Ticket | None:
        """Some citizen's ticket."""
        return next((t for t in self._tickets.values() if not t.marker), None)

    def settle(self, code: str, service: str) -> None:
        """Give a unit's desk its citizens' tickets, unless it has any."""
        if not self._of.get(code):
            for ticket in _strangers(code, service, self.number):
                self.add(ticket)

    def _keep(self, ticket: Ticket) -> None:
        self._last = max(self._last, int(ticket.id.removeprefix(PREFIX)))
        self._tickets[ticket.id] = ticket
        self._of.setdefault(ticket.desk, {})[ticket.id] = ticket

    def _record(self, ticket: Ticket) -> Record:
        body = asdict(ticket) | {"requested": ticket.requested.isoformat()}
        version = 1 + len(ticket.done)
        return Record(STORE, self._owner, ticket.id, ticket.marker, ticket.at_s, body, version)


def _ticket(record: Record) -> Ticket:
    body = dict(record.body)
    return Ticket(**body | {"requested": datetime.fromisoformat(body["requested"])})


def _strangers(code: str, service: str, number: Callable[[], str]) -> Iterable[Ticket]:
    """The same for the same unit, whatever else is played."""
    chance = random.Random(code)  # noqa: S311 - variety, not secrecy
    now = datetime.now(UTC).astimezone(CITY_TIME).replace(microsecond=0)
    for _ in range(STRANGERS):
        yield Ticket(
            id=number(),
            marker="",
            at_s=time.monotonic(),
            requested=now - timedelta(hours=chance.randint(5, 500)),
            service=service,
            unit=code,
            desk=code,
            description=chance.choice(_SAID),
            fields={"address_string": f"Tổ dân phố số {chance.randint(1, 30)}"},
            channel=chance.choice(("web", "sms", "voice")),
            applicant="individual",
            is_done=True,
        )


def token_of(ticket_id: str) -> str:
    """The token that stands for an id: from it alone nobody guesses another's."""
    number = int(ticket_id.removeprefix(PREFIX))
    return f"{number:08x}{hashlib.sha256(ticket_id.encode()).hexdigest()[:12]}"


def id_of(token: str) -> str | None:
    """The id behind a token; None when it is none of ours."""
    try:
        ticket_id = f"{PREFIX}{int(token[:8], 16):08}"
    except ValueError:
        return None
    return ticket_id if token_of(ticket_id) == token else None
