"""Who does what by when, who answers for it, by whose authority, with which result?

The six of "6 rõ". What nobody has told stays empty: an empty cell is a defect to be shown,
and a name that we made up would hide it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from rehearsal.follow_up.observation import Place
from rehearsal.model import Cause, Level, Owners, Text
from rehearsal.model.action import ActionEvent, Cell, Clear, Pair

NAMES_SHOWN = 3  # a cell stays a line; the column of units has them all
_OURS = (Level.OBSERVER, Level.VANTAGE)  # no unit answers for our own instrument
_OPERATOR = Text(
    "Người vận hành diễn tập (máy đo)", "The rehearsal's operator (our instrument)"
)


def cells_of(
    cause: Cause,
    pairs: Sequence[Pair],
    checks: Collection[str],
    *,
    places: Mapping[str, Place],
    opened: datetime,
    events: Iterable[ActionEvent],
    owners: Owners,
) -> Mapping[Clear, Cell]:
    """The six cells; what a person wrote last wins over what we derive."""
    found = [places[target] for target, _ in pairs if target in places]
    supplier = _shared(cause, ("supplier", "provider")) or _one({p.supplier for p in found})
    key = _shared(cause, ("system",)) or _one({place.key for place in found})
    is_ours = cause.level in _OURS
    named = owners.of(cause.group.value, key, supplier) or cause.owner
    mends = None if is_ours else named
    due = opened + timedelta(hours=mends.within_h) if mends and mends.within_h else None
    subject = _same(supplier) or _listed([place.owner for place in found])
    derived = {
        Clear.WHO: _same(mends.who if mends else ""),
        Clear.WHAT: cause.do,
        Clear.WHEN: _same(due.isoformat(timespec="minutes") if due else ""),
        Clear.RESPONSIBILITY: _OPERATOR if is_ours else subject,
        Clear.AUTHORITY: _same(mends.authority if mends else ""),
        Clear.RESULT: _result(checks, [target for target, _ in pairs]),
    }
    last = {event.field: event for event in events}
    return {field: _cell(derived[field], last.get(field.value)) for field in Clear}


def _cell(derived: Text | None, written: ActionEvent | None) -> Cell:
    if written is None:
        return Cell(derived)
    return Cell(_same(written.value), written)


def _shared(cause: Cause, traits: Iterable[str]) -> str:
    """What the cause itself names as shared by all of it."""
    return next((cause.scope[trait] for trait in traits if trait in cause.scope), "")


def _one(names: Collection[str]) -> str:
    """The name, where all have the same one."""
    return next(iter(names)) if len(names) == 1 else ""


def _same(words: str) -> Text | None:
    return Text(words, words) if words else None


def _listed(names: Iterable[str]) -> Text | None:
    distinct = sorted(set(names))
    told = ", ".join(distinct[:NAMES_SHOWN])
    more = len(distinct) - NAMES_SHOWN
    if more > 0:
        return Text(f"{told} và {more} nơi khác", f"{told} and {more} others")
    return _same(told)


def _result(checks: Collection[str], targets: Sequence[str]) -> Text | None:
    named = ", ".join(sorted(check for check in checks if check))
    distinct = sorted(set(targets))
    if not named:
        return None
    if len(distinct) <= NAMES_SHOWN:
        where = ", ".join(distinct)
        return Text(f"{named} đạt ở {where}", f"{named} passes at {where}")
    count = len(distinct)
    return Text(f"{named} đạt ở cả {count} đích", f"{named} passes at all {count} targets")
