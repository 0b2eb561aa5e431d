"""What if a trial had been judged otherwise? Nothing of it is ever written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from rehearsal.model import Round, Run
from rehearsal.model.decision import Criteria, Waiver
from rehearsal.model.run import phases_of
from rehearsal.readiness.judging import Judging
from rehearsal.readiness.mended import NOTHING_MENDED, Trouble
from rehearsal.readiness.verdicts import Limits


@dataclass(frozen=True, slots=True)
class Supposing:
    """Other limits and criteria, rules left out, troubles mended.

    `counts_later` supposes that what was signed since the trial had been signed before.
    """

    limits: Limits = field(default_factory=lambda: MappingProxyType({}))
    criteria: Criteria | None = None
    without: frozenset[str] = frozenset()
    mended: Collection[Trouble] = NOTHING_MENDED
    counts_later: bool = False

    def round(self, one: Round, phase: str) -> Round:
        """A round as it is judged under the other limits."""
        if not self.limits:
            return one
        before = one.inventory.limits
        limits = {name: self._changed(before.get(name, {})) for name in phases_of(phase)}
        return replace(one, inventory=replace(one.inventory, limits={**before, **limits}))

    def _changed(self, before: Limits) -> Limits:
        changed = {c: {**before.get(c, {}), **new} for c, new in self.limits.items()}
        return {**before, **changed}

    def judging(
        self, own: Criteria | None, waivers: Sequence[Waiver], judged: datetime | None
    ) -> Judging:
        """By what the trial is judged, were all that so."""
        return Judging(
            criteria=self.criteria or own,
            waivers=tuple(waivers),
            judged=None if self.counts_later else judged,
            without=self.without,
            mended=self.mended,
        )


AS_IT_WAS = Supposing()


def judged_at(run: Run, rounds: Sequence[Round]) -> datetime | None:
    """When a run was judged: at its end, or when it was asked again; None: not yet."""
    if run.finished is None:
        return None
    return max((run.finished, *(one.at for one in rounds)))
