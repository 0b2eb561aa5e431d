"""What does a centre do with a request when nothing is wrong?

Dossiers and payments are the city's; a desk sees those that its unit takes in or gives
back, and touches no others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from twin.center.asked import Asked
from twin.center.catalogue import Procedure, procedures
from twin.center.problem import Answer, Refused
from twin.records import Record, Records

CITY = "city"  # whose records they are
DOSSIERS, PAYMENTS = "dossiers", "payments"
# action -> the state it needs, the state it leads to
MOVES = {
    "receive": ("submitted", "received"),
    "process": ("received", "processed"),
    "sign": ("processed", "signed"),
    "pay": ("signed", "paid"),
    "return": ("paid", "returned"),
}
_SHOWN_AT_THE_DOOR = ("receipt", "procedure", "receiving_unit", "returning_unit", "state")


@dataclass(frozen=True, slots=True)
class Desk:
    """One unit's desk; `answer` is the healthy behaviour that a fault departs from."""

    unit: str
    records: Records

    def answer(self, asked: Asked) -> Answer:
        """Carry a request out; Refused when it cannot be."""
        return _OPERATIONS[asked.operation](self, asked)

    def list_procedures(self, asked: Asked) -> Answer:
        """One page of the catalogue."""
        first = (asked.page - 1) * asked.size
        return self.catalogue_page(asked, _plain_procedures()[first : first + asked.size])

    def catalogue_page(
        self, asked: Asked, items: object, total: int = len(procedures())
    ) -> Answer:
        """These procedures as the page that was asked for."""
        told = {"unit": self.unit, "total": total, "page": asked.page, "size": asked.size}
        return Answer(200, {**told, "items": items})

    def create_dossier(self, asked: Asked) -> Answer:
        """Store a new dossier."""
        made = self.made_dossier(asked)
        self.records.add(made)
        return self.shown(made, 201)

    def made_dossier(self, asked: Asked) -> Record:
        """The record that it would be."""
        procedure = _procedure(asked.body["procedure"])
        if asked.body["receiving_unit"] != self.unit:
            raise Refused(409, f"{self.unit} does not receive for {_receiver(asked)}")
        name = f"{self.unit}-{self.records.next_number():08}"
        body = {
            **asked.body,
            "receipt": f"H{name}",
            "field": procedure.field,
            "state": "submitted",
        }
        return Record(DOSSIERS, CITY, name, asked.body["marker"], time.monotonic(), body)

    def find_dossiers(self, asked: Asked) -> Answer:
        """All that carry the marker."""
        return self.found(asked, self.marked(DOSSIERS, asked.marker))

    def marked(self, store: str, marker: str) -> tuple[Record, ...]:
        """All of a store that carry the marker and concern this unit."""
        return tuple(r for r in self.records.marked(store, CITY, marker) if self.concerns(r))

    def found(self, asked: Asked, records: tuple[Record, ...]) -> Answer:
        """These as the answer to a search."""
        items = [self.plain(record) for record in records]
        return Answer(200, {"unit": self.unit, "marker": asked.marker, "items": items})

    def read_dossier(self, asked: Asked) -> Answer:
        """One dossier as it is now."""
        return self.shown(self.the(DOSSIERS, asked.id))

    def move_dossier(self, asked: Asked) -> Answer:
        """Take a dossier one step on."""
        moved = self.moved(asked)
        self.records.put(moved)
        return self.shown(moved)

    def moved(self, asked: Asked) -> Record:
        """The dossier as it would be after the step."""
        record, action = self.the(DOSSIERS, asked.id), asked.body["action"]
        needed, reached = MOVES[action]
        state = record.body["state"]
        if asked.body["expected"] != state or state != needed:
            raise Refused(409, f"{action} needs {needed}; it is {state}")
        role = "returning_unit" if action == "return" else "receiving_unit"
        if record.body[role] != self.unit:
            raise Refused(409, f"{action} is the business of {record.body[role]}")
        if action == "pay":
            self._see_paid(record, asked.body.get("payment", ""))
        return changed(record, state=reached)

    def _see_paid(self, record: Record, payment_id: str) -> None:
        fee = _procedure(record.body["procedure"]).fee
        if not fee:
            return
        paid = self.records.get(PAYMENTS, CITY, payment_id)
        if paid is None or paid.body["dossier"] != record.id or paid.body["amount"] < fee:
            raise Refused(409, f"{fee} is to be paid for {record.id}")

    def remove_dossier(self, asked: Asked) -> Answer:
        """Take a dossier out, if it is still what the caller read."""
        return self._removed(DOSSIERS, asked)

    def create_payment(self, asked: Asked) -> Answer:
        """Store a payment for a dossier of this unit."""
        made = self.made_payment(asked)
        self.records.add(made)
        return self.shown(made, 201)

    def made_payment(self, asked: Asked) -> Record:
        """The record that it would be."""
        dossier = self.records.get(DOSSIERS, CITY, asked.body["dossier"])
        if dossier is None or not self.concerns(dossier):
            raise Refused(409, f"no dossier {asked.body['dossier']} at {self.unit}")
        if asked.body["unit"] != self.unit:
            raise Refused(409, f"{self.unit} takes no money for {asked.body['unit']}")
        name = f"P{self.unit}-{self.records.next_number():08}"
        body = {**asked.body, "amount": int(asked.body["amount"])}
        return Record(PAYMENTS, CITY, name, asked.body["marker"], time.monotonic(), body)

    def find_payments(self, asked: Asked) -> Answer:
        """All that carry the marker."""
        return self.found(asked, self.marked(PAYMENTS, asked.marker))

    def read_payment(self, asked: Asked) -> Answer:
        """One payment."""
        return self.shown(self.the(PAYMENTS, asked.id))

    def remove_payment(self, asked: Asked) -> Answer:
        """Void a payment, if it is still what the caller read."""
        return self._removed(PAYMENTS, asked)

    def look_up(self, asked: Asked) -> Answer:
        """Where the dossier of a receipt stands."""
        record = self.the(DOSSIERS, asked.id.removeprefix("H"))
        if record.body["receipt"] != asked.id:
            raise Refused(404, asked.id)
        return self.receipt_of(record)

    def receipt_of(self, record: Record) -> Answer:
        """What a citizen is told of a dossier."""
        told = {name: record.body[name] for name in _SHOWN_AT_THE_DOOR}
        mark = {"marker": record.marker or None, "nonce": record.body.get("nonce")}
        return Answer(200, {"unit": self.unit, **mark, **told})

    def the(self, store: str, record_id: str) -> Record:
        """That record of this unit's; Refused when it has none such."""
        record = self.records.get(store, CITY, record_id)
        if record is None or not self.concerns(record):
            raise Refused(404, record_id)
        return record

    def concerns(self, record: Record) -> bool:
        """Whether this unit takes it in or gives it back; a payment goes with its unit."""
        body = record.body
        if record.store == PAYMENTS:
            return bool(body["unit"] == self.unit)
        return self.unit in (body["receiving_unit"], body["returning_unit"])

    def shown(self, record: Record, status: int = 200) -> Answer:
        """A record as an answer."""
        return Answer(status, self.plain(record), {"ETag": tag_of(record)})

    def plain(self, record: Record) -> dict[str, Any]:
        """A record in the words of the contract."""
        mark = {"marker": record.marker or None, "nonce": record.body.get("nonce")}
        return {**record.body, "id": record.id, **mark, "unit": self.unit}

    def _removed(self, store: str, asked: Asked) -> Answer:
        record = self.the(store, asked.id)
        if asked.tag != tag_of(record):
            raise Refused(412, f"it is {tag_of(record)} now")
        self.records.remove(record)
        return Answer(204)


def changed(record: Record, **now: object) -> Record:
    """The record after a change of its body."""
    return replace(record, body={**record.body, **now}, version=record.version + 1)


def tag_of(record: Record) -> str:
    """Its entity tag (RFC 9110 8.8.3)."""
    return f'"{record.id}.{record.version}"'


def _procedure(code: str) -> Procedure:
    found = procedures().get(code)
    if found is None:
        raise Refused(409, f"no procedure {code}")
    return found


def _receiver(asked: Asked) -> str:
    return str(asked.body["receiving_unit"])


@cache
def _plain_procedures() -> tuple[dict[str, Any], ...]:
    return tuple(asdict(procedure) for procedure in procedures().values())


_OPERATIONS: Mapping[str, Callable[[Desk, Asked], Answer]] = {
    "list_procedures": Desk.list_procedures,
    "create_dossier": Desk.create_dossier,
    "find_dossiers": Desk.find_dossiers,
    "read_dossier": Desk.read_dossier,
    "remove_dossier": Desk.remove_dossier,
    "move_dossier": Desk.move_dossier,
    "create_payment": Desk.create_payment,
    "find_payments": Desk.find_payments,
    "read_payment": Desk.read_payment,
    "remove_payment": Desk.remove_payment,
    "look_up": Desk.look_up,
}
