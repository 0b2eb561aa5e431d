"""Which rows does a CSV file hold that people saved out of a spreadsheet?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from rehearsal.declaring.faults import SheetFault
from rehearsal.model import Text

SHEET_MAX_BYTES = 4 * 1024 * 1024
_SEPARATORS = ",;\t"  # a Vietnamese Excel writes the second, its clipboard the third
Row = Mapping[str, str]


def table_rows(
    content: bytes, columns: Sequence[str], faults: list[SheetFault]
) -> Iterator[tuple[int, Row]]:
    """Each row by its line, with these columns; all but the last one must be there."""
    try:
        text = content[:SHEET_MAX_BYTES].decode("utf-8-sig")
        heading = text.partition("\n")[0]
        separator = max(_SEPARATORS, key=heading.count)
        reader = csv.DictReader(io.StringIO(text), restkey="", delimiter=separator)
        names = tuple(reader.fieldnames or ())
        found = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as problem:
        faults.append(SheetFault(1, "", _A_SHEET, str(problem)))
        return
    missing = [name for name in columns[:-1] if name not in names]
    faults += [SheetFault(1, name, _heading(columns), ", ".join(names)) for name in missing]
    if not faults:
        yield from (
            (line, {n: (row.get(n) or "").strip() for n in columns}) for line, row in found
        )


def _heading(columns: Sequence[str]) -> Text:
    names = ", ".join(columns)
    return Text(f"đủ các cột {names}", f"the columns {names}")


_A_SHEET = Text("tệp CSV, mã UTF-8", "a CSV file in UTF-8")
