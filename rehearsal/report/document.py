"""What does `results.json`, the source of every other export, say of a trial?"""

import dataclasses
import enum
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from rehearsal.model import (
    Assessment,
    Attempt,
    Cause,
    City,
    Declaration,
    Earlier,
    Failure,
    Finding,
    Hub,
    Light,
    Outcome,
    Rechecked,
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
from rehearsal.model.action import Action
from rehearsal.model.decision import WaiverHeld
from rehearsal.report.safe import excerpt, visible

SCHEMA_VERSION: Final = 1
RESULTS_SCHEMA = Path(__file__).parents[2] / "docs" / "results.schema.json"
# The journal's, to judge again; the inventory's holds paths of ours.
_SNAPSHOTS = {"inventory_snapshot", "criteria_snapshot"}
_DEPTH_MAX = 12  # a finding's values begin at 7; deeper ones are a peer's toy

Document = dict[str, Any]
History = Mapping[tuple[str, str], tuple[Earlier, ...]]


def results_document(assessment: Assessment, actions: Sequence[Action] = ()) -> Document:
    """Return the document that `docs/results.schema.json` describes, fit for strict JSON."""
    told = {"actions": action_documents(actions)}
    return dict(jsonable(_document(assessment)) | told)


def action_documents(actions: Sequence[Action]) -> list[Document]:
    """Return the actions as they stand in the document."""
    return [dict(jsonable(_action(action))) for action in actions]


def _document(assessment: Assessment) -> Document:
    return {
        "schema": SCHEMA_VERSION,
        "run": _run(assessment.run, assessment.rechecks),
        "city": _city(assessment.city),
        "inventory_digest": assessment.inventory_digest,
        "verdict": assessment.decision.value,
        "decided_by": list(assessment.decided_by),
        "criteria_digest": assessment.criteria_digest,
        "score": assessment.score,
        "waivers": [_waiver(held) for held in assessment.waivers],
        "reasons": [r.id for r in assessment.rules if r.is_mandatory and r.holds is not True],
        "counts": _counts(assessment),
        "rules": [_rule(rule) for rule in assessment.rules],
        "reports": assessment.reports,
        "contradictions": assessment.contradictions,
        "causes": [_cause(cause) for cause in assessment.causes],
        "units": [_standing(standing, assessment.history) for standing in assessment.units],
        "hubs": [_standing(standing, assessment.history) for standing in assessment.hubs],
        "systems": [_standing(s, assessment.history) for s in assessment.systems],
        "roll_call": _roll_call(assessment.roll_call),
        "stages": [_stage(stage) for stage in assessment.stages],
        "synthetic": {
            "created": assessment.synthetic.created,
            "cleaned": assessment.synthetic.cleaned,
            "left": assessment.synthetic.left,
        },
        "remnants": [_remnant(remnant) for remnant in assessment.synthetic.remnants],
    }


def _run(run: Run, rechecks: Iterable[Rechecked]) -> Document:
    return {
        "id": run.id,
        "phase": run.phase,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "state": run.state,
        "city": run.city,
        "resumes": run.resumes,
        "reports_to": run.reports_to,
        "parameters": {k: v for k, v in run.parameters.items() if k not in _SNAPSHOTS},
        "rechecks": [dataclasses.asdict(recheck) for recheck in rechecks],
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
        "undecided": list(rule.undecided),
        "waived_by": list(rule.waived_by),
        "is_covered": rule.is_covered,
        "sources": [_text(source) for source in rule.sources],
        "own_choice": _text(rule.own_choice) if rule.own_choice else None,
    }


def _waiver(held: WaiverHeld) -> Document:
    """Every one, also where it has no effect: none is silent."""
    waiver = held.waiver
    return {
        "id": waiver.id,
        "rule": waiver.rule,
        "subject": waiver.subject,
        "state": held.state.value,
        "is_used": held.is_used,
        "signed_at": waiver.at.isoformat(),
        "signed_by": waiver.signed_by,
        "role": waiver.role,
        "reason": waiver.reason,
        "expires": waiver.expires.isoformat(),
        "withdrawn_at": waiver.withdrawn_at.isoformat() if waiver.withdrawn_at else None,
        "withdrawn_by": waiver.withdrawn_by,
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
        "frees_with_above": cause.frees_with_above,
        "says": _text(cause.says),
        "do": _text(cause.do),
        "level": cause.level.value,
        "confidence": cause.confidence,
        "evidence": [_text(text) for text in cause.evidence],
        "against": [_text(text) for text in cause.against],
        "disproof": _text(cause.disproof) if cause.disproof else None,
        "owner": dataclasses.asdict(cause.owner) if cause.owner else None,
    }


def _action(action: Action) -> Document:
    return {
        "key": action.key,
        "state": action.state.value,
        "group": action.group.value,
        "kind": action.kind,
        "scope": dict(action.scope),
        "says": _text(action.says),
        "targets": sorted({target for target, _ in action.pairs}),
        "failing": sorted({target for target, _ in action.failing}),
        "not_measured": action.not_measured,
        "units": list(action.units),
        "frees": action.frees,
        "opened": action.opened.isoformat(),
        "opened_in": action.opened_in,
        "clear": {
            field.value: {
                "says": _text(cell.value) if cell.value else None,
                "said_by": cell.written.said_by if cell.written else None,
            }
            for field, cell in action.cells.items()
        },
        "missing": [field.value for field in action.missing],
        "history": [
            {
                "at": one.at.isoformat(),
                "turn": one.turn.value,
                "in": one.label,
                "is_recheck": one.is_recheck,
                "left": one.left,
            }
            for one in action.history
        ],
    }


def _standing(standing: Standing, history: History) -> Document:
    return {
        **_owner(standing),
        "readiness": standing.light.value,
        "causes": list(standing.causes),
        "checks": [
            _verdict(v) | _history(history.get((v.check_id, v.target.id), ()))
            for v in standing.verdicts
        ],
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
        "findings": [_finding(finding) for finding in verdict.findings],
        "started": measurement.started_at.isoformat() if measurement else None,
        "elapsed_s": measurement.elapsed_s if measurement else None,
        "vantage": measurement.vantage if measurement else None,
        "attempts": len(measurement.attempts) if measurement else 0,
        "steps": _steps(measurement.attempts if measurement else ()),
        "observer": dataclasses.asdict(measurement.observer) if measurement else None,
    }


def _history(earlier: Iterable[Earlier]) -> Document:
    """What was said before it was measured again, the oldest first."""
    return {"history": [_earlier(one) for one in earlier]}


def _earlier(one: Earlier) -> Document:
    measurement = one.verdict.measurement
    return {
        "round": one.round,
        "at": one.at.isoformat(),
        "outcome": one.verdict.outcome.word,
        "failure": _failure(measurement.failure if measurement else None),
        "blocked_by": one.verdict.blocked_by,
        "blocked_at": one.verdict.blocked_at,
        "findings": [_finding(finding) for finding in one.verdict.findings],
    }


def _finding(finding: Finding) -> Document:
    return {
        "code": finding.code,
        "outcome": finding.outcome.word,
        "values": dict(finding.values),
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
