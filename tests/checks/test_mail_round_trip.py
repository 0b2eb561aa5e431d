"""What is held of a letter that arrived?"""

from dataclasses import replace

import pytest

from checks.mail_round_trip import CHECK
from rehearsal.check import Circumstances
from tests.rehearsal.readiness.small_city import EVIDENCE, GO_LIVE, MORNING, page


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"delivered_s": 5.0}, []),
        ({"delivered_s": 5.1}, ["delivery_slow"]),
        ({"copies": 2}, ["letter_doubled"]),
        ({"bares_password": True}, ["password_in_clear"]),
    ],
    ids=str,
)
def test_each_weakness_is_told_by_itself(changes, expected):
    """The limit itself is still good."""
    around = Circumstances(page("hai-an", "mail"), MORNING, GO_LIVE)
    seen = replace(EVIDENCE["mail.round_trip"], **changes)

    assert [f.code for f in CHECK.judge(seen, CHECK.standard, around)] == expected
