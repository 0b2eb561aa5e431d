"""What does `results.json`, the source of every other export, say of a trial?"""

import dataclasses
import enum
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from rehearsal.model import (
    Assessment,
    Attempt,
    Cause,
    City,
    Declaration,
    Failure,
    Hub,
    Light,
    Outcome,
    Remnant,
    RollCall,
    Rule,
    Run,
    StageTime,
    Standing,
    Text,
    Unit,
    Verdict,
)
from rehearsal.report.safe import excerpt, visible

SCHEMA_VERSION: Final = 1
RESULTS_SCHEMA = Path(__file__).parents[2] / "docs" / "results.schema.json"
_SNAPSHOT = "inventory_snapshot"  # the journal's, to judge again; it holds paths of ours
_DEPTH_MAX = 12  # a finding's values begin at 7; deeper ones are a peer's toy

Document = dict[str, Any]


def results_document(assessment: Assessment) -> Document:
    """Return the document that `docs/results.schema.json` describes, fit for strict JSON."""
    return dict(jsonable(_document(assessment)))


def _document(assessment: Assessment) -> Document:
    return {
        "schema": SCHEMA_VERSION,
        "run": _run(assessment.run),
        "city": _city(assessment.city),
        "inventory_digest": assessment.inventory_digest,
        "verdict": assessment.decision.value,
        "reasons": [r.id for r in assessment.rules if r.is_mandatory and r.holds is not True],
        "counts": _counts(assessment),
        "rules": [_rule(rule) for rule in assessment.rules],
        "causes": [_cause(cause) for cause in assessment.causes],
        "units": [_standing(standing) for standing in assessment.units],
        "hubs": [_standing(standing) for standing in assessment.hubs],
        "systems": [_standing(standing) for standing in assessment.systems],
        "roll_call": _roll_call(assessment.roll_call),
        "stages": [_stage(stage) for stage in assessment.stages],
        "synthetic": {
            "created": assessment.synthetic.created,
            "cleaned": assessment.synthetic.cleaned,
            "left": assessment.synthetic.left,
        },
        "remnants": [_remnant(remnant) for remnant in assessment.synthetic.remnants],
    }


def _run(run: Run) -> Document:
    return {
        "id": run.id,
        "phase": run.phase,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "state": run.state,
        "city": run.city,
        "resumes": run.resumes,
        "reports_to": run.reports_to,
        "parameters": {k: v for k, v in run.parameters.items() if k != _SNAPSHOT},
    }


def _city(city: City) -> Document:
    return {
        "name": city.name,
        "timezone": city.timezone,
        "go_live": city.go_live.isoformat(),
        "register": city.register,
    }


def _counts(assessment: Assessment) -> Document:
    lights = [standing.light for standing in assessment.units]
    readiness = {light.value: lights.count(light) for light in Light}
    return {
        "units": readiness,
        "planned": assessment.planned,
        "measured": assessment.measured,
    }


def _rule(rule: Rule) -> Document:
    return {
        "id": rule.id,
        "is_mandatory": rule.is_mandatory,
        "holds": rule.holds,
        "says": _text(rule.says),
        "detail": _text(rule.detail),
        "subjects": list(rule.subjects),
    }


def _cause(cause: Cause) -> Document:
    return {
        "id": cause.id,
        "group": cause.group.value,
        "step": cause.step.value if cause.step else None,
        "kind": cause.kind,
        "scope": dict(cause.scope),
        "units": list(cause.units),
        "targets": list(cause.targets),
        "frees": cause.frees,
        "says": _text(cause.says),
        "do": _text(cause.do),
    }


def _standing(standing: Standing) -> Document:
    return {
        **_owner(standing),
        "readiness": standing.light.value,
        "causes": list(standing.causes),
        "checks": [_verdict(verdict) for verdict in standing.verdicts],
    }


def _owner(standing: Standing) -> Document:
    owner = standing.owner
    if isinstance(owner, Unit):
        return {
            "code": owner.code,
            "slug": owner.slug,
            "name": owner.name,
            "kind": owner.kind,
            "former_province": owner.former_province,
        }
    if isinstance(owner, Hub):
        return {"code": None, "slug": owner.slug, "name": owner.name, "kind": owner.role}
    return {
        "code": None,
        "slug": owner.key,
        "target": owner.id,
        "name": owner.name,
        "kind": owner.kind.value,
    }


def _verdict(verdict: Verdict) -> Document:
    measurement = verdict.measurement
    return {
        "id": verdict.check_id,
        "target": verdict.target.id,
        "placeholder": verdict.target.placeholder,
        "outcome": verdict.outcome.word,
        "failure": _failure(measurement.failure if measurement else None),
        "blocked_by": verdict.blocked_by,
        "blocked_at": verdict.blocked_at,
        "declared": _declared(verdict.declared),
        "findings": [
            {"code": f.code, "outcome": f.outcome.word, "values": dict(f.values)}
            for f in verdict.findings
        ],
        "started": measurement.started_at.isoformat() if measurement else None,
        "elapsed_s": measurement.elapsed_s if measurement else None,
        "vantage": measurement.vantage if measurement else None,
        "attempts": len(measurement.attempts) if measurement else 0,
        "steps": _steps(measurement.attempts if measurement else ()),
        "observer": dataclasses.asdict(measurement.observer) if measurement else None,
    }


def _declared(said: Declaration | None) -> Document | None:
    """Who says so, and when, where people answered."""
    if said is None:
        return None
    note = excerpt(str(said.answers.get("note", ""))).text
    return {"said_by": said.said_by, "said_at": said.said_at.isoformat(), "note": note}


def _failure(failure: Failure | None) -> Document | None:
    if failure is None:
        return None
    detail = excerpt(failure.detail).text
    return {"step": failure.step.value, "kind": failure.kind, "detail": detail}


def _steps(attempts: tuple[Attempt, ...]) -> list[Document]:
    """Return the rungs of the attempt that counts, the last one."""
    return [
        {"step": r.step.value, "elapsed_s": r.elapsed_s, "held": r.held}
        for attempt in attempts[-1:]
        for r in attempt.rungs
    ]


def _roll_call(call: RollCall | None) -> Document | None:
    if call is None:
        return None
    return dataclasses.asdict(call)


def _stage(stage: StageTime) -> Document:
    return {
        "stage": stage.stage,
        "began": stage.began.isoformat(),
        "ended": stage.ended.isoformat() if stage.ended else None,
        "problem": stage.problem,
    }


def _text(text: Text) -> Document:
    return {"vi": text.vi, "en": text.en}


def jsonable(value: object, depth: int = 0) -> Any:
    """Return what strict JSON can hold; foreign text is spelled out, never trusted."""
    if depth > _DEPTH_MAX:
        return visible(str(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: jsonable(getattr(value, name), depth + 1) for name in names}
    if isinstance(value, Mapping):
        return {visible(str(k)): jsonable(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item, depth + 1) for item in _ordered(value)]
    return _scalar(value)


def _ordered(values: Iterable[object]) -> Iterable[object]:
    return sorted(values, key=str) if isinstance(values, set | frozenset) else values


def _scalar(value: object) -> Any:
    if isinstance(value, Outcome):
        return value.word
    if isinstance(value, enum.Enum):
        return visible(str(value.value))
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return visible(value.hex() if isinstance(value, bytes) else str(value))


def _remnant(remnant: Remnant) -> dict[str, object]:
    return {
        "marker": remnant.intent.marker,
        "check": remnant.intent.check_id,
        "target": remnant.intent.target_id,
        "store": remnant.intent.store,
        "owner": remnant.intent.target_id.partition("/")[0],
        "problem": visible(remnant.last.problem) if remnant.last else "",
    }
