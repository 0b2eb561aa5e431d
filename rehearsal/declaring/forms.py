"""Which answers does a handed-in file hold, whatever sort of file it is?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from rehearsal.declaring.faults import SheetFault
from rehearsal.declaring.tables import table_rows
from rehearsal.declaring.values import composed
from rehearsal.model import Text
from rehearsal.spreadsheet import SHEET_MAX_BYTES, is_packed

COLUMNS = ("code", "question", "answer", "how")
FORMS_MAX = 5000  # more units than a nation has communes
ANSWERS_MAX = 500  # a report has about eighty
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SPACES = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Cell:
    """What was typed, and where: for a person who has to find it again."""

    typed: object
    row: int
    column: str
    sheet: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed there."""
        return self.typed is None or (isinstance(self.typed, str) and not self.typed.strip())

    def fault(self, expected: Text) -> SheetFault:
        """Say that it cannot be taken."""
        found = "" if self.typed is None else str(self.typed)
        return SheetFault(self.row, self.column, expected, found, self.sheet)


@dataclass(frozen=True, slots=True)
class Form:
    """One unit's answers, by the code of the question; `top` is where a missing one counts."""

    cells: Mapping[str, Cell]
    top: Cell


def sort_of(content: bytes) -> str:
    """What sort of file it is, by its content: its name may say anything."""
    if is_packed(content):
        return "xlsx"
    if content.startswith(_OLD_EXCEL):
        return "xls"
    text = content.removeprefix(_BOM).lstrip(_SPACES)
    return "json" if text[:1] in {b"{", b"["} else "csv"


def size_fault(content: bytes) -> SheetFault | None:
    """Refuse what no unit has written by hand."""
    if len(content) <= SHEET_MAX_BYTES:
        return None
    return SheetFault(1, "", _SMALL, f"{len(content)} byte")


def form_of(cells: list[tuple[str, Cell]], top: Cell, faults: list[SheetFault]) -> Form:
    """The answers by code; a code that stands twice is a fault."""
    known: dict[str, Cell] = {}
    for code, cell in cells:
        first = known.setdefault(code, cell)
        if first is not cell:
            faults.append(cell.fault(_once(code, first.row)))
    return Form(known, top)


def csv_forms(content: bytes, faults: list[SheetFault]) -> list[Form]:
    """A CSV file is one unit's report: a row for each answer."""
    found = list(table_rows(content, (COLUMNS[0], COLUMNS[2], COLUMNS[3]), faults))
    if faults:
        return []
    if len(found) > ANSWERS_MAX:
        faults.append(SheetFault(ANSWERS_MAX + 1, "", _FEW_ROWS, f"{len(found)}"))
        return []
    cells = [
        (composed(row["code"]), Cell(row["answer"], line, "answer"))
        for line, row in found
        if row["code"]
    ]
    return [form_of(cells, Cell("", 1, "code"), faults)]


def json_forms(content: bytes, faults: list[SheetFault]) -> list[Form]:
    """A JSON file is one object of answers by code, or a list of them."""
    try:
        read = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as problem:
        faults.append(SheetFault(1, "", _A_JSON, str(problem)))
        return []
    several = [read] if isinstance(read, _Pairs) else read
    if not isinstance(several, list) or len(several) > FORMS_MAX:
        faults.append(SheetFault(1, "", _A_JSON, type(read).__name__))
        return []
    return [
        form
        for number, one in enumerate(several, 1)
        if (form := _json_form(one, number, faults)) is not None
    ]


class _Pairs(tuple[tuple[str, object], ...]):
    """The pairs of an object, so that a key which stands twice is seen."""

    __slots__ = ()


def _json_form(one: object, number: int, faults: list[SheetFault]) -> Form | None:
    if not isinstance(one, _Pairs) or len(one) > ANSWERS_MAX:
        faults.append(SheetFault(number, "", _AN_OBJECT, type(one).__name__))
        return None
    cells = [(composed(code), Cell(value, number, composed(code))) for code, value in one]
    nested = [cell for _, cell in cells if isinstance(cell.typed, list | _Pairs)]
    faults += [SheetFault(number, cell.column, _A_SCALAR, "[…]") for cell in nested]
    return None if nested else form_of(cells, Cell("", number, "unit"), faults)


def _once(code: str, row: int) -> Text:
    return Text(
        f"mỗi câu hỏi một câu trả lời ({code} đã có ở dòng {row})",
        f"one answer a question ({code} stands in row {row} already)",
    )


_SMALL = Text(
    f"tệp không quá {SHEET_MAX_BYTES // 1024 // 1024} MB, không kèm ảnh",
    f"a file of at most {SHEET_MAX_BYTES // 1024 // 1024} MB, without pictures",
)
_FEW_ROWS = Text(f"không quá {ANSWERS_MAX} dòng", f"no more than {ANSWERS_MAX} rows")
_A_JSON = Text(
    "tệp JSON, mã UTF-8: một báo cáo hoặc một danh sách báo cáo",
    "JSON in UTF-8: one report or a list of them",
)
_AN_OBJECT = Text("một báo cáo: mã câu hỏi và câu trả lời", "a report: answers by code")
_A_SCALAR = Text("chữ, số, có hoặc không", "text, a number, true or false")
