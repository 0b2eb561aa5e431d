"""What does the kernel itself say of loss and rate? Asked by nftables and by `tbf`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.net_lab.places import Place, unique

_UDP, _ANY = "meta l4proto udp", "meta nfproto ipv4"
_Counted = AbstractContextManager[Callable[[], int]]
_TABLE = """
table inet {table} {{
  chain watch {{
    type filter hook {hook} priority -300; policy accept;
    {rule}
  }}
}}
"""


@contextmanager
def _counting(place: Place, hook: str, rule: str) -> Iterator[Callable[[], int]]:
    table = unique("lab").replace("-", "_")
    place.run("nft", "-f", "-", stdin=_TABLE.format(table=table, hook=hook, rule=rule))

    def count() -> int:
        told = json.loads(place.run("nft", "-j", "list", "table", "inet", table))
        parts = [
            part for item in told["nftables"] for part in item.get("rule", {}).get("expr", ())
        ]
        return next(part["counter"]["packets"] for part in parts if "counter" in part)

    try:
        yield count
    finally:
        place.run("nft", "delete", "table", "inet", table)


def passing(place: Place, hook: str) -> _Counted:
    """Count the IPv4 packets that pass `input` or `output`; gives the function that tells."""
    return _counting(place, hook, f"{_ANY} counter")


def losing(place: Place, loss: float) -> _Counted:
    """Lose that ratio of the datagrams that come in (to a thousandth), and count it."""
    chance = f"numgen random mod 1000 < {round(loss * 1000)}"
    return _counting(place, "input", f"{_UDP} {chance} counter drop")


@contextmanager
def throttled(place: Place, device: str, rate_kbit: float, queue_ms: float) -> Iterator[None]:
    """A token bucket on what leaves by that device."""
    limit_bytes = round(rate_kbit * queue_ms / 8)
    bucket = f"tbf rate {rate_kbit:.0f}kbit burst 2kb limit {limit_bytes}"
    place.run("tc", "qdisc", "add", "dev", device, "root", *bucket.split())
    try:
        yield
    finally:
        place.run("tc", "qdisc", "delete", "dev", device, "root")
