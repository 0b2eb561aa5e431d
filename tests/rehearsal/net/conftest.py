"""Which peers do the tests of the doors to the wire share?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from rehearsal.model import Expect, Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from tests.servers.names import name_server
from tests.yardstick.house import CODE
from tests.yardstick.street import street

HOST = "unit.street.example"
REBOUND = "rebound.street.example"
NONSENSE = [f"nonsense-{number}.street.example" for number in range(400)]
ZONE = {
    HOST: ["127.0.0.1"],
    REBOUND: [["127.0.0.1"], ["127.0.0.2"]],
    "elsewhere.example": ["127.0.0.1"],
    **dict.fromkeys(NONSENSE, "nonsense"),
}


@dataclass(frozen=True)
class Street:
    """Where each peer listens, and where the name server does."""

    ports: Mapping[str, int]
    names: int
    root: Path

    def url(self, peer: str, scheme: str = "http", path: str = "/", host: str = HOST) -> str:
        """The address of a peer under one of our names."""
        return f"{scheme}://{host}:{self.ports[peer]}{path}"

    def door(self, *, step_s: float = 2.0, hosts: frozenset[str] = frozenset()) -> Door:
        """A door that leads to our names and to no others."""
        return Door(
            resolver=Resolver([NameServer("127.0.0.1", self.names)]),
            tls=context([str(self.root)]),
            hosts=hosts or frozenset({HOST, REBOUND, *NONSENSE}),
            deadlines=Deadlines(*[step_s] * 6),
        )


@pytest.fixture(scope="package")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Everybody of the yardstick's street, and a name server that leads there."""
    folder = tmp_path_factory.mktemp("street")
    with street(folder) as ports, name_server(folder, ZONE) as names:
        yield Street(ports, names, folder / "root.pem")


@pytest.fixture
def target() -> Callable[[str], Target]:
    """A page or a bridge as the inventory has it, by its URL."""

    def made(url: str) -> Target:
        is_bridge = url.startswith("ws")
        kind = TargetKind.BRIDGE if is_bridge else TargetKind.SYSTEM
        protocol = "janus" if is_bridge else "https"
        expect = Expect(200, CODE)
        return Target(url, "unit", "unit", kind, url, protocol, expect=expect, room=1)

    return made
