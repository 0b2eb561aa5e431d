"""Does every value of ours become JSON that any database and any file takes?"""

import json
from datetime import UTC, date, datetime

import pytest

from rehearsal.journal import plain, visible
from rehearsal.model import Light, Outcome


def test_foreign_text_is_made_visible_and_storable():
    """A NUL or half a surrogate pair can neither crash a write nor vanish."""
    assert visible("a\x00b\udcffc\ud800") == r"a\x00b\udcffc\ud800"
    visible("\x00\udcff").encode()


def test_other_text_stays_as_it_is():
    """Vietnamese, emoji and control characters are stored unchanged."""
    text = "Cẩm Giàng \U0001f600 \x1b[31m\r\n"

    assert visible(text) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Light.RED, "red"),
        (Outcome.FAIL, 4),
        ((1, [2, (3,)]), [1, [2, [3]]]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({443: "\x00", Light.RED: None}, {"443": r"\x00", "red": None}),
        ({"\udc80": 1}, {r"\udc80": 1}),
        (date(2025, 7, 1), "2025-07-01"),
        (datetime(2025, 7, 1, tzinfo=UTC), "2025-07-01T00:00:00+00:00"),
        (float("inf"), "inf"),
        (True, True),
    ],
)
def test_value_becomes_plain(value, expected):
    """Enums, times, sequences, keys and infinite numbers have one plain form each."""
    assert plain(value) == expected
    json.dumps(plain(value), allow_nan=False).encode()


def test_unknown_type_is_our_bug():
    """An evidence of bytes is refused by name rather than stored as something else."""
    with pytest.raises(TypeError, match="bytes"):
        plain({"body": b"raw"})
