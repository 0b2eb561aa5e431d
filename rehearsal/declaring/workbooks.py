"""Which answers does a workbook hold, and what in it is not to be trusted?

Nothing in it is computed, run or followed: formulas are faults, links are not opened.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import redirect_stdout

import openpyxl
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from rehearsal.declaring.faults import SheetFault, listed
from rehearsal.declaring.forms import ANSWERS_MAX, Cell, Form, form_of
from rehearsal.declaring.values import composed
from rehearsal.model import Text
from rehearsal.report.order import folded

SHEET = "Báo cáo"
HEADING = "Mã / Code"
CODE, ANSWER = "A", "C"
_COLUMNS = 4
UNPACKED_MAX_BYTES = 8 * 1024 * 1024  # a filled-in template has a quarter of a megabyte
RATIO_MAX = 200  # text packs to a tenth or so, a bomb to a thousandth
PARTS_MAX = 200
_RATIO_FROM_BYTES = 64 * 1024  # a small part may be all zeros for all we care
_LIVE = re.compile(r"(^|/)(vbaProject|macrosheets/|dialogsheets/|activeX/|embeddings/)")
_MERGED = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
# What openpyxl, and the parsers that it stands on, raise for a file that is not what it says.
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error),
    *(InvalidFileException, SyntaxError),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    *(EOFError, OSError, RuntimeError),
)


def xlsx_forms(content: bytes, faults: list[SheetFault]) -> list[Form]:
    """The one form of a workbook; none where its file is no sound workbook of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            problem = _unfit(packed)
        if problem is not None:
            faults.append(SheetFault(1, "", problem, ""))
            return []
        return _opened(content, faults)
    except _BROKEN as problem:
        faults.append(SheetFault(1, "", _A_WORKBOOK, type(problem).__name__))
        return []


def _opened(content: bytes, faults: list[SheetFault]) -> list[Form]:
    # what openpyxl cannot keep, we do not want; and it prints to stdout, where data goes
    with warnings.catch_warnings(), redirect_stdout(None):
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            return _forms(book, faults)
        finally:
            book.close()


def _unfit(packed: zipfile.ZipFile) -> Text | None:
    """What of the package alone is enough to leave it closed."""
    parts = packed.infolist()
    if any(_LIVE.search(part.filename) for part in parts):
        return _NO_MACROS
    is_bomb = len(parts) > PARTS_MAX or any(
        part.file_size > _RATIO_FROM_BYTES
        and part.file_size > RATIO_MAX * max(part.compress_size, 1)
        for part in parts
    )
    unpacked = sum(part.file_size for part in parts)
    return _NO_BOMB if is_bomb or unpacked > UNPACKED_MAX_BYTES else None


def _forms(book: Workbook, faults: list[SheetFault]) -> list[Form]:
    page = next(
        (one for one in book.worksheets if folded(composed(one.title)) == _FOLDED), None
    )
    if page is None:
        names = ", ".join(book.sheetnames)
        faults.append(SheetFault(1, "", listed([SHEET]), names))
        return []
    page.reset_dimensions()  # what the file says of its size would hide what lies beyond
    before = len(faults)
    cells = [*_answers(page, faults)]
    faults += _merged(book, page)
    form = form_of(cells, Cell("", 1, CODE, page.title), faults)
    return [form] if len(faults) == before else []


def _answers(page: ReadOnlyWorksheet, faults: list[SheetFault]) -> Iterator[tuple[str, Cell]]:
    """Each row that begins with the code of a question; the rest is for people."""
    for line, row in enumerate(page.iter_rows(min_row=1, max_col=_COLUMNS), 1):
        if line > ANSWERS_MAX:
            faults.append(Cell("", line, CODE, page.title).fault(_FEW_ROWS))
            return
        found = [_cell(cell, line, at, page.title) for at, cell in enumerate(row)]
        live = [cell for cell, kind in found if kind in _NO_VALUES]
        faults += [cell.fault(_A_VALUE) for cell in live]
        code, answer = found[0][0], found[2][0]
        if not live and isinstance(code.typed, str) and composed(code.typed) not in _NO_CODES:
            yield composed(code.typed), answer


def _cell(cell: ReadOnlyCell, line: int, at: int, sheet: str) -> tuple[Cell, str]:
    """The cell with its place; a formula's own text is not told further."""
    typed = "=…" if cell.data_type == "f" else cell.value
    return Cell(typed, line, _LETTERS[at], sheet), cell.data_type


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
_NO_VALUES = frozenset({"f", "e"})
_A_WORKBOOK = Text(
    "một sổ Excel (.xlsx) không hỏng, không đặt mật khẩu",
    "a sound Excel workbook (.xlsx) without a password",
)
_NO_MACROS = Text(
    "sổ không có macro: hãy lưu lại thành .xlsx", "a workbook without macros: save it as .xlsx"
)
_NO_BOMB = Text(
    "sổ cỡ như mẫu: hãy chép câu trả lời vào mẫu mới",
    "a workbook of the template's size: copy the answers into a new one",
)
_FEW_ROWS = Text(f"không quá {ANSWERS_MAX} dòng", f"no more than {ANSWERS_MAX} rows")
_A_VALUE = Text(
    "một giá trị, không phải công thức hay lỗi công thức",
    "a value, no formula and no formula's error",
)
_NOT_MERGED = Text(
    "mỗi câu trả lời một ô: hãy bỏ trộn ô", "one cell for each answer: unmerge the cells"
)
