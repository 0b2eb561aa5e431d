"""What changed between two trials, and did the predictions come true? Every type is frozen."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rehearsal.model.assessment import Rule
from rehearsal.model.cause import Cause
from rehearsal.model.measurement import Verdict
from rehearsal.model.run import Run
from rehearsal.model.words import Decision, Light, Outcome


class Movement(enum.StrEnum):
    """What became of one check on one target, or of one owner's light.

    What was not measured is neither mended nor broken: only FIXED and PROVEN say mended,
    only NEWLY_FAILING says broken. PROVEN was mended by a recheck of the older trial, and
    still works in the newer one.
    """

    NEWLY_FAILING = "newly-failing"
    STILL_FAILING = "still-failing"
    FIXED = "fixed"
    PROVEN = "proven"
    BECAME_UNKNOWN = "became-unknown"
    STILL_UNKNOWN = "still-unknown"
    NEWLY_BLOCKED = "newly-blocked"
    STILL_BLOCKED = "still-blocked"
    FREED = "freed"
    BECAME_KNOWN = "became-known"
    NEWLY_WARNED = "newly-warned"
    STILL_WARNED = "still-warned"
    IMPROVED = "improved"
    STILL_PASSING = "still-passing"
    NOT_COMPARABLE = "not-comparable"
    ADDED = "added"
    REMOVED = "removed"
    NOT_ASKED = "not-asked"
    ONLY_OLDER = "only-older"
    ONLY_NEWER = "only-newer"


class CauseMovement(enum.StrEnum):
    """What became of a cause. RESHAPED: its kind is still there, with another reach."""

    STILL = "still"
    NEW = "new"
    GONE = "gone"
    RESHAPED = "reshaped"
    UNSEEN = "unseen"
    NOT_COMPARABLE = "not-comparable"
    ONLY_OLDER = "only-older"
    ONLY_NEWER = "only-newer"


class RuleMovement(enum.StrEnum):
    """What became of a condition of go-live."""

    MET = "met"
    BROKEN = "broken"
    BECAME_OPEN = "became-open"
    SAME = "same"
    ONLY_OLDER = "only-older"
    ONLY_NEWER = "only-newer"


class Caution(enum.StrEnum):
    """What a reader must know before believing a comparison."""

    OTHER_CITY = "other-city"
    OTHER_PHASE = "other-phase"
    OTHER_GO_LIVE = "other-go-live"
    NARROWED = "narrowed"
    CUT_SHORT = "cut-short"
    RECHECKED = "rechecked"


@dataclass(frozen=True, slots=True)
class Note:
    """One caution, with what the older and the newer trial had."""

    caution: Caution
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A limit that the two trials judged by; None where the check had none of that name."""

    check_id: str
    name: str
    older: float | None
    newer: float | None


@dataclass(frozen=True, slots=True)
class AddressChange:
    """A target that was reached elsewhere in the newer trial."""

    target_id: str
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One check on one target in both trials; a verdict is None where it was not asked."""

    check_id: str
    target_id: str
    owner: str
    movement: Movement
    older: Verdict | None
    newer: Verdict | None
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class OnlyIn:
    """A check that one trial's phase does not ask: what the other found, and where."""

    check_id: str
    movement: Movement
    outcomes: Mapping[Outcome, int]
    unwell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """A unit, hub or shared system in both trials; `rows` counts what its checks did.

    `sort` is `unit`, `hub` or `system`; a light is None where it took no part.
    """

    slug: str
    name: str
    sort: str
    older: Light | None
    newer: Light | None
    movement: Movement
    rows: Mapping[Movement, int]


@dataclass(frozen=True, slots=True)
class CauseChange:
    """A cause in one trial or both; `rows` is how its checks stand in the other trial.

    Where it is in both, `rows` is how those of the older one stand in the newer.
    """

    movement: CauseMovement
    older: Cause | None
    newer: Cause | None
    rows: Mapping[Outcome, int]

    @property
    def shown(self) -> Cause:
        """The newer of the two."""
        found = self.newer or self.older
        assert found is not None, "a change of a cause has a cause"
        return found


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A condition of go-live in both trials; None where a trial did not have it."""

    movement: RuleMovement
    older: Rule | None
    newer: Rule | None

    @property
    def shown(self) -> Rule:
        """The newer of the two."""
        found = self.newer or self.older
        assert found is not None, "a change of a rule has a rule"
        return found


@dataclass(frozen=True, slots=True)
class StageTiming:
    """One stage against its plan. `planned_s` is None where no time was set beforehand.

    `due` is when it was to start, where the order said so. A stage that was begun more than
    once took what its `beginnings` took together; `took_s` is None if it never ended.
    """

    stage: str
    planned_s: float | None
    due: datetime | None
    began: datetime
    ended: datetime | None
    took_s: float | None
    beginnings: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OwnerTiming:
    """When one owner was measured. `planned` and `measured` count checks.

    `planned_s` is what the order gave to those of its checks that last as long as ordered,
    `took_s` what they took; `late_s` by how much its roll call started late.
    """

    owner: str
    first: datetime | None
    last: datetime | None
    planned: int
    measured: int
    planned_s: float | None = None
    took_s: float | None = None
    late_s: float | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Planned against actual times of one trial."""

    run_id: str
    stages: tuple[StageTiming, ...]
    owners: tuple[OwnerTiming, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that may be said of what changed; the same in whatever order it was asked.

    `matrix` counts comparable rows by (older, newer) outcome, `lights` the units of both
    trials by light. `rows` leaves out what passed in both, and what stands in `only_in`.
    """

    older: Run
    newer: Run
    decisions: tuple[Decision, Decision]
    notes: tuple[Note, ...]
    matrix: Mapping[tuple[Outcome, Outcome], int]
    lights: Mapping[tuple[Light, Light], int]
    counts: Mapping[Movement, int]
    rows: tuple[RowChange, ...]
    only_in: tuple[OnlyIn, ...]
    owners: tuple[OwnerChange, ...]
    causes: tuple[CauseChange, ...]
    rules: tuple[RuleChange, ...]
    limits: tuple[LimitChange, ...]
    addresses: tuple[AddressChange, ...]
    timings: tuple[Timing, Timing]


@dataclass(frozen=True, slots=True)
class LaterFact:
    """How a unit did once it had gone live: `light` at the moment `at`, and who says so.

    `city` is the run's: its name, or `twin`. `unit` is a slug.
    """

    city: str
    unit: str
    at: datetime
    said_by: str
    said_at: datetime
    light: Light
    note: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; of none, no share can be told."""

    hits: int
    of: int

    @property
    def ratio(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Miss:
    """A unit that fared otherwise than predicted."""

    unit: str
    name: str
    predicted: Light
    fact: LaterFact


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a trial predicted against what happened, unit by unit.

    `table` is by (predicted, happened); grey predicts nothing and is never wrong. `rosier`
    fared worse than predicted, `gloomier` better. `silent` are units nobody told of,
    `strangers` facts about units that the trial does not know.
    """

    run_id: str
    go_live: date
    facts: int
    table: Mapping[tuple[Light, Light], int]
    red_came_true: Share
    green_stayed: Share
    rosier: tuple[Miss, ...]
    gloomier: tuple[Miss, ...]
    silent: tuple[str, ...]
    strangers: tuple[str, ...]
