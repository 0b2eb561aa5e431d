"""How are two judgements of one trial told side by side?"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rehearsal.console import LIGHTS, both
from rehearsal.model import Assessment, Light, Rule, Standing, Verdict
from rehearsal.readiness.lights import slug_of
from rehearsal.report.safe import visible
from rehearsal.wording import DECISIONS

PIPED_CHARS = 160  # what is piped has no width of its own: no line is broken
NAMES_SHOWN = 3  # of checks that were never measured; the rest is a number


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody whose light would be another; `unmeasured` was never tried behind a fault."""

    slug: str
    name: str
    before: Light
    after: Light
    unmeasured: tuple[str, ...]


def changes(before: Assessment, after: Assessment) -> tuple[Change, ...]:
    """Whose light would be another, in the order of the report."""
    known = {slug_of(s.owner): s for s in _everybody(before)}
    return tuple(
        Change(
            slug_of(s.owner),
            s.owner.name,
            known[slug_of(s.owner)].light,
            s.light,
            tuple(_unmeasured(known[slug_of(s.owner)], s)),
        )
        for s in _everybody(after)
        if s.light is not known[slug_of(s.owner)].light
    )


def _everybody(found: Assessment) -> Iterator[Standing]:
    yield from (*found.hubs, *found.systems, *found.units)


def _unmeasured(before: Standing, after: Standing) -> Iterator[str]:
    """What nothing would block any more, and nobody has ever measured."""
    waited = {_key(v) for v in before.verdicts if v.blocked_by is not None}
    for verdict in after.verdicts:
        is_open = verdict.measurement is None and verdict.blocked_by is None
        if is_open and _key(verdict) in waited:
            yield verdict.check_id


def _key(verdict: Verdict) -> tuple[str, str]:
    return verdict.check_id, verdict.target.id


def as_json(before: Assessment, after: Assessment, asked: dict[str, object]) -> object:
    """Both judgements, and who changes."""
    return {
        "run": before.run.id,
        "asked": asked,
        "recorded": _side(before),
        "what_if": _side(after),
        "changed": [
            {
                "slug": one.slug,
                "name": one.name,
                "from": one.before.value,
                "to": one.after.value,
                "never_measured": list(one.unmeasured),
            }
            for one in changes(before, after)
        ],
    }


def _side(found: Assessment) -> dict[str, object]:
    lights = Counter(standing.light for standing in found.units)
    return {
        "verdict": found.decision.value,
        "decided_by": list(found.decided_by),
        "units": {light.value: lights[light] for light in Light},
        "rules": {rule.id: _rule(rule) for rule in found.rules},
    }


def _rule(rule: Rule) -> dict[str, object]:
    return {"holds": rule.holds, "waived_by": list(rule.waived_by)}


def tell(before: Assessment, after: Assessment) -> None:
    """Both decisions side by side, the rules that differ, and whose light changes."""
    console = Console() if sys.stdout.isatty() else Console(width=PIPED_CHARS)
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("như đã ghi\nas recorded")
    table.add_column("giả sử\nwhat if")
    table.add_row("Kết luận / verdict", *(both(DECISIONS[f.decision]) for f in (before, after)))
    for name, left, right in _differing(before, after):
        table.add_row(escape(name), left, right)
    for light in Light:
        counts = [Counter(s.light for s in f.units)[light] for f in (before, after)]
        table.add_row(f"Đơn vị / units: {both(LIGHTS[light])}", *map(str, counts))
    console.print(table)
    found = changes(before, after)
    if not found:
        typer.echo("Không mức nào đổi / no light changes")
    for one in found:
        typer.echo(visible(_line(one)))
    if any(one.unmeasured for one in found):
        typer.echo(
            "Điều chưa từng đo thì vẫn chưa rõ, phải đo lại"
            " / what was never measured stays unknown: measure it again"
        )


def _differing(before: Assessment, after: Assessment) -> Iterator[tuple[str, str, str]]:
    left = {rule.id: rule for rule in before.rules}
    right = {rule.id: rule for rule in after.rules}
    for name in dict.fromkeys((*left, *right)):
        told = _held(left.get(name)), _held(right.get(name))
        if told[0] != told[1] or name in (*before.decided_by, *after.decided_by):
            yield name, *told


def _held(rule: Rule | None) -> str:
    if rule is None:
        return "–"
    words = {True: "đạt / met", False: "chưa đạt / not met", None: "chưa rõ / undecided"}
    signed = ", ".join(f"#{number}" for number in rule.waived_by)
    waived = f" (miễn trừ / waived {signed})" if signed else ""
    return f"{words[rule.holds]}{waived}"


def _line(one: Change) -> str:
    before, after = LIGHTS[one.before], LIGHTS[one.after]
    told = f"  {one.slug}  {one.name}: {before.vi} → {after.vi} / {before.en} → {after.en}"
    if not one.unmeasured:
        return told
    shown = ", ".join(one.unmeasured[:NAMES_SHOWN])
    more = len(one.unmeasured) - NAMES_SHOWN
    rest = f" +{more}" if more > 0 else ""
    return f"{told}  (chưa từng đo / never measured: {shown}{rest})"
