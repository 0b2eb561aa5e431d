"""Which failures share a cause, and how many units does mending it free?

First form: one cause is one kind of failure on one layer of one sort of target; its
scope is what its units have in common. Blocked checks count at the check that blocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rehearsal.check import FindingSpec, Registry
from rehearsal.kinds import spec_of
from rehearsal.model import (
    Cause,
    Finding,
    Group,
    Inventory,
    Light,
    Outcome,
    Standing,
    Step,
    Unit,
    Verdict,
)
from rehearsal.wording import spread, words_of

Trouble = tuple[str, str]
"""A target's id, and the code of what is told of it."""
# What is unknown because we or our resolver failed needs mending as well: by us.
_SHOWN = (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Symptom:
    """One finding of one verdict, with what it is grouped by."""

    step: Step | None
    code: str
    sort: str
    verdict: Verdict
    finding: Finding


def find_causes(
    standings: Sequence[Standing], inventory: Inventory, registry: Registry
) -> tuple[Cause, ...]:
    """What to mend: what makes red first, then what frees most, then what touches most."""
    verdicts = [verdict for standing in standings for verdict in standing.verdicts]
    following = _consequences(verdicts, registry)
    symptoms = [s for verdict in verdicts for s in _symptoms(verdict, following)]
    grouped: dict[tuple[Step | None, str, str], list[_Symptom]] = {}
    for symptom in symptoms:
        grouped.setdefault((symptom.step, symptom.code, symptom.sort), []).append(symptom)
    found = [_cause(members, inventory, registry) for members in grouped.values()]
    whole = [_with_blocked(cause, standings) for cause in found]
    counted = _with_frees(whole, standings, following)
    red = {(s.code, s.sort) for s in symptoms if s.finding.outcome is Outcome.FAIL}
    ranked = sorted(counted, key=lambda c: (not _is_red(c, red), *_weight(c)))
    return tuple(replace(cause, id=f"c{n}") for n, cause in enumerate(ranked, 1))


def _is_red(cause: Cause, red: Collection[tuple[str, str]]) -> bool:
    return any((cause.kind, target.partition("/")[2]) in red for target in cause.targets)


def _weight(cause: Cause) -> tuple[int, int, int, str, tuple[str, ...]]:
    touched = -len(cause.units), -len(cause.targets)
    return (-cause.frees, *touched, cause.kind, cause.targets)


def _consequences(verdicts: Sequence[Verdict], registry: Registry) -> set[Trouble]:
    """What only follows from something else that is told of the same target, as gravely."""
    told: dict[Trouble, Outcome] = {}
    for verdict in verdicts:
        for finding in verdict.findings:
            key = verdict.target.id, finding.code
            told[key] = max(finding.outcome, told.get(key, Outcome.PASS))
    found: set[Trouble] = set()
    for verdict in verdicts:
        specs = _specs(verdict, registry)
        for finding, spec in specs:
            for code in spec.follows:
                if told.get((verdict.target.id, code), -1) >= finding.outcome:
                    others = (s for f, s in specs if f is not finding)
                    tells_more = code in spec.explains and _none_follows(others, code)
                    found.add((verdict.target.id, code if tells_more else finding.code))
    return found


def _specs(verdict: Verdict, registry: Registry) -> list[tuple[Finding, FindingSpec]]:
    known = registry[verdict.check_id].findings
    return [(f, known[f.code]) for f in verdict.findings if f.code in known]


def _none_follows(specs: Iterable[FindingSpec], code: str) -> bool:
    return not any(code in spec.follows for spec in specs)


def _symptoms(verdict: Verdict, following: Collection[Trouble]) -> list[_Symptom]:
    failure = verdict.measurement.failure if verdict.measurement else None
    step = failure.step if failure else None
    sort = verdict.target.key
    return [
        _Symptom(step, finding.code, sort, verdict, finding)
        for finding in verdict.findings
        if verdict.blocked_by is None
        and not verdict.is_undeclared
        and finding.outcome in _SHOWN
        and (verdict.target.id, finding.code) not in following
    ]


def _cause(members: Sequence[_Symptom], inventory: Inventory, registry: Registry) -> Cause:
    first = members[0]
    owners = tuple(dict.fromkeys(s.verdict.target.owner for s in members))
    targets = tuple(dict.fromkeys(s.verdict.target.id for s in members))
    words = words_of(registry, first.verdict.check_id, _shared(members))
    return Cause(
        id="",
        group=_group(first, registry),
        step=first.step,
        kind=first.code,
        scope=_scope(owners, targets, first.sort, inventory),
        units=owners,
        targets=targets,
        frees=0,
        says=words.says,
        do=words.do,
    )


def _group(symptom: _Symptom, registry: Registry) -> Group:
    spec = registry[symptom.verdict.check_id].findings.get(symptom.code)
    if spec is not None:
        return spec.group
    return spec_of(symptom.step or Step.OBSERVE, symptom.code).group


def _shared(members: Sequence[_Symptom]) -> Finding:
    """The first finding, with values that hold for all of them."""
    first = members[0].finding
    values = {
        name: spread([member.finding.values.get(name) for member in members])
        for name in first.values
    }
    return replace(first, values=values)


def _scope(
    owners: Sequence[str], targets: Sequence[str], sort: str, inventory: Inventory
) -> Mapping[str, str]:
    """The narrowest thing that all of them have in common."""
    if len(targets) == 1:
        return {"target": targets[0]}
    provinces = {u.former_province for u in inventory.units if u.slug in owners}
    scope = {"system": sort}
    if len(provinces) == 1 and "" not in provinces and _are_units(owners, inventory):
        scope["former_province"] = provinces.pop()
    return scope


def _are_units(owners: Sequence[str], inventory: Inventory) -> bool:
    return set(owners) <= {unit.slug for unit in inventory.units}


def _with_blocked(cause: Cause, standings: Sequence[Standing]) -> Cause:
    """A hub's failure is also the cause of those whom it keeps out."""
    kept_out = [
        standing.owner.slug
        for standing in standings
        if isinstance(standing.owner, Unit)
        and any(v.blocked_at in cause.targets for v in standing.verdicts)
    ]
    return replace(cause, units=tuple(dict.fromkeys((*cause.units, *kept_out))))


def _with_frees(
    causes: Iterable[Cause], standings: Sequence[Standing], following: Collection[Trouble]
) -> list[Cause]:
    """`frees`: the units that have no other trouble than this cause."""
    above = {(v.check_id, v.target.id): v for s in standings for v in s.verdicts}
    troubles = {
        s.owner.slug: _troubles(s, above).difference(following)
        for s in standings
        if isinstance(s.owner, Unit)
    }
    return [
        replace(
            cause,
            frees=sum(
                1
                for slug in cause.units
                if troubles.get(slug) and troubles[slug] <= _explained(cause)
            ),
        )
        for cause in causes
    ]


def _root(verdict: Verdict, above: Mapping[tuple[str, str], Verdict]) -> Verdict:
    """Where a hub itself is blocked: what blocks it is the trouble."""
    while verdict.blocked_by is not None and verdict.blocked_at is None:
        verdict = above[verdict.blocked_by, verdict.target.id]
    return verdict


def _troubles(standing: Standing, above: Mapping[tuple[str, str], Verdict]) -> set[Trouble]:
    """Target and code of everything that keeps a unit from being green, its hub's included."""
    if standing.light is Light.GREEN:
        return set()
    blaming = [
        _root(above[v.check_id, v.blocked_at], above) if v.blocked_at else v
        for v in standing.verdicts
        if (v.blocked_by is None or v.blocked_at) and not v.is_undeclared
    ]
    return {
        (verdict.target.id, finding.code)
        for verdict in blaming
        for finding in verdict.findings or (Finding("never_measured", Outcome.UNKNOWN),)
        if finding.outcome is not Outcome.PASS and verdict.outcome is not Outcome.PASS
    }


def _explained(cause: Cause) -> set[tuple[str, str]]:
    return {(target, cause.kind) for target in cause.targets}


def with_causes(standing: Standing, causes: Sequence[Cause]) -> Standing:
    """The standing, with the ids of the causes that touch it."""
    mine = {verdict.target.id for verdict in standing.verdicts}
    ids = tuple(cause.id for cause in causes if mine & set(cause.targets))
    return replace(standing, causes=ids)
