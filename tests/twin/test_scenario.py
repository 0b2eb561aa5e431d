"""Does a scenario become exactly the faults that it names, or a full list of errors?"""

from __future__ import annotations

from pathlib import Path

import pytest

from rehearsal.inventory import load as load_inventory
from rehearsal.model import Inventory
from tests.twin.calling import inventory_text
from twin import scenario
from twin.faults import FAULTS
from twin.plan import PlanError, plan

ROOT = Path(__file__).parents[2]
HEAD = "version: 1\nname: {vi: Thử, en: Test}\n"
WHY = "why: {vi: x, en: x}"


@pytest.fixture(scope="module")
def city() -> Inventory:
    """The real inventory."""
    return load_inventory(ROOT / "bridges.yaml")


@pytest.fixture
def town(tmp_path: Path) -> Inventory:
    """Two units."""
    path = tmp_path / "town.yaml"
    path.write_text(inventory_text(["an", "binh"]), encoding="utf-8")
    return load_inventory(path)


def written(tmp_path: Path, text: str) -> scenario.Scenario:
    path = tmp_path / "scenario.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return scenario.load(path)


def test_the_morning_of_june_20_is_believable(city: Inventory):
    """Some 30 units are struck over several layers; no hub and no shared system is."""
    faults = scenario.assign(scenario.load(ROOT / "scenarios/june-20.yaml"), city)
    struck = {target_id.partition("/")[0] for target_id in faults}

    assert 30 <= len(struck) == len(faults) <= 45
    assert struck <= {unit.slug for unit in city.units}
    assert plan(city, faults)


def test_what_is_left_on_23_june_was_there_on_20_june(city: Inventory):
    """Some faults are mended and none is new: else a recheck would tell another story."""
    before, after = (
        scenario.assign(scenario.load(ROOT / f"scenarios/{day}.yaml"), city)
        for day in ("june-20", "june-23")
    )

    assert after.items() < before.items()
    assert len(before) - len(after) >= 20


def test_the_healthy_morning_has_no_fault(city: Inventory):
    """Nobody is struck."""
    assert scenario.assign(scenario.load(ROOT / "scenarios/healthy.yaml"), city) == {}


def test_patterns_and_conditions_narrow_each_other(tmp_path: Path, city: Inventory):
    """`*` stands for any unit, and `where` leaves only its province and kind."""
    entry = "where: {former_province: hai-duong, kind: ward}"
    text = f"faults: [{{fault: dns-servfail, targets: ['*/mail'], {entry}, {WHY}}}]"
    faults = scenario.assign(written(tmp_path, text), city)
    wards = [u for u in city.units if (u.kind, u.former_province) == ("ward", "hai-duong")]

    assert set(faults) == {f"{unit.slug}/mail" for unit in wards}


def test_every_error_of_a_scenario_is_told_at_once(tmp_path: Path, town: Inventory):
    """An unknown fault, a target of nobody and a second fault on one target."""
    text = f"""
faults:
  - {{fault: no-such-fault, targets: [an/page], {WHY}}}
  - {{fault: status-404, targets: [nobody/page], {WHY}}}
  - {{fault: status-500, targets: ["an/*"], {WHY}}}
"""
    with pytest.raises(PlanError) as caught:
        scenario.assign(written(tmp_path, text), town)

    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    "text",
    [
        "surprise: 1",
        "go_live_in_days: 2",
        "round_trips: {default: [30, 3]}",
        "seed: 1\nseed: 2",
        "faults: [{fault: x}]",
        "a: &a [1]\nb: *a",
    ],
)
def test_a_strange_scenario_is_refused(tmp_path: Path, text: str):
    """Unknown keys, impossible values, doubled keys and aliases."""
    with pytest.raises(PlanError):
        written(tmp_path, text)


def test_a_fault_that_does_not_suit_is_refused_with_the_others(town: Inventory):
    """A page has no room to be full; a hub has no such target; one line for each."""
    with pytest.raises(PlanError) as caught:
        plan(town, {"an/page": "room-full", "central/page": "status-404", "an/plain": "what"})

    assert len(caught.value.problems) == 3


def test_a_fault_below_http_needs_a_host_of_its_own(tmp_path: Path):
    """Two targets on one host cannot differ in their address or name."""
    path = tmp_path / "shared.yaml"
    text = inventory_text(["an", "binh"]).replace(
        "{slug}.page.example/health", "page.example/{slug}"
    )
    path.write_text(text, encoding="utf-8")
    shared = load_inventory(path)

    assert plan(shared, {"an/page": "status-404"})
    with pytest.raises(PlanError, match=r"page\.example"):
        plan(shared, {"an/page": "certificate-expired"})


def test_round_trips_are_drawn_once_for_a_seed(city: Inventory):
    """The same seed gives the same distances, and islands are far."""
    trips = scenario.Scenario().round_trips

    assert trips.draw(city, 7) == trips.draw(city, 7) != trips.draw(city, 8)
    assert trips.draw(city, 7)["bach-long-vi"] >= 0.09


def test_every_fault_speaks_both_languages():
    """No sentence is missing, and none is said twice."""
    for index in ("vi", "en"):
        sentences = [getattr(fault.says, index) for fault in FAULTS.values()]
        assert all(sentences)
        assert len(set(sentences)) == len(sentences)


def test_every_fault_stands_in_the_documentation():
    """docs/twin.md says what each fault must provoke."""
    text = (ROOT / "docs/twin.md").read_text(encoding="utf-8")

    assert [name for name in FAULTS if f"| `{name}` |" not in text] == []
