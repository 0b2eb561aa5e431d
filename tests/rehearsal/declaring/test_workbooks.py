"""Does a workbook that people, or an enemy, filled in give answers or faults, and no more?"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from rehearsal.declaring import TEMPLATES, SheetError
from rehearsal.declaring.workbooks import SHEET
from rehearsal.model.questions import TEMPLATE, sections
from tests.rehearsal.declaring.filled import (
    ASKED,
    HAI_AN,
    as_xlsx,
    opened,
    places,
    row_of,
    saved,
    taken,
)

SOMETHING = ASKED | {"counters": "4"}
GOOD = as_xlsx(SOMETHING)
PAGE = "xl/worksheets/sheet1.xml"


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same package with other parts in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return buffer.getvalue()


def told(content: bytes) -> str:
    """All that is said of a file that is not taken."""
    one = taken(content)
    assert one.said == ()
    return str(SheetError(one.faults))


def test_only_the_answers_can_be_typed():
    """The sheets are protected; code, name, version and every other cell are locked."""
    book, page = opened()
    free = {cell.coordinate for row in page.rows for cell in row if not cell.protection.locked}
    asked = [q for section in sections(HAI_AN) for q in section.questions]
    fixed = {"template", "unit", "unit_name"}
    answers = {f"C{row_of(page, q.code)}" for q in asked if q.code not in fixed}

    assert all(sheet.protection.sheet for sheet in book)
    assert free == answers
    assert page.cell(row_of(page, "template"), 3).value == TEMPLATE
    assert page.cell(row_of(page, "unit"), 3).value == "11413"
    assert all(sheet.sheet_state == "visible" for sheet in book)


def test_every_choice_has_its_list():
    """A drop-down stands at each question that has one, and offers what is taken."""
    book, page = opened()
    lists = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    offered = {}
    for place, source in lists.items():
        sheet, _, cells = source.rpartition("!")
        rows = book[sheet.strip("'")][cells.replace("$", "")]
        offered[place] = [cell.value for (cell,) in rows]

    assert offered[f"C{row_of(page, 'kiosk')}"] == ["Có", "Không"]
    assert offered[f"C{row_of(page, 'proposal.1.group')}"][3] == "Hỗ trợ, hướng dẫn"
    assert len(offered) == 12 + 2 + 8 + 5
    assert page["B2"].value.splitlines() == ["Đơn vị", "The unit"]


def test_answers_are_text_so_that_no_spreadsheet_changes_them():
    """12,5 would become 125, and 05/06 the sixth of May."""
    _, page = opened()

    assert page.cell(row_of(page, "line_up_mbit"), 3).number_format == "@"


def test_excels_own_days_and_numbers_are_taken():
    """Who pastes a real date, or a number, is understood as well."""
    when = datetime(2025, 6, 20, 9, 15)  # noqa: DTZ001 - a workbook knows no zones
    (said,) = taken(as_xlsx(SOMETHING | {"said_at": when, "floor_m2": 160.5})).said

    assert said.said_at.isoformat() == "2025-06-20T09:15:00+07:00"
    assert said.answers["floor_m2"] == 160.5


@pytest.mark.parametrize("formula", ["=2+2", '=WEBSERVICE("http://outside.invalid/")', "array"])
def test_a_formula_is_a_fault_of_its_cell(formula):
    """Nothing is computed, and nothing of it is told further."""
    book, page = opened()
    row = row_of(page, "counters")
    value = ArrayFormula(f"C{row}", "=2+2") if formula == "array" else formula
    page.cell(row, 3).value = value
    page.cell(row_of(page, "said_by"), 3).value = "A"
    page.cell(row_of(page, "said_at"), 3).value = "20/06/2025"
    words = told(saved(book))

    assert f"ô C{row}:" in words
    assert "công thức" in words
    assert "WEBSERVICE" not in words


def test_a_formulas_error_is_a_fault():
    """#REF! is nobody's answer."""

    def broken(parts: dict[str, bytes]) -> None:
        row = str(row_of(opened()[1], "counters")).encode()
        assert b'r="C' + row + b'"' in parts[PAGE]
        start = parts[PAGE].index(b'<c r="C' + row + b'"')
        end = parts[PAGE].index(b"</c>", start)
        parts[PAGE] = (
            parts[PAGE][:start] + b'<c r="C%s" t="e"><v>#REF!</v>' % row + parts[PAGE][end:]
        )

    assert "công thức" in told(repacked(GOOD, broken))


def test_cells_that_were_merged_are_told():
    """Of two questions with one answer, nobody knows which was answered."""
    book, page = opened()
    for code, value in SOMETHING.items():
        page.cell(row_of(page, code), 3).value = value
    row = row_of(page, "counters")
    page.merge_cells(f"C{row}:C{row + 1}")

    assert (row, "C") in places(saved(book))


def test_a_heading_or_a_wide_answer_may_be_merged():
    """What is one question's alone is clear."""
    book, page = opened()
    for code, value in SOMETHING.items():
        page.cell(row_of(page, code), 3).value = value
    row = row_of(page, "counters")
    page.merge_cells(f"C{row}:D{row}")
    page.merge_cells("A2:B2")

    assert taken(saved(book)).said


def test_rows_may_be_moved():
    """A question is known by its code, wherever it stands."""
    book, page = opened()
    for code, value in SOMETHING.items():
        page.cell(row_of(page, code), 3).value = value
    page.insert_rows(2, 3)

    assert taken(saved(book)).said


def test_another_sheet_is_not_read():
    """The report must be where the template has it; what sheets there are is told."""
    book, page = opened()
    page.title = "Sheet1"

    assert "Sheet1" in told(saved(book))
    assert SHEET in told(saved(book))


def test_a_macro_is_never_opened():
    """Nor is a macro sheet of 1992."""
    for name in ("xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"):
        content = repacked(GOOD, lambda parts, name=name: parts.update({name: b"\x00" * 10}))

        assert "macro" in told(content)


def test_a_bomb_is_left_closed():
    """A gigabyte of nothing packs to a megabyte: its size alone is enough."""
    zeros = b"<a/>" * 4_000_000
    content = repacked(GOOD, lambda parts: parts.update({"xl/sharedStrings.xml": zeros}))
    many = {f"xl/x{n}.xml": b"" for n in range(500)}
    numbers = b"".join(b"<a>%d</a>" % n for n in range(700_000))

    assert "mẫu mới" in told(content)
    assert "mẫu mới" in told(repacked(GOOD, lambda parts: parts.update(many)))
    assert "mẫu mới" in told(repacked(GOOD, lambda parts: parts.update({"xl/x.xml": numbers})))


def test_a_million_rows_are_refused():
    """By size, or where they are no more than a number, by the first that is too many."""
    row = b'<row r="%d"><c r="A%d" t="str"><v>x</v></c></row>'
    filled = b"".join(row % (n, n) for n in range(1, 1_000_001))
    lonely = row % (1_000_000, 1_000_000)

    def with_rows(rows: bytes) -> Callable[[dict[str, bytes]], None]:
        def change(parts: dict[str, bytes]) -> None:
            page = parts[PAGE]
            parts[PAGE] = page.replace(b"</sheetData>", rows + b"</sheetData>")

        return change

    assert "4 MB" in told(repacked(GOOD, with_rows(filled)))
    assert "mẫu mới" in told(repacked(GOOD, with_rows(b"<row/>" * 1_500_000)))
    assert "dòng" in told(repacked(GOOD, with_rows(lonely)))


def test_a_sheet_that_calls_itself_small_is_read_whole():
    """Some programs write a wrong size: no answer is lost for it."""

    def change(parts: dict[str, bytes]) -> None:
        assert b'<dimension ref="A1:D' in parts[PAGE]
        start = parts[PAGE].index(b'<dimension ref="') + len(b'<dimension ref="')
        end = parts[PAGE].index(b'"', start)
        parts[PAGE] = parts[PAGE][:start] + b"A1:D9" + parts[PAGE][end:]

    (said,) = taken(repacked(GOOD, change)).said

    assert said.answers["counters"] == 4


def test_entities_are_not_expanded():
    """A billion laughs stay unlaughed."""
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l "ha">' + b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"&l;" * 10)
        for n in range(9)
    )

    def change(parts: dict[str, bytes]) -> None:
        body = parts[PAGE].partition(b"?>")[2]
        parts[PAGE] = laughs + b"]>" + body.replace(b"<sheetData>", b"<sheetData>&l8;")

    assert told(repacked(GOOD, change))


def test_links_to_other_books_are_ignored():
    """They are neither followed nor kept."""
    part = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    name = "xl/externalLinks/externalLink1.xml"

    assert taken(repacked(GOOD, lambda parts: parts.update({name: part}))).said


def test_a_sheet_that_openpyxl_warns_of_is_taken_in_silence():
    """What it cannot keep, as newer rules for cells, we do not want."""

    def change(parts: dict[str, bytes]) -> None:
        extension = (
            b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
        )
        parts[PAGE] = parts[PAGE].replace(b"</worksheet>", extension)

    assert taken(repacked(GOOD, change)).said


def test_nothing_of_a_damaged_file_reaches_stdout(capsys):
    """Data goes there: a parser that prints would spoil the JSON that somebody reads."""

    def change(parts: dict[str, bytes]) -> None:
        styles = parts["xl/styles.xml"]
        start = styles.index(b"<cellStyles")
        after = styles[start:].replace(b'xfId="0"', b'xfId="99"', 1)
        assert after != styles[start:]
        parts["xl/styles.xml"] = styles[:start] + after

    taken(repacked(GOOD, change))

    assert capsys.readouterr().out == ""


def parts_of(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return packed.namelist()


@given(
    st.sampled_from(parts_of(GOOD)),
    st.integers(0, 1 << 30),
    st.one_of(st.binary(max_size=12), st.sampled_from([b"<", b'"', b"-1", b"1e999", b"\x00"])),
)
def test_any_damage_gives_a_report_or_faults(part, at, bytes_):
    """Wherever in whichever part: never a crash."""

    def change(parts: dict[str, bytes]) -> None:
        whole = parts[part]
        here = at % (len(whole) + 1)
        parts[part] = whole[:here] + bytes_ + whole[here + len(bytes_) :]

    one = taken(repacked(GOOD, change))

    assert bool(one.said) is not bool(one.faults)


@given(st.sampled_from(parts_of(GOOD)))
def test_a_part_that_is_missing_is_no_crash(part):
    """Nor is one that is empty."""
    for change in (lambda p: p.pop(part), lambda p: p.update({part: b""})):
        one = taken(repacked(GOOD, change))

        assert bool(one.said) is not bool(one.faults)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_no_crash(at, by):
    """As a bad memory stick flips it."""
    content = bytearray(GOOD)
    content[at] ^= by
    one = taken(bytes(content))

    assert bool(one.said) is not bool(one.faults)


def test_a_truncated_file_is_a_fault():
    """As a mail that was cut off brings it."""
    for share in (0.1, 0.5, 0.9, 0.99):
        assert told(GOOD[: int(len(GOOD) * share)])


def test_many_random_deletions_are_no_crash():
    """A longer walk than the generated examples take, the same on every machine."""
    dice = random.Random(20250620)
    for _ in range(100):
        part = dice.choice(parts_of(GOOD))

        def change(parts: dict[str, bytes], part: str = part) -> None:
            whole = parts[part]
            start = dice.randrange(len(whole) + 1)
            parts[part] = whole[:start] + whole[start + dice.randrange(60) :]

        one = taken(repacked(GOOD, change))
        assert bool(one.said) is not bool(one.faults)


def test_the_template_opens_without_repair():
    """As strict a reader as there is here takes every sheet, cell for cell."""
    book = openpyxl.load_workbook(io.BytesIO(TEMPLATES["xlsx"](HAI_AN)))

    assert book.sheetnames == [SHEET, "Danh mục chọn"]
    assert places(TEMPLATES["xlsx"](HAI_AN))
