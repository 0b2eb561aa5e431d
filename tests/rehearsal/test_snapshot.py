"""Is the inventory that a run keeps the one that it began with?"""

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from pydantic import ValidationError

from rehearsal import snapshot
from rehearsal.inventory import load, with_network
from rehearsal.model import Network

CITY = load(Path(__file__).parents[2] / "bridges.yaml")
ROUTED = with_network(
    CITY, Network(("127.0.0.1:5300",), ("/ca.pem",), MappingProxyType({443: 44300}))
)
LIMITED = replace(CITY, limits={"phase-1": {"bridge.signalling": {"join": 5.0}}})


@pytest.mark.parametrize("inventory", [CITY, ROUTED, LIMITED], ids=["real", "twin", "limits"])
def test_it_comes_back_whole(inventory):
    """Through JSON and back, every unit, target, port and limit is the same."""
    told = json.dumps(snapshot.to_plain(inventory))

    assert snapshot.from_plain(json.loads(told)) == inventory


def test_what_is_no_inventory_is_refused():
    """A journal that holds something else is told apart from an empty city."""
    with pytest.raises(ValidationError):
        snapshot.from_plain({"city": {}})
