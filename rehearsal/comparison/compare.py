"""What changed from one trial to the next? A pure function of two assessments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rehearsal.comparison.causes import causes_of
from rehearsal.comparison.owners import owners_of
from rehearsal.comparison.rows import (
    PHASES_OWN,
    addresses_of,
    comparable,
    limits_of,
    only_in,
    rows_of,
)
from rehearsal.comparison.side import Side
from rehearsal.comparison.timing import timing_of
from rehearsal.model import Assessment, Light, Rule
from rehearsal.model.comparison import (
    Caution,
    Comparison,
    Movement,
    Note,
    OwnerChange,
    RuleChange,
    RuleMovement,
)

_UNTOLD = PHASES_OWN | {Movement.STILL_PASSING}


def compare(one: Side, other: Side) -> Comparison:
    """What changed from the older of the two to the newer, in whatever order they come."""
    older, newer = sorted((one, other), key=lambda side: side.began)
    limits = limits_of(older, newer)
    rows = rows_of(older, newer, limits)
    owners = owners_of(older, newer, rows)
    return Comparison(
        older=older.assessment.run,
        newer=newer.assessment.run,
        decisions=(older.assessment.decision, newer.assessment.decision),
        notes=tuple(_notes(older, newer)),
        matrix=Counter((before, after) for _, before, after in comparable(rows)),
        lights=_lights(owners),
        counts=Counter(row.movement for row in rows),
        rows=tuple(row for row in rows if row.movement not in _UNTOLD),
        only_in=only_in(rows),
        owners=owners,
        causes=causes_of(older, newer, rows),
        rules=tuple(_rules(older.assessment.rules, newer.assessment.rules)),
        limits=limits,
        addresses=addresses_of(rows),
        timings=(timing_of(older), timing_of(newer)),
    )


def _lights(owners: Iterable[OwnerChange]) -> Counter[tuple[Light, Light]]:
    return Counter(
        (change.older, change.newer)
        for change in owners
        if change.sort == "unit" and change.older is not None and change.newer is not None
    )


def _rules(older: Iterable[Rule], newer: Iterable[Rule]) -> Iterator[RuleChange]:
    """The newer trial's conditions in their order, then those that only the older had."""
    before, after = {r.id: r for r in older}, {r.id: r for r in newer}
    for name in (*after, *(name for name in before if name not in after)):
        pair = before.get(name), after.get(name)
        yield RuleChange(_rule(*pair), *pair)


def _rule(before: Rule | None, after: Rule | None) -> RuleMovement:
    if before is None:
        return RuleMovement.ONLY_NEWER
    if after is None:
        return RuleMovement.ONLY_OLDER
    if before.holds is after.holds:
        return RuleMovement.SAME
    if after.holds is None:
        return RuleMovement.BECAME_OPEN
    return RuleMovement.MET if after.holds else RuleMovement.BROKEN


def _notes(older: Side, newer: Side) -> Iterator[Note]:
    a, b = older.assessment, newer.assessment
    told = (
        (Caution.OTHER_CITY, _city(a), _city(b)),
        (Caution.OTHER_PHASE, a.run.phase, b.run.phase),
        (Caution.OTHER_GO_LIVE, a.city.go_live.isoformat(), b.city.go_live.isoformat()),
    )
    yield from (Note(*one) for one in told if one[1] != one[2])
    if any(side.is_narrowed or side.only for side in (older, newer)):
        yield Note(Caution.NARROWED, _narrowed(a), _narrowed(b))
    if any(found.run.state != "finished" for found in (a, b)):
        yield Note(Caution.CUT_SHORT, a.run.state, b.run.state)
    if a.rechecks or b.rechecks:
        yield Note(Caution.RECHECKED, str(len(a.rechecks)), str(len(b.rechecks)))


def _city(found: Assessment) -> str:
    return found.run.city if found.run.is_twin else found.city.name


def _narrowed(found: Assessment) -> str:
    told = found.run.parameters
    lists = [told.get(name) for name in ("units", "only")]
    return ", ".join(str(one) for some in lists if isinstance(some, list) for one in some)
