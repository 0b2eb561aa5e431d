"""What became of each unit, hub and shared system?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from rehearsal.comparison.rows import comparable, moved
from rehearsal.comparison.side import Side
from rehearsal.model import Light, Outcome, Standing, Target, Unit, Verdict
from rehearsal.model.comparison import Movement, OwnerChange, RowChange

_AS_OUTCOME = {
    Light.GREEN: Outcome.PASS,
    Light.YELLOW: Outcome.WARN,
    Light.GREY: Outcome.UNKNOWN,
    Light.RED: Outcome.FAIL,
}
_LEAST = _AS_OUTCOME | {Light.RED: Outcome.BLOCKED}  # what can bring such a light about


def owners_of(older: Side, newer: Side, rows: Iterable[RowChange]) -> tuple[OwnerChange, ...]:
    """Every owner of either trial, by kind and then by what it is called by."""
    own: defaultdict[str, list[RowChange]] = defaultdict(list)
    for row in rows:
        own[row.owner].append(row)
    before, after = dict(older.standings()), dict(newer.standings())
    found = [
        _change(name, before.get(name), after.get(name), own[name], (older, newer))
        for name in sorted(before.keys() | after.keys())
    ]
    return tuple(sorted(found, key=lambda change: (change.sort, change.slug)))


def _change(
    name: str,
    before: Standing | None,
    after: Standing | None,
    rows: Sequence[RowChange],
    sides: tuple[Side, Side],
) -> OwnerChange:
    shown = after or before
    assert shown is not None, "one of the trials has it"
    counts = Counter(row.movement for row in rows)
    del counts[Movement.STILL_PASSING]
    return OwnerChange(
        slug=name,
        name=shown.owner.name,
        sort=_sort(shown),
        older=before.light if before else None,
        newer=after.light if after else None,
        movement=_movement(before, after, rows, sides),
        rows=dict(sorted(counts.items())),
    )


def _sort(standing: Standing) -> str:
    if isinstance(standing.owner, Target):
        return "system"
    return "unit" if isinstance(standing.owner, Unit) else "hub"


def _movement(
    before: Standing | None,
    after: Standing | None,
    rows: Sequence[RowChange],
    sides: tuple[Side, Side],
) -> Movement:
    if before is None or after is None:
        silent = sides[0] if before is None else sides[1]
        if silent.is_narrowed:
            return Movement.NOT_ASKED
        return Movement.ADDED if before is None else Movement.REMOVED
    told = moved(_AS_OUTCOME[before.light], _AS_OUTCOME[after.light])
    if before.light is after.light or _is_told_by_rows(before.light, after.light, rows):
        return told
    return Movement.NOT_COMPARABLE


def _is_told_by_rows(older: Light, newer: Light, rows: Sequence[RowChange]) -> bool:
    """Whether what both trials asked, by the same limits, accounts for the other light.

    A trouble that only the older one asked for has not been mended by not being asked, and
    what only the newer one asks has not got worse.
    """
    if _AS_OUTCOME[newer] < _AS_OUTCOME[older]:
        compared = {id(row) for row, *_ in comparable(rows)}
        return not any(_brings(row.older, older) for row in rows if id(row) not in compared)
    return any(
        after > before and after >= _LEAST[newer] for _, before, after in comparable(rows)
    )


def _brings(verdict: Verdict | None, light: Light) -> bool:
    if verdict is None or verdict.is_undeclared:
        return False
    return verdict.outcome >= _LEAST[light]
