"""Is an inventory of any size as sound as the real one?"""

import pytest

from rehearsal.inventory import generate, load
from rehearsal.inventory.generation import UNITS_MAX


@pytest.mark.parametrize("units", [0, 1, 2, 114, 500])
def test_a_generated_city_loads_in_its_size(units, write):
    """What we write, we accept: N units with 8 targets each, 2 hubs, 3 shared systems."""
    inventory = load(write(generate(units)))

    assert (len(inventory.units), len(inventory.hubs)) == (units, 2)
    assert len(inventory.targets()) == 8 * units + 2 + 3


def test_the_same_seed_gives_the_same_city():
    """A finding at scale can be repeated."""
    assert generate(50, seed=3) == generate(50, seed=3) != generate(50, seed=4)


def test_provinces_are_as_varied_as_the_nation_s(write):
    """Causes shared by a province can be told apart at scale."""
    units = load(write(generate(500))).units

    assert len({unit.former_province for unit in units}) == 34


@pytest.mark.parametrize("units", [-1, UNITS_MAX + 1])
def test_a_size_without_codes_is_refused(units):
    """Codes have five digits, so there are no more than 99,999."""
    with pytest.raises(ValueError, match="99999"):
        generate(units)
