"""Times, spans and numbers read naturally in both languages."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rehearsal.model import Text
from rehearsal.report.clock import Clock, number, span


def test_times_are_the_citys():
    """A moment noted in UTC is shown on the city's wall clock."""
    clock = Clock(ZoneInfo("Asia/Ho_Chi_Minh"))
    moment = datetime(2025, 6, 19, 23, 59, 58, tzinfo=UTC)

    assert clock.time(moment) == "06:59:58"
    assert clock.moment(moment) == Text("06:59:58 ngày 20/06/2025", "06:59:58 on 20 Jun 2025")


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (0.0005, "0,5 ms", "0.5 ms"),
        (0.12, "120 ms", "120 ms"),
        (2.44, "2,4 s", "2.4 s"),
        (125, "2 phút 05 giây", "2 min 05 s"),
    ],
)
def test_spans(seconds: float, vi: str, en: str):
    """Each length has its unit, each language its decimal sign."""
    assert span(seconds) == Text(vi, en)


def test_numbers_are_grouped():
    """A point in Vietnamese, a comma in English, and the reverse for decimals."""
    assert number(1148) == Text("1.148", "1,148")
    assert number(0.5) == Text("0,5", "0.5")
