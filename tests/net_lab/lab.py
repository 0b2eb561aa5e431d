"""Where can a route be missing, a router refuse, a line go down? In two network namespaces.

`centre` is where we measure from; `city` routes for it and serves. Addresses exist only there.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.net_lab.places import Place, ip, place, said

CENTRE_IP, CITY_IP, OTHER_IP = "10.77.0.1", "10.77.0.2", "10.77.0.3"
_ROUTES = {
    "city": ("unreachable 10.77.5.0/24", "prohibit 10.77.6.0/24", "blackhole 10.77.8.0/24"),
    "centre": ("prohibit 10.77.7.0/24", f"10.77.0.0/16 via {CITY_IP}"),
}


@dataclass(frozen=True)
class Lab:
    """Both namespaces, joined by one line, whose end in the centre is the device `line`."""

    centre: Place
    city: Place
    line: str

    def cut(self) -> None:
        """Our uplink goes down."""
        self.centre.ip("link", "set", self.line, "down")

    def measure(self, urls: Sequence[str], nameservers: Sequence[str] = ()) -> dict[str, Any]:
        """What the prober says of these addresses, from the centre: URL -> [step, kind]."""
        with self.probing(urls, nameservers) as child:
            return said(child)

    @contextmanager
    def probing(
        self, urls: Sequence[str], nameservers: Sequence[str] = ()
    ) -> Iterator[subprocess.Popen[str]]:
        """The prober at work in the centre."""
        arguments = json.dumps({"urls": list(urls), "nameservers": list(nameservers)})
        with self.centre.python("tests.net_lab.probing", arguments) as child:
            yield child


@contextmanager
def lab() -> Iterator[Lab]:
    """Two namespaces of our own, gone at the end."""
    with place("centre", CENTRE_IP) as centre, place("city", CITY_IP) as city:
        found = Lab(centre, city, f"up{os.getpid()}")
        _join(found)
        yield found


def _join(found: Lab) -> None:
    peer = f"dn{os.getpid()}"
    ip(
        *("link", "add", found.line, "netns", found.centre.name, "type", "veth"),
        *("peer", "name", peer, "netns", found.city.name),
    )
    ends = (
        (found.centre, found.line, CENTRE_IP),
        (found.city, peer, CITY_IP),
        (found.city, peer, OTHER_IP),
    )
    for end, device, address in ends:
        end.ip("addr", "add", f"{address}/24", "dev", device)
        end.ip("link", "set", device, "up")
    found.city.run("sysctl", "-qw", "net.ipv4.ip_forward=1")
    for side, routes in _ROUTES.items():
        for route in routes:
            getattr(found, side).ip("route", "add", *route.split())
