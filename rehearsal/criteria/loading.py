"""Is this file a policy that a city can decide by?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from rehearsal.criteria.agreement import atoms, judge, term_of
from rehearsal.criteria.shape import (
    WORDS,
    CheckEntry,
    Policy,
    RuleEntry,
    SaidEntry,
)
from rehearsal.inventory.faults import Fault, InventoryError
from rehearsal.inventory.ledger import Ledger
from rehearsal.inventory.reading import Node, read
from rehearsal.inventory.wording import faults_of
from rehearsal.model import Light, Text
from rehearsal.model.decision import (
    GROUPS,
    CheckWeight,
    Criteria,
    Criterion,
    RuleKind,
    Source,
)

NAME = "criteria.yaml"
SHIPPED = Path(__file__).parents[2] / NAME
SIZE_MAX_BYTES = 2**20  # a policy is a few pages
_AT_WORST = {"red": Light.RED, "yellow": Light.YELLOW, "nothing": Light.GREEN}
_COUNTS = {"ready": Light.YELLOW, "green": Light.GREEN}


class CriteriaError(InventoryError):
    """Criteria that cannot be used, with every fault that they have."""


@cache
def shipped() -> Criteria:
    """The project's own criteria, which count where a city has none."""
    return load(SHIPPED)


def beside(inventory: Path) -> Path:
    """The criteria that go with an inventory: those in its folder, else the project's own."""
    own = inventory.parent / NAME
    return own if own.is_file() else SHIPPED


def load(path: Path, checks: Collection[str] = ()) -> Criteria:
    """Read criteria; raise CriteriaError with all their faults.

    `checks` are the ids of those that there are; without them a misspelt one goes unnoticed.
    """
    criteria, faults = examine(path, checks)
    if criteria is None:
        raise CriteriaError(faults)
    return criteria


def examine(
    path: Path, checks: Collection[str] = ()
) -> tuple[Criteria | None, tuple[Fault, ...]]:
    """Read criteria; give them, or every fault that they have in the order of the file."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, ValueError) as problem:  # a NUL in the path, or not UTF-8
        told = getattr(problem, "strerror", None) or str(problem)
        return None, (Fault(str(path), 1, "", _READABLE, told),)
    if len(raw) > SIZE_MAX_BYTES:
        return None, (Fault(str(path), 1, "", _SMALL, ""),)
    root, faults = read(text, str(path))
    if root is None:
        return None, faults or (Fault(str(path), 1, "", _NOT_EMPTY, ""),)
    ledger = Ledger(str(path), root, faults)
    found = checked(ledger, checks, digest=hashlib.sha256(raw).hexdigest())
    return found, ledger.faults()


def checked(
    ledger: Ledger, checks: Collection[str] = (), *, digest: str = ""
) -> Criteria | None:
    """The criteria that a tree holds; None where the ledger says what is wrong with them."""
    policy, is_whole = _policy(ledger.root, ledger)
    if policy is not None:
        judge(policy, ledger, checks, is_whole=is_whole)
    return None if policy is None or ledger.faults() else _criteria(policy, digest)


def _policy(root: Node, ledger: Ledger) -> tuple[Policy | None, bool]:
    """The file, or what of it is sound: so that all faults show at once."""
    bare = root.bare()
    try:
        return Policy.model_validate(bare), True
    except ValidationError as problem:
        ledger.settle(faults_of(problem, root, ledger.file, shape=Policy, words=WORDS))
        places = [error["loc"] for error in problem.errors(include_url=False)]
    try:
        return Policy.model_validate(_sound(bare, places)), False
    except ValidationError:
        return None, False


def _sound(bare: Any, places: list[tuple[int | str, ...]]) -> Any:
    """What is left without the entries that are broken; the rest gets a stand-in."""
    if not isinstance(bare, dict):
        return bare
    left = {**bare, **{name: dict(_entries(bare.get(name))) for name in ("rules", "sources")}}
    for section, *path in places:
        if section in {"rules", "sources"} and path:
            left[section].pop(path[0], None)
        elif section in _STAND_INS:
            left[section] = _STAND_INS[str(section)]
        else:
            left.pop(section, None)
    return {**_STAND_INS, **left}


def _entries(value: object) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


_STAND_INS: dict[str, Any] = {
    "version": 1,
    "valid_from": "2025-06-19",
    "lights": {"source": ["own"]},
    "weights": {"hubs": 2, "systems": 1, "wards": 1, "communes": 1, "special-zones": 1},
}


def _criteria(policy: Policy, digest: str) -> Criteria:
    weights = policy.weights.model_dump(by_alias=True)
    return Criteria(
        term=term_of(policy),
        sources=MappingProxyType(
            {
                name: Source(Text(s.vi, s.en), s.dated, is_ours=s.ours)
                for name, s in policy.sources.items()
            }
        ),
        rules=tuple(_criterion(name, rule) for name, rule in policy.rules.items()),
        checks=MappingProxyType({c: _weight(e) for c, e in policy.lights.checks.items()}),
        weights=MappingProxyType({group: weights[group] for group in GROUPS}),
        lights_from=tuple(policy.lights.source),
        lights_own_choice=_said(policy.lights.own_choice),
        digest=digest,
    )


def _criterion(name: str, entry: RuleEntry) -> Criterion:
    wanted = _COUNTS.get(entry.counts or "") or Light(entry.light or Light.RED)
    percent = entry.at_least_percent
    return Criterion(
        id=name,
        kind=RuleKind(entry.kind),
        says=Text(entry.says.vi, entry.says.en),
        is_mandatory=entry.mandatory,
        sources=tuple(entry.source),
        of=tuple(group for group in GROUPS if group in atoms(entry.of)),
        light=wanted,
        at_least_percent=100.0 if percent is None else percent,
        is_weighted=bool(entry.weighted),
        term=term_of(entry),
        own_choice=_said(entry.own_choice),
    )


def _weight(entry: CheckEntry) -> CheckWeight:
    return CheckWeight(
        at_worst=_AT_WORST[entry.at_worst],
        warns=entry.warn == "yellow",
        term=term_of(entry),
        sources=tuple(entry.source),
        own_choice=_said(entry.own_choice),
    )


def _said(entry: SaidEntry | None) -> Text | None:
    return Text(entry.vi, entry.en) if entry else None


_READABLE = Text("một tệp UTF-8 đọc được", "a file in UTF-8 that can be read")
_SMALL = Text(
    f"không quá {SIZE_MAX_BYTES // 2**20} MB", f"at most {SIZE_MAX_BYTES // 2**20} MB"
)
_NOT_EMPTY = Text("nội dung của tiêu chí", "the content of the criteria")
