"""Which rows does a sheet of actions hold, as CSV or as a workbook, with what in each cell?"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from rehearsal.declaring import SHEET_MAX_BYTES
from rehearsal.follow_up.sheet import COLUMNS, SHEET_NAME, heading, last_word, plain, tidy

UNPACKED_MAX_BYTES = 64 * 1024 * 1024  # 16 times the file: a sheet of text shrinks tenfold
ROWS_MAX = 20_000  # ten times what a bad day of 3,321 units has
COLUMNS_MAX = 64
_SEPARATORS = ",;\t"  # a Vietnamese Excel writes the second, its clipboard the third
# What openpyxl is known to raise for a file that is no whole workbook; also entities in it
# (defusedxml, a ValueError) and encryption (a RuntimeError).
_UNREADABLE = (
    zipfile.BadZipFile,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)


class TableError(ValueError):
    """The file is no such sheet at all; the text says what was seen."""


@dataclass(frozen=True, slots=True)
class Found:
    """One cell: what it says, and where a person finds it; a formula says nothing."""

    text: str
    column: str
    is_formula: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rows with their numbers, by the names of our columns; `sheet` is "" in a CSV."""

    sheet: str
    rows: tuple[tuple[int, dict[str, Found]], ...]
    missing: tuple[str, ...] = ()


def read_table(content: bytes, *, is_workbook: bool) -> Table:
    """What the file holds; TableError when it is not what its name says."""
    if len(content) > SHEET_MAX_BYTES:
        raise TableError(f"{len(content)} bytes > {SHEET_MAX_BYTES}")
    return _of_workbook(content) if is_workbook else _of_csv(content)


def _of_csv(content: bytes) -> Table:
    try:
        text = content.decode("utf-8-sig")
        separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise TableError(str(problem)) from problem
    names = [last_word(cell) for cell in lines[0]] if lines else []
    titles = [heading(name) if name in COLUMNS else name for name in names]
    rows = (
        [Found(cell, title) for cell, title in zip(line, titles, strict=False)]
        for line in lines[1:]
    )
    return _table("", names, rows)


def _of_workbook(content: bytes) -> Table:
    try:
        unpacked = _unpacked(content)
        if unpacked <= UNPACKED_MAX_BYTES:
            name, lines = _opened(content)
    except _UNREADABLE as problem:
        raise TableError(f"{type(problem).__name__}: {problem}") from problem
    if unpacked > UNPACKED_MAX_BYTES:
        raise TableError(f"{unpacked} bytes > {UNPACKED_MAX_BYTES}")
    names = [last_word(cell.text) for cell in lines[0]] if lines else []
    return _table(name, names, lines[1:])


def _unpacked(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return sum(part.file_size for part in packed.infolist())


def _opened(content: bytes) -> tuple[str, list[list[Found]]]:
    """Our sheet of the workbook, or its first one."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    name = SHEET_NAME if SHEET_NAME in book.sheetnames else book.sheetnames[0]
    lines = list(_lines(book[name].iter_rows(max_row=ROWS_MAX, max_col=COLUMNS_MAX)))
    book.close()
    return name, lines


def _lines(rows: Iterable[Iterable[object]]) -> Iterator[list[Found]]:
    for row in rows:
        yield [_found(cell, at) for at, cell in enumerate(row, start=1)]


def _found(cell: object, at: int) -> Found:
    kind = getattr(cell, "data_type", "")
    text = _written(getattr(cell, "value", None))
    return Found(text, get_column_letter(at), is_formula=kind in (TYPE_FORMULA, TYPE_ERROR))


def _written(value: object) -> str:
    """What a person sees in the cell; a day is a day, whatever a spreadsheet makes of it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(sheet: str, names: Sequence[str], lines: Iterable[Sequence[Found]]) -> Table:
    missing = tuple(name for name in COLUMNS if name not in names)
    rows = []
    for number, line in enumerate(lines, start=2):
        if any(cell.text.strip() for cell in line):
            told = {n: c for n, c in zip(names, line, strict=False) if n in COLUMNS}
            rows.append((number, {n: _cell(told.get(n), n) for n in COLUMNS}))
    return Table(sheet, tuple(rows), missing)


def _cell(found: Found | None, name: str) -> Found:
    if found is None:
        return Found("", heading(name))
    return Found(plain(tidy(found.text)), found.column, is_formula=found.is_formula)
