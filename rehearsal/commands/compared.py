"""How does a comparison of two trials look in a terminal?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rehearsal.console import LIGHTS, both
from rehearsal.model import Light, Outcome, Text
from rehearsal.model.comparison import (
    Calibration,
    CauseChange,
    Comparison,
    LimitChange,
    Miss,
    Movement,
    OwnerChange,
)
from rehearsal.report.movements import CAUSE_MOVEMENTS, CAUTIONS, HAPPENED, MOVEMENTS
from rehearsal.report.safe import visible
from rehearsal.report.view.calibration import OUTCOMES as HAPPENING
from rehearsal.report.view.calibration import PREDICTED, share_text
from rehearsal.report.words import OUTCOMES
from rehearsal.wording import DECISIONS

K = TypeVar("K", Outcome, Light)
CAUSES_SHOWN = LIMITS_SHOWN = NAMES_SHOWN = 10  # one screen; page and JSON have all
_UNITS_TOLD = (
    *(Movement.NEWLY_FAILING, Movement.STILL_FAILING, Movement.FIXED),
    *(Movement.BECAME_UNKNOWN, Movement.NOT_COMPARABLE, Movement.ADDED, Movement.REMOVED),
)


def _shown(text: str) -> str:
    """Foreign text for a terminal: neither markup nor an escape sequence is obeyed."""
    return escape(visible(text))


def print_comparison(found: Comparison, page: Path, console: Console) -> None:
    """Which two trials, what to beware of, the matrices, who moved, and the page to open."""

    def say(text: str) -> None:
        console.print(_shown(text), highlight=False)

    for name, run, decision in zip(
        ("Lần trước / older", "Lần sau / newer"),
        (found.older, found.newer),
        found.decisions,
        strict=True,
    ):
        say(f"{name}: {run.id}  {both(DECISIONS[decision])}")
    for note in found.notes:
        differs = note.older != note.newer
        say(f"! {CAUTIONS[note.caution].vi}" + differs * f" ({note.older} → {note.newer})")
    console.print(_matrix("Phép thử / checks", found.matrix, tuple(Outcome), OUTCOMES))
    console.print(_counts(found.counts))
    console.print(_matrix("Đơn vị / units", found.lights, tuple(Light), LIGHTS))
    for line in (*_units(found.owners), *_causes(found.causes), *_limits(found.limits)):
        say(line)
    console.print(_shown(str(page)), soft_wrap=True, highlight=False)


def _matrix(
    title: str, found: Mapping[tuple[K, K], int], kinds: Iterable[K], words: Mapping[K, Text]
) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(f"{title}\nlần trước ↓ lần sau →")
    order = list(kinds)
    for kind in order:
        table.add_column(f"{words[kind].vi}\n{words[kind].en}", justify="right")
    for before in order:
        cells = (str(found.get((before, after), 0)) for after in order)
        table.add_row(both(words[before]), *cells)
    return table


def _counts(counts: Mapping[Movement, int]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for movement, words in MOVEMENTS.items():
        if count := counts.get(movement, 0):
            table.add_row(both(words), str(count))
    return table


def _units(owners: Iterable[OwnerChange]) -> Iterable[str]:
    by_movement: dict[Movement, list[str]] = {}
    for change in owners:
        by_movement.setdefault(change.movement, []).append(change.name)
    for movement in _UNITS_TOLD:
        if names := by_movement.get(movement):
            yield f"{both(MOVEMENTS[movement])} ({len(names)}): {_few(names)}"


def _few(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" … +{more}" if more > 0 else "")


def _causes(causes: tuple[CauseChange, ...]) -> Iterable[str]:
    for change in causes[:CAUSES_SHOWN]:
        older = len(change.older.units) if change.older else 0
        newer = len(change.newer.units) if change.newer else 0
        became = both(CAUSE_MOVEMENTS[change.movement])
        yield f"{older} → {newer}  {became}: {change.shown.says.vi}  [{change.shown.kind}]"
    if (more := len(causes) - CAUSES_SHOWN) > 0:
        yield f"… +{more}"


def _limits(limits: tuple[LimitChange, ...]) -> Iterable[str]:
    for limit in limits[:LIMITS_SHOWN]:
        told = "ngưỡng đã đổi, không so sánh được / limit changed, not comparable"
        yield f"{limit.check_id}.{limit.name}: {limit.older} → {limit.newer}  {told}"
    if (more := len(limits) - LIMITS_SHOWN) > 0:
        yield f"… +{more}"


def print_calibration(found: Calibration, console: Console) -> None:
    """What the last trial predicted against what happened; without facts, that none is told."""
    if not found.facts:
        console.print("Chưa có gì để tính / nothing to compute yet", highlight=False)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("dự báo ↓ thực tế →\npredicted ↓ happened →")
    for light in HAPPENING:
        table.add_column(both(HAPPENED[light]), justify="right")
    for light in PREDICTED:
        cells = (str(found.table.get((light, after), 0)) for after in HAPPENING)
        table.add_row(both(HAPPENED[light]), *cells)
    console.print(table)
    for line in _fared(found):
        console.print(_shown(line), highlight=False)


def _fared(found: Calibration) -> Iterable[str]:
    yield f"đỏ, và đỏ thật / red came true: {both(share_text(found.red_came_true))}"
    yield f"xanh, và vẫn xanh / green stayed: {both(share_text(found.green_stayed))}"
    for name, misses in (
        ("dự báo tốt hơn thực tế / predicted better than it went", found.rosier),
        ("dự báo xấu hơn thực tế / predicted worse than it went", found.gloomier),
    ):
        if misses:
            yield f"{name}: {_few([_miss(miss) for miss in misses])}"


def _miss(miss: Miss) -> str:
    return f"{miss.name} ({HAPPENED[miss.predicted].vi} → {HAPPENED[miss.fact.light].vi})"
