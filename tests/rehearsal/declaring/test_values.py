"""Is an answer taken as it was meant, and refused where it could mean two things?"""

import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.declaring.values import CHOICES, UnclearError, answer, number
from rehearsal.model import AreaState, Group
from rehearsal.model.questions import Sort

ZONE = "Asia/Ho_Chi_Minh"
TYPED = [sort for sort in Sort if sort not in {Sort.FIXED, Sort.UNREAD}]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("200", 200.0),
        (" 200 Mbps ", 200.0),
        ("160 m²", 160.0),
        ("1200,5", 1200.5),
        ("1.200,5", 1200.5),
        ("0,125", 0.125),
        (12.5, 12.5),
        (200, 200.0),
    ],
)
def test_a_number_is_read_as_it_is_written_here(typed, meant):
    """A comma is the decimal sign, as Vietnamese writes it; a point is understood, too."""
    assert number(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("1.200", "12,500", "nhiều", "-3", "1e3", "", "½", "12,5,1", True, None),
        *(float("nan"), float("inf"), 10**400, "٣"),
    ],
)
def test_what_could_be_two_numbers_is_none(typed):
    """1.200 is 1200 to one reader and 1.2 to another: nobody guesses a line's speed."""
    assert number(typed) is None


@pytest.mark.parametrize(
    ("sort", "typed", "meant"),
    [
        (Sort.YES_NO, "CÓ", True),
        (Sort.YES_NO, "khong", False),
        (Sort.YES_NO, True, True),
        (Sort.YES_NO, 0, False),
        (Sort.STATE, "một  phần", AreaState.PARTLY),
        (Sort.STATE, "chua san sang", AreaState.NOT_READY),
        (Sort.WORKS, "chưa thử", None),
        (Sort.GROUP, "Thủ tục và nhân sự", Group.PROCEDURES_AND_STAFF),
        (Sort.COUNT, 5.0, 5),
        (Sort.TEXT, 12.0, "12"),
    ],
)
def test_a_word_is_known_however_it_is_typed(sort, typed, meant):
    """With or without diacritics, in capitals, as Excel's own true and false."""
    assert answer(sort, typed, ZONE) == meant


@pytest.mark.parametrize("sort", CHOICES)
def test_what_the_list_offers_is_taken(sort):
    """Also composed of single signs (NFD), as some keyboards and macOS write it."""
    for value, words in CHOICES[sort].items():
        for word in words:
            assert answer(sort, unicodedata.normalize("NFD", word), ZONE) == value


@pytest.mark.parametrize(
    "typed",
    [
        *("20/06/2025 07:45", "20-6-2025 7h45", "20.06.2025, 07:45", "07:45 20/06/2025"),
        *("7h45 ngày 20/06/2025", "2025-06-20 07:45", "2025-06-20T00:45Z"),
        *("20/06/2025 07:45:00", datetime(2025, 6, 20, 7, 45)),  # noqa: DTZ001 - as in Excel
    ],
)
def test_the_day_comes_first(typed):
    """And a moment without a zone is the city's."""
    assert answer(Sort.MOMENT, typed, ZONE) == datetime(2025, 6, 20, 0, 45, tzinfo=UTC)


def test_a_day_without_a_time_begins_at_midnight():
    """5 June, never 6 May."""
    assert answer(Sort.MOMENT, "05/06/2025", ZONE).astimezone(UTC).date() == date(2025, 6, 4)
    assert answer(Sort.MOMENT, date(2025, 6, 5), ZONE).day == 5


@pytest.mark.parametrize("typed", ["31/02/2025", "06/20/2025", "hôm qua", "1/1/0001", 45828.3])
def test_what_is_no_day_is_refused(typed):
    """It says what would be one."""
    with pytest.raises(UnclearError) as caught:
        answer(Sort.MOMENT, typed, ZONE)

    assert "20/06/2025" in caught.value.expected.vi


def test_no_telephone_number_is_kept():
    """Wherever somebody writes one; what only looks a little like one stays."""
    said = answer(Sort.TEXT, "Gọi 0912 345 678 hoặc +84 225.3842.123; hồ sơ 0123-2025", ZONE)

    assert "0912" not in said
    assert "3842" not in said
    assert said.endswith("hồ sơ 0123-2025")


@given(
    st.sampled_from(TYPED),
    st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.datetimes()),
)
def test_whatever_is_typed_is_an_answer_or_unclear(sort, typed):
    """And what is an answer can be stored."""
    try:
        said = answer(sort, typed, ZONE)
    except UnclearError:
        return

    str(said).encode()
