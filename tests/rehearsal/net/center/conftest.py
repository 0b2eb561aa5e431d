"""Which centres do the tests of our side of them share? Sound ones, and broken ones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio

from rehearsal.inventory import load, with_network
from rehearsal.model import Inventory, Network, Target
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.ledger import new_marker
from rehearsal.net.route import door_to
from tests.twin.calling import Twin, twin
from tests.twin.center.serving import inventory_text, stored

FAULTS = {
    "cut": "cut-after-commit",
    "other-id": "reply-of-other-id",
    "elsewhere": "returned-elsewhere",
    "stale": "stale-read",
    "late": "index-late",
    "fuzzy": "search-fuzzy",
    "empty": "search-empty",
    "keeps": "delete-keeps",
    "denied": "delete-denied",
    "reluctant": "delete-reluctant",
}
SOUND = ("mot", "hai", "ba", "bon")
STEP_S = 2.0


@dataclass
class Book:
    """A ledger in memory, which looks at the city's own records before each entry."""

    city: Twin
    intended: list[tuple[str, str, str]] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    async def intend(self, target: Target, store: str) -> str:
        """A marker that no record has yet."""
        await asyncio.sleep(0)
        marker = new_marker("DIENTAP-test")
        assert stored(self.city, store, f"marker = '{marker}'") == []
        self.intended.append((marker, target.id, store))
        return marker

    async def acknowledge(self, marker: str, record_id: str) -> None:
        """Keep what the system called it."""
        self.known[marker] = record_id


@dataclass(frozen=True)
class Centers:
    """A running city of centres, and how its units are reached."""

    city: Twin
    inventory: Inventory
    opened: list[Door] = field(default_factory=list)

    def target(self, slug: str) -> Target:
        """The centre of a unit."""
        return next(t for t in self.inventory.targets() if t.id == f"{slug}/procedures")

    def door(self, *slugs: str) -> tuple[Door, Book]:
        """A door to all of them, where these are each other's peers."""
        book = Book(self.city)
        door = door_to(self.inventory, deadlines=Deadlines(http_s=STEP_S))
        peers = {"procedures": tuple(self.target(slug) for slug in slugs or SOUND)}
        self.opened.append(door)
        return replace(door, ledger=book, peers=peers), book

    async def close(self) -> None:
        """Hang up wherever a door was opened."""
        while self.opened:
            self.opened.pop().talks.close()
        await asyncio.sleep(0)


@pytest.fixture(scope="package")
def centers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centers]:
    """A unit for each fault, named after it, and four sound ones."""
    folder: Path = tmp_path_factory.mktemp("centers")
    file, assigned = folder / "bridges.yaml", folder / "assigned.json"
    file.write_text(inventory_text([*FAULTS, *SOUND]), encoding="utf-8")
    assigned.write_text(json.dumps({f"{s}/procedures": f for s, f in FAULTS.items()}))
    with twin(file, "--assign", assigned, "--directory", folder / "twin") as city:
        said = city.said["network"]
        ports = {int(port): to for port, to in said["ports"].items()}
        network = Network(tuple(said["nameservers"]), tuple(said["trust"]), ports)
        yield Centers(city, with_network(load(file), network))


@pytest_asyncio.fixture(autouse=True)
async def hung_up(centers: Centers) -> AsyncIterator[None]:
    """No test leaves a conversation open."""
    yield
    await centers.close()
