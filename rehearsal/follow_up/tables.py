"""Which rows does a sheet of actions hold, as CSV or as a workbook, with what in each cell?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from rehearsal.follow_up.sheet import COLUMNS, SHEET_NAME, heading, last_word, plain, tidy
from rehearsal.model import Text
from rehearsal.spreadsheet import (
    SHEET_MAX_BYTES,
    Cell,
    UnfitError,
    csv_lines,
    is_computed,
    opened,
    rows_of,
    shown,
)

ROWS_MAX = 20_000  # ten times what a bad day of 3,321 units has
COLUMNS_MAX = 64


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
    """What the file holds; UnfitError when it is not what its name says."""
    if len(content) > SHEET_MAX_BYTES:
        raise UnfitError(_SMALL, f"{len(content)} bytes > {SHEET_MAX_BYTES}")
    return _of_workbook(content) if is_workbook else _of_csv(content)


def _of_csv(content: bytes) -> Table:
    lines = [line for _, line in csv_lines(content)]
    names = [last_word(cell) for cell in lines[0]] if lines else []
    titles = [heading(name) if name in COLUMNS else name for name in names]
    rows = (
        [Found(cell, title) for cell, title in zip(line, titles, strict=False)]
        for line in lines[1:]
    )
    return _table("", names, rows)


def _of_workbook(content: bytes) -> Table:
    """Our sheet of the workbook, or its first one."""
    with opened(content) as book:
        name = SHEET_NAME if SHEET_NAME in book.sheetnames else book.sheetnames[0]
        rows = rows_of(book[name], ROWS_MAX, COLUMNS_MAX)
        lines = [[_found(cell, at) for at, cell in enumerate(row, 1)] for row in rows]
    names = [last_word(cell.text) for cell in lines[0]] if lines else []
    return _table(name, names, lines[1:])


def _found(cell: Cell, at: int) -> Found:
    return Found(shown(cell), get_column_letter(at), is_formula=is_computed(cell))


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


_SMALL = Text("một bảng nhỏ hơn 4 MB", "a sheet of less than 4 MB")
