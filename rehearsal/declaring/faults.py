"""How is it told what cannot be taken of a file that people wrote?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rehearsal.model import Text

FOUND_MAX_CHARS = 80  # enough to recognise one's own words
# Vietnamese numbers have nine or ten digits after the 0 or +84, however they are grouped.
_TELEPHONE = re.compile(r"(?<![\w.,/-])(?:\+?84|0)(?:[ .-]?\d){8,10}(?![\w])")
_MASKED = "[số điện thoại / telephone]"


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One cell that cannot be taken; `row` counts as a person does, the heading being 1.

    `sheet` names the worksheet of a workbook; there `column` is its letters.
    """

    row: int
    column: str
    expected: Text
    found: str
    sheet: str = ""


class SheetError(ValueError):
    """Nothing of the sheet was taken; `faults` holds every reason."""

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        super().__init__("\n".join(map(told, faults)))
        self.faults = tuple(faults)


def told(fault: SheetFault) -> str:
    """Where it is, what was expected and what stands there, in both languages."""
    found = without_telephones(fault.found)[:FOUND_MAX_CHARS]
    where, there = _place(fault)
    return (
        f"{where}: cần {fault.expected.vi}; thấy {found!r}\n"
        f"{there}: expected {fault.expected.en}; found {found!r}"
    )


def _place(fault: SheetFault) -> tuple[str, str]:
    if fault.sheet:
        cell = f"{fault.column}{fault.row}"
        return f"trang {fault.sheet!r}, ô {cell}", f"sheet {fault.sheet!r}, cell {cell}"
    column = fault.column or "-"
    return f"dòng {fault.row}, cột {column}", f"row {fault.row}, column {column}"


def refuse(faults: Iterable[SheetFault]) -> None:
    """Raise them all, in the order of the sheet, if there are any."""
    if found := sorted(faults, key=lambda fault: fault.row):
        raise SheetError(found)


def without_telephones(text: str) -> str:
    """The text without what looks like a telephone number: none is logged or stored."""
    return _TELEPHONE.sub(_MASKED, text)


def listed(names: Sequence[str]) -> Text:
    """Which names are possible."""
    line = ", ".join(names)
    return Text(f"một trong {line}", f"one of {line}")
