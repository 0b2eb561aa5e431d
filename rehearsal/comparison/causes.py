"""Which causes are still there, which are gone, which are new?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from rehearsal.comparison.side import Side
from rehearsal.model import Cause, Outcome, Verdict
from rehearsal.model.comparison import CauseChange, CauseMovement, Movement, RowChange

_SILENT = frozenset({Outcome.UNKNOWN, Outcome.BLOCKED})
Rows = Mapping[str, Sequence[RowChange]]


def causes_of(older: Side, newer: Side, rows: Iterable[RowChange]) -> tuple[CauseChange, ...]:
    """The newer trial's causes in the order in which to mend them, then those of the older.

    The same kind with the same scope is the same cause.
    """
    by_target: defaultdict[str, list[RowChange]] = defaultdict(list)
    for row in rows:
        by_target[row.target_id].append(row)
    before, after = older.assessment.causes, newer.assessment.causes
    pairs = _pairs(before, after)
    order = {id(cause): number for number, cause in enumerate((*after, *before))}
    return tuple(
        sorted(
            (_change(*pair, by_target, (older, newer)) for pair in pairs),
            key=lambda change: order[id(change.shown)],  # the ids are each trial's own
        )
    )


def _pairs(
    before: Iterable[Cause], after: Iterable[Cause]
) -> list[tuple[Cause | None, Cause | None]]:
    mine, theirs = _by_name(before), _by_name(after)
    return [
        pair
        for name in mine.keys() | theirs.keys()
        for pair in zip_longest(mine.get(name, ()), theirs.get(name, ()))
    ]


def _by_name(causes: Iterable[Cause]) -> Mapping[object, list[Cause]]:
    found: defaultdict[object, list[Cause]] = defaultdict(list)
    for cause in sorted(causes, key=lambda cause: sorted(cause.targets)):
        found[cause.kind, tuple(sorted(cause.scope.items()))].append(cause)
    return found


def _change(
    before: Cause | None, after: Cause | None, by_target: Rows, sides: tuple[Side, Side]
) -> CauseChange:
    if before is not None:
        rows = _rows(before, by_target, is_older=True)
        there = [row.newer for row in rows]
        movement = CauseMovement.STILL if after else _left(before, rows, sides[1])
    else:
        assert after is not None, "a pair has at least one cause"
        rows = _rows(after, by_target, is_older=False)
        there = [row.older for row in rows]
        movement = _came(after, rows, sides[0])
    counted = Counter(verdict.outcome for verdict in there if verdict is not None)
    return CauseChange(movement, before, after, dict(sorted(counted.items())))


def _rows(cause: Cause, by_target: Rows, *, is_older: bool) -> list[RowChange]:
    """What the cause was found by; where it names no finding, what was not well there."""
    about = [
        (row, verdict)
        for target in cause.targets
        for row in by_target.get(target, ())
        if (verdict := row.older if is_older else row.newer) is not None
    ]
    told = [row for row, verdict in about if _says(verdict, cause.kind)]
    return told or [row for row, v in about if v.outcome is not Outcome.PASS]


def _left(cause: Cause, rows: Sequence[RowChange], newer: Side) -> CauseMovement:
    """Gone only if every place where it was found was asked again, and answered otherwise."""
    if rows and not any(newer.asks(row.check_id) for row in rows):
        return CauseMovement.ONLY_OLDER
    if any(_says(row.newer, cause.kind) for row in rows):
        return CauseMovement.RESHAPED
    if any(row.movement is Movement.NOT_COMPARABLE for row in rows):
        return CauseMovement.NOT_COMPARABLE
    asked = [row for row in rows if row.movement is not Movement.REMOVED]
    is_unseen = any(row.newer is None or row.newer.outcome in _SILENT for row in asked)
    return CauseMovement.UNSEEN if is_unseen or not rows else CauseMovement.GONE


def _came(cause: Cause, rows: Sequence[RowChange], older: Side) -> CauseMovement:
    """New only if some place where it is now was seen without it before."""
    if rows and not any(older.asks(row.check_id) for row in rows):
        return CauseMovement.ONLY_NEWER
    if any(_says(row.older, cause.kind) for row in rows):
        return CauseMovement.RESHAPED
    if any(row.movement is Movement.NOT_COMPARABLE for row in rows):
        return CauseMovement.NOT_COMPARABLE
    was_seen = any(
        row.movement is Movement.ADDED
        or (row.older is not None and row.older.outcome not in _SILENT)
        for row in rows
    )
    return CauseMovement.NEW if was_seen else CauseMovement.UNSEEN


def _says(verdict: Verdict | None, kind: str) -> bool:
    return verdict is not None and any(f.code == kind for f in verdict.findings)
