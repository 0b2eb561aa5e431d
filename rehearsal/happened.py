"""What do people say happened after go-live, and where is it not clear?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rehearsal.declaring.faults import SheetFault, refuse, without_telephones
from rehearsal.declaring.tables import named_rows
from rehearsal.declaring.values import UnclearError, moment
from rehearsal.model import Light, Text, Unit
from rehearsal.model.comparison import LaterFact
from rehearsal.report.order import folded
from rehearsal.spreadsheet import (
    SHEET_MAX_BYTES,
    Cell,
    Line,
    UnfitError,
    csv_lines,
    is_computed,
    is_packed,
    opened,
    rows_of,
    shown,
)

COLUMNS = ("unit", "light", "at", "said_by", "note")
NOTE_MAX_CHARS = 2_000  # a page; who has more to tell writes a report of their own
ROWS_MAX, COLUMNS_MAX = 20_000, 32  # 3,321 units, each told of six times
_LIGHTS = {
    Light.GREEN: ("xanh", "green", "sẵn sàng"),
    Light.YELLOW: ("vàng", "yellow", "có điều kiện"),
    Light.RED: ("đỏ", "red", "chưa sẵn sàng"),
}
_MEANT = {folded(word): light for light, words in _LIGHTS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Since:
    """Of whom people may tell: the units of `city` (a run's), since `begins`, by its clock."""

    city: str
    units: Sequence[Unit]
    begins: datetime
    zone: str
    now: datetime
    is_twin: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """One row with what its cells were taken for; None where that is not clear."""

    line: int
    cells: Mapping[str, str]
    unit: str | None
    light: Light | None
    at: datetime | None


def later_facts(content: bytes, since: Since) -> list[LaterFact]:
    """What a CSV file or a workbook tells; SheetError with all faults at once.

    A unit is named by its code or its slug. A row that tells neither light nor moment nor
    who says so says nothing: a list of all units may be handed in half filled.
    """
    faults: list[SheetFault] = []
    names = {name: u.slug for u in since.units for name in (u.code, u.slug)}
    lines = _lines(content, faults)
    found = [] if faults else list(named_rows(lines, COLUMNS, faults))
    rows = [
        _row(line, cells, names, since)
        for line, cells in found
        if cells["light"] or cells["at"] or cells["said_by"]
    ]
    for row in rows:
        faults += _wrong(row, since)
    faults += _twice(rows)
    if not rows and not faults:
        faults.append(SheetFault(1, "light", _SOME_ROW, ""))
    refuse(faults)
    return [_fact(row, since) for row in rows]


def _row(line: int, cells: Mapping[str, str], names: Mapping[str, str], since: Since) -> _Row:
    light = _MEANT.get(" ".join(folded(cells["light"]).split()))
    return _Row(line, cells, names.get(cells["unit"]), light, _at(cells["at"], since.zone))


def _at(typed: str, zone: str) -> datetime | None:
    try:
        return moment(typed, zone)
    except UnclearError:
        return None


def _wrong(row: _Row, since: Since) -> Iterator[SheetFault]:
    is_past = since.is_twin or row.at is None or row.at <= since.now + timedelta(days=1)
    tried = (
        ("unit", row.unit is not None, _A_UNIT),
        ("light", row.light is not None, _A_LIGHT),
        ("at", row.at is not None, _A_MOMENT),
        ("at", row.at is None or row.at >= since.begins, _after(since.begins)),
        ("at", is_past, _NOT_YET),
        ("said_by", bool(row.cells["said_by"]), _A_NAME),
        ("note", len(row.cells["note"]) <= NOTE_MAX_CHARS, _SHORT),
    )
    for column, is_sound, expected in tried:
        if not is_sound:
            yield SheetFault(row.line, column, expected, row.cells[column])


def _twice(rows: Iterable[_Row]) -> Iterator[SheetFault]:
    first: dict[tuple[str, datetime], int] = {}
    for row in rows:
        if row.unit is None or row.at is None:
            continue
        earlier = first.setdefault((row.unit, row.at), row.line)
        if earlier != row.line:
            yield SheetFault(row.line, "at", _once(earlier), row.cells["at"])


def _fact(row: _Row, since: Since) -> LaterFact:
    assert row.unit and row.light and row.at, "rows that are not clear were refused before"  # noqa: PT018 - one reason for all three
    return LaterFact(
        city=since.city,
        unit=row.unit,
        at=row.at,
        said_by=without_telephones(row.cells["said_by"]),
        said_at=since.now,
        light=row.light,
        note=without_telephones(row.cells["note"]),
    )


def _lines(content: bytes, faults: list[SheetFault]) -> list[Line]:
    """The rows of a CSV file, or of a workbook's first sheet; nothing in it is computed."""
    if len(content) > SHEET_MAX_BYTES:
        faults.append(SheetFault(1, "", _SMALL, f"{len(content)} bytes"))
        return []
    try:
        return _packed(content, faults) if is_packed(content) else csv_lines(content)
    except UnfitError as problem:
        faults.append(SheetFault(1, "", problem.expected, problem.found))
        return []


def _packed(content: bytes, faults: list[SheetFault]) -> list[Line]:
    with opened(content) as book:
        rows = rows_of(book.worksheets[0], ROWS_MAX, COLUMNS_MAX)
        return [(n, [_cell(cell, n, faults) for cell in row]) for n, row in enumerate(rows, 1)]


def _cell(cell: Cell, line: int, faults: list[SheetFault]) -> str:
    if is_computed(cell):
        faults.append(SheetFault(line, getattr(cell, "column_letter", ""), _A_VALUE, "=…"))
    return " ".join(shown(cell).split())


def _after(begins: datetime) -> Text:
    day = begins.date().strftime("%d/%m/%Y")
    return Text(f"từ ngày vận hành {day} trở đi", f"the day of go-live, {day}, or later")


def _once(line: int) -> Text:
    return Text(
        f"mỗi đơn vị một dòng cho một thời điểm (đã có ở dòng {line})",
        f"one row for a unit at one moment (see row {line})",
    )


_A_UNIT = Text(
    "mã 5 chữ số hoặc tên ngắn của một đơn vị", "the five-digit code or the slug of a unit"
)
_A_LIGHT = Text("xanh, vàng hoặc đỏ", "green, yellow or red")
_A_MOMENT = Text("ngày như 05/07/2025", "a day like 05/07/2025")
_NOT_YET = Text("một ngày đã đến", "a day that has come")
_A_NAME = Text("họ tên người cho biết", "the name of who says so")
_SHORT = Text(f"không quá {NOTE_MAX_CHARS} ký tự", f"no more than {NOTE_MAX_CHARS} characters")
_SOME_ROW = Text("ít nhất một dòng đã điền", "at least one row that is filled in")
_SMALL = Text("một bảng nhỏ hơn 4 MB", "a sheet of less than 4 MB")
_A_VALUE = Text("một giá trị, không phải công thức", "a value, no formula")
