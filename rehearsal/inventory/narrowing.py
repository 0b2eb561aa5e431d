"""What is left of an inventory by another route, or for a few units only?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from difflib import get_close_matches

from rehearsal.inventory.addresses import is_reserved
from rehearsal.inventory.faults import Fault, InventoryError, shown
from rehearsal.inventory.rules import CITY
from rehearsal.model import Inventory, Network, Target, Text


def with_network(inventory: Inventory, network: Network) -> Inventory:
    """Reach the same names by another route.

    Reserved names stop being placeholders when the route has name servers of its own.
    """
    is_routed = bool(network.nameservers)

    def held(url: str) -> bool:
        return is_reserved(url) and not is_routed

    def routed(targets: tuple[Target, ...]) -> tuple[Target, ...]:
        return tuple(
            replace(
                target,
                placeholder=held(target.url),
                api=target.api and replace(target.api, placeholder=held(target.api.url)),
            )
            for target in targets
        )

    return replace(
        inventory,
        network=network,
        hubs=tuple(replace(hub, targets=routed(hub.targets)) for hub in inventory.hubs),
        units=tuple(replace(unit, targets=routed(unit.targets)) for unit in inventory.units),
        systems=routed(inventory.systems),
    )


def select(inventory: Inventory, slugs: Collection[str]) -> Inventory:
    """Keep the named units and hubs, and always the shared systems.

    `city` may be named too: it stands for the shared systems. Raises InventoryError
    with one fault for each unknown name.
    """
    known = [hub.slug for hub in inventory.hubs]
    known += [unit.slug for unit in inventory.units]
    unknown = [slug for slug in slugs if slug not in {*known, CITY}]
    if unknown:
        raise InventoryError(_unknown(slug, known) for slug in unknown)
    return replace(
        inventory,
        hubs=tuple(hub for hub in inventory.hubs if hub.slug in slugs),
        units=tuple(unit for unit in inventory.units if unit.slug in slugs),
    )


def _unknown(slug: str, known: list[str]) -> Fault:
    near = ", ".join(get_close_matches(slug, known))
    vi, en = (f" (có phải {near}?)", f" (perhaps {near}?)") if near else ("", "")
    expected = Text(
        f"tên ngắn của một đơn vị hoặc điểm cầu{vi}", f"the slug of a unit or hub{en}"
    )
    return Fault("", 0, "--units", expected, shown(slug))
