"""What kind of morning is played? A scenario file becomes a fault for each target."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from rehearsal.inventory.reading import read
from rehearsal.model import Inventory, Text, Unit
from twin.faults import FAULTS
from twin.plan import PlanError, unknown_fault
from twin.round_trips import RoundTrips

SIZE_MAX_BYTES = 1 << 20
GO_LIVE_IN_DAYS = 11  # seen from 20 June 2025
Assignment = Mapping[str, str]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Says(_Strict):
    """A sentence in both languages."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Where(_Strict):
    """Only targets of such units."""

    former_province: str | None = None
    kind: str | None = None


class Entry(_Strict):
    """One fault and who has it: target ids with `*`, narrowed by `where`."""

    fault: str
    targets: tuple[str, ...] = Field(min_length=1)
    where: Where | None = None
    why: Says


class Scenario(_Strict):
    """A morning of the city; without any file it is a healthy one."""

    version: Literal[1] = 1
    name: Says = Says(vi="Thành phố không có lỗi", en="A healthy city")
    seed: int = 0
    go_live_in_days: int = Field(default=GO_LIVE_IN_DAYS, ge=4, le=150)
    round_trips: RoundTrips = RoundTrips()
    faults: tuple[Entry, ...] = ()


def load(path: Path) -> Scenario:
    """Read a scenario; PlanError with everything that is wrong with it."""
    root, faults = read(_text(path), str(path))
    if root is None or faults:
        raise PlanError([f.says for f in faults] or [_told(path, "", "empty")])
    try:
        return Scenario.model_validate(root.bare())
    except ValidationError as problem:
        raise PlanError(_all_told(path, problem)) from problem


def load_assignment(path: Path) -> Assignment:
    """Read a JSON object: target id -> fault."""
    try:
        return TypeAdapter(dict[str, str]).validate_python(json.loads(_text(path)))
    except ValidationError as problem:
        raise PlanError(_all_told(path, problem)) from problem
    except ValueError as problem:
        raise PlanError([_told(path, "", str(problem))]) from problem


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(SIZE_MAX_BYTES + 1)
        if len(raw) > SIZE_MAX_BYTES:
            raise PlanError([_told(path, "", f"> {SIZE_MAX_BYTES} bytes")])
        return raw.decode()
    except (OSError, UnicodeDecodeError) as problem:
        raise PlanError([_told(path, "", str(problem))]) from problem


def _all_told(path: Path, problem: ValidationError) -> list[Text]:
    """Every error with the way to it."""
    return [
        _told(path, ".".join(str(part) for part in error["loc"]), error["msg"])
        for error in problem.errors()
    ]


def _told(path: Path, where: str, found: str) -> Text:
    place = f"{path}: {where}" if where else f"{path}"
    return Text(f"{place}: không hợp lệ ({found})", f"{place}: not valid ({found})")


def assign(scenario: Scenario, inventory: Inventory) -> Assignment:
    """Who has which fault; PlanError when an entry strikes nobody or somebody twice."""
    given: dict[str, str] = {}
    problems: list[Text] = []
    for number, entry in enumerate(scenario.faults):
        struck = tuple(_struck(entry, inventory))
        problems += _doubts(f"faults.{number}", entry, struck, given)
        given |= dict.fromkeys(struck, entry.fault)
    if problems:
        raise PlanError(problems)
    return given


def _struck(entry: Entry, inventory: Inventory) -> Iterator[str]:
    units = {unit.slug: unit for unit in inventory.units}
    for target in inventory.targets():
        is_meant = any(fnmatchcase(target.id, pattern) for pattern in entry.targets)
        if is_meant and _is_there(entry.where, units.get(target.owner)):
            yield target.id


def _is_there(where: Where | None, unit: Unit | None) -> bool:
    if where is None:
        return True
    wanted = where.model_dump(exclude_none=True)
    return unit is not None and all(getattr(unit, key) == wanted[key] for key in wanted)


def _doubts(
    where: str, entry: Entry, struck: Iterable[str], given: Assignment
) -> Iterator[Text]:
    if entry.fault not in FAULTS:
        yield unknown_fault(where, entry.fault)
    for pattern in entry.targets:
        if not any(fnmatchcase(target_id, pattern) for target_id in struck):
            yield Text(
                f"{where}: {pattern!r} không trúng đối tượng nào",
                f"{where}: {pattern!r} strikes no target",
            )
    for target_id in struck:
        if target_id in given:
            yield Text(
                f"{where}: {target_id} đã có lỗi {given[target_id]!r}",
                f"{where}: {target_id} already has {given[target_id]!r}",
            )
