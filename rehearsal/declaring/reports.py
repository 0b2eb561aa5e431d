"""Whose status report is this, and what does the unit say in it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from rehearsal.declaring.faults import SheetFault
from rehearsal.declaring.forms import Form, csv_forms, json_forms, size_fault, sort_of
from rehearsal.declaring.values import UnclearError, answer, composed, written
from rehearsal.declaring.workbooks import xlsx_forms
from rehearsal.model import AREAS, BLOCS, Declaration, Proposal, StatusReport, Text, Unit
from rehearsal.model.questions import (
    PROPOSALS,
    STATUS,
    TEMPLATE,
    Question,
    Sort,
    plain_questions,
    questions,
)
from rehearsal.report.order import vietnamese_key

_READERS: Mapping[str, Callable[[bytes, list[SheetFault]], list[Form]]] = {
    "csv": csv_forms,
    "json": json_forms,
    "xlsx": xlsx_forms,
}
AHEAD_MAX = timedelta(days=1)  # a clock may be wrong by hours; a year is a typing error
CODE_DIGITS = 5  # of the statistics office; Excel drops leading zeros


@dataclass(frozen=True, slots=True)
class Asked:
    """Who may report in a run, by code and by slug; the city's zone; the import's time."""

    units: Mapping[str, Unit]
    zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What one file says: nothing where it has a fault."""

    file: str
    said: tuple[Declaration, ...]
    faults: tuple[SheetFault, ...]


def asked_units(units: Sequence[Unit], zone: str, now: datetime) -> Asked:
    """The units of a run that may report."""
    known = {unit.code: unit for unit in units} | {unit.slug: unit for unit in units}
    return Asked(known, zone, now)


def take_all(files: Sequence[tuple[str, bytes]], asked: Asked) -> list[Taken]:
    """Every file by itself; of two that speak for one unit at one moment, the first."""
    first: dict[tuple[str, datetime], str] = {}
    found: list[Taken] = []
    for name, content in files:
        taken = take(name, content, asked)
        twice = [one for one in taken.said if (one.target_id, one.said_at) in first]
        if twice:
            told = tuple(_also_in(one, first) for one in twice)
            taken = replace(taken, said=(), faults=told)
        first |= {(one.target_id, one.said_at): name for one in taken.said}
        found.append(taken)
    return found


def _also_in(said: Declaration, first: Mapping[tuple[str, datetime], str]) -> SheetFault:
    other = first[said.target_id, said.said_at]
    expected = Text(
        f"mỗi đơn vị một báo cáo cho một thời điểm (đã có trong {other})",
        f"one report of a unit for one moment (there is one in {other})",
    )
    return SheetFault(1, "said_at", expected, said.said_at.isoformat())


def take(name: str, content: bytes, asked: Asked) -> Taken:
    """What a file says, whatever sort of file it is; every fault of it at once."""
    if (too_big := size_fault(content)) is not None:
        return Taken(name, (), (too_big,))
    reader = _READERS.get(sort_of(content))
    if reader is None:
        return Taken(name, (), (SheetFault(1, "", _SAVED_ANEW, "xls"),))
    faults: list[SheetFault] = []
    forms = reader(content, faults)
    if not forms and not faults:
        faults.append(SheetFault(1, "", _SOME_REPORT, ""))
    said = [one for form in forms if (one := _declared(form, name, asked, faults)) is not None]
    return Taken(name, () if faults else tuple(said), tuple(faults))


def _declared(
    form: Form, file: str, asked: Asked, faults: list[SheetFault]
) -> Declaration | None:
    """One unit's declaration, or None and why not."""
    before = len(faults)
    unit = _unit(form, file, asked, faults)
    if unit is None:
        return None
    known = questions(unit)
    faults += [
        cell.fault(_A_QUESTION if not code.startswith("system.") else _OWN_SYSTEM)
        for code, cell in form.cells.items()
        if code not in known and not cell.is_empty
    ]
    answers = dict(_answers(form, known, asked.zone, faults))
    faults += [*_not_yet(form, answers, asked.now), *_halves(form, answers)]
    if len(faults) == before and not _says_anything(answers):
        faults.append(form.top.fault(_SOME_ANSWER))
    if len(faults) > before:
        return None
    day = answers["said_at"].astimezone(ZoneInfo(asked.zone)).date()
    report = _report(answers, day)
    at = answers["said_at"]
    return Declaration(STATUS, f"{unit.slug}/status", answers["said_by"], at, asdict(report))


def _unit(form: Form, file: str, asked: Asked, faults: list[SheetFault]) -> Unit | None:
    """Whose form it is: by the code, which name and file must not contradict."""
    version, code = (form.cells.get(name, form.top) for name in ("template", "unit"))
    if composed(written(version.typed)) != TEMPLATE:
        faults.append(version.fault(_A_TEMPLATE))
        return None
    number = composed(written(code.typed))
    unit = asked.units.get(number.zfill(CODE_DIGITS) if number.isdigit() else number)
    if unit is None:
        faults.append(code.fault(_A_UNIT))
        return None
    name = form.cells.get("unit_name")
    if name is not None and not name.is_empty and not _same_name(str(name.typed), unit.name):
        faults.append(name.fault(_named(unit)))
    stem = PurePath(file).stem
    if stem != unit.slug and stem in {other.slug for other in asked.units.values()}:
        faults.append(replace(code, typed=file).fault(_named(unit)))
    return unit


def _same_name(one: str, other: str) -> bool:
    """The same letters and tones, wherever in its syllable a tone is written."""
    return _sounds(one) == _sounds(other)


def _sounds(name: str) -> list[tuple[tuple[int, ...], int]]:
    return [(letters, tone) for letters, tone, _ in vietnamese_key(name)]


def _answers(
    form: Form, known: Mapping[str, Question], zone: str, faults: list[SheetFault]
) -> Iterator[tuple[str, Any]]:
    """Every answer that was given, as it was meant."""
    for code, question in known.items():
        cell = form.cells.get(code, form.top)
        if code not in form.cells or cell.is_empty:
            if question.is_needed:
                faults.append(replace(cell, typed="").fault(_needed(question)))
            continue
        if question.sort in {Sort.FIXED, Sort.UNREAD}:
            continue
        try:
            yield code, answer(question.sort, cell.typed, zone)
        except UnclearError as problem:
            faults.append(cell.fault(problem.expected))


def _not_yet(form: Form, answers: Mapping[str, Any], now: datetime) -> Iterator[SheetFault]:
    """A report of next year would stand over every later one."""
    at = answers.get("said_at")
    if at is not None and at > now + AHEAD_MAX:
        yield form.cells["said_at"].fault(_PAST)


def _says_anything(answers: Mapping[str, Any]) -> bool:
    return bool(answers.keys() - {"said_by", "said_at"})


def _report(answers: Mapping[str, Any], day: date) -> StatusReport:
    return StatusReport(
        day=day,
        areas={c: answers[c] for c in _codes(AREAS) if c in answers},
        notes={b: answers[f"{b}.note"] for b in BLOCS if f"{b}.note" in answers},
        systems={
            code.partition(".")[2]: works
            for code, works in answers.items()
            if code.startswith("system.")
        },
        proposals=tuple(_proposals(answers)),
        **{q.code: answers[q.code] for q in plain_questions() if q.code in answers},
    )


def _codes(areas: Sequence[str]) -> list[str]:
    return [f"{bloc}.{area}" for bloc in BLOCS for area in areas]


def _proposals(answers: Mapping[str, Any]) -> Iterator[Proposal]:
    for number in range(1, PROPOSALS + 1):
        group, text = (answers.get(f"proposal.{number}.{part}") for part in ("group", "text"))
        if group and text:
            yield Proposal(group, text)


def _halves(form: Form, answers: Mapping[str, Any]) -> Iterator[SheetFault]:
    """A proposal that nobody sorted, or one that only has its group."""
    for number in range(1, PROPOSALS + 1):
        codes = f"proposal.{number}.group", f"proposal.{number}.text"
        given = [code for code in codes if code in answers]
        written_too = [c for c in codes if c in form.cells and not form.cells[c].is_empty]
        if len(given) == len(written_too) == 1:
            missing = codes[0] if given == [codes[1]] else codes[1]
            yield replace(form.cells.get(missing, form.top), typed="").fault(_WHOLE)


def _needed(question: Question) -> Text:
    return Text(f"câu trả lời cho “{question.asks.vi}”", f"an answer to “{question.asks.en}”")


def _named(unit: Unit) -> Text:
    return Text(
        f"mẫu của đúng đơn vị: mã {unit.code} là {unit.name}",
        f"the unit's own template: code {unit.code} is {unit.name}",
    )


_SAVED_ANEW = Text(
    "tệp .xlsx, .csv hoặc .json: hãy lưu lại sổ Excel cũ thành .xlsx",
    "an .xlsx, .csv or .json file: save the old Excel book as .xlsx",
)
_SOME_REPORT = Text("ít nhất một báo cáo", "at least one report")
_SOME_ANSWER = Text("ít nhất một câu trả lời", "at least one answer")
_A_TEMPLATE = Text(
    f"mẫu phiên bản {TEMPLATE}: hãy lấy mẫu mới bằng rehearse declare template",
    f"version {TEMPLATE} of the template: get it by rehearse declare template",
)
_A_UNIT = Text(
    "mã của một đơn vị trong lần diễn tập này", "the code of a unit that takes part in this run"
)
_A_QUESTION = Text("mã một câu hỏi của mẫu", "the code of a question of the template")
_OWN_SYSTEM = Text(
    "một hệ thống mà danh mục ghi cho đơn vị này",
    "a system that the inventory lists for this unit",
)
_PAST = Text("một thời điểm đã qua", "a moment that has passed")
_WHOLE = Text("cả nhóm và nội dung của kiến nghị", "both group and text of the proposal")
