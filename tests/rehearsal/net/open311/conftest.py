"""Which hotline do these tests speak with? The twin's, each unit with a lapse of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rehearsal.inventory import load, with_network
from rehearsal.model import Network, Target
from rehearsal.net.door import Door
from rehearsal.net.route import door_to
from tests.twin.calling import Twin
from tests.twin.hotline.serving import playing

DEADLINES = {f"deadline.{name}": "1.5" for name in ("acknowledged", "answered", "closed")}
DEADLINES |= {"deadline.number": "1.5", "deadline.queue": "1.5"}


@dataclass(frozen=True)
class City:
    """A running twin, and its inventory."""

    twin: Twin
    inventory: Path


@dataclass(frozen=True)
class Ours:
    """A running twin, the way to it, and its targets by their ids."""

    city: Twin
    door: Door
    targets: dict[str, Target]


@contextmanager
def open_city(folder: Path, faults: dict[str, str]) -> Iterator[City]:
    """A city with these faults."""
    with playing(folder, faults) as running:
        yield City(running, folder / "bridges.yaml")


async def reached(city: City) -> AsyncIterator[Ours]:
    """The city as a trial reaches it; each test hangs up by itself."""
    told = city.twin.said["network"]
    ports = {int(port): to for port, to in told["ports"].items()}
    network = Network(tuple(told["nameservers"]), tuple(told["trust"]), ports)
    inventory = with_network(load(city.inventory), network)
    door = door_to(inventory)
    targets = {target.id: _hasty(target) for target in inventory.targets()}
    yield Ours(city.twin, door, targets)
    door.talks.close()
    await asyncio.sleep(0)


def _hasty(target: Target) -> Target:
    if target.api is None:
        return target
    return replace(target, api=replace(target.api, settings=DEADLINES))


@pytest.fixture(scope="package")
def sound_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city without faults."""
    with open_city(tmp_path_factory.mktemp("sound"), {}) as city:
        yield city


@pytest.fixture(scope="package")
def lapsing_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city in which `mot` keeps what is withdrawn, `hai` indexes late, `ba` cuts texts."""
    faults = {
        "mot/feedback": "ticket-delete-kept",
        "hai/feedback": "ticket-search-late",
        "ba/feedback": "ticket-text-cut",
    }
    with open_city(tmp_path_factory.mktemp("lapsing"), faults) as city:
        yield city


@pytest.fixture
async def sound(sound_city: City) -> AsyncIterator[Ours]:
    """The way to the sound city."""
    async for ours in reached(sound_city):
        yield ours


@pytest.fixture
async def lapsing(lapsing_city: City) -> AsyncIterator[Ours]:
    """The way to the city with faults."""
    async for ours in reached(lapsing_city):
        yield ours
