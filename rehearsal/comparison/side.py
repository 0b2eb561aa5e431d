"""What must be known of one trial to hold it against another?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rehearsal.check import Registry
from rehearsal.model import Assessment, Inventory, Outcome, Standing, Target, Verdict
from rehearsal.plan import Plan, make_plan

Key = tuple[str, str]
"""A check and its target."""


@dataclass(frozen=True, slots=True)
class Side:
    """One trial. `limits` are those it is judged by, of every check that its phase asks.

    `only` are the checks to which somebody narrowed it, if anybody did; `is_narrowed` says
    that somebody left units out.
    """

    assessment: Assessment
    limits: Mapping[str, Mapping[str, float]]
    plan: Plan
    only: frozenset[str] = frozenset()
    is_narrowed: bool = False

    @property
    def began(self) -> tuple[datetime, str]:
        """What tells the older one; the id decides between equal ones."""
        return self.assessment.run.started, self.assessment.run.id

    def asks(self, check_id: str) -> bool:
        """Whether its phase asks this at all, whatever was left out on purpose."""
        return check_id in self.limits

    def failed_first(self, key: Key) -> bool:
        """Whether it failed before a recheck of this trial found it otherwise."""
        earlier = self.assessment.history.get(key, ())
        return any(one.verdict.outcome is Outcome.FAIL for one in earlier)

    def standings(self) -> Iterator[tuple[str, Standing]]:
        """Every hub, unit and shared system, with what it is called by."""
        found = self.assessment
        for standing in (*found.hubs, *found.units, *found.systems):
            yield called(standing), standing

    def verdicts(self) -> dict[Key, tuple[str, Verdict]]:
        """Every verdict with whose it is, by check and target."""
        return {
            (v.check_id, v.target.id): (owner, v)
            for owner, standing in self.standings()
            for v in standing.verdicts
        }


def side_of(assessment: Assessment, inventory: Inventory, registry: Registry) -> Side:
    """One trial, with the limits that its inventory sets otherwise than its checks do."""
    run = assessment.run
    changed = inventory.limits.get(run.phase, {})
    only = _texts(run.parameters.get("only"))
    return Side(
        assessment,
        {
            check.id: check.standard | dict(changed.get(check.id, {}))
            for check in registry.values()
            if run.phase in check.phases
        },
        make_plan(inventory, registry, run.phase, only),
        only,
        is_narrowed=bool(run.parameters.get("units")),
    )


def called(standing: Standing) -> str:
    """The slug of a unit or hub, the id of a shared system."""
    owner = standing.owner
    return owner.id if isinstance(owner, Target) else owner.slug


def _texts(found: object) -> frozenset[str]:
    return (
        frozenset(str(one) for one in found) if isinstance(found, list | tuple) else frozenset()
    )
