"""What did people write into the sheet of a roll call, and where is it not clear?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.declaring import SheetError, roll_call_sheet

HEADING = "unit,hears_centre,heard_by_centre,said_by,said_at,note"
UNITS = ("hai-an", "bach-long-vi")
ZONE = "Asia/Ho_Chi_Minh"


def sheet(*rows, heading=HEADING):
    return "\n".join((heading, *rows)).encode()


def faults(content):
    with pytest.raises(SheetError) as caught:
        roll_call_sheet(content, UNITS, ZONE)
    return [(fault.row, fault.column) for fault in caught.value.faults]


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
