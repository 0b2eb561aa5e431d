"""Is a waiver accepted only whole, and is everything that it lacks told at once?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from rehearsal.criteria import shipped
from rehearsal.signing import Asked, NotSigned, signature
from tests.rehearsal.readiness.small_city import city, hotline, unit

CITY = city([unit("hai-an", systems=["mail"])], shared=[hotline()])
NOW = datetime(2025, 6, 20, 1, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ASKED = Asked("units_ready", "hai-an", "Nguyễn Văn A", "Phó Chủ tịch", "Mất điện", "2025-06-30")


def signed(now=NOW, **more):
    return signature(replace(ASKED, **more), shipped(), CITY, now)


def faults(now=NOW, **more):
    """What is said against a waiver, in English."""
    with pytest.raises(NotSigned) as refused:
        signed(now, **more)
    return [fault.en for fault in refused.value.faults]


def test_a_waiver_lasts_to_the_end_of_its_day_in_the_city():
    """30 June ends at 17:00 UTC in Hai Phong."""
    found = signed()

    assert found.expires == datetime(2025, 6, 30, 17, tzinfo=UTC)
    assert found.last_day(ZONE) == date(2025, 6, 30)
    assert (found.at, found.rule, found.subject) == (NOW, "units_ready", "hai-an")


@pytest.mark.parametrize(
    ("rule", "subject"),
    [
        ("units_ready", ""),
        ("units_ready", "hai-an/mail"),
        ("hubs_ready", "central"),
        ("systems_ready", "city/hotline"),
        ("encrypted", "city/hotline"),
        ("all_measured", "central/bridge"),
        ("nothing_left_behind", ""),
    ],
)
def test_whom_a_rule_is_about_can_be_signed_for(rule, subject):
    """An owner, one of its targets, or all of them."""
    assert signed(rule=rule, subject=subject).subject == subject


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"rule": ""}, "rule '': the criteria have none"),
        ({"rule": "units_redy"}, "they have: all_measured, hubs_ready"),
        ({"rule": "instrument_proven", "subject": ""}, "nobody can sign for it"),
        ({"rule": "whole_city", "subject": ""}, "nobody can sign for it"),
        ({"subject": "hai-am"}, "no such unit, hub, system or target"),
        ({"subject": "central"}, "units_ready is about wards, communes, special-zones only"),
        ({"rule": "nothing_left_behind"}, "as a whole only"),
        ({"signed_by": " "}, "--signed-by: nothing was written"),
        ({"role": ""}, "--role: nothing was written"),
        ({"reason": ""}, "--reason: nothing was written"),
        ({"reason": "x" * 501}, "--reason: at most 500"),
        ({"signed_by": "A\x1b[2K"}, "--signed-by: at most 500 printable"),
        ({"expires": ""}, "--expires '': a day like 2025-06-30"),
        ({"expires": "30/6/2025"}, "a day like 2025-06-30"),
        ({"expires": "2025-06-19"}, "is past, today is 2025-06-20"),
    ],
)
def test_what_a_waiver_lacks_is_told(more, told):
    """One shortcoming, one sentence, with what would do."""
    (fault,) = faults(**more)

    assert told in fault


def test_everything_is_told_at_once():
    """Nobody has to come back five times."""
    lacking = faults(rule="x", subject="y", signed_by="", role="", reason="", expires="z")

    assert len(lacking) == 6


@pytest.mark.parametrize(
    ("now", "is_past"),
    [
        (datetime(2025, 6, 30, 16, 59, 59, tzinfo=UTC), False),
        (datetime(2025, 6, 30, 17, 0, 0, tzinfo=UTC), True),
    ],
)
def test_its_last_day_is_the_city_s(now, is_past):
    """Not UTC's: at 17:00 UTC it is 1 July in the city."""
    if is_past:
        assert "is past, today is 2025-07-01" in faults(now)[0]
    else:
        assert signed(now).expires > now
