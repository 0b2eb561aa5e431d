"""One door for every workbook and CSV that people hand in; what is unfit stays closed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
import xlsxwriter

from rehearsal.spreadsheet import (
    PARTS_MAX,
    UnfitError,
    csv_lines,
    is_computed,
    opened,
    rows_of,
    shown,
)

PAGE = "xl/worksheets/sheet1.xml"


def book(*rows: tuple[object, ...]) -> bytes:
    """A workbook of these rows, as a spreadsheet would save it."""
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = made.add_worksheet()
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(line, column, value)
    made.close()
    return buffer.getvalue()


def repacked(content: bytes, changed: Mapping[str, bytes]) -> bytes:
    """The same package with other or further parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as again:
        for name, part in {**parts, **changed}.items():
            again.writestr(name, part)
    return buffer.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.read(name)


def read(content: bytes, columns: int = 1) -> list[list[str]]:
    with opened(content) as found:
        rows = rows_of(found.worksheets[0], 99, columns)
        return [[shown(cell) for cell in row] for row in rows]


def test_a_cell_reads_as_a_person_sees_it():
    """A whole number has no decimals, an empty cell is empty."""
    assert read(book(("a", 3.0), ("", 2.5)), 2) == [["a", "3"], ["", "2.5"]]


def test_a_formula_is_told_as_one_and_says_nothing():
    """Nobody typed what it shows."""
    with opened(book(("=1+1", "a"))) as found:
        ((formula, typed),) = rows_of(found.worksheets[0], 9, 2)

    assert (is_computed(formula), shown(formula)) == (True, "")
    assert (is_computed(typed), shown(typed)) == (False, "a")


def test_what_a_sheet_says_of_its_own_size_hides_no_row():
    """Some programs write a wrong one."""
    whole = book(("a",), ("b",), ("c",))
    page = part(whole, PAGE)
    assert b'<dimension ref="A1:A3"/>' in page
    small = page.replace(b'ref="A1:A3"', b'ref="A1"')

    assert read(repacked(whole, {PAGE: small})) == [["a"], ["b"], ["c"]]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"xl/vbaProject.bin": b"x"}, "macro"),
        ({"xl/media/a.png": b"0" * 70_000_000}, "cỡ bình thường"),
        ({f"xl/media/{n}.png": b"x" for n in range(PARTS_MAX)}, "cỡ bình thường"),
        ({PAGE: b"<worksheet"}, "không hỏng"),
    ],
    ids=["macro", "bomb", "parts", "broken"],
)
def test_what_is_unfit_stays_closed(changed, expected):
    """Each for its own reason, which its maker is told."""
    with pytest.raises(UnfitError) as refused:
        read(repacked(book(("a",)), changed))

    assert expected in refused.value.expected.vi


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_of_any_spreadsheet_is_read(separator: str):
    """With the mark that Excel writes, and lines that go on within a cell."""
    text = f'a{separator}b\r\n"1\r\n2"{separator}ồ\r\n'

    found = csv_lines(text.encode("utf-8-sig"))

    assert found == [(1, ["a", "b"]), (3, ["1\r\n2", "ồ"])]


def test_what_is_no_text_is_no_csv():
    """An old Excel's file, or anything else."""
    with pytest.raises(UnfitError):
        csv_lines(b"\xd0\xcf\x11\xe0")
