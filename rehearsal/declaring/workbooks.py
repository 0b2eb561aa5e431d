"""Which answers does a workbook hold, and what in it is not clear?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from rehearsal.declaring.faults import SheetFault, listed
from rehearsal.declaring.forms import ANSWERS_MAX, Cell, Form, form_of
from rehearsal.declaring.values import composed
from rehearsal.model import Text
from rehearsal.report.order import folded
from rehearsal.spreadsheet import Cell as SheetCell
from rehearsal.spreadsheet import UnfitError, is_computed, opened, rows_of

SHEET = "Báo cáo"
HEADING = "Mã / Code"
CODE, ANSWER = "A", "C"
_COLUMNS = 4
UNPACKED_MAX_BYTES = 8 * 1024 * 1024  # a filled-in template has a quarter of a megabyte
_MERGED = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def xlsx_forms(content: bytes, faults: list[SheetFault]) -> list[Form]:
    """The one form of a workbook; none where its file is no sound workbook of ours."""
    try:
        with opened(content, UNPACKED_MAX_BYTES) as book:
            return _forms(book, faults)
    except UnfitError as problem:
        faults.append(SheetFault(1, "", problem.expected, problem.found))
        return []


def _forms(book: Workbook, faults: list[SheetFault]) -> list[Form]:
    page = next(
        (one for one in book.worksheets if folded(composed(one.title)) == _FOLDED), None
    )
    if page is None:
        names = ", ".join(book.sheetnames)
        faults.append(SheetFault(1, "", listed([SHEET]), names))
        return []
    before = len(faults)
    cells = [*_answers(page, faults)]
    faults += _merged(book, page)
    form = form_of(cells, Cell("", 1, CODE, page.title), faults)
    return [form] if len(faults) == before else []


def _answers(page: ReadOnlyWorksheet, faults: list[SheetFault]) -> Iterator[tuple[str, Cell]]:
    """Each row that begins with the code of a question; the rest is for people."""
    for line, row in enumerate(rows_of(page, ANSWERS_MAX + 1, _COLUMNS), 1):
        if line > ANSWERS_MAX:
            faults.append(Cell("", line, CODE, page.title).fault(_FEW_ROWS))
            return
        found = [_cell(cell, line, at, page.title) for at, cell in enumerate(row)]
        live = [cell for cell, computed in found if computed]
        faults += [cell.fault(_A_VALUE) for cell in live]
        code, answer = found[0][0], found[2][0]
        if not live and isinstance(code.typed, str) and composed(code.typed) not in _NO_CODES:
            yield composed(code.typed), answer


def _cell(cell: SheetCell, line: int, at: int, sheet: str) -> tuple[Cell, bool]:
    """The cell with its place, and whether it is computed: then its text is told no further."""
    computed = is_computed(cell)
    return Cell("=…" if computed else cell.value, line, _LETTERS[at], sheet), computed


def _merged(book: Workbook, page: ReadOnlyWorksheet) -> Iterator[SheetFault]:
    """Answers that were merged into one: nobody knows which of the questions it is for."""
    # openpyxl tells of merged cells only where it holds the whole sheet in memory
    path = page._worksheet_path  # noqa: SLF001 - the only way to the part that it reads
    for left, top, right, bottom in _MERGED.findall(book._archive.read(path)):  # noqa: SLF001 - likewise
        columns = left.decode(), right.decode()
        is_wide = len(columns[1]) > 1 or columns[0] <= ANSWER <= columns[1]
        if int(top) != int(bottom) and is_wide and len(columns[0]) == 1:
            merged = f"{columns[0]}{int(top)}:{columns[1]}{int(bottom)}"
            yield SheetFault(int(top), ANSWER, _NOT_MERGED, merged, page.title)


_FOLDED = folded(SHEET)
_LETTERS = "ABCD"
_NO_CODES = frozenset({"", HEADING})
_FEW_ROWS = Text(f"không quá {ANSWERS_MAX} dòng", f"no more than {ANSWERS_MAX} rows")
_A_VALUE = Text(
    "một giá trị, không phải công thức hay lỗi công thức",
    "a value, no formula and no formula's error",
)
_NOT_MERGED = Text(
    "mỗi câu trả lời một ô: hãy bỏ trộn ô", "one cell for each answer: unmerge the cells"
)
