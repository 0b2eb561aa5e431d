"""What does `rehearse compare --json` say of two trials?"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from rehearsal.model import Cause, Outcome, Run, Text, Verdict
from rehearsal.model.comparison import (
    Calibration,
    CauseChange,
    Comparison,
    Miss,
    Movement,
    OnlyIn,
    OwnerChange,
    OwnerTiming,
    RowChange,
    RuleChange,
    Share,
    StageTiming,
    Timing,
)
from rehearsal.report.document import Document, jsonable

SCHEMA_VERSION: Final = 1
COMPARISON_SCHEMA = Path(__file__).parents[2] / "docs" / "comparison.schema.json"


def comparison_document(found: Comparison) -> Document:
    """Return the document that `docs/comparison.schema.json` describes, fit for strict JSON."""
    return dict(jsonable(_document(found)))


def _document(found: Comparison) -> Document:
    return {
        "schema": SCHEMA_VERSION,
        "older": _run(found.older, found.decisions[0].value),
        "newer": _run(found.newer, found.decisions[1].value),
        "notes": [
            {"caution": n.caution.value, "older": n.older, "newer": n.newer}
            for n in found.notes
        ],
        "counts": {movement.value: found.counts.get(movement, 0) for movement in Movement},
        "matrix": [
            {"older": a.word, "newer": b.word, "checks": count}
            for (a, b), count in sorted(found.matrix.items())
        ],
        "lights": [
            {"older": a.value, "newer": b.value, "units": count}
            for (a, b), count in sorted(found.lights.items())
        ],
        "rules": [_rule_change(change) for change in found.rules],
        "causes": [_cause_change(change) for change in found.causes],
        "owners": [_owner(change) for change in found.owners],
        "rows": [_row(row) for row in found.rows],
        "only_in": [_only(one) for one in found.only_in],
        "limits": [
            {"check": c.check_id, "limit": c.name, "older": c.older, "newer": c.newer}
            for c in found.limits
        ],
        "addresses": [
            {"target": c.target_id, "older": c.older, "newer": c.newer} for c in found.addresses
        ],
        "times": [_timing(timing) for timing in found.timings],
    }


def _run(run: Run, verdict: str) -> Document:
    return {
        "id": run.id,
        "phase": run.phase,
        "city": run.city,
        "started": run.started.isoformat(),
        "finished": _iso(run.finished),
        "state": run.state,
        "verdict": verdict,
    }


def _row(row: RowChange) -> Document:
    return {
        "check": row.check_id,
        "target": row.target_id,
        "owner": row.owner,
        "movement": row.movement.value,
        "older": _verdict(row.older),
        "newer": _verdict(row.newer),
        "address_changed": row.is_moved,
    }


def _verdict(verdict: Verdict | None) -> Document | None:
    if verdict is None:
        return None
    codes = [f.code for f in sorted(verdict.findings, key=lambda f: (-f.outcome, f.code))]
    return {"outcome": verdict.outcome.word, "codes": codes, "blocked_by": verdict.blocked_by}


def _only(one: OnlyIn) -> Document:
    return {
        "check": one.check_id,
        "movement": one.movement.value,
        "outcomes": _counts(one.outcomes),
        "unwell": list(one.unwell),
    }


def _owner(change: OwnerChange) -> Document:
    return {
        "slug": change.slug,
        "name": change.name,
        "sort": change.sort,
        "movement": change.movement.value,
        "older": change.older.value if change.older else None,
        "newer": change.newer.value if change.newer else None,
        "checks": {movement.value: count for movement, count in change.rows.items()},
    }


def _cause_change(change: CauseChange) -> Document:
    return {
        "movement": change.movement.value,
        "older": _cause(change.older),
        "newer": _cause(change.newer),
        "checks_in_the_other": _counts(change.rows),
    }


def _cause(cause: Cause | None) -> Document | None:
    if cause is None:
        return None
    return {
        "id": cause.id,
        "group": cause.group.value,
        "kind": cause.kind,
        "scope": dict(cause.scope),
        "units": list(cause.units),
        "frees": cause.frees,
        "says": _text(cause.says),
    }


def _rule_change(change: RuleChange) -> Document:
    return {
        "id": change.shown.id,
        "movement": change.movement.value,
        "says": _text(change.shown.says),
        "older": change.older.holds if change.older else None,
        "newer": change.newer.holds if change.newer else None,
    }


def _timing(timing: Timing) -> Document:
    return {
        "run": timing.run_id,
        "stages": [_stage(stage) for stage in timing.stages],
        "owners": [_owner_timing(owner) for owner in timing.owners],
    }


def _stage(stage: StageTiming) -> Document:
    return {
        "stage": stage.stage,
        "planned_s": stage.planned_s,
        "due": _iso(stage.due),
        "began": stage.began.isoformat(),
        "ended": _iso(stage.ended),
        "took_s": stage.took_s,
        "beginnings": stage.beginnings,
        "problem": stage.problem,
    }


def _owner_timing(owner: OwnerTiming) -> Document:
    return {
        "owner": owner.owner,
        "first": _iso(owner.first),
        "last": _iso(owner.last),
        "planned": owner.planned,
        "measured": owner.measured,
        "planned_s": owner.planned_s,
        "took_s": owner.took_s,
        "late_s": owner.late_s,
    }


def calibration_document(found: Calibration) -> Document:
    """Return what was predicted against what happened, fit for strict JSON."""
    told = {
        "run": found.run_id,
        "go_live": found.go_live.isoformat(),
        "facts": found.facts,
        "table": [
            {"predicted": a.value, "happened": b.value, "units": count}
            for (a, b), count in found.table.items()
        ],
        "red_came_true": _share(found.red_came_true),
        "green_stayed": _share(found.green_stayed),
        "rosier": [_miss(miss) for miss in found.rosier],
        "gloomier": [_miss(miss) for miss in found.gloomier],
        "silent": list(found.silent),
        "strangers": list(found.strangers),
    }
    return dict(jsonable(told))


def _share(share: Share) -> Document:
    return {"hits": share.hits, "of": share.of, "ratio": share.ratio}


def _miss(miss: Miss) -> Document:
    return {
        "unit": miss.unit,
        "name": miss.name,
        "predicted": miss.predicted.value,
        "happened": miss.fact.light.value,
        "at": miss.fact.at.isoformat(),
        "said_by": miss.fact.said_by,
        "note": miss.fact.note,
    }


def _counts(outcomes: Mapping[Outcome, int]) -> Document:
    return {outcome.word: count for outcome, count in outcomes.items()}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _text(text: Text) -> Document:
    return {"vi": text.vi, "en": text.en}
