"""What is told of which target, and what of it only follows from something else?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rehearsal.check import FindingSpec, Registry
from rehearsal.model import Finding, Outcome, Step, Verdict

Trouble = tuple[str, str]
"""A target's id, and the code of what is told of it."""
# What is unknown because we or our resolver failed needs mending as well: by us.
_SHOWN = (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Fate:
    """What failures must have in common to have one cause: the step, the kind, the words.

    `is_ours`: nothing is known of the target, for reasons of our own.
    """

    step: Step | None
    code: str
    is_ours: bool
    words: str


@dataclass(frozen=True, slots=True)
class Symptom:
    """One finding of one verdict; `place` is the verdict's among all of them."""

    fate: Fate
    place: int
    verdict: Verdict
    finding: Finding


def symptoms_by_fate(
    verdicts: Sequence[Verdict], following: Collection[Trouble], registry: Registry
) -> dict[Fate, list[Symptom]]:
    """Everything that needs mending, in the order of the verdicts."""
    found: dict[Fate, list[Symptom]] = {}
    for place, verdict in enumerate(verdicts):
        if verdict.blocked_by is not None or verdict.is_undeclared:
            continue
        for finding in verdict.findings:
            is_told = (verdict.target.id, finding.code) not in following
            if is_told and finding.outcome in _SHOWN:
                fate = _fate(verdict, finding, registry)
                found.setdefault(fate, []).append(Symptom(fate, place, verdict, finding))
    return found


def _fate(verdict: Verdict, finding: Finding, registry: Registry) -> Fate:
    failure = verdict.measurement.failure if verdict.measurement else None
    spec = registry[verdict.check_id].findings.get(finding.code)
    return Fate(
        step=failure.step if failure else None,
        code=finding.code,
        is_ours=finding.outcome is Outcome.UNKNOWN,
        words=spec.says.vi if spec else "",
    )


def consequences(verdicts: Sequence[Verdict], registry: Registry) -> set[Trouble]:
    """What only follows from something else that is told of the same target, as gravely."""
    told: dict[Trouble, Outcome] = {}
    for verdict in verdicts:
        for finding in verdict.findings:
            key = verdict.target.id, finding.code
            told[key] = max(finding.outcome, told.get(key, Outcome.PASS))
    found: set[Trouble] = set()
    for verdict in verdicts:
        specs = _specs(verdict, registry)
        for finding, spec in specs:
            for code in spec.follows:
                if told.get((verdict.target.id, code), -1) >= finding.outcome:
                    others = (s for f, s in specs if f is not finding)
                    tells_more = code in spec.explains and _none_follows(others, code)
                    found.add((verdict.target.id, code if tells_more else finding.code))
    return found


def _specs(verdict: Verdict, registry: Registry) -> list[tuple[Finding, FindingSpec]]:
    known = registry[verdict.check_id].findings
    return [(f, known[f.code]) for f in verdict.findings if f.code in known]


def _none_follows(specs: Iterable[FindingSpec], code: str) -> bool:
    return not any(code in spec.follows for spec in specs)
