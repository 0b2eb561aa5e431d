"""Which document systems do the tests of packets and signatures share? One unit for a fault."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rehearsal.inventory import load, with_network
from rehearsal.model import Inventory, Network, Target
from rehearsal.net.door import Door
from rehearsal.net.route import door_to
from tests.twin.calling import Twin, twin

HEALTHY = "none"
PATH = "/edxml/v1"
_TEXT = """
version: 1
city:
  name: Thử
  timezone: Asia/Ho_Chi_Minh
  go_live: 2025-07-01
  expect: {units: UNITS, hubs: 0}
defaults:
  systems:
    documents:
      bloc: government
      url: "http://{slug}.docs.example/health"
      expect: {status: 200, contains: "{code}"}
      api:
        contract: edxml
        url: "http://{slug}.docs.example/edxml/v1"
        settings: {organ.unit: "{code}.UB", organ.city: CITY.UB, patience_s: "5"SETTINGS}
hubs: []
units:
"""


@dataclass(frozen=True)
class Offices:
    """A running city of document systems, and the door that leads to them."""

    twin: Twin
    door: Door
    inventory: Inventory

    def target(self, fault: str = HEALTHY) -> Target:
        """The system of the unit that bears the fault's name."""
        return next(t for t in self.inventory.targets() if t.owner == fault)

    def base(self, fault: str = HEALTHY) -> tuple[str, str]:
        """Where it is reached, and the Host header that it wants."""
        host = f"{fault}.docs.example"
        return f"http://{self.twin.address(host)}:{self.twin.port(80)}{PATH}", host

    def stored(self, fault: str = HEALTHY) -> Sequence[Mapping[str, str]]:
        """What the unit's records really hold, asked of the twin's own file."""
        with closing(
            sqlite3.connect(f"file:{self.twin.said['records']}?mode=ro", uri=True)
        ) as base:
            rows = base.execute(
                "SELECT id, marker, body FROM record WHERE owner = ? ORDER BY number",
                (self.target(fault).id,),
            )
            return [{"id": i, "marker": m, **json.loads(body)} for i, m, body in rows]


@contextmanager
def offices(folder: Path, faults: Sequence[str], settings: str = "") -> Iterator[Offices]:
    """A city in which each of these faults has a unit; the first one is healthy."""
    units = [HEALTHY, *faults]
    file, assigned = folder / "bridges.yaml", folder / "faults.json"
    text = _TEXT.replace("UNITS", str(len(units))).replace("SETTINGS", settings)
    file.write_text(text + "".join(_row(n, f) for n, f in enumerate(units)), "utf-8")
    assigned.write_text(json.dumps({f"{f}/documents": f for f in faults}), "utf-8")
    with twin(file, "--assign", assigned, "--directory", folder / "twin") as running:
        told = running.said["network"]
        network = Network(
            tuple(told["nameservers"]),
            tuple(told["trust"]),
            {int(port): to for port, to in told["ports"].items()},
        )
        inventory = with_network(load(file), network)
        yield Offices(running, door_to(inventory), inventory)


def _row(number: int, slug: str) -> str:
    return (
        f'  - {{code: "{10001 + number}", slug: {slug}, name: Đơn vị {number}, kind: ward, '
        "former_province: hai-phong, bridge: null}\n"
    )
