"""What was found about one target: layer by layer, check by check, with its evidence?"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rehearsal.model import Attempt, Finding, Measurement, Outcome, Target, Text, Verdict
from rehearsal.report.clock import Clock, number, span
from rehearsal.report.document import jsonable
from rehearsal.report.safe import Excerpt, anchor, excerpt
from rehearsal.report.view import marks
from rehearsal.report.view.facts import FACT_MAX_BYTES, Fact, observer_facts, written
from rehearsal.report.view.ladder import Layer, ladder
from rehearsal.report.view.marks import Mark
from rehearsal.report.view.places import Places
from rehearsal.report.wording import Wording
from rehearsal.report.words import BLOCS, STEPS, UNITS, worded

_NOT_RUN = Text("Không kịp đo trong lần diễn tập này.", "It was not reached in this trial.")
_PLACEHOLDER = Text(
    "Danh mục ghi một địa chỉ giữ chỗ cho đích này. Không có gì được đo ở đây: hãy điền địa "
    "chỉ thật vào danh mục rồi chạy lại.",
    "The inventory holds a placeholder for this target. Nothing was measured here: enter the "
    "real address and run again.",
)
_TOLD_ELSEWHERE = frozenset({"step", "detail"})  # by the ladder and the raw evidence
_ALL_HELD = Text(
    "Mọi lớp đều thông; điều chưa đạt nằm trong kết quả phép thử dưới đây.",
    "Every layer held; what is wrong lies in the results of the checks below.",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One value beside its limit; either may be missing."""

    name: str
    measured: Text | None
    limit: Text | None
    why: Text | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """One finding in words: what happened, what to do."""

    code: str
    mark: Mark
    says: Text
    do: Text
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt; every one is shown when there was more than one."""

    began: str
    elapsed: Text
    ended: Text
    code: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check on one target."""

    id: str
    asks: Text
    mark: Mark
    is_open: bool
    when: str
    elapsed: Text | None
    attempts: int
    note: Text | None
    opinions: tuple[Opinion, ...]
    tries: tuple[Try, ...]
    observer: tuple[Fact, ...]
    vantage: str
    raw: tuple[tuple[Text, Excerpt], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One target; a placeholder has neither layers nor checks."""

    id: str
    name: str
    bloc: Text | None
    address: str
    protocol: str
    mark: Mark
    note: Text | None
    is_open: bool
    layers: tuple[Layer, ...]
    checks: tuple[CheckView, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the measurements aloud: the checks' words and the city's clock."""

    wording: Wording
    clock: Clock
    places: Places

    def cards(self, targets: Iterable[Target], verdicts: Sequence[Verdict]) -> tuple[Card, ...]:
        """Return a card for every target, the worst first."""
        everything = {t.id: t for t in targets} | {v.target.id: v.target for v in verdicts}
        told = [
            (target, [v for v in verdicts if v.target.id == target.id])
            for target in everything.values()
        ]
        told.sort(key=lambda pair: -worst(pair[0], pair[1]))
        return tuple(self.card(target, about) for target, about in told)

    def card(self, target: Target, verdicts: Sequence[Verdict]) -> Card:
        """Return what was found about one target."""
        is_seen = bool(verdicts) and not target.placeholder
        outcome = worst(target, verdicts)
        return Card(
            id=anchor("target", target.id),
            name=target.name,
            bloc=worded(BLOCS, target.bloc) if target.bloc else None,
            address=target.url,
            protocol=target.protocol,
            mark=_card_mark(target, outcome, is_seen=is_seen),
            note=_note(target, verdicts),
            is_open=outcome is not Outcome.PASS and is_seen,
            layers=ladder(target, verdicts, self.clock) if is_seen and target.url else (),
            checks=tuple(self._check(v) for v in _worst_first(verdicts)) if is_seen else (),
        )

    def _check(self, verdict: Verdict) -> CheckView:
        measurement = verdict.measurement
        seen = measurement if verdict.blocked_by is None else None
        return CheckView(
            id=verdict.check_id,
            asks=self.wording.asks(verdict.check_id),
            mark=marks.of_outcome(verdict.outcome),
            is_open=verdict.outcome not in (Outcome.PASS, Outcome.BLOCKED),
            when=self.clock.time(seen.started_at) if seen else "",
            elapsed=span(seen.elapsed_s) if seen else None,
            attempts=len(seen.attempts) if seen else 0,
            note=self._note(verdict) or (None if seen else _NOT_RUN),
            opinions=tuple(self._opinion(verdict, f) for f in verdict.findings),
            tries=tuple(self._try(a) for a in seen.attempts) if seen else (),
            observer=observer_facts(seen.observer) if seen else (),
            vantage=seen.vantage if seen else "",
            raw=_raw(seen) if seen else (),
        )

    def _note(self, verdict: Verdict) -> Text | None:
        """Who answered in our place, or what kept us from asking."""
        if (said := verdict.declared) is not None:
            when = self.clock.moment(said.said_at)
            who = excerpt(said.said_by, FACT_MAX_BYTES).text
            return Text(
                f"Do người khai: {who}, {when.vi}.", f"Said by people: {who}, {when.en}."
            )
        return self._blocked(verdict)

    def _blocked(self, verdict: Verdict) -> Text | None:
        if verdict.blocked_by is None:
            return None
        cause = self.wording.asks(verdict.blocked_by)
        if verdict.blocked_at is not None:
            hub = self.places.link(verdict.blocked_at).words
            return Text(
                f"Bị chặn vì {hub.vi} chưa đạt: {cause.vi}",
                f"Blocked, because {hub.en} did not pass: {cause.en}",
            )
        return Text(
            f"Chưa đo được vì phép thử đi trước chưa đạt: {cause.vi}",
            f"Not measured, because a check before it did not pass: {cause.en}",
        )

    def _opinion(self, verdict: Verdict, finding: Finding) -> Opinion:
        check_id = verdict.check_id
        # what people said was read off no instrument: its words name the limit, if any
        limits = {} if verdict.declared else self.wording.limits(check_id)
        return Opinion(
            finding.code,
            marks.of_outcome(finding.outcome),
            self.wording.says(check_id, finding),
            self.wording.do(check_id, finding),
            _readings(finding.values, limits, self.clock),
        )

    def _try(self, attempt: Attempt) -> Try:
        failure = attempt.failure
        ended = STEPS[failure.step] if failure else Text("Xong", "Done")
        code = failure.kind if failure else ""
        return Try(self.clock.time(attempt.started_at), span(attempt.elapsed_s), ended, code)


def worst(target: Target, verdicts: Iterable[Verdict]) -> Outcome:
    """Return the worst outcome; what was never measured is no pass."""
    if target.placeholder:
        return Outcome.UNKNOWN
    return max((verdict.outcome for verdict in verdicts), default=Outcome.UNKNOWN)


def _worst_first(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda verdict: -verdict.outcome)


def _card_mark(target: Target, outcome: Outcome, *, is_seen: bool) -> Mark:
    if target.placeholder:
        return marks.PLACEHOLDER
    return marks.of_outcome(outcome) if is_seen else marks.NOT_SEEN


def _note(target: Target, verdicts: Sequence[Verdict]) -> Text | None:
    if target.placeholder:
        return _PLACEHOLDER
    if not verdicts:
        return _NOT_RUN
    is_troubled = target.url and worst(target, verdicts) in (Outcome.WARN, Outcome.FAIL)
    has_failure = any(v.measurement and v.measurement.failure for v in verdicts)
    return _ALL_HELD if is_troubled and not has_failure else None


def _readings(
    values: Mapping[str, object], limits: Mapping[str, tuple[float, str, Text]], clock: Clock
) -> tuple[Reading, ...]:
    """Return what was seen beside what was allowed; a finding may name its own limit."""
    told = [name for name in values if name not in _TOLD_ELSEWHERE]
    names_own_limit = any(name.startswith("limit") for name in told)
    more = [] if names_own_limit else [name for name in limits if name not in values]
    return tuple(_reading(name, values, limits, clock) for name in (*told, *more))


def _reading(
    name: str,
    values: Mapping[str, object],
    limits: Mapping[str, tuple[float, str, Text]],
    clock: Clock,
) -> Reading:
    measured = written(values[name], clock) if name in values else None
    if name not in limits:
        return Reading(name, measured, None, None)
    value, unit, why = limits[name]
    return Reading(name, measured, with_unit(value, unit), why)


def with_unit(value: float, unit: str) -> Text:
    """Return a limit with its unit, in both languages."""
    text, of = number(value), worded(UNITS, unit)
    return Text(f"{text.vi} {of.vi}".strip(), f"{text.en} {of.en}".strip())


def _raw(measurement: Measurement[object]) -> tuple[tuple[Text, Excerpt], ...]:
    detail = measurement.failure.detail if measurement.failure else ""
    told = [(Text("Lời của máy ở xa", "The far end's words"), detail)]
    if measurement.evidence is not None:
        evidence = json.dumps(jsonable(measurement.evidence), ensure_ascii=False, indent=1)
        told.append((Text("Chứng cứ", "Evidence"), evidence))
    return tuple((label, excerpt(raw)) for label, raw in told if raw)
