"""Whose records are in the centre already? Citizens' own, which carry no marker of ours."""

from __future__ import annotations

import hashlib
import itertools

from twin.center.catalogue import procedures
from twin.center.desk import CITY, DOSSIERS, PAYMENTS
from twin.records import Record, Records

DOSSIERS_EACH = 3
_STATES = ("received", "processed", "returned")


def settle(records: Records, unit: str) -> None:
    """Put a unit's citizens' records there, unless they are there already."""
    if records.get(DOSSIERS, CITY, _name(unit, 1)) is not None:
        return
    for number in range(1, DOSSIERS_EACH + 1):
        records.add(_dossier(unit, number))
    paid = {"unit": unit, "dossier": _name(unit, DOSSIERS_EACH), "amount": 15_000}
    records.add(Record(PAYMENTS, CITY, f"P{_name(unit, 1)}", "", 0.0, paid))


def stranger_of(records: Records, unit: str) -> Record:
    """A citizen's dossier at that unit."""
    found = records.get(DOSSIERS, CITY, _name(unit, 1))
    assert found is not None
    return found


def other_unit(records: Records, unit: str) -> str:
    """Some other unit: the last one that has citizens; itself in a city of one."""
    units = {
        r.body["receiving_unit"] for r in records.all(DOSSIERS, CITY) if _is_stranger(r)
    } - {unit}
    return max(units, default=unit)


def _is_stranger(record: Record) -> bool:
    return not record.marker


def _name(unit: str, number: int) -> str:
    return f"{unit}-2025.{number:04}"


def _dossier(unit: str, number: int) -> Record:
    name = _name(unit, number)
    procedure = next(itertools.islice(procedures().values(), number * 7, None))
    papers = [
        {"name": paper, "sha256": hashlib.sha256(f"{name} {paper}".encode()).hexdigest()}
        for paper in procedure.documents
    ]
    body = {
        "procedure": procedure.code,
        "receiving_unit": unit,
        "returning_unit": unit,
        "applicant": {"kind": "individual", "unit": unit},
        "documents": papers,
        "receipt": f"H{name}",
        "field": procedure.field,
        "state": _STATES[number % len(_STATES)],
    }
    return Record(DOSSIERS, CITY, name, "", 0.0, body)
