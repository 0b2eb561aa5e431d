"""How far does a document get: city, unit, acknowledgement, and the unit's answer back?"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TypeVar

from rehearsal.model import Step, Target
from rehearsal.net.door import Door
from rehearsal.net.edxml.mailroom import Mailroom
from rehearsal.net.edxml.reading import PacketError, read_document, read_status
from rehearsal.net.edxml.record import PacketRecord
from rehearsal.net.edxml.store import STORE
from rehearsal.net.edxml.vocabulary import ACCEPTED, ARRIVED, DONE, REFUSED, SENT
from rehearsal.net.edxml.writing import REHEARSAL, Letter, Organ, write_document, write_status
from rehearsal.net.trail import step, stop, their_clock

T = TypeVar("T")
CITY = "CITY"  # a placeholder: `organ.city` of the settings holds the real code
PATIENCE_S = 30.0  # a clerk who was told sits before the screen
PATIENCE_MAX_S = 120.0
FIRST_WAIT_S, LONGEST_WAIT_S, SLOWER = 0.1, 2.0, 1.6
NONCE_BYTES = 8
_NOT_REACHED: Mapping[str, str] = MappingProxyType(
    {
        "": "not_stored",
        SENT: "step_timeout",
        ARRIVED: "not_acknowledged",
    }
)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the unit's status packet says: of which document, by whom, how far."""

    document_id: str
    organ: str
    status: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The document that came back: what it answers, from whom to whom; does it quote us?"""

    answers: tuple[str, ...]
    sender: str
    receivers: tuple[str, ...]
    quotes_nonce: bool
    quotes_marker: bool
    city_acknowledged: bool


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A packet's whole way, as far as the unit's system showed it.

    The digests are SHA-256 of the packet as it was sent and as the system gives it out.
    `copies` counts what a search finds of it. Seconds are by our clock, from the sending.
    """

    document_id: str
    city: str
    unit: str
    passed: tuple[str, ...]
    arrived_after_s: float
    done_after_s: float
    sent_digest: str
    stored_digest: str
    copies: int
    acknowledged: Acknowledged | None
    answered: Answered | None


class Journey:
    """One document on its way to one unit and back."""

    def __init__(self, target: Target, door: Door, marker: str) -> None:
        """`marker` has been written down already."""
        assert target.api is not None
        settings = target.api.settings
        self._target = target
        self._mailroom = Mailroom(target, door)
        self._marker = marker
        self._nonce = secrets.token_hex(NONCE_BYTES)
        self._city = Organ(settings.get("organ.city", CITY), settings.get("organ.name", CITY))
        self._unit = Organ(settings.get("organ.unit", target.code), target.name)
        self._patience_s = _patience_s(settings)
        self._reply_s = door.deadlines.http_s
        self._letter = self._written()
        self._packet = write_document(self._letter)
        self._clock = their_clock()
        self._began_s = self._clock()
        self._arrived_after_s = 0.0
        self.packet_id = ""

    async def set_out(self) -> None:
        """Hand the packet in; the record must be ours, at this unit."""
        self._began_s = self._clock()
        stored = await self._mailroom.send(self._packet)
        self.packet_id = stored.record.id
        self._refuse_stranger(stored.record, "the system took in")

    async def arrive(self) -> Exchanged:
        """Wait until it is done and answered; then look at everything with its own eyes."""
        passed, done_after_s = await self._handled()
        stored = await self._mailroom.content(self.packet_id)
        if stored is None:
            raise stop(Step.TRANSACTION, "not_stored", f"{self.packet_id} has no content")
        acknowledged = await self._acknowledged()
        answered = await self._answered()
        return Exchanged(
            document_id=self._letter.document_id,
            city=self._city.id,
            unit=self._unit.id,
            passed=passed,
            arrived_after_s=self._arrived_after_s,
            done_after_s=done_after_s,
            sent_digest=_digest(self._packet),
            stored_digest=_digest(stored),
            copies=await self._copies(),
            acknowledged=acknowledged,
            answered=answered,
        )

    async def _handled(self) -> tuple[tuple[str, ...], float]:
        """Follow its statuses to the end; Stopped where they rest for too long."""
        seen = ""
        until_s = self._began_s + self._patience_s
        longest_s = self._patience_s + 2 * self._reply_s
        async with step(Step.TRANSACTION, longest_s, lambda: _rests(seen)) as rung:
            for wait_s in _waits():
                shown = await self._mailroom.show(self.packet_id)
                seen = shown.record.status if shown else ""
                rung.note(packet=self.packet_id, status=seen or "not found")
                if shown:
                    self._refuse_stranger(shown.record, "the system shows")
                    self._notes_arrival(seen)
                    if seen == DONE:
                        return shown.record.history, self._after_s()
                if seen == REFUSED:
                    told = f"{self.packet_id}: refused by the unit (02)"
                    raise stop(Step.TRANSACTION, "step_rejected", told)
                if self._clock() + wait_s > until_s:
                    told = f"{self.packet_id} at status {seen or 'none'!r}"
                    raise stop(Step.TRANSACTION, _rests(seen), told)
                await asyncio.sleep(wait_s)
        raise AssertionError

    async def _acknowledged(self) -> Acknowledged | None:
        packet = await self._mailroom.acknowledgement(self.packet_id)
        if packet is None:
            return None
        said = _read(read_status, packet, "acknowledgement")
        return Acknowledged(said.document_id, said.sender, said.code)

    async def _answered(self) -> Answered | None:
        """The unit's own document, fetched from what it sent us; acknowledged by us."""
        found = await self._sent_back()
        if found is None:
            return None
        self._refuse_stranger(found, "the unit sent back")
        packet = await self._mailroom.content(found.id)
        if packet is None:
            raise stop(Step.TRANSACTION, "not_stored", f"the answer {found.id} has no content")
        said = _read(read_document, packet, "answer")
        return Answered(
            answers=said.answers,
            sender=said.sender,
            receivers=said.receivers,
            quotes_nonce=self._nonce in said.content,
            quotes_marker=self._marker in said.subject,
            city_acknowledged=await self._acknowledge(found, said.document_id),
        )

    async def _sent_back(self) -> PacketRecord | None:
        """The first packet of the inbox that answers ours, once there is one."""
        until_s = self._clock() + min(self._patience_s, self._reply_s)
        for wait_s in _waits():
            found = await self._mailroom.inbox(self._letter.document_id)
            if found:
                return found[0]
            if self._clock() + wait_s > until_s:
                return None
            await asyncio.sleep(wait_s)
        raise AssertionError

    async def _acknowledge(self, answer: PacketRecord, document_id: str) -> bool:
        """Tell the unit that its answer came; what it then shows must say so."""
        status = write_status(
            self._city, document_id, self._unit.id, ACCEPTED, datetime.now(UTC)
        )
        await self._mailroom.acknowledge(answer.id, status)
        shown = await self._mailroom.show(answer.id)
        return shown is not None and shown.record.status == ACCEPTED

    async def _copies(self) -> int:
        """How often a search by the marker finds our packet."""
        found = await self._mailroom.search(self._marker)
        for record in found:
            self._refuse_stranger(record, "the search shows")
        copies = sum(record.direction == "in" for record in found)
        if not copies:
            told = f"{self.packet_id} is shown, but no search finds its marker"
            raise stop(Step.TRANSACTION, "not_stored", told)
        return copies

    def _refuse_stranger(self, record: PacketRecord, where: str) -> None:
        """What is shown must be ours, and this unit's."""
        told = f"{where} {record.id}"
        if record.marker != self._marker:
            told = f"{told} with marker {record.marker!r}"
            raise stop(Step.TRANSACTION, "wrong_record", told)
        here = record.receiver if record.direction == "in" else record.sender
        if record.unit != self._target.code or here != self._unit.id:
            told = f"{told} at unit {record.unit!r}, organ {here!r}"
            raise stop(Step.TRANSACTION, "wrong_unit", told)
        if record.direction == "in" and record.document_id != self._letter.document_id:
            told = f"{told} with number {record.document_id!r}"
            raise stop(Step.TRANSACTION, "wrong_record", told)

    def _notes_arrival(self, status: str) -> None:
        if not self._arrived_after_s and status not in {"", SENT}:
            self._arrived_after_s = self._after_s()

    def _after_s(self) -> float:
        return self._clock() - self._began_s

    def _written(self) -> Letter:
        return Letter(
            sender=self._city,
            receiver=self._unit,
            number=str(int(self._nonce, 16) % 10**9),
            notation="DT-VP",
            place=self._city.name,
            issued=datetime.now(UTC),
            subject=f"[{self._marker}] {REHEARSAL}: đề nghị xác nhận đã nhận văn bản",
            content=f"Đề nghị trả lời và ghi lại mã kiểm tra {self._nonce}.",
            attachment=f"{REHEARSAL}\n{self._marker}\n{self._nonce}\n",
        )


async def travel(target: Target, door: Door) -> Exchanged:
    """Send one document, written down first, and follow it there and back."""
    marker = await door.ledger.intend(target, STORE)
    journey = Journey(target, door, marker)
    try:
        await journey.set_out()
    finally:
        if journey.packet_id:
            await door.ledger.acknowledge(marker, journey.packet_id)
    return await journey.arrive()


def _read(reader: Callable[[bytes], T], packet: bytes, what: str) -> T:
    try:
        return reader(packet)
    except PacketError as problem:
        told = f"the {what}: {problem}"
        raise stop(Step.HTTP_EXCHANGE, "malformed_response", told) from problem


def _rests(status: str) -> str:
    """What it means that a packet stays at that status."""
    return _NOT_REACHED.get(status, "overdue")


def _waits() -> Iterator[float]:
    """How long to wait between two looks: short at first, and without end."""
    wait_s = FIRST_WAIT_S
    while True:
        yield wait_s
        wait_s = min(LONGEST_WAIT_S, wait_s * SLOWER)


def _patience_s(settings: Mapping[str, str]) -> float:
    """How long a unit may take with a packet (`patience_s`), within our own bounds."""
    try:
        told = float(settings.get("patience_s", PATIENCE_S))
    except ValueError:
        return PATIENCE_S
    return min(max(told, 1.0), PATIENCE_MAX_S)


def _digest(packet: bytes) -> str:
    return hashlib.sha256(packet).hexdigest()
