"""What does each measurement mean, and what could not even be tried?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter

from rehearsal.check import Check, Circumstances, Registry
from rehearsal.kinds import spec_of
from rehearsal.model import (
    Declaration,
    Failure,
    Finding,
    Measurement,
    Outcome,
    Step,
    Target,
    Verdict,
)
from rehearsal.plan import PlannedCheck
from rehearsal.readiness.clock import RIGHT, OwnClock

Key = tuple[str, str]
Limits = Mapping[str, Mapping[str, float]]
NO_LIMITS: Limits = {}
NOBODY_SAID: Mapping[Key, Declaration] = {}
NO_HUBS: Mapping[str, str] = {}
ALL_RIGHT: Mapping[Key, OwnClock] = {}
_OWN_STEPS = (Step.RESOLVE, Step.TLS_HANDSHAKE)
# What no way to a meeting does: a refusal of this one, and what a hall does to its sound.
_OWN_KINDS = frozenset(
    {"account_in_use", "join_denied", "no_such_room", "room_full"}
    | {"echo_from_hall", "silent_when_called"}
)


def judge(
    check: Check[Any],
    measurement: Measurement[Any],
    target: Target,
    *,
    go_live: date,
    limits: Mapping[str, float] | None = None,
    clock: OwnClock = RIGHT,
) -> Verdict:
    """The same measurement under the same limits always gives the same verdict."""
    failure = measurement.failure
    if failure is not None:
        return Verdict(check.id, target, (failed(clock.doubts(failure)),), measurement)
    effective = check.standard | dict(limits or {})
    measured_at = measurement.started_at + timedelta(seconds=clock.ahead_s)
    around = Circumstances(target, measured_at, go_live, clock.ahead_s)
    found = tuple(check.judge(measurement.evidence, effective, around))
    return Verdict(check.id, target, found, measurement)


def failed(failure: Failure) -> Finding:
    """What is told of a failure, as gravely as the catalogue of kinds has it."""
    spec = spec_of(failure.step, failure.kind)
    values = {"step": failure.step.value, "detail": failure.detail}
    return Finding(failure.kind, spec.outcome, values)


def judge_all(
    planned: Iterable[PlannedCheck],
    measured: Mapping[Key, Measurement[Any]],
    registry: Registry,
    *,
    go_live: date,
    limits: Limits = NO_LIMITS,
    hubs: Mapping[str, str] = NO_HUBS,
    declared: Mapping[Key, Declaration] = NOBODY_SAID,
    clocks: Mapping[Key, OwnClock] = ALL_RIGHT,
) -> tuple[Verdict, ...]:
    """A verdict for every planned check; what depends on a failed one is BLOCKED by it.

    `hubs` leads from a unit's slug to the id of its hub's bridge; `clocks` is how ours went
    when each of them was measured.
    """
    own: dict[Key, Verdict] = {}
    order = list(planned)
    for item in order:
        key = (item.check_id, item.target.id)
        found, said = measured.get(key), declared.get(key)
        clock = clocks.get(key, RIGHT)
        own[key] = (
            _own(item, found, registry, go_live=go_live, limits=limits, clock=clock)
            if said is None
            else _said(item, said, registry, go_live=go_live, limits=limits)
        )
    dependent = [_dependent(own[i.check_id, i.target.id], own, registry) for i in order]
    return tuple(_behind_hub(verdict, own, registry, hubs) for verdict in dependent)


def _own(
    item: PlannedCheck,
    measurement: Measurement[Any] | None,
    registry: Registry,
    *,
    go_live: date,
    limits: Limits,
    clock: OwnClock,
) -> Verdict:
    if measurement is None:
        return _unmeasured(item)
    check = registry[item.check_id]
    changed = limits.get(check.id)
    return judge(check, measurement, item.target, go_live=go_live, limits=changed, clock=clock)


def _said(
    item: PlannedCheck,
    declaration: Declaration,
    registry: Registry,
    *,
    go_live: date,
    limits: Limits,
) -> Verdict:
    """What people answer is judged like evidence, and remains what people said."""
    check, target = registry[item.check_id], item.target
    around = Circumstances(target, declaration.said_at, go_live)
    answers = TypeAdapter(check.evidence).validate_python(declaration.answers)
    effective = check.standard | dict(limits.get(check.id, {}))
    found = tuple(check.judge(answers, effective, around))
    return Verdict(check.id, target, found, declared=declaration)


def _unmeasured(item: PlannedCheck) -> Verdict:
    """Nothing was measured: a placeholder says why, anything else just never ran."""
    if not item.is_held:
        return Verdict(item.check_id, item.target)
    failure = Failure(Step.OBSERVE, "address_is_placeholder", item.target.url)
    return Verdict(item.check_id, item.target, (failed(failure),))


def _dependent(verdict: Verdict, own: Mapping[Key, Verdict], registry: Registry) -> Verdict:
    """BLOCKED, if a check that this one requires failed and this one has no evidence."""
    has_evidence = verdict.measurement is not None and verdict.measurement.failure is None
    if has_evidence or verdict.declared is not None:
        return verdict
    for required in registry[verdict.check_id].requires:
        below = own.get((required, verdict.target.id))
        if below is not None and is_blocking(below):
            measurement = verdict.measurement
            return Verdict(verdict.check_id, verdict.target, (), measurement, required)
    return verdict


def _behind_hub(
    verdict: Verdict, own: Mapping[Key, Verdict], registry: Registry, hubs: Mapping[str, str]
) -> Verdict:
    """BLOCKED by its hub, if the hub failed the same check on the way that both share.

    What goes wrong before that way begins, at its own name or certificate, stays its own,
    and so does what no way does: a refusal of this one, or what its hall does to the sound.
    """
    hub = hubs.get(verdict.target.owner)
    if hub is None or verdict.outcome is not Outcome.FAIL:
        return verdict
    check = registry[verdict.check_id]
    above = own.get((check.id, hub))
    if not check.through_hub or above is None or above.outcome is not Outcome.FAIL:
        return verdict
    if not _is_of_the_way(verdict, above):
        return verdict
    measured = verdict.measurement
    return Verdict(check.id, verdict.target, (), measured, check.id, blocked_at=hub)


def _is_of_the_way(verdict: Verdict, above: Verdict) -> bool:
    """Whether the hub's fault explains it: a cut one all that ways do, else the same."""
    is_cut = above.measurement is not None and above.measurement.failure is not None
    failure = verdict.measurement.failure if verdict.measurement else None
    if failure is not None and (not is_cut or failure.step in _OWN_STEPS):
        return False
    codes = {f.code for f in verdict.findings if f.outcome is Outcome.FAIL}
    same = {f.code for f in above.findings if f.outcome is Outcome.FAIL}
    return not codes & _OWN_KINDS if is_cut else codes <= same


def is_blocking(verdict: Verdict) -> bool:
    """Whether checks that require this one need not be tried: there is nothing below them.

    A finding, however grave, blocks nobody: what ends next week works today.
    """
    failed = verdict.measurement is not None and verdict.measurement.failure is not None
    return failed and verdict.outcome is Outcome.FAIL
