"""Which layer of a target broke first, and which ones could not be seen behind it?"""

from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.model import Outcome, Rung, Step, Target, Text, Verdict
from rehearsal.report.clock import Clock, span
from rehearsal.report.view import marks
from rehearsal.report.view.facts import Fact, facts
from rehearsal.report.view.marks import Mark
from rehearsal.report.words import STEPS

_WEB = (Step.RESOLVE, Step.CONNECT, Step.TLS_HANDSHAKE, Step.HTTP_EXCHANGE)
_SOCKET = (*_WEB[:3], Step.WS_UPGRADE, Step.SIGNALLING)
_CALL = (*_WEB[:3], Step.SIGNALLING)
_CHAINS = {"https": _WEB, "http": _WEB, "wss": _SOCKET, "ws": _SOCKET}
_PLAIN_SCHEMES = frozenset({"http", "ws", "sip", "h323"})
_ORDER = {step: rank for rank, step in enumerate(Step)}


@dataclass(frozen=True, slots=True)
class Layer:
    """One row of the ladder; only the first broken one is open."""

    step: Text
    mark: Mark
    elapsed: Text | None
    code: str
    facts: tuple[Fact, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    rung: Rung | None
    outcome: Outcome
    code: str = ""


def ladder(target: Target, verdicts: Sequence[Verdict], clock: Clock) -> tuple[Layer, ...]:
    """Merge the last attempts of a target's checks; a broken rung hides a held one."""
    seen = _seen(verdicts)
    steps = sorted({*_expected(target), *seen}, key=_ORDER.__getitem__)
    first_broken = next(
        (step for step in steps if step in seen and _is_broken(seen[step])), None
    )
    return tuple(_layer(step, seen.get(step), first_broken, clock) for step in steps)


def _expected(target: Target) -> tuple[Step, ...]:
    scheme = target.url.partition(":")[0].lower()
    chain = _CHAINS.get(scheme, _CALL)
    is_plain = scheme in _PLAIN_SCHEMES
    return tuple(step for step in chain if not (is_plain and step is Step.TLS_HANDSHAKE))


def _seen(verdicts: Sequence[Verdict]) -> dict[Step, _Seen]:
    seen: dict[Step, _Seen] = {}
    for verdict in verdicts:
        for step, sight in _sights(verdict):
            if step not in seen or (_is_broken(sight) and not _is_broken(seen[step])):
                seen[step] = sight
    seen.pop(Step.OBSERVE, None)  # our own trouble is no layer of theirs
    return seen


def _sights(verdict: Verdict) -> list[tuple[Step, _Seen]]:
    measurement = verdict.measurement
    if measurement is None:
        return []
    rungs = measurement.attempts[-1].rungs if measurement.attempts else ()
    sights = [(rung.step, _Seen(rung, verdict.outcome)) for rung in rungs]
    if (failure := measurement.failure) is None:
        return sights
    own = {step: sight.rung for step, sight in sights}
    broken = _Seen(own.get(failure.step), verdict.outcome, failure.kind)
    return [(step, sight) for step, sight in sights if step is not failure.step] + [
        (failure.step, broken)
    ]


def _is_broken(sight: _Seen) -> bool:
    return bool(sight.code) or (sight.rung is not None and not sight.rung.held)


def _layer(step: Step, sight: _Seen | None, first_broken: Step | None, clock: Clock) -> Layer:
    if sight is None:
        is_behind = first_broken is not None and _ORDER[step] > _ORDER[first_broken]
        mark = marks.BLOCKED_BY_LAYER if is_behind else marks.NOT_SEEN
        return Layer(STEPS[step], mark, None, "", (), is_open=False)
    broken = _is_broken(sight)
    return Layer(
        STEPS[step],
        marks.of_outcome(_broken_outcome(sight)) if broken else marks.HELD,
        span(sight.rung.elapsed_s) if sight.rung else None,
        sight.code,
        facts(sight.rung.facts, clock) if sight.rung else (),
        is_open=step is first_broken,
    )


def _broken_outcome(sight: _Seen) -> Outcome:
    """A layer that did not hold is never green, whatever the check made of it."""
    return max(sight.outcome, Outcome.WARN)
