"""What do the checks of citizens' pages, and of what people declare, make of what was seen?"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from checks import CHECKS
from rehearsal.check import Circumstances
from rehearsal.model import PublicPage, Target, TargetKind
from rehearsal.net import markup
from rehearsal.net.closing import Answer, Closing
from rehearsal.net.unit_page import _found
from tests.rehearsal.readiness.small_city import EVIDENCE, GO_LIVE, MORNING

CENTRE = "Số 8 Lê Thánh Tông"
PAGE = f"<h1>Hải An</h1><p>11413</p><p>Địa chỉ: {CENTRE}</p><p>ĐT: 0225.3123.456</p>"
OLD, NEW = "https://old.example/", "dichvucong.example"


def around(**known: str) -> Circumstances:
    """The circumstances of a unit's page of which the inventory knows so much."""
    page = PublicPage("contact", "Hải An", **known)
    target = Target("hai-an/x", "hai-an", "x", TargetKind.PAGE, OLD, code="11413", page=page)
    return Circumstances(target, MORNING, GO_LIVE)


def codes(check_id: str, seen: object, at: Circumstances | None = None) -> list[str]:
    """The findings of a check."""
    check = CHECKS[check_id]
    return [found.code for found in check.judge(seen, check.standard, at or around())]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, []),
        ({"address": CENTRE.upper(), "telephone": "+84 225 3123456"}, []),
        ({"address": "Số 9 Lê Thánh Tông"}, ["address_differs"]),
        ({"telephone": "0225 3123 457"}, ["telephone_differs"]),
    ],
)
def test_what_the_inventory_has_of_the_centre_is_what_must_be_shown(known, expected):
    """Any number will do where none is known; where one is, no other will."""
    at = around(**known)
    seen = _found(markup.read(PAGE, OLD), "11413", at.target.page, ())

    assert codes("portal.page", seen, at) == expected


def test_whose_page_it_is_comes_first():
    """Nobody is told of the links of another unit's page."""
    seen = replace(
        EVIDENCE["portal.page"],
        shows_name=False,
        shows_code=False,
        others=("11411",),
        plain_links=3,
    )

    assert codes("portal.page", seen) == ["other_unit_shown"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"is_together": False}, ["listed_under_other_name"]),
        ({"shows_code": False, "is_together": False}, ["not_listed"]),
        ({"shows_code": False, "others": ("11411",)}, ["other_unit_listed"]),
        ({"others": ("11411",)}, []),
        ({"shows_address": False, "telephones": 0}, []),
    ],
)
def test_a_list_shows_the_unit_under_its_code_and_name(changed, expected):
    """Both, and together; where its centre is stands on the unit's own page."""
    assert codes("portal.declared", replace(EVIDENCE["portal.declared"], **changed)) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([Answer(OLD, 404), Answer(OLD, 410)], []),
        ([Answer(OLD, 301, leads_to=NEW)], []),
        ([Answer(OLD, 301, leads_to=f"{NEW}.evil.example")], ["led_elsewhere"]),
        ([Answer(OLD, 404), Answer(OLD, 200, takes=True)], ["still_takes_dossiers"]),
        ([Answer(OLD, 200, takes=True, names_new=True)], ["still_takes_dossiers"]),
        ([Answer(OLD, 200, names_new=True)], ["notice_only"]),
        ([Answer(OLD, 403, names_new=True)], ["not_closed"]),
        ([Answer(OLD, 200)] * 2, ["not_closed"]),
        ([Answer(OLD, 0)] * 2, ["nobody_led_on"]),
        ([Answer(OLD, 304)], ["not_closed"]),
    ],
)
def test_one_open_way_is_enough(answers, expected):
    """Closed is gone or led on, at each address; the rest is told, and once."""
    assert codes("portal.old_closed", Closing(tuple(answers), NEW)) == expected


def test_an_unknown_new_host_excuses_nobody():
    """A redirect to nowhere is not the way to an inventory's missing portal."""
    assert codes("portal.old_closed", Closing((Answer(OLD, 301),), "")) == ["not_closed"]


@pytest.mark.parametrize(
    ("works", "expected"),
    [(True, []), (False, ["said_not_to_work"]), (None, ["said_not_tried"])],
)
def test_what_people_say_is_judged(works, expected):
    """Not tried is no success, either."""
    seen = CHECKS["system.declared"].evidence(works)

    assert codes("system.declared", seen, SimpleNamespace()) == expected
