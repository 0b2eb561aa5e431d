"""What became of each check on each target?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rehearsal.comparison.side import Key, Side
from rehearsal.model import Outcome, Target, Verdict
from rehearsal.model.comparison import (
    AddressChange,
    LimitChange,
    Movement,
    OnlyIn,
    RowChange,
)

_STILL = {
    Outcome.PASS: Movement.STILL_PASSING,
    Outcome.WARN: Movement.STILL_WARNED,
    Outcome.UNKNOWN: Movement.STILL_UNKNOWN,
    Outcome.BLOCKED: Movement.STILL_BLOCKED,
    Outcome.FAIL: Movement.STILL_FAILING,
}
_BECAME = {
    Outcome.UNKNOWN: Movement.BECAME_UNKNOWN,
    Outcome.BLOCKED: Movement.NEWLY_BLOCKED,
    Outcome.FAIL: Movement.NEWLY_FAILING,
}
_LEFT = {
    Outcome.PASS: Movement.NEWLY_WARNED,
    Outcome.WARN: Movement.IMPROVED,
    Outcome.UNKNOWN: Movement.BECAME_KNOWN,
    Outcome.BLOCKED: Movement.FREED,
    Outcome.FAIL: Movement.FIXED,
}
PHASES_OWN = frozenset({Movement.ONLY_OLDER, Movement.ONLY_NEWER})
Told = tuple[str, Verdict]


def moved(older: Outcome, newer: Outcome) -> Movement:
    """What two outcomes of one question mean; only what works again is mended."""
    if older is newer:
        return _STILL[older]
    return _BECAME.get(newer) or _LEFT[older]


@dataclass(frozen=True, slots=True)
class _Pairing:
    """Both trials, who takes part in each, and the checks whose limits were changed."""

    sides: tuple[Side, Side]
    owners: tuple[Collection[str], Collection[str]]
    changed: Collection[str]

    def movement(
        self, key: Key, owner: str, older: Verdict | None, newer: Verdict | None
    ) -> Movement:
        if older is None:
            return self._alone(key[0], owner, 0, (Movement.ONLY_NEWER, Movement.ADDED))
        if newer is None:
            return self._alone(key[0], owner, 1, (Movement.ONLY_OLDER, Movement.REMOVED))
        if key[0] in self.changed:
            return Movement.NOT_COMPARABLE
        works = max(older.outcome, newer.outcome) <= Outcome.WARN
        if works and self.sides[0].failed_first(key):
            return Movement.PROVEN
        return moved(older.outcome, newer.outcome)

    def _alone(
        self, check_id: str, owner: str, number: int, told: tuple[Movement, Movement]
    ) -> Movement:
        """Why that trial says nothing: its phase, somebody's order, or its inventory."""
        silent = self.sides[number]
        if not silent.asks(check_id):
            return told[0]
        is_left_out = bool(silent.only) and check_id not in silent.only
        if is_left_out or (silent.is_narrowed and owner not in self.owners[number]):
            return Movement.NOT_ASKED
        return told[1]


def rows_of(older: Side, newer: Side, limits: Iterable[LimitChange]) -> list[RowChange]:
    """Every check on every target of either trial, by check and target."""
    before, after = older.verdicts(), newer.verdicts()
    pairing = _Pairing(
        (older, newer),
        (dict(older.standings()).keys(), dict(newer.standings()).keys()),
        {change.check_id for change in limits},
    )
    return [
        _row(key, before.get(key), after.get(key), pairing)
        for key in sorted(before.keys() | after.keys())
    ]


def _row(key: Key, before: Told | None, after: Told | None, pairing: _Pairing) -> RowChange:
    shown = after or before
    assert shown is not None, "one of the trials has it"
    owner = shown[0]
    older, newer = before and before[1], after and after[1]
    is_moved = bool(older and newer and _place(older.target) != _place(newer.target))
    movement = pairing.movement(key, owner, older, newer)
    return RowChange(*key, owner, movement, older, newer, is_moved=is_moved)


def limits_of(older: Side, newer: Side) -> tuple[LimitChange, ...]:
    """The limits of checks that both phases ask, and that were not the same."""
    both = sorted(older.limits.keys() & newer.limits.keys())
    return tuple(
        LimitChange(check_id, name, before.get(name), after.get(name))
        for check_id in both
        for before, after in [(older.limits[check_id], newer.limits[check_id])]
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    )


def addresses_of(rows: Iterable[RowChange]) -> tuple[AddressChange, ...]:
    """The targets that both trials asked, each at another address."""
    told = {
        row.target_id: AddressChange(row.target_id, _address(row.older), _address(row.newer))
        for row in rows
        if row.is_moved
    }
    return tuple(told[target_id] for target_id in sorted(told))


def _address(verdict: Verdict | None) -> str:
    """Protocol, address, room, and the interface's address."""
    place = _place(verdict.target) if verdict is not None else ()
    return " ".join(str(part) for part in place if part not in {None, ""})


def _place(target: Target) -> tuple[str, str, int | str | None, str]:
    return target.protocol, target.url, target.room, target.api.url if target.api else ""


def only_in(rows: Iterable[RowChange]) -> tuple[OnlyIn, ...]:
    """What only one of the phases asks: a line for each check, with whom it found unwell."""
    by_check: defaultdict[tuple[str, Movement], list[Verdict]] = defaultdict(list)
    for row in rows:
        verdict = row.newer or row.older
        if row.movement in PHASES_OWN and verdict is not None:
            by_check[row.check_id, row.movement].append(verdict)
    return tuple(_only(*name, by_check[name]) for name in sorted(by_check))


def _only(check_id: str, movement: Movement, verdicts: list[Verdict]) -> OnlyIn:
    unwell = (v.target.id for v in verdicts if v.outcome is not Outcome.PASS)
    outcomes = Counter(v.outcome for v in verdicts)
    return OnlyIn(check_id, movement, dict(sorted(outcomes.items())), tuple(unwell))


def comparable(rows: Iterable[RowChange]) -> Iterator[tuple[RowChange, Outcome, Outcome]]:
    """The rows that may be held against one another, with their outcomes."""
    for row in rows:
        if row.movement is Movement.NOT_COMPARABLE:
            continue
        if row.older is not None and row.newer is not None:
            yield row, row.older.outcome, row.newer.outcome
