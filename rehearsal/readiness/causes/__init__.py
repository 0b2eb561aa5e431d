"""Which failures share a cause, how surely, and how many units does mending it free?

Failures of one step and kind are sorted by what their targets share (`traits`): the
smallest set of traits that explains them, and not the healthy (`explaining`). Blocked
checks count at the check that blocks, consequences at what they follow from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rehearsal.check import Registry
from rehearsal.kinds import spec_of
from rehearsal.model import (
    Cause,
    Finding,
    Group,
    Inventory,
    Level,
    Outcome,
    Responsible,
    Standing,
    Step,
    Unit,
)
from rehearsal.readiness.causes import proof
from rehearsal.readiness.causes.bundles import Bundle, Bundler
from rehearsal.readiness.causes.freeing import in_order
from rehearsal.readiness.causes.ground import Ground
from rehearsal.readiness.causes.symptoms import Symptom, consequences, symptoms_by_fate
from rehearsal.readiness.causes.traits import SYSTEM
from rehearsal.wording import spread, words_of

__all__ = ["find_causes", "with_causes"]
_NOBODYS = (Level.OBSERVER, Level.VANTAGE)  # ours to look into: nobody else is called


def find_causes(
    standings: Sequence[Standing], inventory: Inventory, registry: Registry
) -> tuple[Cause, ...]:
    """What to mend: what makes red first, then what frees most beside what is above it."""
    verdicts = [verdict for standing in standings for verdict in standing.verdicts]
    following = consequences(verdicts, registry)
    fates = symptoms_by_fate(verdicts, following, registry)
    ground = Ground(verdicts, {unit.slug: unit for unit in inventory.units})
    bundler = Bundler(ground, inventory)
    bundles = [b for fate, members in fates.items() for b in bundler.bundles(fate, members)]
    waiting = _waiting(standings)
    causes = [_cause(bundle, waiting, inventory, registry) for bundle in bundles]
    red = [place for place, bundle in enumerate(bundles) if _is_red(bundle)]
    return in_order(causes, red, standings, following)


def with_causes(standings: Sequence[Standing], causes: Sequence[Cause]) -> tuple[Standing, ...]:
    """The standings, each with the ids of the causes that touch it."""
    touching: dict[str, list[int]] = {}
    for place, cause in enumerate(causes):
        for target in cause.targets:
            touching.setdefault(target, []).append(place)
    return tuple(_with_causes(standing, causes, touching) for standing in standings)


def _with_causes(
    standing: Standing, causes: Sequence[Cause], touching: Mapping[str, Sequence[int]]
) -> Standing:
    mine = {place for v in standing.verdicts for place in touching.get(v.target.id, ())}
    return replace(standing, causes=tuple(causes[place].id for place in sorted(mine)))


def _is_red(bundle: Bundle) -> bool:
    return any(symptom.finding.outcome is Outcome.FAIL for symptom in bundle.members)


def _waiting(standings: Sequence[Standing]) -> dict[str, list[str]]:
    """Whom each hub's bridge keeps out: they have no other fault to mend."""
    found: dict[str, list[str]] = {}
    for standing in standings:
        at = dict.fromkeys(v.blocked_at for v in standing.verdicts if v.blocked_at)
        if isinstance(standing.owner, Unit):
            for hub in at:
                found.setdefault(hub, []).append(standing.owner.slug)
    return found


def _cause(
    bundle: Bundle,
    waiting: Mapping[str, Sequence[str]],
    inventory: Inventory,
    registry: Registry,
) -> Cause:
    first = bundle.members[0]
    owners = dict.fromkeys(s.verdict.target.owner for s in bundle.members)
    targets = tuple(dict.fromkeys(s.verdict.target.id for s in bundle.members))
    behind = dict.fromkeys(slug for target in targets for slug in waiting.get(target, ()))
    words = words_of(registry, first.verdict.check_id, _shared(bundle.members))
    group = _group(first, registry)
    return Cause(
        id="",
        group=group,
        step=first.fate.step,
        kind=first.fate.code,
        scope=bundle.scope,
        units=tuple(owners | behind),
        targets=targets,
        frees=0,
        says=words.says,
        do=words.do,
        level=bundle.level,
        confidence=round(bundle.confidence, 2),
        evidence=(*bundle.evidence, *proof.kept_out(len(behind))),
        against=bundle.against,
        disproof=proof.DISPROOFS[bundle.level],
        owner=_owner(bundle, group, inventory),
    )


def _group(symptom: Symptom, registry: Registry) -> Group:
    spec = registry[symptom.verdict.check_id].findings.get(symptom.fate.code)
    if spec is not None:
        return spec.group
    return spec_of(symptom.fate.step or Step.OBSERVE, symptom.fate.code).group


def _shared(members: Sequence[Symptom]) -> Finding:
    """The first finding, with values that hold for all of them."""
    first = members[0].finding
    values = {
        name: spread([member.finding.values.get(name) for member in members])
        for name in first.values
    }
    return replace(first, values=values)


def _owner(bundle: Bundle, group: Group, inventory: Inventory) -> Responsible | None:
    """Whoever the inventory names for what all of these have in common."""
    if bundle.level in _NOBODYS:
        return None
    targets = [symptom.verdict.target for symptom in bundle.members]
    keys = {bundle.scope.get(SYSTEM, ""), *(target.key for target in targets)} - {""}
    suppliers = {target.supplier for target in targets}
    key = keys.pop() if len(keys) == 1 else ""
    supplier = suppliers.pop() if len(suppliers) == 1 else ""
    named = bundle.scope.get("supplier") or bundle.scope.get("provider") or supplier
    return inventory.owners.of(group.value, key, named)
