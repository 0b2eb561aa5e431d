"""What do people say happened after go-live, and where is it not clear?"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.utils.exceptions import InvalidFileException

from rehearsal.declaring.faults import SheetFault, refuse, without_telephones
from rehearsal.declaring.tables import SHEET_MAX_BYTES, table_rows
from rehearsal.declaring.values import UnclearError, moment
from rehearsal.model import Light, Text, Unit
from rehearsal.model.comparison import LaterFact
from rehearsal.report.order import folded

COLUMNS = ("unit", "light", "at", "said_by", "note")
NOTE_MAX_CHARS = 2_000  # a page; who has more to tell writes a report of their own
UNPACKED_MAX_BYTES = 32 * 1024 * 1024  # eight times the file: a sheet of text packs tenfold
ROWS_MAX, COLUMNS_MAX = 20_000, 32  # 3,321 units, each told of six times
_PACKED = b"PK\x03\x04"
_LIGHTS = {
    Light.GREEN: ("xanh", "green", "sẵn sàng"),
    Light.YELLOW: ("vàng", "yellow", "có điều kiện"),
    Light.RED: ("đỏ", "red", "chưa sẵn sàng"),
}
_MEANT = {folded(word): light for light, words in _LIGHTS.items() for word in words}
# What openpyxl, and what it stands on, raise for a file that is no whole workbook.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, EOFError, OSError),
    *(AttributeError, LookupError, RuntimeError, TypeError, ValueError),
)


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
    sheet = _as_csv(content, faults) if content.startswith(_PACKED) else content
    if len(content) > SHEET_MAX_BYTES:
        faults.append(SheetFault(1, "", _SMALL, f"{len(content)} bytes"))
    found = [] if faults else list(table_rows(sheet, COLUMNS, faults))
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


def _as_csv(content: bytes, faults: list[SheetFault]) -> bytes:
    """The first sheet of a workbook as CSV, line for line; nothing in it is computed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > UNPACKED_MAX_BYTES:
            faults.append(SheetFault(1, "", _SMALL, f"{unpacked} bytes"))
            return b""
        lines = _lines(content, faults)
    except _UNREADABLE as problem:
        faults.append(SheetFault(1, "", _A_SHEET, type(problem).__name__))
        return b""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def _lines(content: bytes, faults: list[SheetFault]) -> list[list[str]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        rows = book.worksheets[0].iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX)
        return [[_cell(cell, n, faults) for cell in row] for n, row in enumerate(rows, 1)]
    finally:
        book.close()


def _cell(cell: object, line: int, faults: list[SheetFault]) -> str:
    value = getattr(cell, "value", None)
    if getattr(cell, "data_type", "") in (TYPE_FORMULA, TYPE_ERROR):
        faults.append(SheetFault(line, getattr(cell, "column_letter", ""), _A_VALUE, "=…"))
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else " ".join(str(value).split())


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
_A_SHEET = Text("một sổ Excel (.xlsx) không hỏng", "a sound Excel workbook (.xlsx)")
_A_VALUE = Text("một giá trị, không phải công thức", "a value, no formula")
