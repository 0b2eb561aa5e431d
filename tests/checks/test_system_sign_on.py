"""What is held of a sign-on that came about?"""

from dataclasses import replace

import pytest

from checks.system_sign_on import CHECK
from rehearsal.check import Circumstances
from tests.rehearsal.readiness.small_city import EVIDENCE, GO_LIVE, MORNING, page

SOUND = EVIDENCE["system.sign_on"]


def codes(clock_ahead_s=0.0, **changes):
    around = Circumstances(page("city", "sign-on"), MORNING, GO_LIVE, clock_ahead_s)
    return [f.code for f in CHECK.judge(replace(SOUND, **changes), CHECK.standard, around)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"session_ends": False}, ["session_kept"]),
        ({"has_logout": False, "session_ends": None}, ["logout_missing"]),
        ({"wants_verifier": False}, ["pkce_not_enforced"]),
        ({"refuses_used_code": False}, ["code_reusable"]),
        ({"took_s": 5.0}, []),
        ({"took_s": 5.1}, ["sign_on_slow"]),
        ({"valid_s": 60}, []),
        ({"valid_s": 59}, ["token_short_lived"]),
        ({"issued_ahead_s": 60.4}, []),
        ({"issued_ahead_s": -61.0}, ["clock_wrong"]),
    ],
    ids=str,
)
def test_each_weakness_is_told_by_itself(changes, expected):
    """The limit itself is still good."""
    assert codes(**changes) == expected


def test_what_could_not_be_found_out_is_not_held_against_it():
    """Not every server shows whether it wants a proof, or ends a session."""
    assert codes(session_ends=None, wants_verifier=None, refuses_used_code=None) == []


def test_our_own_wrong_clock_is_not_its():
    """Where most servers are as far ahead of us, it is we who are late."""
    assert codes(clock_ahead_s=600.0, issued_ahead_s=600.0) == []
    assert codes(clock_ahead_s=600.0, issued_ahead_s=0.0) == ["clock_wrong"]
