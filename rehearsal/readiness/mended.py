"""What would be said if some troubles were mended? Only what was measured becomes a pass. Pure.

1. A finding that is mended is gone; so is what was only its consequence.
2. What was blocked by it, and was measured all the same, loses the failure it was blocked for.
3. What was blocked by it and never measured stays not measured: nobody knows what is behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from rehearsal.check import Registry
from rehearsal.model import Finding, Outcome, Verdict
from rehearsal.readiness.verdicts import Key

Trouble = tuple[str, str]
"""A target's id, and the code of what is told of it."""
NOTHING_MENDED: Collection[Trouble] = frozenset()
Rejudge = Callable[[Verdict], Verdict]
"""A blocked verdict, as it would read had nothing blocked it."""


def after_mending(
    verdicts: Iterable[Verdict], mended: Collection[Trouble], registry: Registry, own: Rejudge
) -> tuple[Verdict, ...]:
    """The same verdicts, had these troubles been mended before the trial."""
    before = {(v.check_id, v.target.id): v for v in verdicts}
    if not mended:
        return tuple(before.values())
    gone = _with_consequences(before.values(), mended, registry)
    return tuple(_after(v, before, gone, own) for v in before.values())


def _after(
    verdict: Verdict, before: Mapping[Key, Verdict], gone: Collection[Trouble], own: Rejudge
) -> Verdict:
    if verdict.blocked_by is None:
        return _without(verdict, gone)
    root = _root(verdict, before)
    if root is None or _without(root, gone).outcome is Outcome.FAIL:
        return verdict
    if verdict.measurement is None:
        return Verdict(verdict.check_id, verdict.target)
    freed = own(verdict)
    left = tuple(f for f in freed.findings if f.outcome is not Outcome.FAIL)
    return replace(freed, findings=left)


def _without(verdict: Verdict, gone: Collection[Trouble]) -> Verdict:
    left = tuple(f for f in verdict.findings if (verdict.target.id, f.code) not in gone)
    return verdict if left == verdict.findings else replace(verdict, findings=left)


def _root(verdict: Verdict, before: Mapping[Key, Verdict]) -> Verdict | None:
    """What a check waits for in the end; None where that is not known here."""
    seen: Verdict | None = verdict
    while seen is not None and seen.blocked_by is not None:
        seen = before.get((seen.blocked_by, seen.blocked_at or seen.target.id))
    return seen


def _with_consequences(
    verdicts: Iterable[Verdict], mended: Collection[Trouble], registry: Registry
) -> frozenset[Trouble]:
    """What is mended, and what is told of the same target only because of it."""
    told = [(v, f) for v in verdicts for f in v.findings]
    codes: dict[str, set[str]] = {}
    for verdict, finding in told:
        codes.setdefault(verdict.target.id, set()).add(finding.code)
    gone = frozenset(mended)
    while more := frozenset(_following(told, codes, gone, registry)) - gone:
        gone |= more
    return gone


def _following(
    told: Iterable[tuple[Verdict, Finding]],
    codes: Mapping[str, Collection[str]],
    gone: Collection[Trouble],
    registry: Registry,
) -> Iterable[Trouble]:
    for verdict, finding in told:
        target = verdict.target.id
        spec = registry[verdict.check_id].findings.get(finding.code)
        above = {c for c in spec.follows if c in codes[target]} if spec else set()
        if above and all((target, code) in gone for code in above):
            yield target, finding.code
        if spec and (target, finding.code) in gone:
            yield from ((target, code) for code in spec.explains if code in codes[target])
