"""Which procedures does a centre publish, and which one stands for its field?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rehearsal.model import Step, Target
from rehearsal.net.center.desk import desk_of
from rehearsal.net.center.reading import Reader
from rehearsal.net.door import Door
from rehearsal.net.trail import stop

SIZE = 100
PAGES_MAX = 50  # more than any centre has procedures; a catalogue without end is cut off


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure, with the names of the documents that it asks for; the fee in đồng."""

    code: str
    name: str
    field: str
    field_name: str
    fee: int
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a centre publishes; `total` is how many it says there are."""

    total: int
    procedures: tuple[Procedure, ...]

    @property
    def fields(self) -> Mapping[str, Sequence[Procedure]]:
        """The procedures of each field, by its code."""
        found: dict[str, list[Procedure]] = {}
        for procedure in self.procedures:
            found.setdefault(procedure.field, []).append(procedure)
        return found

    def one_of_each(self) -> tuple[Procedure, ...]:
        """One procedure of each field: one that costs something, if there is any."""
        fields = self.fields.values()
        return tuple(max(sort, key=lambda p: (bool(p.documents), p.fee > 0)) for sort in fields)


async def procedures_of(target: Target, door: Door) -> Catalogue:
    """The whole catalogue, page by page; Stopped when it cannot be read."""
    desk = desk_of(target, door)
    found: dict[str, Procedure] = {}
    total = 0
    for number in range(1, PAGES_MAX + 1):
        reader = await desk.procedures(number, SIZE)
        told = reader.whole()
        if reader.text(told, "unit") != desk.unit:
            seen = reader.text(told, "unit")
            raise stop(Step.TRANSACTION, "wrong_unit", f"the catalogue of {seen}")
        total = reader.number(told, "total")
        before = len(found)
        for item in reader.items(told, "items"):
            procedure = _procedure(reader, reader.mapping(item))
            found[procedure.code] = procedure
        if len(found) == before or len(found) >= total:
            break
    return Catalogue(total, tuple(found.values()))


def _procedure(reader: Reader, told: Mapping[str, object]) -> Procedure:
    names = reader.items(told, "documents")
    if not all(isinstance(name, str) and name for name in names):
        raise reader.refusal("names of documents")
    return Procedure(
        code=reader.text(told, "code"),
        name=reader.text(told, "name"),
        field=reader.text(told, "field"),
        field_name=reader.text(told, "field_name"),
        fee=reader.number(told, "fee"),
        documents=tuple(names),
    )
