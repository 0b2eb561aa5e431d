"""What does an H.323 bridge's answer prove, and what not?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from checks import CHECKS, bridge_h323
from checks.bridge_h323 import Answered
from rehearsal.check import Circumstances
from rehearsal.model import Outcome, Target, TargetKind

TARGET = Target("u/bridge", "u", "U", TargetKind.BRIDGE, "h323:device.example", "h323")
AROUND = Circumstances(TARGET, datetime(2025, 6, 20, tzinfo=UTC), date(2025, 7, 1))


def _findings(seen: Answered) -> dict[str, Outcome]:
    return {found.code: found.outcome for found in bridge_h323.judge(seen, {}, AROUND)}


@pytest.mark.parametrize("message", ["connect", "alerting", "call_proceeding"])
def test_an_answer_is_all_that_is_asked(message: str):
    """Who hears whom is another question, which only people can answer."""
    seen = Answered(message, 0.1, is_refusal=False, why="?")

    assert _findings(seen) == {}
    assert CHECKS["bridge.human_roll_call"].covers(TARGET)


def test_a_refusal_is_a_condition():
    """A device that let the call fall is there; why it did so is still to be found out."""
    seen = Answered("release_complete", 0.1, is_refusal=True, why="Q.850 17")

    assert _findings(seen) == {"call_refused": Outcome.WARN}


@pytest.mark.parametrize(
    ("url", "is_asked"),
    [("h323:device.example", True), ("h323://device.example:1720", True), ("sip:x@y", False)],
)
def test_only_h323_is_called(url: str, *, is_asked: bool):
    """Its scheme says how a bridge is called."""
    target = Target("u/bridge", "u", "U", TargetKind.BRIDGE, url, "h323")

    assert bridge_h323.CHECK.covers(target) is is_asked
