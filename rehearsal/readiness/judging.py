"""By what is a trial judged: which criteria, which signatures, and under which supposition?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rehearsal.criteria import shipped
from rehearsal.model import Assessment, City, Run
from rehearsal.model.decision import Criteria, Waiver, WaiverState
from rehearsal.readiness.gate import decide, deciding, held_waivers, rules_of
from rehearsal.readiness.mended import NOTHING_MENDED, Trouble
from rehearsal.readiness.ruling import Ground, score_of


@dataclass(frozen=True, slots=True)
class Judging:
    """Criteria (None: the project's own), all waivers ever signed, and until when they count.

    `judged` is when the trial was judged; None: it is not yet. `without` are rules that are
    left out and `mended` troubles that are supposed away: for a question, never of record.
    """

    criteria: Criteria | None = None
    waivers: tuple[Waiver, ...] = ()
    judged: datetime | None = None
    without: frozenset[str] = frozenset()
    mended: Collection[Trouble] = NOTHING_MENDED

    def policy(self, run: Run, city: City) -> Criteria:
        """The criteria in force on the day, in the city, on which the trial began."""
        day = run.started.astimezone(ZoneInfo(city.timezone)).date()
        criteria = self.criteria or shipped()
        return criteria.in_force(run.phase, day).without(self.without)


AS_SHIPPED = Judging()


def ruled_on(found: Assessment, judging: Judging, *, is_whole: bool) -> Assessment:
    """The assessment with its rules, what follows from them, and who signed for what."""
    policy = judging.policy(found.run, found.city)
    signed = [(w, w.state(found.run.started, judging.judged)) for w in judging.waivers]
    rules = rules_of(
        found.units,
        found.hubs,
        found.systems,
        found.stages,
        is_whole=is_whole,
        left=found.synthetic.left if found.synthetic.created else None,
        criteria=policy,
        waivers=[w for w, state in signed if state is WaiverState.IN_FORCE],
        reports=found.reports,
    )
    ground = Ground(found.units, found.hubs, found.systems, weights=policy.weights)
    sources = [policy.sources[s] for s in policy.lights_from if s in policy.sources]
    return replace(
        found,
        decision=decide(rules),
        rules=rules,
        decided_by=deciding(rules),
        criteria_digest=policy.digest,
        lights_from=tuple(source.says for source in sources),
        score=score_of(ground),
        waivers=held_waivers(signed, rules),
    )
