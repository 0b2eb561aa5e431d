"""Go or no-go: which rules hold, who signed for those that do not, and what follows?

Which rules there are is the city's policy (`criteria.yaml`); what follows from them is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial

from rehearsal.criteria import shipped
from rehearsal.model import (
    NO_REPORTS,
    Decision,
    Light,
    Reports,
    Rule,
    StageTime,
    Standing,
    Target,
)
from rehearsal.model.decision import (
    NEVER_WAIVED,
    Criteria,
    Criterion,
    RuleKind,
    Waiver,
    WaiverHeld,
    WaiverState,
)
from rehearsal.readiness.lights import light_by, slug_of
from rehearsal.readiness.ruling import Ground, ruled

INSTRUMENT = "instrument_proven"
_WORST_FIRST = (Decision.NO_GO, Decision.INCONCLUSIVE, Decision.CONDITIONAL)
# What a rule about readiness asks for: who is red, or grey, breaks it or leaves it open.
_ABOUT_READINESS = (
    (RuleKind.MEASURED, Light.RED),
    (RuleKind.NONE, Light.RED),
    (RuleKind.SHARE, Light.YELLOW),
)


def rules_of(
    units: Sequence[Standing],
    hubs: Sequence[Standing],
    systems: Sequence[Standing],
    stages: Sequence[StageTime],
    *,
    is_whole: bool = True,
    left: int | None = None,
    criteria: Criteria | None = None,
    waivers: Iterable[Waiver] = (),
    reports: Reports = NO_REPORTS,
) -> tuple[Rule, ...]:
    """The rules in force, each with whether it holds and whom it is about.

    `is_whole` says that nobody narrowed the trial to some units or some checks, `left`
    how many synthetic records are not proven gone; None where none was created. `waivers`
    are those in force. Without `criteria` the project's own count.
    """
    policy = criteria or shipped()
    ground = Ground(units, hubs, systems, stages, is_whole, left, policy.weights, reports)
    signed = [w for w in waivers if _may_be_waived(w, policy)]
    found = ((one, ruled(one, ground)) for one in policy.rules)
    return tuple(
        _with_sources(_waived(rule, one, ground, policy, signed), one, policy)
        for one, rule in found
        if rule is not None
    )


def effect_of(rule: Rule) -> Decision:
    """What follows from one rule alone; a waiver makes it a condition, never a go."""
    if rule.holds is True:
        return Decision.GO
    if rule.id == INSTRUMENT:
        return Decision.INCONCLUSIVE
    if rule.waived_by and (rule.is_covered or not rule.is_mandatory):
        return Decision.CONDITIONAL
    if rule.waived_by:
        return Decision.INCONCLUSIVE
    if rule.is_mandatory:
        return Decision.NO_GO if rule.holds is False else Decision.INCONCLUSIVE
    is_open = rule.holds is False or rule.undecided
    return Decision.CONDITIONAL if is_open else Decision.GO


def decide(rules: Sequence[Rule]) -> Decision:
    """Red beats unknown, unknown beats conditions; go is what remains.

    What an instrument says that did not prove itself is neither red nor green, and where
    no rule is in force nothing is decided.
    """
    if _is_unproven(rules) or not rules:
        return Decision.INCONCLUSIVE
    effects = {effect_of(rule) for rule in rules}
    return next((one for one in _WORST_FIRST if one in effects), Decision.GO)


def deciding(rules: Sequence[Rule]) -> tuple[str, ...]:
    """The ids of the rules without which the decision would have been a better one."""
    if _is_unproven(rules):
        return (INSTRUMENT,)
    decision = decide(rules)
    if decision is Decision.GO:
        return ()
    return tuple(rule.id for rule in rules if effect_of(rule) is decision)


def held_waivers(
    signed: Iterable[tuple[Waiver, WaiverState]], rules: Sequence[Rule]
) -> tuple[WaiverHeld, ...]:
    """Every waiver, with whether any rule rests on it."""
    used = {name for rule in rules for name in rule.waived_by}
    return tuple(WaiverHeld(w, state, w.id in used) for w, state in signed)


def _is_unproven(rules: Sequence[Rule]) -> bool:
    return any(rule.id == INSTRUMENT and rule.holds is not True for rule in rules)


def _with_sources(rule: Rule, criterion: Criterion, criteria: Criteria) -> Rule:
    known = criteria.sources
    return replace(rule, sources=tuple(known[s].says for s in criterion.sources if s in known))


def _may_be_waived(waiver: Waiver, criteria: Criteria) -> bool:
    kinds = {rule.id: rule.kind for rule in criteria.rules}
    return waiver.rule in kinds and kinds[waiver.rule] not in NEVER_WAIVED


def _waived(
    rule: Rule,
    criterion: Criterion,
    ground: Ground,
    criteria: Criteria,
    signed: Sequence[Waiver],
) -> Rule:
    """The rule, with the waivers by which it counts as met, if it does.

    It is asked once more, as if those who are signed for were yellow: so a signature for
    one unit does not cover another.
    """
    if rule.holds is True or not signed:
        return rule
    own = [w for w in signed if w.rule == criterion.id]
    if whole := tuple(w.id for w in own if not w.subject):
        return replace(rule, waived_by=whole, is_covered=True)
    akin = _akin(criterion, criteria, signed)
    red = {w.subject for w in own}
    grey = red | {name for w in akin for name in _named(w, criteria, ground)}
    again = ruled(criterion, _as_signed(ground, criteria, red, grey))
    if again is None or again.holds is rule.holds:
        return rule
    troubled = {*rule.subjects, *rule.undecided}
    used = [w for w in (*own, *akin) if _owners(_named(w, criteria, ground)) & troubled]
    names = tuple(sorted(w.id for w in used))
    return replace(rule, waived_by=names, is_covered=again.holds is True)


def _akin(criterion: Criterion, criteria: Criteria, signed: Sequence[Waiver]) -> list[Waiver]:
    """Waivers of other rules about readiness: they cover what is not known, nothing red."""
    if not _is_about_readiness(criterion):
        return []
    names = {rule.id for rule in criteria.rules if _is_about_readiness(rule)}
    return [w for w in signed if w.rule in names and w.rule != criterion.id]


def _is_about_readiness(criterion: Criterion) -> bool:
    return (criterion.kind, criterion.light) in _ABOUT_READINESS


def _named(waiver: Waiver, criteria: Criteria, ground: Ground) -> Collection[str]:
    """Whom a waiver is about; without a subject all that its rule is about."""
    if waiver.subject:
        return (waiver.subject,)
    of = next(rule.of for rule in criteria.rules if rule.id == waiver.rule)
    return [slug_of(standing.owner) for standing in ground.of(of)]


def _owners(names: Collection[str]) -> set[str]:
    """The names themselves, and those whose targets they are."""
    return {*names, *(name.partition("/")[0] for name in names)}


def _as_signed(
    ground: Ground, criteria: Criteria, red: Collection[str], grey: Collection[str]
) -> Ground:
    signed = partial(_signed_for, criteria=criteria, red=red, grey=grey)
    return replace(
        ground,
        units=tuple(map(signed, ground.units)),
        hubs=tuple(map(signed, ground.hubs)),
        systems=tuple(map(signed, ground.systems)),
        signed=red,
    )


def _signed_for(
    standing: Standing, criteria: Criteria, red: Collection[str], grey: Collection[str]
) -> Standing:
    """As the one rule sees somebody who is signed for: yellow at best, never green."""
    owner = standing.owner
    name = slug_of(owner)
    is_covered = (standing.light is Light.RED and name in red) or (
        standing.light is Light.GREY and name in grey
    )
    if is_covered:
        return replace(standing, light=Light.YELLOW)
    if standing.light in {Light.GREEN, Light.YELLOW}:
        return standing
    targets = (owner,) if isinstance(owner, Target) else owner.targets
    if not any(target.id in grey for target in targets):
        return standing
    light = light_by(owner, standing.verdicts, criteria, red=red, grey=grey)
    return replace(standing, light=light)
