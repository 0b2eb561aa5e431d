"""What do the checks hold of what they saw, at the edge of their limits?"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from checks import CHECKS
from rehearsal.check import Circumstances
from rehearsal.net.rollcall.evidence import Drop
from tests.rehearsal.readiness.small_city import EVIDENCE, GO_LIVE, MORNING, bridge


def codes(check_id, at=MORNING, **changes):
    """The findings about healthy evidence with some other values."""
    check = CHECKS[check_id]
    limits = check.standard
    around = Circumstances(bridge("hai-an"), at, GO_LIVE)
    return [f.code for f in check.judge(replace(EVIDENCE[check_id], **changes), limits, around)]


@pytest.mark.parametrize("check_id", CHECKS)
def test_a_healthy_peer_has_no_finding(check_id):
    """Nothing is found where nothing is wrong."""
    assert codes(check_id) == []


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (date(2025, 6, 30), ["certificate_expires_before_go_live"]),
        (date(2025, 7, 1), ["certificate_expires_before_go_live"]),
        (date(2025, 7, 2), ["certificate_expires_soon"]),
        (date(2025, 7, 31), ["certificate_expires_soon"]),
        (date(2025, 8, 1), []),
    ],
)
def test_a_certificate_outlasts_the_first_month(ends, expected):
    """Through go-live, and thirty days more."""
    not_after = datetime(ends.year, ends.month, ends.day, 12, tzinfo=UTC)

    assert codes("bridge.certificate", not_after=not_after) == expected


def test_after_go_live_today_counts():
    """In operation, the day of the measurement is the day that matters."""
    at = datetime(2025, 9, 1, tzinfo=UTC)
    not_after = datetime(2025, 9, 20, tzinfo=UTC)

    assert codes("bridge.certificate", at, not_after=not_after) == ["certificate_expires_soon"]


@pytest.mark.parametrize(("upgrade_s", "expected"), [(2.7, []), (2.8, ["join_slow"])])
def test_joining_takes_three_seconds_at_most(upgrade_s, expected):
    """The upgrade and all requests until one is in the room; the limit is still good."""
    assert codes("bridge.signalling", upgrade_s=upgrade_s) == expected


@pytest.mark.parametrize("check_id", ["system.reach", "hotline.reach"])
@pytest.mark.parametrize(("first_byte_s", "expected"), [(2.0, []), (2.1, ["response_slow"])])
def test_a_page_begins_within_two_seconds(check_id, first_byte_s, expected):
    """The limit itself is still good."""
    assert codes(check_id, first_byte_s=first_byte_s) == expected


@pytest.mark.parametrize("check_id", ["system.reach", "bridge.reach"])
def test_a_dead_address_is_told(check_id):
    """One of several addresses that does not answer delays whoever tries it first."""
    assert codes(check_id, silent_addresses=("192.0.2.8",)) == ["address_dead"]


def test_every_drop_is_told():
    """Each loss of the connection is a finding; staying away is the graver one."""
    drops = (Drop(3.0, "x", 4.0), Drop(9.0, "x", None))

    assert codes("bridge.roll_call", drops=drops) == [
        "dropped_and_returned",
        "dropped_for_good",
    ]
