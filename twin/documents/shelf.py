"""Where does a packet rest, and how far has the clerk come with it by now?"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from twin.documents.letters import Letter, read_letter, write_answer
from twin.records import Record, Records

STORE = "packets"
SENT, ARRIVED, REFUSED, ACCEPTED, DONE = "sent", "01", "02", "03", "06"
# Seconds after the sending: a clerk who waits for the document, and a quick hand.
TIMES: Mapping[str, float] = {
    ARRIVED: 0.05,
    ACCEPTED: 0.08,
    "04": 0.11,
    "05": 0.14,
    DONE: 0.17,
}
LATE_S = 3.4
OTHER_ORGAN = "000.00.99.X99"
OTHER_CODE = "99999"
OLD_CODE = "0000000000000000"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose shelf it is: the target that owns it, and the unit's code."""

    name: str
    code: str


class Shelf:
    """The packets of one system, both ways; what it does wrong is `lapse`."""

    def __init__(self, records: Records, owner: Owner, lapse: str) -> None:
        """Several shelves may share the records of the city."""
        self._records = records
        self._owner = owner
        self._lapse = lapse

    def take_in(self, packet: bytes, letter: Letter) -> Record:
        """Put a packet from the city on the shelf."""
        body = {
            "direction": "in",
            "document_id": letter.document_id,
            "subject": letter.subject,
            "from": letter.sender,
            "to": OTHER_ORGAN if self._lapse == "another-organ" else letter.receiver,
            "unit": OTHER_CODE if self._lapse == "another-unit" else self._owner.code,
            "response_for": "",
            "packet": base64.b64encode(packet).decode(),
        }
        record = self._made(letter.marker, body)
        if self._lapse not in {"forgotten", "echoed"}:
            self._records.add(record)
        if self._lapse == "duplicated":
            self._records.add(self._made(letter.marker, body))
        return record

    def knows(self, document_id: str) -> bool:
        """Whether a document of that number is here already."""
        listed = self._records.all(STORE, self._owner.name)
        return any(
            r.body["document_id"] == document_id and r.body["direction"] == "in" for r in listed
        )

    def get(self, packet_id: str) -> Record | None:
        """One packet, handled as far as it should be by now."""
        found = self._records.get(STORE, self._owner.name, packet_id)
        if found is not None:
            self._handle(found)
        return found

    def marked(self, marker: str) -> tuple[Record, ...]:
        """All that bear a marker."""
        for record in self._records.marked(STORE, self._owner.name, marker):
            self._handle(record)
        return self._records.marked(STORE, self._owner.name, marker)

    def answers(self, document_id: str) -> tuple[Record, ...]:
        """What the unit has sent out in answer to a document."""
        for record in self._records.all(STORE, self._owner.name):
            self._handle(record)
        listed = self._records.all(STORE, self._owner.name)
        return tuple(r for r in listed if r.body["response_for"] == document_id)

    def remove(self, record: Record) -> None:
        """Take it off the shelf."""
        self._records.remove(record)

    def note_city(self, record: Record, code: str) -> Record:
        """What the city says of the unit's answer."""
        noted = replace(record, body={**record.body, "city": code}, version=record.version + 1)
        if self._lapse != "city-unheard":
            self._records.put(noted)
        return noted

    def passed(self, record: Record) -> tuple[str, ...]:
        """The statuses that a packet has passed by now."""
        if record.body["direction"] == "out":
            return tuple(filter(None, (ARRIVED, str(record.body.get("city", "")))))
        age_s = asyncio.get_running_loop().time() - record.at
        return tuple(code for code, after_s in self._times() if age_s >= after_s)

    def _times(self) -> Iterable[tuple[str, float]]:
        late_s = LATE_S if self._lapse == "late" else 0.0
        for code, after_s in _TIMETABLES.get(self._lapse, TIMES).items():
            yield code, after_s + late_s

    def _handle(self, record: Record) -> None:
        """Write the answer, once it is time for it and there is none."""
        body = record.body
        if body["direction"] == "out" or DONE not in self.passed(record):
            return
        if self._lapse == "unanswered" or body.get("answered"):
            return
        self._records.put(replace(record, body={**body, "answered": True}))
        self._records.add(self._answer(record, read_letter(base64.b64decode(body["packet"]))))

    def _answer(self, asked: Record, letter: Letter) -> Record:
        wrong = self._lapse
        number = letter.document_id
        packet = write_answer(
            letter,
            answers="CITY,2025/01/02,1/CV" if wrong == "answers-another" else number,
            sender=OTHER_ORGAN if wrong == "answer-of-another" else letter.receiver,
            code=OLD_CODE if wrong == "answer-cached" else letter.code,
        )
        body = {
            "direction": "out",
            "document_id": f"{letter.receiver},{asked.id}",
            "subject": f"[{letter.marker}] Phúc đáp",
            "from": letter.receiver,
            "to": letter.sender,
            "unit": self._owner.code,
            "response_for": number,
            "packet": base64.b64encode(packet).decode(),
        }
        return self._made(asked.marker, body)

    def _made(self, marker: str, body: Mapping[str, Any]) -> Record:
        number = self._records.next_number()
        now_s = asyncio.get_running_loop().time()
        return Record(STORE, self._owner.name, f"p-{number}", marker, now_s, body)


def _until(last: str) -> Mapping[str, float]:
    """The timetable of a clerk who stops after that status."""
    return {code: after_s for code, after_s in TIMES.items() if code <= last}


_TIMETABLES: Mapping[str, Mapping[str, float]] = {
    "sent-forever": {},
    "unregistered": _until(ARRIVED),
    "unfinished": _until("05"),
    "refused": {ARRIVED: TIMES[ARRIVED], REFUSED: TIMES[ACCEPTED]},
    "unaccepted": {ARRIVED: TIMES[ARRIVED], DONE: TIMES[DONE]},
}
