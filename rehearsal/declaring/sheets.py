"""What did people write into a sheet about bridges or systems, and where is it not clear?"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rehearsal.declaring.faults import SheetFault, listed, refuse
from rehearsal.declaring.tables import Row, table_rows
from rehearsal.model import Declaration, Target, Text, Unit

ROLL_CALL, SYSTEMS = "bridge.human_roll_call", "system.declared"
ROLL_CALL_COLUMNS = ("unit", "hears_centre", "heard_by_centre", "said_by", "said_at", "note")
SYSTEMS_COLUMNS = ("unit", "system", "works", "said_by", "said_at", "note")
_SHOWN = ("unit_name", "system_name")  # for those who fill it in; nobody reads them back
_YES = frozenset({"có", "co", "yes", "y", "x", "1", "true", "được", "dùng được", "works"})
_NO = frozenset({"không", "khong", "no", "n", "0", "false", "không được", "does not"})
_NOT_TRIED = frozenset({"chưa thử", "chưa", "chua thu", "not tried", "-"})


def roll_call_sheet(content: bytes, units: Collection[str], zone: str) -> list[Declaration]:
    """The declarations of a roll call, one a unit; SheetError with all faults at once.

    `units` are the slugs that people may declare for; a time without a zone is in `zone`.
    """
    faults: list[SheetFault] = []
    rows = list(table_rows(content, ROLL_CALL_COLUMNS, faults))
    for line, row in rows:
        faults += _wrong(line, row, zone, _heard(row, units))
    _once(rows, ("unit",), _A_UNIT_ONCE, faults)
    refuse(faults)
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
    every = list(table_rows(content, SYSTEMS_COLUMNS, faults))
    rows = [(line, r) for line, r in every if r["works"] or r["said_by"] or r["said_at"]]
    for line, row in rows:
        faults += _wrong(line, row, zone, _tried(row, known))
    _once(rows, ("unit", "system"), _A_SYSTEM_ONCE, faults)
    if not rows and not faults:
        faults.append(SheetFault(1, "works", _SOME_ROW, ""))
    refuse(faults)
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
        yield "system", row["system"] in known[unit], listed(known[unit])
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
