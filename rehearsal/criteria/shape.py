"""What shape have the criteria, key by key? (Pydantic, because people write the file.)"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from rehearsal.inventory.shape import Entry, IsoDate, Rate, Slug, Written
from rehearsal.model import Text

_RULE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CHECK = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
ID_MAX_CHARS = 60
WORDS: Mapping[str, Text] = {
    "rule_id": Text("mã điều kiện như units_ready, chữ thường", "a rule's id like units_ready"),
    "check_id": Text("mã phép thử như bridge.reach", "a check's id like bridge.reach"),
}


def _rule_id(written: str) -> str:
    if not _RULE.fullmatch(written) or len(written) > ID_MAX_CHARS:
        raise PydanticCustomError("rule_id", "a rule's id")
    return written


def _check_id(written: str) -> str:
    if not _CHECK.fullmatch(written) or len(written) > ID_MAX_CHARS:
        raise PydanticCustomError("check_id", "a check's id")
    return written


RuleId = Annotated[str, AfterValidator(_rule_id)]
CheckId = Annotated[str, AfterValidator(_check_id)]
Percent = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
Phase = Literal["phase-1", "phase-2"]
Group = Literal["hubs", "systems", "units", "wards", "communes", "special-zones"]
Kind = Literal[
    "instrument",
    "whole",
    "measured",
    "none",
    "share",
    "encrypted",
    "declared",
    "reported",
    "clean",
]
Sources = Annotated[list[Slug], Field(min_length=1)]


class SaidEntry(Entry):
    """A sentence for people, in both languages."""

    vi: Written
    en: Written


class SourceEntry(SaidEntry):
    """A document, by its title; `ours` where no document asks for it."""

    dated: IsoDate | None = None
    ours: bool = False


class TermEntry(Entry):
    """When something is in force: days of the city, both included."""

    phases: list[Phase] = Field(default_factory=list)
    valid_from: IsoDate | None = None
    valid_until: IsoDate | None = None


class CheckEntry(TermEntry):
    """How much one check counts in the light of whoever it is put to."""

    at_worst: Literal["red", "yellow", "nothing"] = "red"
    warn: Literal["yellow", "nothing"] = "yellow"
    source: Sources
    own_choice: SaidEntry | None = None


class LightsEntry(Entry):
    """What makes a light; a check that is not named counts fully."""

    source: Sources
    own_choice: SaidEntry | None = None
    checks: dict[CheckId, CheckEntry] = Field(default_factory=dict)


class WeightsEntry(Entry):
    """What one of each weighs in a weighted share."""

    hubs: Rate
    systems: Rate
    wards: Rate
    communes: Rate
    special_zones: Rate = Field(alias="special-zones")


class RuleEntry(TermEntry):
    """One rule: its kind, whom it is about, and what that kind asks."""

    kind: Kind
    says: SaidEntry
    mandatory: bool
    source: Sources
    own_choice: SaidEntry | None = None
    of: Annotated[list[Group], Field(min_length=1)] | None = None
    light: Literal["red", "yellow"] | None = None
    counts: Literal["ready", "green"] | None = None
    at_least_percent: Percent | None = None
    weighted: bool | None = None


class Policy(Entry):
    """The criteria of a city: the lights, the weights, and the rules that decide."""

    version: Annotated[int, Field(ge=1, le=1)]
    valid_from: IsoDate
    valid_until: IsoDate | None = None
    sources: dict[Slug, SourceEntry]
    lights: LightsEntry
    weights: WeightsEntry
    rules: dict[RuleId, RuleEntry]


def json_schema() -> dict[str, object]:
    """Give the JSON Schema of the criteria, for the completion of an editor."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | Policy.model_json_schema()
