"""Does another route, or a choice of units, change that and nothing else?"""

import pytest

from rehearsal.inventory import InventoryError, load, select, with_network
from rehearsal.model import Network


@pytest.fixture
def inventory(write, sound):
    return load(write(sound))


def test_a_route_with_name_servers_ends_the_placeholders(inventory):
    """The twin is the same inventory, reached by another route."""
    route = Network(nameservers=("127.0.0.1:5300",), ports={443: 44300})
    routed = with_network(inventory, route)

    assert routed.network is route
    assert not any(target.placeholder for target in routed.targets())
    assert [t.url for t in routed.targets()] == [t.url for t in inventory.targets()]


def test_a_route_without_name_servers_leaves_them(inventory):
    """Trusting one more authority makes no placeholder real."""
    routed = with_network(inventory, Network(trust=("ca.pem",)))

    assert all(target.placeholder for target in routed.targets())


@pytest.mark.parametrize(
    ("slugs", "kept"),
    [
        (["hai", "central"], ["central", "hai"]),
        (["mot", "city"], ["mot"]),
        (["city"], []),
    ],
)
def test_only_the_named_are_kept_and_the_shared_systems(slugs, kept, inventory):
    """A recheck of one unit still needs the hotline and the sign-on."""
    chosen = select(inventory, slugs)

    assert [owner.slug for owner in (*chosen.hubs, *chosen.units)] == kept
    assert chosen.systems == inventory.systems


def test_every_unknown_name_is_told_with_its_neighbours(inventory):
    """A typing error is answered with what was probably meant."""
    with pytest.raises(InventoryError) as caught:
        select(inventory, ["mott", "xyz", "hai"])

    first, second = caught.value.faults
    assert first.says.en == (
        "--units: expected the slug of a unit or hub (perhaps mot?); found 'mott'"
    )
    assert second.found == "'xyz'"
