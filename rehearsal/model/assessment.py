"""What may be said of a run? Every type is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rehearsal.model.cause import Cause
from rehearsal.model.city import City, Hub, Target, Unit
from rehearsal.model.decision import Score, WaiverHeld
from rehearsal.model.intent import NOTHING_CREATED, Synthetic
from rehearsal.model.measurement import Verdict
from rehearsal.model.reported import NO_REPORTS, Contradiction, Reports
from rehearsal.model.rounds import Earlier, Rechecked
from rehearsal.model.run import Run, StageTime
from rehearsal.model.words import Decision, Light, Text


@dataclass(frozen=True, slots=True)
class Standing:
    """Readiness of one unit, hub or shared system, with what decided it.

    `owner` is a Unit, a Hub, or the Target of a shared system.
    """

    owner: Unit | Hub | Target
    light: Light
    verdicts: tuple[Verdict, ...]
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition of go-live. `holds` is None when it could not be decided.

    `undecided` are those whom nobody has measured and on whom it depends, `waived_by` the
    waivers that bear on it: it holds no more for that. `is_covered` says that nothing else
    is amiss: then it counts as met, with a condition. `sources` say whose rule it is,
    `own_choice` what in it is our own.
    """

    id: str
    says: Text
    is_mandatory: bool
    holds: bool | None
    detail: Text
    subjects: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    waived_by: tuple[int, ...] = ()
    is_covered: bool = False
    sources: tuple[Text, ...] = ()
    own_choice: Text | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """One participant's roll call; every time is in seconds after the barrier.

    `drops` are (gone, back), `gaps` (begins, lasts) of its sound as the centre heard it.
    `hears` and `heard` are None where no sound was tried, or the centre was not in.
    `due_s` is when it was to start: a join storm is paced. `is_known` is False where we
    ourselves failed to see whether it came.
    """

    slug: str
    started_s: float | None
    joined_s: float | None
    left_s: float | None
    drops: tuple[tuple[float, float | None], ...] = ()
    hears: bool | None = None
    heard: bool | None = None
    gaps: tuple[tuple[float, float], ...] = ()
    due_s: float = 0.0
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Joins:
    """Who came in within that second after the barrier, and how long joining took."""

    second: int
    joined: int
    p95_s: float


@dataclass(frozen=True, slots=True)
class RollCall:
    """The meeting as a whole. `all_in_s` is None while somebody is missing.

    `start_skew_s` is between the most and the least punctual start, each after its own.

    `hear` and `heard` count who heard the centre and whom it heard, of `with_sound`.
    `silences` are (begins, lasts) of what most lost of the sound together, in seconds after
    the barrier: nobody's `gaps` have them again.
    """

    expected: int
    joined: int
    start_skew_s: float
    all_in_s: float | None
    peak_held: int
    hold_s: float
    attendance: tuple[Attendance, ...] = ()
    joins: tuple[Joins, ...] = ()
    with_sound: int = 0
    hear: int = 0
    heard: int = 0
    silences: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything a report may say of a run; a pure function of the journal.

    Verdicts are of the latest round of each check; `history` is what was said before, by
    check and target, the oldest first.
    """

    run: Run
    city: City
    decision: Decision
    rules: tuple[Rule, ...]
    units: tuple[Standing, ...]
    hubs: tuple[Standing, ...]
    systems: tuple[Standing, ...]
    causes: tuple[Cause, ...]
    roll_call: RollCall | None
    stages: tuple[StageTime, ...] = ()
    inventory_digest: str = ""
    planned: int = 0
    measured: int = 0
    synthetic: Synthetic = NOTHING_CREATED
    history: Mapping[tuple[str, str], tuple[Earlier, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    rechecks: tuple[Rechecked, ...] = ()
    reports: Reports = NO_REPORTS
    contradictions: tuple[Contradiction, ...] = ()
    decided_by: tuple[str, ...] = ()
    criteria_digest: str = ""
    lights_from: tuple[Text, ...] = ()
    score: Score | None = None
    waivers: tuple[WaiverHeld, ...] = ()

    @property
    def round(self) -> int:
        """After which round of its run this is said: 0 is the trial itself."""
        return self.rechecks[-1].round if self.rechecks else 0
