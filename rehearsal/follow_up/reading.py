"""What did people change in a sheet of actions, and where is it not clear or too late?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from rehearsal.declaring import SheetError, SheetFault
from rehearsal.declaring.faults import without_telephones
from rehearsal.follow_up.sheet import (
    COLUMNS,
    SEALED,
    STATES,
    digest,
    heading,
    last_word,
    moment_text,
    row_of,
)
from rehearsal.follow_up.tables import Found, Table, read_table
from rehearsal.model import Text
from rehearsal.model.action import Action, ActionEvent, ActionState, Clear
from rehearsal.spreadsheet import UnfitError

CELL_MAX_CHARS = 2_000  # a page of text; what needs more is a document of its own
SAID_BY_MAX_CHARS = 200
_DAYS = ("%Y-%m-%d", "%d/%m/%Y")
_HOURS = ("", " %H:%M", " %H:%M:%S", "T%H:%M")
_YEARS = range(2000, 2101)
_SEAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{8}){6}")


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of the sheet beside the action that it is about, as that is now."""

    number: int
    cells: Mapping[str, Found]
    action: Action
    now: Mapping[str, str]
    exported: Mapping[str, str]

    def was_changed(self, name: str) -> bool:
        """Whether somebody edited the cell after the export."""
        return digest(self.cells[name].text) != self.exported[name]

    def is_stale(self, name: str) -> bool:
        """Whether the cell has changed here since the export."""
        return digest(self.now[name]) != self.exported[name]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads sheets against the actions as they are now."""

    actions: Mapping[str, Action]
    zone: str
    said_by: str
    at: datetime

    def changes(self, content: bytes, *, is_workbook: bool) -> list[ActionEvent]:
        """One event for each changed cell, none for the others; SheetError with all faults."""
        try:
            table = read_table(content, is_workbook=is_workbook)
        except UnfitError as problem:
            fault = SheetFault(1, "-", problem.expected, problem.found)
            raise SheetError([fault]) from problem
        if table.missing:
            raise SheetError(
                [SheetFault(1, heading(n), _A_COLUMN, "", table.sheet) for n in table.missing]
            )
        faults: list[SheetFault] = []
        events = [
            event
            for line in self._lines(table, faults)
            for event in self._read(line, table, faults)
        ]
        if faults:
            raise SheetError(sorted(faults, key=lambda fault: fault.row))
        return events

    def _lines(self, table: Table, faults: list[SheetFault]) -> Iterator[_Line]:
        first: dict[str, int] = {}
        for number, cells in table.rows:
            key, seal = cells["key"].text, cells["seal"].text
            if key not in self.actions:
                faults.append(_fault(table, number, cells["key"], _A_KEY))
            elif first.setdefault(key, number) != number:
                faults.append(_fault(table, number, cells["key"], _once(first[key])))
            elif not _SEAL.fullmatch(seal):
                faults.append(_fault(table, number, cells["seal"], _A_SEAL))
            else:
                action = self.actions[key]
                exported = dict(zip(SEALED, seal.split("-"), strict=True))
                yield _Line(number, cells, action, row_of(action, self.zone), exported)

    def _read(
        self, line: _Line, table: Table, faults: list[SheetFault]
    ) -> Iterator[ActionEvent]:
        if line.was_changed("state"):
            faults.append(_fault(table, line.number, line.cells["state"], _state(line)))
        for field in Clear:
            cell = line.cells[field.value]
            if not (cell.is_formula or line.was_changed(field.value)):
                continue
            wrong = self._wrong(line, field)
            if wrong is not None:
                faults.append(_fault(table, line.number, cell, wrong))
            elif (written := self._written(field, cell.text)) != line.now[field.value]:
                yield self._event(line.action, field, written)

    def _wrong(self, line: _Line, field: Clear) -> Text | None:
        """What was expected in place of what stands there."""
        cell = line.cells[field.value]
        if cell.is_formula:
            return _NO_FORMULA
        if len(cell.text) > CELL_MAX_CHARS:
            return _SHORTER
        if field is Clear.WHEN and (wrong := self._wrong_moment(line.action, cell.text)):
            return wrong
        if self._written(field, cell.text) != line.now[field.value] and line.is_stale(
            field.value
        ):
            return _meanwhile(line.action, field, line.now[field.value])
        return None

    def _wrong_moment(self, action: Action, written: str) -> Text | None:
        if not written:
            return None
        moment = moment_of(written, self.zone)
        if moment is None:
            return _A_MOMENT
        opened = action.opened.replace(second=0, microsecond=0)
        return None if moment >= opened else _after(moment_text(action.opened, self.zone))

    def _written(self, field: Clear, text: str) -> str:
        """The cell as it would be exported again."""
        moment = moment_of(text, self.zone) if field is Clear.WHEN else None
        return moment_text(moment, self.zone) if moment else without_telephones(text)

    def _event(self, action: Action, field: Clear, written: str) -> ActionEvent:
        moment = moment_of(written, self.zone) if field is Clear.WHEN else None
        value = moment.isoformat(timespec="minutes") if moment else written
        return ActionEvent(action.key, self.at, self.said_by, field.value, value)


def reader_of(actions: Iterable[Action], zone: str, *, said_by: str, at: datetime) -> Reader:
    """The reader of a sheet that `said_by` hands in now."""
    return Reader({action.key: action for action in actions}, zone, said_by, at)


def moment_of(written: str, zone: str) -> datetime | None:
    """A day, or a minute of it, in the city's time; a bare day lasts until its end."""
    for day in _DAYS:
        for hour in _HOURS:
            try:
                moment = datetime.strptime(written, day + hour)  # noqa: DTZ007 - zoned below
            except ValueError:
                continue
            whole = moment if hour else datetime.combine(moment, time(23, 59))
            is_sane = whole.year in _YEARS
            return whole.replace(tzinfo=ZoneInfo(zone), second=0) if is_sane else None
    return None


def _fault(table: Table, number: int, cell: Found, expected: Text) -> SheetFault:
    return SheetFault(number, cell.column, expected, cell.text, table.sheet)


def _state(line: _Line) -> Text:
    """A state is measured, never written: neither an unknown one nor another one is taken."""
    if last_word(line.cells["state"].text) in set(ActionState):
        return _ONLY_MEASURED
    known = ", ".join(f"{text.vi} · {state.value}" for state, text in STATES.items())
    return Text(f"một trong {known}", f"one of {known}")


def _meanwhile(action: Action, field: Clear, now: str) -> Text:
    written = action.cells[field].written
    vi, en = (f" ({written.said_by} ghi)", f" (by {written.said_by})") if written else ("", "")
    return Text(
        f"giá trị hiện nay {now!r}{vi}: đã đổi sau khi xuất tệp; hãy ghi đúng như vậy, hoặc "
        "xuất lại rồi sửa",
        f"the present value {now!r}{en}: it has changed since the export; write the same, or "
        "export again and edit that",
    )


def _once(first: int) -> Text:
    return Text(
        f"mỗi việc một dòng (đã có ở dòng {first})", f"one row an action (see row {first})"
    )


def _after(opened: str) -> Text:
    return Text(
        f"một thời hạn sau lúc mở việc, {opened}", f"a time after it was opened, {opened}"
    )


_A_COLUMN = Text(f"đủ {len(COLUMNS)} cột như bản xuất", f"all {len(COLUMNS)} columns")
_A_KEY = Text("mã của một việc trong danh sách", "the key of an action of the list")
_A_SEAL = Text("dấu như bản xuất, không sửa", "the seal as it was exported, unchanged")
_ONLY_MEASURED = Text(
    "trạng thái như bản xuất: chỉ phép đo lại mới đổi được",
    "the state as it was exported: only measuring again changes it",
)
_NO_FORMULA = Text("chữ, không phải công thức hay lỗi", "text, no formula and no error")
_SHORTER = Text(f"không quá {CELL_MAX_CHARS} ký tự", f"at most {CELL_MAX_CHARS} characters")
_A_MOMENT = Text("thời hạn như 2025-06-24 17:00", "a time like 2025-06-24 17:00")
