"""What did people write into the sheet of a roll call, and where is it not clear?"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rehearsal.model import Declaration, Text

CHECK_ID = "bridge.human_roll_call"
COLUMNS = ("unit", "hears_centre", "heard_by_centre", "said_by", "said_at", "note")
_SEPARATORS = ",;\t"  # a Vietnamese Excel writes the second, its clipboard the third
SHEET_MAX_BYTES = 4 * 1024 * 1024
_YES = frozenset({"có", "co", "yes", "y", "x", "1", "true"})
_NO = frozenset({"không", "khong", "no", "n", "0", "false"})


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One cell that cannot be taken; `row` counts as a person does, the heading being 1."""

    row: int
    column: str
    expected: Text
    found: str


class SheetError(ValueError):
    """Nothing of the sheet was taken; `faults` holds every reason."""

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        super().__init__("\n".join(map(_told, faults)))
        self.faults = tuple(faults)


def roll_call_sheet(content: bytes, units: Collection[str], zone: str) -> list[Declaration]:
    """The declarations of a CSV sheet, one a unit; SheetError with all faults at once.

    `units` are the slugs that people may declare for; a time without a zone is in `zone`.
    """
    faults: list[SheetFault] = []
    rows = list(_rows(content, faults))
    said = [_declared(number, row, units, zone, faults) for number, row in rows]
    _once(rows, faults)
    if faults:
        raise SheetError(sorted(faults, key=lambda fault: fault.row))
    return [one for one in said if one is not None]


def _rows(content: bytes, faults: list[SheetFault]) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        text = content[:SHEET_MAX_BYTES].decode("utf-8-sig")
        heading = text.partition("\n")[0]
        separator = max(_SEPARATORS, key=heading.count)
        reader = csv.DictReader(io.StringIO(text), restkey="", delimiter=separator)
        names = tuple(reader.fieldnames or ())
        rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as problem:
        faults.append(SheetFault(1, "", _A_SHEET, str(problem)))
        return
    missing = [name for name in COLUMNS[:-1] if name not in names]
    faults += [SheetFault(1, name, _HEADING, ", ".join(names)) for name in missing]
    if not faults:
        yield from (
            (line, {n: (row.get(n) or "").strip() for n in COLUMNS}) for line, row in rows
        )


def _declared(
    number: int,
    row: Mapping[str, str],
    units: Collection[str],
    zone: str,
    faults: list[SheetFault],
) -> Declaration | None:
    hears, heard = _answer(row["hears_centre"]), _answer(row["heard_by_centre"])
    said_at = _moment(row["said_at"], zone)
    wrong = [
        SheetFault(number, column, expected, row[column])
        for column, is_sound, expected in (
            ("unit", row["unit"] in units, _A_UNIT),
            ("hears_centre", hears is not None, _YES_OR_NO),
            ("heard_by_centre", heard is not None, _YES_OR_NO),
            ("said_by", bool(row["said_by"]), _A_NAME),
            ("said_at", said_at is not None, _A_MOMENT),
        )
        if not is_sound
    ]
    faults += wrong
    if wrong or said_at is None:
        return None
    answers = {"hears_centre": hears, "heard_by_centre": heard, "note": row["note"]}
    return Declaration(CHECK_ID, f"{row['unit']}/bridge", row["said_by"], said_at, answers)


def _once(rows: Sequence[tuple[int, Mapping[str, str]]], faults: list[SheetFault]) -> None:
    first: dict[str, int] = {}
    for number, row in rows:
        earlier = first.setdefault(row["unit"], number)
        if earlier != number:
            faults.append(SheetFault(number, "unit", _once_only(earlier), row["unit"]))


def _answer(written: str) -> bool | None:
    word = written.casefold()
    return True if word in _YES else False if word in _NO else None


def _moment(written: str, zone: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _told(fault: SheetFault) -> str:
    where = f"dòng {fault.row}, cột {fault.column or '-'}"
    there = f"row {fault.row}, column {fault.column or '-'}"
    return (
        f"{where}: cần {fault.expected.vi}; thấy {fault.found[:80]!r}\n"
        f"{there}: expected {fault.expected.en}; found {fault.found[:80]!r}"
    )


def _once_only(line: int) -> Text:
    return Text(
        f"mỗi đơn vị một dòng (đã có ở dòng {line})", f"one row a unit (see row {line})"
    )


_A_SHEET = Text("tệp CSV, mã UTF-8", "a CSV file in UTF-8")
_HEADING = Text(f"đủ các cột {', '.join(COLUMNS)}", f"the columns {', '.join(COLUMNS)}")
_A_UNIT = Text(
    "một đơn vị có điểm cầu phải điểm danh bằng người",
    "a unit whose bridge needs a roll call by people",
)
_YES_OR_NO = Text("có hoặc không", "yes or no")
_A_NAME = Text("họ tên người khai", "the name of who says so")
_A_MOMENT = Text("thời điểm như 2025-06-20 07:45", "a moment like 2025-06-20 07:45")
