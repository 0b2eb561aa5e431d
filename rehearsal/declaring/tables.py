"""Which rows does a table hold that people saved out of a spreadsheet?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rehearsal.declaring.faults import SheetFault
from rehearsal.model import Text
from rehearsal.spreadsheet import SHEET_MAX_BYTES, Line, UnfitError, csv_lines

Row = Mapping[str, str]


def table_rows(
    content: bytes, columns: Sequence[str], faults: list[SheetFault]
) -> Iterator[tuple[int, Row]]:
    """Each row of a CSV file by its line, as `named_rows` has them."""
    try:
        lines = csv_lines(content[:SHEET_MAX_BYTES])
    except UnfitError as problem:
        faults.append(SheetFault(1, "", problem.expected, problem.found))
        return
    yield from named_rows(lines, columns, faults)


def named_rows(
    lines: Sequence[Line], columns: Sequence[str], faults: list[SheetFault]
) -> Iterator[tuple[int, Row]]:
    """Each row below the heading, with these columns; all but the last one must be there."""
    names = lines[0][1] if lines else ()
    missing = [name for name in columns[:-1] if name not in names]
    faults += [SheetFault(1, name, _heading(columns), ", ".join(names)) for name in missing]
    if missing:
        return
    for line, cells in lines[1:]:
        if cells:
            row = dict(zip(names, cells, strict=False))
            yield line, {name: row.get(name, "").strip() for name in columns}


def _heading(columns: Sequence[str]) -> Text:
    names = ", ".join(columns)
    return Text(f"đủ các cột {names}", f"the columns {names}")
