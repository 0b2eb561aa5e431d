"""Which door leads to the targets of an inventory?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rehearsal.model import Inventory, Network, Target
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context

# A URL, or an address without slashes: SIP (RFC 3261 19.1), H.323, TURN (RFC 7065).
_HOST = re.compile(r"[a-z0-9+.-]+:(?://)?(?:[^@/?#]*@)?(\[[^\]]+\]|[^:/?#;]+)", re.IGNORECASE)


def door_to(
    inventory: Inventory, *, deadlines: Deadlines | None = None, marker: str = "DIENTAP"
) -> Door:
    """The door to every target of an inventory, by the inventory's own route.

    Raises OSError or ssl.SSLError when a file of `network.trust` cannot be read.
    """
    hosts = (host for target in inventory.targets() for host in _hosts(target))
    door = door_by(inventory.network, hosts, deadlines=deadlines, marker=marker)
    peers: dict[str, tuple[Target, ...]] = {}
    for target in inventory.targets():
        peers[target.key] = (*peers.get(target.key, ()), target)
    return replace(door, peers=peers)


def door_by(
    network: Network,
    hosts: Iterable[str],
    *,
    deadlines: Deadlines | None = None,
    marker: str = "DIENTAP",
) -> Door:
    """The door to these hosts and no others, by that network's route; raises as above."""
    return Door(
        resolver=Resolver([_nameserver(text) for text in network.nameservers]),
        tls=context(network.trust),
        trust=network.trust,
        hosts=frozenset(hosts),
        ports=network.ports,
        deadlines=deadlines or Deadlines(),
        marker=marker,
    )


def _hosts(target: Target) -> Iterator[str]:
    """The host of a target, of the relays of its media, and of its interface."""
    relays = target.bridge.relays if target.bridge else ()
    api = (target.api.url, *target.api.settings.values()) if target.api else ()
    for url in (target.url, *(relay.url for relay in relays), *api):
        if found := _HOST.match(url):
            yield found[1].strip("[]").lower()


def _nameserver(text: str) -> NameServer:
    """`host:port`, `[v6]:port`, or an address alone for port 53."""
    host, colon, port = text.rpartition(":")
    if not colon or "]" in port or (host.count(":") and not host.startswith("[")):
        return NameServer(text.strip("[]"))
    return NameServer(host.strip("[]"), int(port))
