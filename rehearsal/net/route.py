"""Which door leads to the targets of an inventory?"""

from __future__ import annotations

from rehearsal.model import Inventory
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context


def door_to(
    inventory: Inventory, *, deadlines: Deadlines | None = None, marker: str = "DIENTAP"
) -> Door:
    """The door to every target of an inventory, by the inventory's own route.

    Raises OSError or ssl.SSLError when a file of `network.trust` cannot be read.
    """
    network = inventory.network
    nameservers = [_nameserver(text) for text in network.nameservers]
    bare = Door(Resolver(nameservers), context(network.trust), frozenset())
    hosts = frozenset(bare.place(t.url).host for t in inventory.targets() if _is_probed(t.url))
    return Door(
        resolver=bare.resolver,
        tls=bare.tls,
        hosts=hosts,
        ports=network.ports,
        deadlines=deadlines or Deadlines(),
        marker=marker,
    )


def _is_probed(url: str) -> bool:
    return url.startswith(("https:", "http:", "wss:", "ws:"))


def _nameserver(text: str) -> NameServer:
    """`host:port`, `[v6]:port`, or an address alone for port 53."""
    host, colon, port = text.rpartition(":")
    if not colon or "]" in port or (host.count(":") and not host.startswith("[")):
        return NameServer(text.strip("[]"))
    return NameServer(host.strip("[]"), int(port))
