"""How is a workbook or a CSV opened that people made, and what in it is never trusted?

Nothing in it is computed, run or followed: macros and bombs stay closed, links are not
opened, and a formula is told as one instead of its value.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date, datetime
from typing import Protocol

import openpyxl
from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from rehearsal.model import Text

SHEET_MAX_BYTES = 4 * 1024 * 1024
UNPACKED_MAX_BYTES = 64 * 1024 * 1024  # 16 times the file: a sheet of text packs tenfold
RATIO_MAX = 200  # text packs to a tenth or so, a bomb to a thousandth
PARTS_MAX = 200
_RATIO_FROM_BYTES = 64 * 1024  # a small part may be all zeros for all we care
_LIVE = re.compile(r"(^|/)(vbaProject|macrosheets/|dialogsheets/|activeX/|embeddings/)")
_SEPARATORS = ",;\t"  # a Vietnamese Excel writes the second, its clipboard the third
_PACKED = b"PK\x03\x04"
Line = tuple[int, Sequence[str]]
"""The cells of one row, and where a person finds it."""
# What openpyxl, and the parsers that it stands on, raise for a file that is not what it
# says; also entities in it (defusedxml, a ValueError) and encryption (a RuntimeError).
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error),
    *(InvalidFileException, SyntaxError),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    *(EOFError, OSError, RuntimeError),
)


class Cell(Protocol):
    """One cell of a row, as openpyxl reads it."""

    data_type: str
    value: object


class UnfitError(Exception):
    """The file stays closed: `expected` says what it should be, `found` what it is."""

    def __init__(self, expected: Text, found: str) -> None:
        super().__init__(found)
        self.expected = expected
        self.found = found


def is_packed(content: bytes) -> bool:
    """Whether it is a package such as .xlsx, whatever its name says."""
    return content.startswith(_PACKED)


@contextmanager
def opened(content: bytes, unpacked_max_bytes: int = UNPACKED_MAX_BYTES) -> Iterator[Workbook]:
    """The workbook, read row by row; UnfitError also for what is found broken within."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _refuse_unfit(packed, unpacked_max_bytes)
        # what openpyxl cannot keep, we do not want; and it prints to stdout, where data goes
        with warnings.catch_warnings(), redirect_stdout(None):
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            try:
                yield book
            finally:
                book.close()
    except _BROKEN as problem:
        raise UnfitError(_A_WORKBOOK, type(problem).__name__) from problem


def _refuse_unfit(packed: zipfile.ZipFile, unpacked_max_bytes: int) -> None:
    """What of the package alone is enough to leave it closed."""
    parts = packed.infolist()
    if any(_LIVE.search(part.filename) for part in parts):
        raise UnfitError(_NO_MACROS, "")
    is_bomb = len(parts) > PARTS_MAX or any(
        part.file_size > _RATIO_FROM_BYTES
        and part.file_size > RATIO_MAX * max(part.compress_size, 1)
        for part in parts
    )
    unpacked = sum(part.file_size for part in parts)
    if is_bomb or unpacked > unpacked_max_bytes:
        raise UnfitError(_NO_BOMB, f"{unpacked} bytes")


def rows_of(page: ReadOnlyWorksheet, max_row: int, max_col: int) -> Iterator[tuple[Cell, ...]]:
    """The rows that are there, whatever the file says of its own size."""
    # bounds of our own: without them openpyxl would keep to the size that the file claims
    rows: Iterator[tuple[Cell, ...]] = page.iter_rows(1, max_row, 1, max_col)
    return rows


def is_computed(cell: Cell) -> bool:
    """Whether it holds a formula, or a formula's error: nobody typed what it shows."""
    return cell.data_type in {TYPE_FORMULA, TYPE_ERROR}


def shown(cell: Cell) -> str:
    """What a person sees in it; a day is a day, whatever a spreadsheet makes of it."""
    value = cell.value
    if value is None or is_computed(cell):
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def csv_lines(content: bytes) -> list[Line]:
    """The rows of a CSV file, each with the line on which it ends; UnfitError if it is none."""
    try:
        text = content.decode("utf-8-sig")
        separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return [(reader.line_num, line) for line in reader]
    except (UnicodeDecodeError, csv.Error) as problem:
        raise UnfitError(_A_CSV, str(problem)) from problem


_A_CSV = Text("tệp CSV, mã UTF-8", "a CSV file in UTF-8")
_A_WORKBOOK = Text(
    "một sổ Excel (.xlsx) không hỏng, không đặt mật khẩu",
    "a sound Excel workbook (.xlsx) without a password",
)
_NO_MACROS = Text(
    "sổ không có macro: hãy lưu lại thành .xlsx", "a workbook without macros: save it as .xlsx"
)
_NO_BOMB = Text(
    "sổ cỡ bình thường: hãy chép vào mẫu mới",
    "a workbook of an ordinary size: copy what you wrote into a new template",
)
