"""Can people work on the actions in their own spreadsheets, and lose nothing by it?"""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.declaring import SHEET_MAX_BYTES, SheetError
from rehearsal.follow_up import followed
from rehearsal.follow_up.reading import CELL_MAX_CHARS, moment_of, reader_of
from rehearsal.follow_up.sheet import COLUMNS, SHEET_NAME, csv_sheet, tidy, xlsx_sheet
from rehearsal.model import Owners, Responsible, Text
from rehearsal.model.action import ActionEvent, Clear
from tests.rehearsal.follow_up.days import cause, june, saw

ZONE = "Asia/Ho_Chi_Minh"
NOW = june(24)
OWNERS = Owners(groups={"infrastructure": Responsible("Tổ hạ tầng", within_h=24)})
DAY = saw(20, cause("hai-an", "an-bien"), cause("kien-an", kind="nxdomain"))
WORDS = {"csv": csv_sheet, "xlsx": xlsx_sheet}
KINDS = pytest.mark.parametrize("kind", WORDS)


def actions(*events):
    return followed([DAY], events, OWNERS)


def read(content: bytes, now, *, kind="csv", said_by="Lan"):
    reader = reader_of(now, ZONE, said_by=said_by, at=NOW)
    return reader.changes(content, is_workbook=kind == "xlsx")


def refusals(content: bytes, now, *, kind="csv"):
    with pytest.raises(SheetError) as caught:
        read(content, now, kind=kind)
    return caught.value.faults


def edited(now, changes, *, kind="csv"):
    """The exported sheet of these actions with some cells (row, column) written over."""
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(xlsx_sheet(now, ZONE)))
        for (row, name), value in changes.items():
            book[SHEET_NAME].cell(row, COLUMNS.index(name) + 1).value = value
        saved = io.BytesIO()
        book.save(saved)
        return saved.getvalue()
    rows = list(csv.reader(io.StringIO(csv_sheet(now, ZONE).decode("utf-8-sig"))))
    for (row, name), value in changes.items():
        rows[row - 1][COLUMNS.index(name)] = value
    return as_csv(rows)


def as_csv(rows, separator=","):
    sheet = io.StringIO(newline="")
    csv.writer(sheet, delimiter=separator).writerows(rows)
    return sheet.getvalue().encode("utf-8-sig")


@KINDS
def test_one_event_for_each_changed_cell(kind):
    """Nothing for the others; who wrote it and when is kept."""
    now = actions()
    content = edited(now, {(2, "who"): "Nguyễn Văn A", (3, "authority"): "Giám đốc"}, kind=kind)

    found = read(content, now, kind=kind)

    assert found == [
        ActionEvent(now[0].key, NOW, "Lan", "who", "Nguyễn Văn A"),
        ActionEvent(now[1].key, NOW, "Lan", "authority", "Giám đốc"),
    ]
    assert actions(*found)[0].cells[Clear.WHO].value == Text("Nguyễn Văn A", "Nguyễn Văn A")


@KINDS
def test_an_emptied_cell_is_a_change(kind):
    """Who takes a name out says that nobody is named."""
    now = actions()

    (event,) = read(
        edited(now, {(2, "who"): None if kind == "xlsx" else ""}, kind=kind), now, kind=kind
    )

    assert (event.field, event.value) == ("who", "")


TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "=1+1",
        "+84",
        "-x",
        "@cmd",
        "'=1",
        "''@x",
        "＝1",
        "\t=1",
        "a\r\nb",
        "a\rb",
        " a ",
        "_x000D_",
        "\u202e=1",
        '=HYPERLINK("x")',
        "ị\u0323",
        "1e5",
        "2025-06-21",
        "\ufeffx",
        "x\x00y",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=6, max_size=6), st.sampled_from(sorted(WORDS)))
def test_out_and_in_changes_nothing(texts, kind):
    """Whatever stands in the cells, and whatever a spreadsheet would make of it."""
    fields = [field.value for field in Clear if field is not Clear.WHEN]
    key = actions()[0].key
    events = [
        ActionEvent(key, NOW, "Lan", field, text)
        for field, text in zip(fields, texts, strict=False)
    ]
    now = [replace(action, says=Text(texts[5], "x")) for action in actions(*events)]

    assert read(WORDS[kind](now, ZONE), now, kind=kind) == []


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(sorted(WORDS)))
def test_what_is_read_in_comes_out_the_same(text, kind):
    """An import is the end of a change: the same sheet again changes nothing more."""
    now = actions()
    content = edited(now, {(2, "who"): writable(text)}, kind="csv")

    after = actions(*read(content, now))

    assert read(content, after) == []
    assert read(WORDS[kind](after, ZONE), after, kind=kind) == []


def writable(text: str) -> str:
    """What a CSV file can hold at all."""
    return text.encode("utf-8", "ignore").decode().replace("\x00", "")


@KINDS
def test_no_cell_is_a_formula(kind):
    """`=HYPERLINK(...)` in a name is text in every spreadsheet, in the next one too."""
    key = actions()[0].key
    evil = '=HYPERLINK("http://x.example")'
    now = actions(ActionEvent(key, NOW, "Lan", "who", evil))
    content = WORDS[kind](now, ZONE)

    if kind == "csv":
        cells = [c for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for c in row]
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [str(c.value) for row in book[SHEET_NAME].iter_rows() for c in row]
        assert {c.data_type for row in book[SHEET_NAME].iter_rows() for c in row} <= {"s", "n"}

    assert f"'{evil}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_only_the_six_can_be_edited():
    """The rest is locked, the seal is hidden, and the sheet is protected."""
    page = openpyxl.load_workbook(io.BytesIO(xlsx_sheet(actions(), ZONE)))[SHEET_NAME]
    unlocked = {
        COLUMNS[cell.column - 1]
        for row in page.iter_rows(min_row=2)
        for cell in row
        if not cell.protection.locked
    }

    assert unlocked == {field.value for field in Clear}
    assert page.protection.sheet
    assert page.column_dimensions["N"].hidden
    assert COLUMNS.index("seal") == ord("N") - ord("A")


def test_equal_actions_make_equal_files():
    """No clock reaches the file."""
    content = xlsx_sheet(actions(), ZONE)

    assert content == xlsx_sheet(actions(), ZONE)
    assert openpyxl.load_workbook(io.BytesIO(content)).properties.created.year == 2000


def test_a_sheet_saved_by_another_excel_is_read():
    """Semicolons and no byte order mark, as some spreadsheets save."""
    rows = list(csv.reader(io.StringIO(csv_sheet(actions(), ZONE).decode("utf-8-sig"))))
    rows[1][COLUMNS.index("who")] = "Lan; Minh"

    (event,) = read(
        as_csv([*rows, ["", " "], []], ";").removeprefix(b"\xef\xbb\xbf"), actions()
    )

    assert event.value == "Lan; Minh"


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2025-06-24 17:00", "2025-06-24T17:00+07:00"),
        ("2025-06-24T17:00", "2025-06-24T17:00+07:00"),
        ("24/06/2025 17:00:30", "2025-06-24T17:00+07:00"),
        ("24/6/2025", "2025-06-24T23:59+07:00"),
        ("2025-06-24", "2025-06-24T23:59+07:00"),
    ],
)
def test_a_deadline_may_be_written_in_several_ways(written, local):
    """A bare day lasts until its end; times are the city's."""
    now = actions()

    (event,) = read(edited(now, {(2, "when"): written}), now)

    assert event.value == local
    assert actions(event)[0].due == datetime.fromisoformat(local)


def test_a_date_that_excel_made_is_a_date():
    """Typed into a cell it is no text any more."""
    now = actions()
    content = edited(
        now, {(2, "when"): datetime.fromisoformat("2025-06-24 17:00")}, kind="xlsx"
    )

    (event,) = read(content, now, kind="xlsx")

    assert event.value == "2025-06-24T17:00+07:00"


@pytest.mark.parametrize("written", ["31/02/2025", "mai", "2025", "0001-01-01", "9999-12-31"])
def test_no_date_is_no_deadline(written):
    """What nobody can read is refused, not guessed."""
    assert moment_of(written, ZONE) is None
    (fault,) = refusals(edited(actions(), {(2, "when"): written}), actions())
    assert "2025-06-24 17:00" in fault.expected.vi


def test_every_fault_is_told_at_once():
    """With its row, its column and what was expected; nothing is taken."""
    now = actions()
    rows = list(csv.reader(io.StringIO(csv_sheet(now, ZONE).decode("utf-8-sig"))))
    at = {name: place for place, name in enumerate(COLUMNS)}
    good, wrong = rows[1], list(rows[2])
    wrong[at["state"]] = "xong"
    wrong[at["when"]] = "2025-06-19"
    wrong[at["who"]] = "x" * (CELL_MAX_CHARS + 1)
    stranger = [*rows[2]]
    stranger[at["key"]] = "V-0000000"

    faults = refusals(as_csv([rows[0], good, wrong, stranger, good]), now)

    assert [(f.row, f.column.rpartition(" ")[2]) for f in faults] == [
        (3, "state"),
        (3, "who"),
        (3, "when"),
        (4, "key"),
        (5, "key"),
    ]
    assert "đã chứng minh · proven" in faults[0].expected.vi
    assert "sau lúc mở việc" in faults[2].expected.vi


def test_a_workbook_says_which_cell():
    """By its sheet and its letters, as the spreadsheet shows it."""
    faults = refusals(
        edited(actions(), {(2, "when"): "mai"}, kind="xlsx"), actions(), kind="xlsx"
    )

    assert [(f.sheet, f.column, f.row) for f in faults] == [(SHEET_NAME, "J", 2)]


def test_nobody_writes_a_state():
    """Only measuring again proves anything: `proven` by hand is refused."""
    content = edited(actions(), {(2, "state"): "đã chứng minh · proven"})

    (fault,) = refusals(content, actions())

    assert "phép đo lại" in fault.expected.vi


def test_a_state_that_has_moved_on_meanwhile_is_no_fault():
    """A trial ran between export and import: people's cells are still taken."""
    content = edited(actions(), {(2, "who"): "Lan"})
    later = followed([DAY, saw(25, well=["hai-an", "an-bien", "kien-an"])], (), OWNERS)

    assert [event.value for event in read(content, later)] == ["Lan"]


def test_who_comes_second_is_shown_both_values():
    """Nobody's word is overwritten unseen: only that cell is contested."""
    before = actions()
    first = edited(before, {(2, "who"): "Lan"})
    second = edited(before, {(2, "who"): "Minh", (2, "authority"): "Giám đốc"})
    after = actions(*read(first, before))

    (fault,) = refusals(second, after)

    assert (fault.row, fault.found) == (2, "Minh")
    assert "'Lan' (Lan ghi)" in fault.expected.vi


def test_two_who_write_the_same_agree():
    """And what somebody else changed, while I did not, stays as it is."""
    before = actions()
    content = edited(before, {(2, "who"): "Lan"})
    after = actions(*read(content, before))

    assert read(content, after) == []
    assert read(csv_sheet(before, ZONE), after) == []


def test_a_formula_is_no_answer():
    """What it shows depends on who opens it."""
    (fault,) = refusals(
        edited(actions(), {(2, "who"): "=A1"}, kind="xlsx"), actions(), kind="xlsx"
    )

    assert "công thức" in fault.expected.vi


def test_a_telephone_number_is_not_kept():
    """Names answer for an action; numbers belong into no journal."""
    (event,) = read(edited(actions(), {(2, "who"): "Lan 0912 345 678"}), actions())

    assert "345" not in event.value


def test_a_seal_that_was_touched_is_refused():
    """Without it nobody knows what was changed."""
    (fault,) = refusals(edited(actions(), {(2, "seal"): "x"}), actions())

    assert fault.column.endswith("seal")


def test_missing_columns_are_named():
    """All of them, whatever else the sheet holds."""
    faults = refusals(as_csv([["mã việc · key", "who"], ["V-1", "Lan"]]), actions())

    assert len(faults) == len(COLUMNS) - 2


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "csv"),
        (b"\xff\xfe\x00", "csv"),
        (b"", "xlsx"),
        (b"PK\x03\x04nothing", "xlsx"),
        (csv_sheet((), ZONE), "xlsx"),
    ],
)
def test_another_file_is_told_calmly(content, kind):
    """Not by a traceback."""
    assert refusals(content, actions(), kind=kind)


def test_a_file_that_is_too_large_is_not_read():
    """Nobody waits minutes to be told that it is another file."""
    content = csv_sheet(actions(), ZONE) + b"," * SHEET_MAX_BYTES

    (fault,) = refusals(content, actions())

    assert "bytes >" in fault.found


def test_a_bomb_is_refused_before_it_is_unpacked():
    """A small file that would fill the memory."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (65 * 1024 * 1024))

    (fault,) = refusals(packed.getvalue(), actions(), kind="xlsx")

    assert f"{65 * 1024 * 1024} bytes" in fault.found
    assert "cỡ bình thường" in fault.expected.vi


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 6000), st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook_is_refused_or_read(at, junk):
    """Whatever a stick or a mail has done to it, there is no crash."""
    content = bytearray(xlsx_sheet(actions(), ZONE))
    content[at : at + len(junk)] = junk

    with suppress(SheetError):
        read(bytes(content), actions(), kind="xlsx")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_tidy_is_settled_at_once(text):
    """Tidied again it is the same: else a sheet would never come to rest."""
    assert tidy(tidy(text)) == tidy(text)
    assert tidy(f"{text}\rb") == tidy(f"{text}\r\nb") == tidy(f"{text}\nb")


def test_an_opening_that_day_leaves_its_own_minute():
    """A deadline in the minute of the opening is not before it."""
    now = [replace(a, opened=a.opened + timedelta(seconds=30)) for a in actions()]

    (event,) = read(edited(now, {(2, "when"): "2025-06-20 15:00"}), now)

    assert event.value == "2025-06-20T15:00+07:00"
