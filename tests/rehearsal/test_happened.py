"""Is every fault of a sheet of facts told at once, and nothing of it believed?"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.comparison import start_of
from rehearsal.declaring import SheetError
from rehearsal.happened import COLUMNS, Since, later_facts
from rehearsal.model import Light
from rehearsal.spreadsheet import UNPACKED_MAX_BYTES
from tests.rehearsal.comparison.trials import HAI_PHONG, town

HEADING = ",".join(COLUMNS)
NOW = datetime(2025, 8, 1, tzinfo=UTC)
SINCE = Since("Hải Phòng", town().units, start_of(HAI_PHONG), HAI_PHONG.timezone, NOW)


def sheet(*rows: str) -> bytes:
    """A CSV of these rows."""
    return "\n".join((HEADING, *rows)).encode()


def faults(content: bytes, since: Since = SINCE) -> list[tuple[int, str]]:
    """Where it is not clear."""
    with pytest.raises(SheetError) as told:
        later_facts(content, since)
    return [(fault.row, fault.column) for fault in told.value.faults]


def book(*rows: list[object], formula: str = "") -> bytes:
    """A workbook of these rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as made:
        page = made.add_worksheet()
        for number, row in enumerate((list(COLUMNS), *rows)):
            page.write_row(number, 0, row)
        if formula:
            page.write_formula(1, 1, formula, value="red")
    return content.getvalue()


@pytest.mark.parametrize(
    ("word", "light"),
    [
        *(("xanh", Light.GREEN), ("VÀNG", Light.YELLOW), ("Đỏ", Light.RED), ("do", Light.RED)),
        *(("green", Light.GREEN), ("chưa  sẵn sàng", Light.RED)),
    ],
)
def test_a_light_is_a_word_people_use(word: str, light: Light):
    """In either language, with or without diacritics."""
    assert later_facts(sheet(f"an,{word},2025-07-02,B,"), SINCE)[0].light is light


def test_who_tells_of_half_the_units_tells_of_those():
    """A list of all units may be handed in half filled."""
    found = later_facts(sheet("an,,,,", "00002,xanh,02/07/2025 08:00,B,", ",,,,"), SINCE)

    assert [fact.unit for fact in found] == ["binh"]
    assert found[0].at == datetime(2025, 7, 2, 1, 0, tzinfo=UTC)
    assert found[0].said_at == NOW


def test_every_fault_is_told_at_once():
    """By row and column; also what was told twice, before go-live and of tomorrow."""
    content = sheet(
        *("an,xanh,2025-07-02,B,", "an,đỏ,2025-07-02,B,", "binh,đỏ,2025-06-30,B,"),
        *("cat,đỏ,2025-09-01,B,", "x,y,z,,"),
    )

    assert faults(content) == [
        *((3, "at"), (4, "at"), (5, "at")),
        *((6, "unit"), (6, "light"), (6, "at"), (6, "said_by")),
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"unit,light\n", sheet(), sheet("an,,,,"), b"PK\x03\x04rubbish"],
)
def test_a_file_that_says_nothing_is_refused(content: bytes):
    """Nobody should believe that something was taken."""
    assert faults(content)


def test_the_twins_facts_may_lie_ahead():
    """Its go-live is made up, and so is what came of it."""
    twin = Since("twin", SINCE.units, SINCE.begins, SINCE.zone, SINCE.begins, is_twin=True)

    assert later_facts(sheet("an,xanh,2025-07-20,B,"), twin)[0].city == "twin"


def test_a_telephone_number_is_not_kept():
    """Habit 12: neither in a name nor in a note."""
    found = later_facts(sheet("an,đỏ,2025-07-02,B 0912 345 678,gọi 0912345678"), SINCE)[0]

    assert "345" not in found.said_by + found.note


def test_a_formula_is_no_value():
    """A workbook is read, and never computed."""
    assert (2, "B") in faults(book(["an", "", "2025-07-02", "B", ""], formula="=1+1"))


def test_a_bomb_is_not_unpacked():
    """A sound workbook with a part that is a thousand times its size stays closed."""
    packed = io.BytesIO(book(["an", "đỏ", "2025-07-02", "B", ""]))
    assert later_facts(packed.getvalue(), SINCE)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/media/image1.png", b"0" * (UNPACKED_MAX_BYTES + 1))

    assert faults(packed.getvalue()) == [(1, "")]


@given(st.binary(max_size=300), st.booleans())
def test_rubbish_is_a_fault_and_no_crash(content: bytes, is_packed: bool):  # noqa: FBT001 - a parameter of the test
    """Whatever bytes come: facts, or faults."""
    with pytest.raises(SheetError):
        later_facts(b"PK\x03\x04" * is_packed + content, SINCE)
