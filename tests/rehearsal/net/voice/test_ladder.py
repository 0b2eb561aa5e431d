"""Does the ladder rise as it should, and say when there were too few lines?"""

import pytest

from rehearsal.model import Failure, Step
from rehearsal.net.voice.ladder import Ladder, retry_after_s, rungs


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(0, []), (1, []), (2, [2]), (3, [2, 3]), (8, [2, 4, 8]), (11, [2, 4, 8, 11])],
)
def test_it_doubles_up_to_the_limit(limit: int, expected: list[int]):
    """Never past it; one call alone is no ladder."""
    assert list(rungs(limit)) == expected


@pytest.mark.parametrize(
    ("lines", "up", "ended_by", "expected"),
    [
        (30, 3, "refused", True),
        (4, 3, "refused", True),
        (3, 3, "refused", False),
        (30, 8, "limit", False),
        (30, 3, "slow", False),
    ],
)
def test_too_few_lines(lines: int, up: int, ended_by: str, expected: bool):  # noqa: FBT001 - a column
    """Who takes as many as are declared keeps the word; the plan's limit proves nothing."""
    ladder = Ladder(limit=8, lines=lines, up=up, ended_by=ended_by)

    assert ladder.is_short is expected


def test_when_to_call_again_is_read():
    """As the refusal tells it; without a word nothing is known."""
    told = Failure(Step.SIGNALLING, "sip_503", "INVITE: 503 Busy; Retry-After: 30")

    assert retry_after_s(told) == 30
    assert retry_after_s(Failure(Step.SIGNALLING, "sip_486", "INVITE: 486 Busy")) is None
    assert retry_after_s(None) is None
