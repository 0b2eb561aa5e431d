"""Does one rule hold? Each kind of rule is one function, pure, with what it asks.

A rule answers True, False, or None where what was not measured may still decide it. None
of them answers better where the evidence is worse.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from rehearsal.model import (
    NO_REPORTS,
    Hub,
    Light,
    Reports,
    Rule,
    StageTime,
    Standing,
    Target,
    TargetKind,
    Text,
    Unit,
)
from rehearsal.model.decision import (
    GROUPS,
    HUBS,
    KINDS_OF_UNITS,
    SYSTEMS,
    UNITS,
    Criterion,
    RuleKind,
    Score,
)
from rehearsal.readiness.lights import slug_of
from rehearsal.readiness.reported import report_rules

SELFTEST = "selftest"
NOBODY_SIGNED: Collection[str] = frozenset()
NOTHING_AMISS = Text(vi="Không có vướng mắc", en="Nothing amiss")
_NOBODY = Text(vi="Danh mục không có", en="None in the inventory")
_NOT_ALL_MEASURED = Text(vi="Chưa đo được hết", en="Not all of it was measured")
READY = (Light.GREEN, Light.YELLOW)
_WHOLE = 100.0
# A share is counted, not estimated: this only forgives what a float cannot write exactly.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Ground:
    """All that rules look at. `is_whole`: nobody narrowed the trial to a part of it.

    `left` counts the synthetic records that are not proven gone; None where none was
    created. `signed` names slugs and targets that somebody signed for, in the one rule
    that is being asked.
    """

    units: Sequence[Standing]
    hubs: Sequence[Standing]
    systems: Sequence[Standing]
    stages: Sequence[StageTime] = ()
    is_whole: bool = True
    left: int | None = None
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    reports: Reports = NO_REPORTS
    signed: Collection[str] = NOBODY_SIGNED

    def of(self, groups: Collection[str]) -> list[Standing]:
        """Whom a rule is about, in the order of the report."""
        return [standing for standing, _ in self.weighed(groups)]

    def weighed(self, groups: Collection[str]) -> list[tuple[Standing, float]]:
        """Whom a rule is about, each with what it weighs."""
        placed = (
            *((HUBS, s) for s in self.hubs),
            *((SYSTEMS, s) for s in self.systems),
            *((_kind_of(s), s) for s in self.units),
        )
        return [(s, self.weights.get(group, 1.0)) for group, s in placed if group in groups]


Ruling = Callable[[Criterion, Ground], Rule | None]


def ruled(criterion: Criterion, ground: Ground) -> Rule | None:
    """Whether a rule holds; None where there is nothing that it could be about."""
    return RULINGS[criterion.kind](criterion, ground)


def instrument(criterion: Criterion, ground: Ground) -> Rule:
    """The instrument proved itself: its last finished self-test found nothing."""
    tested = [s for s in ground.stages if s.stage == SELFTEST and s.ended is not None]
    problem = tested[-1].problem if tested else "chưa tự kiểm tra / no self-test"
    detail = Text(vi=problem, en=problem) if problem else NOTHING_AMISS
    return _rule(criterion, detail, holds=None if not tested else not problem)


def whole(criterion: Criterion, ground: Ground) -> Rule:
    """Nobody narrowed the trial: what was left out on purpose is not measured either."""
    narrowed = Text(
        vi="Chỉ đo một phần theo yêu cầu (--units, --only)",
        en="Only a part was asked for (--units, --only)",
    )
    detail = NOTHING_AMISS if ground.is_whole else narrowed
    return _rule(criterion, detail, holds=True if ground.is_whole else None)


def measured(criterion: Criterion, ground: Ground) -> Rule:
    """At least so many percent of them are not grey."""
    asked = ground.of(criterion.of)
    grey = [s for s in asked if s.light is Light.GREY]
    enough = _reaches(len(asked) - len(grey), len(asked), criterion.at_least_percent)
    return _rule(
        criterion,
        _counted(grey),
        holds=True if asked and enough else None,
        subjects=_slugs(grey),
        undecided=_slugs(grey),
    )


def none(criterion: Criterion, ground: Ground) -> Rule:
    """None of them has that light. Where there is nobody the rule does not apply."""
    asked = ground.of(criterion.of)
    if not asked:
        return _rule(criterion, _NOBODY, holds=None, is_mandatory=False)
    found = [s for s in asked if s.light is criterion.light]
    open_ = [s for s in asked if s.light is Light.GREY and criterion.light is Light.RED]
    return _rule(
        criterion,
        _NOT_ALL_MEASURED if open_ and not found else _counted(found),
        holds=False if found else (None if open_ else True),
        subjects=_slugs(found),
        undecided=_slugs(open_),
    )


def share(criterion: Criterion, ground: Ground) -> Rule:
    """At least so many percent of them are ready, or green; by weight if it is weighted.

    Grey may turn out ready, so it leaves the share of the ready open. Green it is not
    before it is proven: that share is counted from what is known.
    """
    asked = ground.weighed(criterion.of)
    if not asked:
        return _rule(criterion, _NOBODY, holds=None, is_mandatory=False)
    is_green = criterion.light is Light.GREEN
    good = (Light.GREEN,) if is_green else READY
    open_ = () if is_green else (Light.GREY,)
    counted = [(s, weight if criterion.is_weighted else 1.0) for s, weight in asked]
    low, high, total = _weighed(counted, good, open_)
    need = criterion.at_least_percent
    is_open = not _reaches(low, total, need) and _reaches(high, total, need)
    return _rule(
        criterion,
        _percent_told(_WHOLE * low / total, _WHOLE * high / total, need),
        holds=None if is_open else _reaches(low, total, need),
        subjects=_slugs([s for s, _ in asked if s.light not in (*good, *open_)]),
        undecided=_slugs([s for s, _ in asked if s.light in open_]),
    )


def _weighed(
    asked: Sequence[tuple[Standing, float]], good: Collection[Light], open_: Collection[Light]
) -> tuple[float, float, float]:
    """What is good for sure, what may be, and all of it."""
    low = sum(weight for standing, weight in asked if standing.light in good)
    more = sum(weight for standing, weight in asked if standing.light in open_)
    return low, low + more, sum(weight for _, weight in asked)


def encrypted(criterion: Criterion, ground: Ground) -> Rule:
    """No address of theirs is plain text: that can be read and changed on the way."""
    plain = [s for s in ground.of(criterion.of) if _is_open(s.owner, ground.signed)]
    return _rule(criterion, _counted(plain), holds=not plain, subjects=_slugs(plain))


def declared(criterion: Criterion, ground: Ground) -> Rule | None:
    """What no instrument can try, people have said. Nobody's silence is red or grey.

    Where the inventory lists nothing of the kind, or the phase does not ask, no rule. Where
    it is mandatory, silence leaves it open: nobody has said that anything is wrong.
    """
    asked = [
        v
        for s in ground.of(criterion.of)
        for v in s.verdicts
        if v.target.kind is TargetKind.DECLARED
    ]
    if not asked:
        return None
    silent = [v.target for v in asked if v.is_undeclared]
    names = ", ".join(dict.fromkeys(target.name for target in silent))
    said_by = len({v.declared.said_by for v in asked if v.declared})
    done = len(asked) - len(silent)
    open_ = Text(
        f"còn {len(silent)}/{len(asked)} chưa khai: {names}",
        f"{len(silent)} of {len(asked)} not declared yet: {names}",
    )
    all_said = Text(f"{done} lời khai của {said_by} người", f"{done} by {said_by} people")
    missing = [t for t in silent if not {t.id, t.owner} & set(ground.signed)]
    return _rule(
        criterion,
        open_ if silent else all_said,
        holds=True if not missing else (None if criterion.is_mandatory else False),
        subjects=tuple(dict.fromkeys(target.owner for target in silent)),
    )


def reported(criterion: Criterion, ground: Ground) -> Rule | None:
    """Every unit that was asked has handed in its status report; no rule where none was."""
    for found in report_rules(ground.reports):
        missing = [slug for slug in found.subjects if slug not in ground.signed]
        return _rule(
            criterion,
            found.detail,
            holds=True if not missing else (None if criterion.is_mandatory else False),
            subjects=found.subjects,
        )
    return None


def clean(criterion: Criterion, ground: Ground) -> Rule | None:
    """Every synthetic record is proven gone. Says nothing of the city; no rule without any."""
    if ground.left is None:
        return None
    left = Text(
        vi=f"DỌN DẸP CHƯA XONG: còn {ground.left}",
        en=f"CLEAN-UP INCOMPLETE: {ground.left} left",
    )
    detail = left if ground.left else NOTHING_AMISS
    return _rule(criterion, detail, holds=None if ground.left else True)


RULINGS: Mapping[RuleKind, Ruling] = {
    RuleKind.INSTRUMENT: instrument,
    RuleKind.WHOLE: whole,
    RuleKind.MEASURED: measured,
    RuleKind.NONE: none,
    RuleKind.SHARE: share,
    RuleKind.ENCRYPTED: encrypted,
    RuleKind.DECLARED: declared,
    RuleKind.REPORTED: reported,
    RuleKind.CLEAN: clean,
}


def score_of(ground: Ground) -> Score | None:
    """How much of the city is ready by weight; None where nobody takes part."""
    asked = ground.weighed(GROUPS)
    if not asked:
        return None
    low, high, total = _weighed(asked, READY, (Light.GREY,))
    return Score(_WHOLE * low / total, _WHOLE * high / total)


def _reaches(part: float, total: float, percent: float) -> bool:
    return _WHOLE * part >= percent * total - _ROUNDING


def _kind_of(standing: Standing) -> str:
    kind = standing.owner.kind if isinstance(standing.owner, Unit) else ""
    return KINDS_OF_UNITS.get(kind, UNITS[0])


def _rule(
    criterion: Criterion,
    detail: Text,
    *,
    holds: bool | None,
    is_mandatory: bool | None = None,
    subjects: tuple[str, ...] = (),
    undecided: tuple[str, ...] = (),
) -> Rule:
    return Rule(
        id=criterion.id,
        says=criterion.says,
        is_mandatory=criterion.is_mandatory if is_mandatory is None else is_mandatory,
        holds=holds,
        detail=detail,
        subjects=subjects,
        undecided=undecided,
        own_choice=criterion.own_choice,
    )


def _is_open(owner: Unit | Hub | Target, signed: Collection[str]) -> bool:
    if slug_of(owner) in signed:
        return False
    targets = (owner,) if isinstance(owner, Target) else owner.targets
    return any(t.url.startswith(("http:", "ws:")) and t.id not in signed for t in targets)


def _percent_told(low: float, high: float, need: float) -> Text:
    """`91.2 % (needs 95 %)`, or both ends where it is not all known."""
    span = f"{low:.1f}" if high - low < _ROUNDING else f"{low:.1f}–{high:.1f}"
    return Text(
        f"{span.replace('.', ',')} % (cần {f'{need:g}'.replace('.', ',')} %)",
        f"{span} % (needs {need:g} %)",
    )


def _counted(found: Sequence[Standing]) -> Text:
    if not found:
        return NOTHING_AMISS
    return Text(vi=f"{len(found)} đối tượng", en=f"{len(found)} of them")


def _slugs(standings: Sequence[Standing]) -> tuple[str, ...]:
    return tuple(slug_of(s.owner) for s in standings)
