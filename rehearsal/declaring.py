"""What did people write into a sheet of declarations, and where is it not clear?"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rehearsal.model import Declaration, Target, Text, Unit

ROLL_CALL, SYSTEMS = "bridge.human_roll_call", "system.declared"
ROLL_CALL_COLUMNS = ("unit", "hears_centre", "heard_by_centre", "said_by", "said_at", "note")
SYSTEMS_COLUMNS = ("unit", "system", "works", "said_by", "said_at", "note")
_SHOWN = ("unit_name", "system_name")  # for those who fill it in; nobody reads them back
_SEPARATORS = ",;\t"  # a Vietnamese Excel writes the second, its clipboard the third
SHEET_MAX_BYTES = 4 * 1024 * 1024
_YES = frozenset({"có", "co", "yes", "y", "x", "1", "true", "được", "dùng được", "works"})
_NO = frozenset({"không", "khong", "no", "n", "0", "false", "không được", "does not"})
_NOT_TRIED = frozenset({"chưa thử", "chưa", "chua thu", "not tried", "-"})
Row = Mapping[str, str]


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
    """The declarations of a roll call, one a unit; SheetError with all faults at once.

    `units` are the slugs that people may declare for; a time without a zone is in `zone`.
    """
    faults: list[SheetFault] = []
    rows = list(_rows(content, ROLL_CALL_COLUMNS, faults))
    for line, row in rows:
        faults += _wrong(line, row, zone, _heard(row, units))
    _once(rows, ("unit",), _A_UNIT_ONCE, faults)
    _refuse(faults)
    return [
        Declaration(
            ROLL_CALL,
            f"{row['unit']}/bridge",
            row["said_by"],
            _said_at(row, zone),
            {
                "hears_centre": _answer(row["hears_centre"]),
                "heard_by_centre": _answer(row["heard_by_centre"]),
                "note": row["note"],
            },
        )
        for _, row in rows
    ]


def _heard(row: Row, units: Collection[str]) -> Iterator[tuple[str, bool, Text]]:
    yield "unit", row["unit"] in units, _A_UNIT
    for column in ("hears_centre", "heard_by_centre"):
        yield column, _answer(row[column]) is not None, _YES_OR_NO


def systems_sheet(content: bytes, asked: Iterable[Target], zone: str) -> list[Declaration]:
    """What people say of systems that no instrument can try; SheetError as above.

    `asked` may be declared. A row whose answer, name and time are all left open says
    nothing: a template may be handed in before everybody has tried everything.
    """
    known: dict[str, list[str]] = {}
    for target in asked:
        known.setdefault(target.owner, []).append(target.key)
    faults: list[SheetFault] = []
    every = list(_rows(content, SYSTEMS_COLUMNS, faults))
    rows = [(line, r) for line, r in every if r["works"] or r["said_by"] or r["said_at"]]
    for line, row in rows:
        faults += _wrong(line, row, zone, _tried(row, known))
    _once(rows, ("unit", "system"), _A_SYSTEM_ONCE, faults)
    if not rows and not faults:
        faults.append(SheetFault(1, "works", _SOME_ROW, ""))
    _refuse(faults)
    return [
        Declaration(
            SYSTEMS,
            f"{row['unit']}/{row['system']}",
            row["said_by"],
            _said_at(row, zone),
            {"works": _answer(row["works"]), "note": row["note"]},
        )
        for _, row in rows
    ]


def _tried(row: Row, known: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, bool, Text]]:
    unit, word = row["unit"], row["works"].casefold()
    yield "unit", unit in known, _A_DECLARING_UNIT
    if unit in known:
        yield "system", row["system"] in known[unit], _one_of(known[unit])
    yield "works", word in _NOT_TRIED or _answer(word) is not None, _WORKS


def systems_template(units: Iterable[Unit], asked: Iterable[Target]) -> bytes:
    """The sheet to fill in, a row for each system of each unit; Excel knows it for UTF-8."""
    names = {unit.slug: unit.name for unit in units}
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow((*SYSTEMS_COLUMNS, *_SHOWN))
    for target in asked:
        blank = [""] * len(SYSTEMS_COLUMNS[2:])
        writer.writerow((target.owner, target.key, *blank, names[target.owner], target.name))
    return sheet.getvalue().encode("utf-8-sig")


def _rows(
    content: bytes, columns: Sequence[str], faults: list[SheetFault]
) -> Iterator[tuple[int, Row]]:
    """Each row by its line, with these columns; all but the last one must be there."""
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
    missing = [name for name in columns[:-1] if name not in names]
    faults += [SheetFault(1, name, _heading(columns), ", ".join(names)) for name in missing]
    if not faults:
        yield from (
            (line, {n: (row.get(n) or "").strip() for n in columns}) for line, row in rows
        )


def _wrong(
    line: int, row: Row, zone: str, own: Iterable[tuple[str, bool, Text]]
) -> Iterator[SheetFault]:
    """What is not clear of one row: its own questions, then who says so, and when."""
    signed = (
        ("said_by", bool(row["said_by"]), _A_NAME),
        ("said_at", _moment(row["said_at"], zone) is not None, _A_MOMENT),
    )
    for column, is_sound, expected in (*own, *signed):
        if not is_sound:
            yield SheetFault(line, column, expected, row[column])


def _refuse(faults: Iterable[SheetFault]) -> None:
    if found := sorted(faults, key=lambda fault: fault.row):
        raise SheetError(found)


def _once(
    rows: Sequence[tuple[int, Row]], keys: Sequence[str], once: Text, faults: list[SheetFault]
) -> None:
    first: dict[tuple[str, ...], int] = {}
    for line, row in rows:
        earlier = first.setdefault(tuple(row[key] for key in keys), line)
        if earlier != line:
            expected = Text(
                f"{once.vi} (đã có ở dòng {earlier})", f"{once.en} (see row {earlier})"
            )
            faults.append(SheetFault(line, keys[-1], expected, row[keys[-1]]))


def _answer(written: str) -> bool | None:
    word = written.casefold()
    return True if word in _YES else False if word in _NO else None


def _said_at(row: Row, zone: str) -> datetime:
    moment = _moment(row["said_at"], zone)
    assert moment is not None, "rows whose moment is not clear were refused before"
    return moment


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


def _heading(columns: Sequence[str]) -> Text:
    listed = ", ".join(columns)
    return Text(f"đủ các cột {listed}", f"the columns {listed}")


def _one_of(names: Sequence[str]) -> Text:
    listed = ", ".join(names)
    return Text(f"một trong {listed}", f"one of {listed}")


_A_SHEET = Text("tệp CSV, mã UTF-8", "a CSV file in UTF-8")
_A_UNIT = Text(
    "một đơn vị có điểm cầu phải điểm danh bằng người",
    "a unit whose bridge needs a roll call by people",
)
_A_DECLARING_UNIT = Text(
    "tên ngắn của một đơn vị có hệ thống phải khai", "the slug of a unit with such systems"
)
_A_UNIT_ONCE = Text("mỗi đơn vị một dòng", "one row a unit")
_A_SYSTEM_ONCE = Text("mỗi hệ thống của đơn vị một dòng", "one row for each system of a unit")
_SOME_ROW = Text("ít nhất một dòng đã điền", "at least one row that is filled in")
_YES_OR_NO = Text("có hoặc không", "yes or no")
_WORKS = Text("được, không hoặc chưa thử", "works, does not or not tried")
_A_NAME = Text("họ tên người khai", "the name of who says so")
_A_MOMENT = Text("thời điểm như 2025-06-20 07:45", "a moment like 2025-06-20 07:45")
