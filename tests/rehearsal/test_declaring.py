"""What did people write into the sheet of a roll call, and where is it not clear?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.declaring import (
    SheetError,
    roll_call_sheet,
    systems_sheet,
    systems_template,
)
from rehearsal.model import Target, TargetKind, Unit

HEADING = "unit,hears_centre,heard_by_centre,said_by,said_at,note"
UNITS = ("hai-an", "bach-long-vi")
ZONE = "Asia/Ho_Chi_Minh"


def sheet(*rows, heading=HEADING):
    return "\n".join((heading, *rows)).encode()


def faults(content):
    with pytest.raises(SheetError) as caught:
        roll_call_sheet(content, UNITS, ZONE)
    return [(fault.row, fault.column) for fault in caught.value.faults]


SYSTEMS = "unit,system,works,said_by,said_at,note"
ASKED = [
    Target(f"{slug}/{key}", slug, name, TargetKind.DECLARED, "", "people")
    for slug in UNITS
    for key, name in (("zalo", "Kênh Zalo"), ("land-data", "Dữ liệu đất đai"))
]


def test_a_row_is_a_declaration():
    """Yes and no in Vietnamese; a time without a zone is the city's."""
    (said,) = roll_call_sheet(
        sheet("hai-an,có,không,Nguyễn Văn A,2025-06-20 07:45,mất tiếng"), UNITS, ZONE
    )

    assert (said.check_id, said.target_id) == ("bridge.human_roll_call", "hai-an/bridge")
    assert (said.said_by, said.said_at) == (
        "Nguyễn Văn A",
        datetime(2025, 6, 20, 0, 45, tzinfo=UTC),
    )
    assert said.answers == {
        "hears_centre": True,
        "heard_by_centre": False,
        "note": "mất tiếng",
    }


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_sheet_may_be_separated_as_excel_does(separator):
    """Where a comma is the decimal point, Excel saves with semicolons."""
    plain = sheet('hai-an,có,không,"A; B",2025-06-20 07:45,')
    content = plain.replace(b",", separator.encode())

    assert roll_call_sheet(content, UNITS, ZONE) == roll_call_sheet(plain, UNITS, ZONE)


def test_all_faults_are_told_at_once():
    """Each with its row and column, as a person counts them; nothing is taken."""
    content = sheet(
        "hai-an,có,có,A,2025-06-20 07:45,",
        "nowhere,maybe,,,yesterday,",
        "hai-an,có,có,A,2025-06-20 07:46,",
    )

    assert faults(content) == [
        (3, "unit"),
        (3, "hears_centre"),
        (3, "heard_by_centre"),
        (3, "said_by"),
        (3, "said_at"),
        (4, "unit"),
    ]


def test_missing_columns_are_named():
    """All of them, in the first row."""
    found = faults(sheet("hai-an,có", heading="unit,hears_centre"))

    assert found == [(1, "heard_by_centre"), (1, "said_by"), (1, "said_at")]


def test_what_is_no_text_is_refused():
    """A spreadsheet that was renamed is none."""
    assert faults(b"PK\x03\x04\xff\xfe") == [(1, "")]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(content):
    """Whatever is handed in without the heading, there are faults and nothing else."""
    assert faults(content)


@pytest.mark.parametrize(
    ("word", "works"),
    [
        ("được", True),
        ("Works", True),
        ("không", False),
        ("does not", False),
        ("chưa thử", None),
    ],
)
def test_a_system_works_or_does_not_or_was_not_tried(word, works):
    """In both languages; who says so and what they remark come along."""
    content = sheet(f"hai-an,zalo,{word},Trần B,2025-06-25 08:00,chậm", heading=SYSTEMS)
    (said,) = systems_sheet(content, ASKED, ZONE)

    assert (said.check_id, said.target_id) == ("system.declared", "hai-an/zalo")
    assert (said.said_by, said.answers) == ("Trần B", {"works": works, "note": "chậm"})


def test_every_fault_of_a_sheet_of_systems_is_told_at_once():
    """By row and column; what a unit may declare is listed."""
    content = sheet(
        "hai-an,zalo,được,A,2025-06-25 08:00,",
        "nowhere,zalo,được,A,2025-06-25 08:00,",
        "hai-an,mail,maybe,,soon,",
        "hai-an,zalo,không,A,2025-06-25 08:00,",
        heading=SYSTEMS,
    )
    with pytest.raises(SheetError) as caught:
        systems_sheet(content, ASKED, ZONE)

    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (3, "unit"),
        (4, "system"),
        (4, "works"),
        (4, "said_by"),
        (4, "said_at"),
        (5, "system"),
    ]
    assert "zalo, land-data" in str(caught.value)


def test_a_template_is_a_sheet_that_may_be_filled_in_bit_by_bit():
    """What is left open says nothing, and is no fault; a sheet that says nothing is one."""
    units = [Unit(f"0000{n}", s, f"Tên {s}", "ward", "", None, ()) for n, s in enumerate(UNITS)]
    blank = systems_template(units, ASKED).decode("utf-8-sig")
    filled = blank.replace("hai-an,zalo,,,", "hai-an,zalo,được,Trần B,2025-06-25 08:00", 1)

    assert len(blank.splitlines()) == 1 + len(ASKED)
    assert "Tên hai-an,Kênh Zalo" in blank
    assert [s.target_id for s in systems_sheet(filled.encode(), ASKED, ZONE)] == ["hai-an/zalo"]
    with pytest.raises(SheetError) as caught:
        systems_sheet(blank.encode(), ASKED, ZONE)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(1, "works")]


def test_half_a_row_is_a_fault():
    """An answer that nobody stands for is none."""
    content = sheet("hai-an,zalo,được,,,", heading=SYSTEMS)
    with pytest.raises(SheetError) as caught:
        systems_sheet(content, ASKED, ZONE)

    assert [fault.column for fault in caught.value.faults] == ["said_by", "said_at"]


@given(st.binary(max_size=300))
def test_no_bytes_of_a_sheet_of_systems_raise_anything_else(content):
    """There are faults, and nothing else."""
    with pytest.raises(SheetError):
        systems_sheet(content, ASKED, ZONE)
