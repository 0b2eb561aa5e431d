"""Is the line told from the server when a route is missing, closed, black, or our own?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.net_lab.lab import CITY_IP, OTHER_IP, Lab, lab
from tests.net_lab.places import said

# Where nobody has an address, by what the routers between do with it.
NOWHERE = {
    "http://10.77.0.99/": ["connect", "host_unreachable"],  # no neighbour answers for it
    "http://10.77.5.1/": ["connect", "host_unreachable"],
    "http://198.51.100.1/": ["connect", "network_unreachable"],
    "http://10.77.6.1/": ["connect", "prohibited_by_firewall"],  # told by a router's ICMP
    "http://10.77.7.1/": ["connect", "prohibited_by_firewall"],  # told by our own kernel
    "http://10.77.8.1/": ["connect", "connect_timeout"],
}


@pytest.fixture(scope="module")
def net() -> Iterator[Lab]:
    """Both namespaces."""
    with lab() as found:
        yield found


@pytest.fixture(scope="module")
def page(net: Lab) -> Iterator[str]:
    """The address of a healthy page in the city."""
    with net.city.python("tests.net_lab.city", "0.0.0.0") as server:
        yield f"http://{CITY_IP}:{said(server)}/"
        server.stdin.close()


@pytest.fixture(scope="module")
def told(net: Lab, page: str) -> dict[str, Any]:
    """What the prober says of each of them, all at once."""
    with net.probing([page, *NOWHERE]) as child:
        said(child)
        return said(child)


@pytest.mark.parametrize(("url", "expected"), NOWHERE.items())
def test_a_route_that_leads_nowhere(told: dict[str, Any], url: str, expected: list[str]):
    """Each way in which a packet gets lost has its own name."""
    assert told[url] == expected


def test_the_page_beside_them_is_well(told: dict[str, Any], page: str):
    """A good neighbour is not blamed for the routes."""
    assert told[page] == []


@pytest.mark.parametrize("nameserver", ["10.77.5.53", CITY_IP])
def test_an_unreachable_resolver(net: Lab, page: str, nameserver: str):
    """A router, or the machine itself, says that no name server is there."""
    url = "http://unit.city.example/"
    with net.probing([page, url], [nameserver]) as child:
        said(child)
        found = said(child)

    assert found[url] == ["resolve", "resolver_unreachable"]


def test_our_own_line_goes_down(net: Lab, page: str):
    """Units in the middle of an answer, and units not reached yet: nobody turns red."""
    other = page.replace(CITY_IP, OTHER_IP)
    slow = [f"{other}slow?{number}" for number in range(8)]
    with net.probing([page, *slow]) as child:
        said(child)
        net.cut()
        found = said(child)

    assert found.pop(page) == []
    assert set(map(tuple, found.values())) == {("observe", "observer_offline")}
