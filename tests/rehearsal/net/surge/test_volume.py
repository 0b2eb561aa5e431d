"""What is known of the units' days, and what stands in for the rest."""

from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.inventory import load
from rehearsal.model import Api, Target, TargetKind, Unit
from rehearsal.net.surge.volume import KNOWN, per_day, tickets

TARGET = Target("x/procedures", "x", "x", TargetKind.SYSTEM, "https://x.example/")
API = Api("dossiers", "https://x.example/v1")


def unit(code: str, kind: str) -> Unit:
    """A unit of that kind."""
    return Unit(code, "x", "x", kind, "p", None, ())


@pytest.mark.parametrize(
    ("code", "kind", "dossiers"),
    [
        ("11329", "ward", 236.6),  # Ngô Quyền: 1,183 in five days
        ("11948", "special-zone", 0.24),  # Bạch Long Vĩ: 16 in three months
        ("00001", "ward", 130.4),  # the median of the known wards
        ("00002", "commune", 25.1),  # as An Lão
        ("00003", "special-zone", 25.1),
    ],
)
def test_what_is_known_counts_and_the_rest_goes_by_kind(code, kind, dossiers):
    """A ward of which nothing is known is no smaller than the known ones."""
    assert per_day(unit(code, kind), TARGET) == pytest.approx(dossiers, abs=0.1)


def test_an_inventory_knows_better():
    """Another city has figures of its own; nonsense is none."""
    told = replace(TARGET, api=replace(API, settings={"surge.per_day": "12.5"}))
    wrong = replace(TARGET, api=replace(API, settings={"surge.per_day": "many"}))

    assert per_day(unit("11329", "ward"), told) == 12.5
    assert per_day(unit("11329", "ward"), wrong) == pytest.approx(236.6)


def test_the_known_units_are_the_citys():
    """A wrong code would be a figure that nobody uses."""
    city = load(Path("bridges.yaml"))

    assert KNOWN.keys() <= {one.code for one in city.units}


def test_a_hotline_gets_twice_its_hour():
    """Sixty an hour are a placeholder; the inventory replaces it."""
    told = replace(TARGET, api=replace(API, settings={"surge.per_hour": "90"}))

    assert tickets(TARGET) == 120
    assert tickets(told) == 180
