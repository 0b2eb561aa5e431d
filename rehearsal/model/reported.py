"""What does a unit report of itself, and what is made of it? Every type is frozen."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from rehearsal.model.words import Group, Text

BLOCS = ("party", "government", "front")
AREAS = ("systems", "infrastructure", "people", "training")


class AreaState(enum.StrEnum):
    """How far a bloc says it is with one area."""

    READY = "ready"
    PARTLY = "partly"
    NOT_READY = "not-ready"


class Handing(enum.StrEnum):
    """Whether a unit's report came, and in time."""

    IN_TIME = "in-time"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a unit proposes, sorted by Dispatch 111."""

    group: Group
    text: str


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A unit's own report of where it stands; what is None or empty it left open.

    `day` is the day of the report in the city. `areas` leads from `party.training` and the
    like to its state, `notes` from a bloc to its remark, `systems` from a target's key to
    whether it works: None where nobody has tried. `line_*_mbit` is in Mbit/s from the
    unit's own side, `floor_m2` that of the service centre.
    """

    day: date
    areas: Mapping[str, AreaState] = field(default_factory=lambda: MappingProxyType({}))
    notes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    systems: Mapping[str, bool | None] = field(default_factory=lambda: MappingProxyType({}))
    proposals: tuple[Proposal, ...] = ()
    focal_name: str = ""
    focal_post: str = ""
    suppliers_present: int | None = None
    line_provider: str = ""
    line_up_mbit: float | None = None
    line_down_mbit: float | None = None
    queue_numbering: bool | None = None
    kiosk: bool | None = None
    satisfaction_device: bool | None = None
    camera: bool | None = None
    counters: int | None = None
    scanners: int | None = None
    computers: int | None = None
    printers: int | None = None
    floor_m2: float | None = None
    backup_power: bool | None = None
    backup_line: bool | None = None
    backup_data: bool | None = None
    director_is_vice_chair: bool | None = None
    full_time_deputies: int | None = None
    civil_servants: int | None = None
    staff_assigned: int | None = None
    staff_present: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What came of one unit's report; `earlier` counts those that this one replaces.

    `unjudged` says why some answer is held against no rule.
    """

    slug: str
    handing: Handing
    said_by: str = ""
    said_at: datetime | None = None
    earlier: int = 0
    report: StatusReport | None = None
    unjudged: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class SharedProposal:
    """What several units propose in the same or nearly the same words.

    `wordings` are the other ways in which they put it.
    """

    group: Group
    text: str
    units: tuple[str, ...]
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reports:
    """All units' reports; `due` is None where nobody was asked for one."""

    due: datetime | None = None
    units: tuple[HandedIn, ...] = ()
    proposals: tuple[SharedProposal, ...] = ()


NO_REPORTS = Reports()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where a unit says one thing and a measurement another; neither is changed by it."""

    code: str
    unit: str
    target: str
    check_id: str
    declared: Text
    measured: Text
    says: Text
    do: Text
