"""Are the six of each action clear, and is what is not clear left empty?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rehearsal.follow_up import followed
from rehearsal.follow_up.observation import Place
from rehearsal.model import NO_OWNERS, Level, Owners, Responsible, Text
from rehearsal.model.action import ActionEvent, Clear
from tests.rehearsal.follow_up.days import cause, june, saw

TEAM = Responsible("Tổ hạ tầng", "Phó Chủ tịch", within_h=24)
SUPPLIER = Responsible("Trực kỹ thuật Công ty B", within_h=4)
OWNERS = Owners(suppliers={"Công ty B": SUPPLIER}, groups={"infrastructure": TEAM})


def only(*days, events=(), owners=OWNERS):
    (found,) = followed(days, events, owners)
    return found


def said(found) -> dict[str, str | None]:
    return {f.value: cell.value and cell.value.vi for f, cell in found.cells.items()}


def test_all_six_come_from_the_cause_and_the_inventory():
    """Who, by whose authority and when from the owners; the rest from what was found."""
    found = only(saw(20, cause("hai-an", "an-bien")))

    assert said(found) == {
        "who": "Tổ hạ tầng",
        "what": "Bật dịch vụ họp",
        "when": (june(20) + timedelta(hours=24)).isoformat(timespec="minutes"),
        "responsibility": "An-Bien, Hai-An",
        "authority": "Phó Chủ tịch",
        "result": "bridge.reach đạt ở an-bien/bridge, hai-an/bridge",
    }
    assert found.missing == ()
    assert found.due == june(21)


def test_nobody_is_made_up():
    """Where the inventory names nobody the cells are empty, and counted."""
    found = only(saw(20, cause("hai-an")), owners=NO_OWNERS)

    assert found.missing == (Clear.WHO, Clear.WHEN, Clear.AUTHORITY)
    assert found.due is None


def test_a_supplier_that_all_share_answers_for_it():
    """41 units with one supplier are its responsibility, and its people mend it."""
    day = saw(20, cause("hai-an", "an-bien"))
    bought = {t: replace(place, supplier="Công ty B") for t, place in day.places.items()}

    found = said(only(replace(day, places=bought)))
    mixed = said(
        only(replace(day, places=bought | {"hai-an/bridge": Place("bridge", "Hải An")}))
    )

    assert (found["who"], found["responsibility"]) == (SUPPLIER.who, "Công ty B")
    assert (mixed["who"], mixed["responsibility"]) == (TEAM.who, "An-Bien, Hải An")


def test_the_provider_of_the_line_answers_where_the_cause_names_it():
    """What the cause itself found to be shared counts first."""
    found = only(saw(20, cause("hai-an", scope={"system": "line", "provider": "Công ty B"})))

    assert said(found)["who"] == SUPPLIER.who


def test_many_units_make_a_short_cell():
    """A name for each of 41 units is a column of its own."""
    found = said(only(saw(20, cause(*(f"u{n}" for n in range(41))))))

    assert found["responsibility"] == "U0, U1, U10 và 38 nơi khác"
    assert found["result"] == "bridge.reach đạt ở cả 41 đích"


@pytest.mark.parametrize("level", [Level.OBSERVER, Level.VANTAGE])
def test_our_own_instrument_is_nobody_elses_duty(level):
    """No unit and no supplier is called for what we could not measure."""
    day = saw(20, replace(cause("hai-an", level=level), owner=None))

    found = only(day)

    assert said(found)["who"] is None
    assert "máy đo" in said(found)["responsibility"]


def test_the_owner_that_the_cause_names_stands_in():
    """Where the inventory of today names nobody, that of the day did."""
    found = only(saw(20, replace(cause("hai-an"), owner=TEAM)), owners=NO_OWNERS)

    assert said(found)["who"] == TEAM.who


def test_what_a_person_wrote_wins():
    """The last word counts; an emptied cell is empty, whatever we would derive."""
    key = only(saw(20, cause("hai-an"))).key
    events = [
        ActionEvent(key, june(21), "Lan", "who", "Nguyễn Văn A"),
        ActionEvent(key, june(22), "Minh", "who", "Trần B"),
        ActionEvent(key, june(22), "Minh", "authority", ""),
        ActionEvent(key, june(22), "Minh", "when", "2025-06-24T17:00+07:00"),
        ActionEvent("V-OTHER00", june(23), "Minh", "who", "Người khác"),
    ]

    found = only(saw(20, cause("hai-an")), events=events)

    assert found.cells[Clear.WHO].value == Text("Trần B", "Trần B")
    assert found.cells[Clear.WHO].written == events[1]
    assert found.missing == (Clear.AUTHORITY,)
    assert found.due == june(24, 10)


def test_a_pair_that_no_check_told_has_no_result():
    """An invented proof would be worse than an empty cell."""
    day, two = replace(saw(20, cause("hai-an")), told={}), saw(20, cause("hai-an", "an-bien"))

    half = {pair: checks for pair, checks in two.told.items() if pair[0] == "hai-an/bridge"}

    assert only(day).missing == (Clear.RESULT,)
    assert said(only(replace(two, told=half)))["result"].startswith("bridge.reach đạt")
