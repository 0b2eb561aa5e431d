"""Where does a unit say one thing and a measurement another? Pure.

Only what was measured contradicts: what is blocked, unknown or said by people does not. No
verdict is changed by it, and neither side is taken for the right one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rehearsal.check import Circumstances, Registry
from rehearsal.model import (
    BLOCS,
    AreaState,
    Contradiction,
    Finding,
    HandedIn,
    Line,
    Outcome,
    Reports,
    Standing,
    StatusReport,
    TargetKind,
    Text,
    Unit,
    Verdict,
)
from rehearsal.readiness.verdicts import Limits
from rehearsal.wording import words_of

LINE = "bridge.line"
NARROWER, FAILS, WORKS, BLOC = (
    *("line_below_report", "system_fails", "system_works", "bloc_not_ready"),
)
# What is held against the declared rate is the rate alone: the rest is a verdict's business.
_RATE_ALONE = {"up_mbit": 0.0, "down_mbit": 0.0, "stall": math.inf, "added": math.inf}
_BLOC_NAMES = {
    "party": Text("khối Đảng", "the Party agencies"),
    "government": Text("khối chính quyền", "the government"),
    "front": Text("khối Mặt trận", "the Fatherland Front"),
}


def contradictions_of(
    reports: Reports, units: Sequence[Standing], registry: Registry, limits: Limits
) -> tuple[Contradiction, ...]:
    """All of them, unit by unit; `limits` are those of the inventory for this phase."""
    handed = {one.slug: one for one in reports.units if one.report is not None}
    found: list[Contradiction] = []
    for standing in units:
        owner = standing.owner
        if isinstance(owner, Unit) and owner.slug in handed:
            found += _of_unit(owner, standing, handed[owner.slug], registry, limits)
    return tuple(found)


def _of_unit(
    unit: Unit, standing: Standing, handed: HandedIn, registry: Registry, limits: Limits
) -> Iterator[Contradiction]:
    report = handed.report
    assert report is not None, "who has not reported contradicts nobody"
    for verdict in standing.verdicts:
        if verdict.check_id == LINE:
            yield from _line(unit, verdict, report, registry, limits)
    told: set[str] = set()
    for key, works in sorted(report.systems.items()):
        about = [v for v in standing.verdicts if v.target.id == f"{unit.slug}/{key}"]
        found = _system(unit, about, registry, works=works)
        if found is not None:
            told.add(found.target)
            yield found
    yield from _blocs(unit, standing, report, told, registry)


def _line(
    unit: Unit, verdict: Verdict, report: StatusReport, registry: Registry, limits: Limits
) -> Iterator[Contradiction]:
    """By the line's own check, doubts about ourselves included, held against the report."""
    evidence = verdict.measurement.evidence if verdict.measurement else None
    declared = Line(report.line_up_mbit, report.line_down_mbit)
    check = registry[LINE]
    if evidence is None or declared == Line():
        return
    effective: Mapping[str, float] = check.standard | dict(limits.get(LINE, {})) | _RATE_ALONE
    measurement = verdict.measurement
    assert measurement is not None, "evidence belongs to a measurement"
    # the go-live plays no part in a line's rate
    day = measurement.started_at.date()
    around = Circumstances(replace(verdict.target, line=declared), measurement.started_at, day)
    for finding in check.judge(evidence, effective, around):
        if finding.outcome is Outcome.WARN:
            yield _narrower(unit, verdict, finding, registry)


def _narrower(
    unit: Unit, verdict: Verdict, finding: Finding, registry: Registry
) -> Contradiction:
    way, said = finding.values["way"], finding.values["declared_mbit"]
    seen = finding.values["mbit"]
    words = words_of(registry, LINE, finding)
    return Contradiction(
        code=NARROWER,
        unit=unit.slug,
        target=verdict.target.id,
        check_id=LINE,
        declared=_rate(said, way),
        measured=_rate(seen, way),
        says=words.says,
        do=words.do,
    )


def _rate(mbit: object, way: object) -> Text:
    written = f"{float(str(mbit)):g}"
    return Text(f"{written.replace('.', ',')} Mbit/s {way}", f"{written} Mbit/s {way}")


def _system(
    unit: Unit, about: Sequence[Verdict], registry: Registry, *, works: bool | None
) -> Contradiction | None:
    """Said to work, and it failed; or said not to, and all that we tried worked."""
    measured = [verdict for verdict in about if verdict.measurement is not None]
    if works is None or not measured:
        return None
    worst = max(measured, key=lambda verdict: verdict.outcome)
    if works and _fails_today(worst):
        return _fails(unit, worst, registry)
    everything = all(v.outcome in {Outcome.PASS, Outcome.WARN} for v in about)
    return _works(unit, worst) if not works and everything else None


def _fails_today(verdict: Verdict) -> bool:
    """What only ends before the go-live works today; what is blocked has no finding."""
    failing = [f for f in verdict.findings if f.outcome is Outcome.FAIL]
    return any(not _is_of_later(finding) for finding in failing)


def _is_of_later(finding: Finding) -> bool:
    return "expires" in finding.code


def _fails(unit: Unit, verdict: Verdict, registry: Registry) -> Contradiction:
    worst = next(
        f for f in verdict.findings if f.outcome is Outcome.FAIL and not _is_of_later(f)
    )
    says = words_of(registry, verdict.check_id, worst).says
    name = verdict.target.name
    return Contradiction(
        code=FAILS,
        unit=unit.slug,
        target=verdict.target.id,
        check_id=verdict.check_id,
        declared=Text("dùng được", "works"),
        measured=says,
        says=Text(
            f"Đơn vị khai {name} dùng được; đo thì chưa đạt: {says.vi}",
            f"The unit says that {name} works; measured, it failed: {says.en}",
        ),
        do=_TRY_TOGETHER,
    )


def _works(unit: Unit, verdict: Verdict) -> Contradiction:
    name = verdict.target.name
    return Contradiction(
        code=WORKS,
        unit=unit.slug,
        target=verdict.target.id,
        check_id=verdict.check_id,
        declared=Text("không dùng được", "does not work"),
        measured=Text("mọi phép thử đều qua", "every check passed"),
        says=Text(
            f"Đơn vị khai {name} không dùng được; đo thì mọi phép thử đều qua.",
            f"The unit says that {name} does not work; measured, every check passed.",
        ),
        do=_ASK_THEM,
    )


def _blocs(
    unit: Unit,
    standing: Standing,
    report: StatusReport,
    told: set[str],
    registry: Registry,
) -> Iterator[Contradiction]:
    """A bloc that says its systems are ready while one of them fails; told only once."""
    for bloc in BLOCS:
        if report.areas.get(f"{bloc}.systems") is not AreaState.READY:
            continue
        for verdict in standing.verdicts:
            target = verdict.target
            is_its = target.bloc == bloc and target.kind is TargetKind.SYSTEM
            if not is_its or target.id in told or verdict.measurement is None:
                continue
            if _fails_today(verdict):
                told.add(target.id)
                yield _bloc(_fails(unit, verdict, registry), bloc, target.name)


def _bloc(found: Contradiction, bloc: str, name: str) -> Contradiction:
    of = _BLOC_NAMES[bloc]
    return replace(
        found,
        code=BLOC,
        declared=Text("hệ thống của khối sẵn sàng", "the bloc's systems are ready"),
        says=Text(
            f"Đơn vị khai hệ thống của {of.vi} sẵn sàng; đo {name} thì chưa đạt: "
            f"{found.measured.vi}",
            f"The unit says that the systems of {of.en} are ready; measured, {name} failed: "
            f"{found.measured.en}",
        ),
    )


_TRY_TOGETHER = Text(
    "Đơn vị thử lại bằng tài khoản của mình trong lúc tổ kỹ thuật đo lại; sửa chỗ hỏng, hoặc "
    "nộp lại báo cáo.",
    "Let the unit try with its own account while the technicians measure again; mend what is "
    "broken, or report again.",
)
_ASK_THEM = Text(
    "Hỏi đơn vị vướng ở bước nào: tài khoản, máy trạm hay thao tác; hỗ trợ tại chỗ rồi nộp "
    "lại báo cáo.",
    "Ask the unit where it gets stuck: account, workstation or handling; help on the spot, "
    "then report again.",
)
