"""Is a unit's status report taken whole, or not at all, and is every reason told?"""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.declaring import SHEET_MAX_BYTES, TEMPLATES, SheetError, take_all
from rehearsal.model import AreaState, Group
from tests.rehearsal.declaring.filled import (
    ASKED,
    CAM_GIANG,
    CAM_GIANG_TOO,
    HAI_AN,
    THUY,
    UNITS_ASKED,
    WHOLE,
    WRITERS,
    as_csv,
    as_json,
    places,
    taken,
)

EVERY_SORT = pytest.mark.parametrize("sort", WRITERS)
SOMETHING = ASKED | {"counters": "4"}


@EVERY_SORT
def test_a_filled_in_template_is_a_declaration(sort):
    """The same from a workbook, a CSV and a JSON file: who, when, and every answer."""
    (said,) = taken(WRITERS[sort](WHOLE)).said
    answers = said.answers

    assert (said.check_id, said.target_id) == ("unit.status", "hai-an/status")
    assert (said.said_by, said.said_at) == (
        "Trần Thị B",
        datetime(2025, 6, 20, 2, 15, tzinfo=UTC),
    )
    assert answers["day"] == date(2025, 6, 20)
    assert answers["areas"] == {
        "party.systems": AreaState.READY,
        "government.training": AreaState.PARTLY,
        "front.infrastructure": AreaState.NOT_READY,
    }
    assert answers["systems"] == {"mail": True, "bridge": None}
    assert answers["proposals"] == (
        {"group": Group.SUPPORT, "text": "Cử người hướng dẫn thêm hai tuần"},
    )
    assert (answers["line_up_mbit"], answers["floor_m2"]) == (12.5, 160.0)
    assert (answers["kiosk"], answers["camera"], answers["queue_numbering"]) == (
        *(True, False, None),
    )


@EVERY_SORT
def test_the_telephone_stays_in_the_file(sort):
    """It is neither taken nor told, also where something else is wrong."""
    good = taken(WRITERS[sort](WHOLE))
    bad = taken(WRITERS[sort](WHOLE | {"counters": "0912 345 678"}))

    assert "912" not in str(good.said)
    assert [fault.found for fault in bad.faults] == ["0912 345 678"]
    assert "912" not in str(SheetError(bad.faults))


@EVERY_SORT
def test_all_faults_are_told_at_once(sort):
    """Each where a person finds it: sheet and cell, row and column, or report and answer."""
    wrong = {"said_at": "31/02/2025", "kiosk": "có lẽ", "counters": "ba", "system.mail": "ổn"}
    one = taken(WRITERS[sort](WHOLE | wrong))
    told = str(SheetError(one.faults))

    assert one.said == ()
    assert len(one.faults) == 4
    where = {"xlsx": "trang 'Báo cáo', ô C", "csv": "cột answer", "json": "dòng 1, cột kiosk"}
    assert where[sort] in told
    assert "Có, Không" in told
    assert "'có lẽ'" in told


@EVERY_SORT
def test_who_signs_and_when_is_needed(sort):
    """An answer that nobody stands for is none; nor is a signature under nothing."""
    assert len(taken(WRITERS[sort]({"counters": "4"})).faults) == 2
    assert len(taken(WRITERS[sort](ASKED)).faults) == 1


@EVERY_SORT
def test_another_version_of_the_template_is_refused(sort):
    """Its questions may have meant something else."""
    one = taken(WRITERS[sort](SOMETHING | {"template": "status-0"}))

    assert [fault.found for fault in one.faults] == ["status-0"]


@EVERY_SORT
@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"unit": "99999"}, "99999"),
        ({"unit": "10888"}, "Hải An"),  # the code of one, the name of another
        ({"unit": "10888", "unit_name": "Cẩm Giàng"}, "Cẩm Giàng"),
    ],
)
def test_another_units_code_is_seen(sort, changed, fault):
    """Also of the two whose names differ in one tone."""
    one = taken(WRITERS[sort](SOMETHING | changed))

    assert one.said == ()
    assert [f.found for f in one.faults] == [fault]


def test_a_file_that_is_named_after_another_unit_is_seen():
    """Who fills in a neighbour's template and renames it is told."""
    content = as_csv(SOMETHING)

    assert [f.found for f in taken(content, "thuy-nguyen.csv").faults] == ["thuy-nguyen.csv"]
    assert taken(content, "hai-an.csv").said


def test_a_name_may_be_spelled_either_way():
    """Thuỷ is Thủy, composed or not; Giang is not Giàng."""
    for name in ("Thuỷ Nguyên", unicodedata.normalize("NFD", "Thủy Nguyên")):
        assert taken(as_csv(SOMETHING | {"unit_name": name}, THUY)).said
    for unit in (CAM_GIANG, CAM_GIANG_TOO):
        (said,) = taken(as_csv(SOMETHING, unit)).said
        assert said.target_id == f"{unit.slug}/status"


def test_a_code_that_excel_shortened_is_known():
    """00011 becomes 11 where somebody saved the CSV again."""
    assert taken(as_csv(SOMETHING | {"unit": "11"}, THUY)).said
    assert taken(as_json(SOMETHING | {"unit": 11}, THUY)).said


def test_decomposed_text_is_stored_composed():
    """What is compared and searched later has one spelling."""
    plain = SOMETHING | {"note": "Đường truyền yếu"}
    content = {code: unicodedata.normalize("NFD", text) for code, text in plain.items()}
    (said,) = taken(as_json(content)).said

    assert said.answers["note"] == "Đường truyền yếu"


def test_an_answer_to_nothing_is_a_fault():
    """A misspelt code, or a system that the unit does not have, would be lost for ever."""
    one = taken(as_csv(SOMETHING | {"contours": "3", "system.zalo": "Dùng được"}))

    assert [fault.expected.en.split()[1] for fault in one.faults] == ["code", "system"]


def test_half_a_proposal_is_a_fault():
    """What nobody sorted cannot be put to the committee; a group alone proposes nothing."""
    for half in ("proposal.2.group", "proposal.2.text"):
        content = as_json(SOMETHING | {half: "Hạ tầng"})
        (other,) = {"proposal.2.group", "proposal.2.text"} - {half}

        assert len(taken(content).faults) == 1, other


def test_a_report_of_tomorrow_is_refused():
    """A typing error in the year would stand over every later report."""
    assert places(as_json(SOMETHING | {"said_at": "20/06/2026"})) == [(1, "said_at")]


def test_an_answer_that_stands_twice_is_a_fault():
    """Nobody knows which of them is meant."""
    twice = as_csv(SOMETHING) + b"counters,,5,\r\n"
    text = as_json(SOMETHING).decode()

    assert [column for _, column in places(twice)] == ["answer"]
    assert places((text[:-1] + ', "counters": 5}').encode()) == [(1, "counters")]


def test_one_json_file_may_hold_many_units():
    """Each by itself; one that is wrong keeps the others out, since a file is one thing."""
    one, other = (as_json(SOMETHING, unit).decode() for unit in (HAI_AN, THUY))
    bad = as_json(SOMETHING | {"counters": "?"}, THUY).decode()

    assert len(taken(f"[{one},{other}]".encode()).said) == 2
    assert places(f"[{one},{bad}]".encode()) == [(2, "counters")]


def test_one_bad_file_keeps_no_other_out():
    """Who is late is not punished for a neighbour's mistake; each file says what became."""
    files = [("a.csv", as_csv(SOMETHING)), ("b.json", b"{}"), ("c.csv", as_csv(ASKED, THUY))]
    found = take_all(files, UNITS_ASKED)

    assert [(one.file, len(one.said), bool(one.faults)) for one in found] == [
        ("a.csv", 1, False),
        ("b.json", 0, True),
        ("c.csv", 0, True),
    ]


def test_two_reports_of_one_unit_for_one_moment_are_not_both_taken():
    """Nobody could say which of them stands."""
    files = [("a.csv", as_csv(SOMETHING)), ("b.json", as_json(SOMETHING | {"counters": 5}))]
    first, second = take_all(files, UNITS_ASKED)

    assert first.said
    assert "a.csv" in second.faults[0].expected.vi


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"[[]]",
        b"nonsense",
        b'{"template": {"a": 1}}',
        b"[" * 100_000,
        b'{"unit": ' + b"9" * 5000 + b"}",
        b"\xd0\xcf\x11\xe0old excel",
        b"PK\x03\x04 no zip",
        b"code,answer\n" + b"x,y\n" * 5000,
        b"x" * (SHEET_MAX_BYTES + 1),
        b'{"said_by": "\\ud800"}',
    ],
)
def test_what_is_no_report_is_refused(content):
    """With a reason, and without a crash."""
    assert places(content)


def test_text_that_no_database_takes_is_spelled_out():
    """A lone surrogate or NUL of a JSON file reaches nobody as it is."""
    content = as_json(SOMETHING | {"said_by": "A\ud800\x00", "note": "\u202eB"})
    (said,) = taken(content).said

    assert said.said_by == "A⟨U+D800⟩⟨U+0000⟩"
    assert said.answers["note"] == "⟨U+202E⟩B"


@EVERY_SORT
def test_a_template_is_the_same_every_time(sort):
    """So that a changed one shows."""
    assert TEMPLATES[sort](HAI_AN) == TEMPLATES[sort](HAI_AN)


@given(st.binary(max_size=400))
def test_any_bytes_give_faults(content):
    """Whatever is handed in: nothing is taken, and something is told."""
    assert places(content)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_any_answer_is_taken_or_told(value):
    """An answer of any sort and size in a file that is sound otherwise."""
    one = taken(as_json(SOMETHING | {"note": value, "counters": value}))

    assert bool(one.said) is not bool(one.faults)
