"""How is the twin started? `python -m twin --inventory F`; one line of JSON says where."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rehearsal.inventory import InventoryError, load
from rehearsal.model import Inventory
from twin import scenario as scenarios
from twin.authority import Authority
from twin.block import NoBlockError
from twin.city import City, Opened
from twin.faults import HEALTHY, fault_names
from twin.lifetime import Lifetime
from twin.passwords import environment
from twin.plan import PlanError
from twin.scenario import Assignment, Scenario

OK, BAD_INPUT = 0, 3  # 3: inventory or configuration, as in `rehearse`


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the twin until its end; the exit code."""
    asked = _parser().parse_args(arguments)
    if asked.faults:
        _print_faults()
        return OK
    if asked.inventory is None:
        _parser().error("--inventory is needed")
    _set_up_log(is_verbose=asked.verbose)
    try:
        asyncio.run(_run(asked))
    except (InventoryError, PlanError, NoBlockError) as problem:
        sys.stderr.write(f"{problem}\n")
        return BAD_INPUT
    return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("twin", description=__doc__)
    parser.add_argument("--inventory", type=Path, help="the city to play")
    parser.add_argument("--scenario", type=Path, help="who is broken, and how (YAML)")
    parser.add_argument("--assign", type=Path, help="JSON: target id -> fault")
    parser.add_argument("--directory", type=Path, help="for ca.pem; else a temporary one")
    parser.add_argument("--seed", type=int, help="instead of the scenario's")
    parser.add_argument("--faults", action="store_true", help="list every fault and end")
    parser.add_argument("--verbose", action="store_true", help="log to stderr")
    return parser


def _print_faults() -> None:
    for name, says in fault_names().items():
        sys.stdout.write(f"{name}\n    {says.vi}\n    {says.en}\n")


def _set_up_log(*, is_verbose: bool) -> None:
    if is_verbose:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    else:
        logging.disable()


async def _run(asked: argparse.Namespace) -> None:
    lifetime = Lifetime()
    inventory = load(asked.inventory)
    played = scenarios.load(asked.scenario) if asked.scenario else Scenario()
    faults = _assignment(asked.assign, played, inventory)
    with ExitStack() as stack:
        directory = asked.directory or Path(stack.enter_context(_temporary()))
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        go_live = _today(inventory) + timedelta(days=played.go_live_in_days)
        city = City(
            inventory,
            faults,
            played.round_trips.draw(inventory, _seed(asked.seed, played)),
            Authority(datetime.now(UTC), go_live),
            directory,
            seed=_seed(asked.seed, played),
        )
        opened = await city.open()
        _announce(opened, faults, go_live, city.records.path, environment(inventory))
        await lifetime.end()


def _assignment(path: Path | None, played: Scenario, inventory: Inventory) -> Assignment:
    """The scenario's faults, and over them those of the file."""
    ordered = scenarios.load_assignment(path) if path else {}
    return {**scenarios.assign(played, inventory), **ordered}


def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="twin-")


def _today(inventory: Inventory) -> date:
    return datetime.now(ZoneInfo(inventory.city.timezone)).date()


def _seed(asked: int | None, played: Scenario) -> int:
    return played.seed if asked is None else asked


def _announce(
    opened: Opened,
    faults: Assignment,
    go_live: date,
    records: Path,
    secrets: Mapping[str, str],
) -> None:
    """The one line that the starter waits for."""
    network = {
        "nameservers": [opened.nameserver],
        "trust": [str(opened.trust)],
        "ports": {str(port): mapped for port, mapped in opened.ports.items()},
    }
    targets = {
        target_id: {"address": opened.addresses[target_id], "faults": [name]}
        for target_id, name in faults.items()
        if name != HEALTHY
    }
    said = {"ready": True, "network": network, "go_live": go_live.isoformat()}
    said |= {"pid": os.getpid(), "targets": targets, "records": str(records)}
    said |= {"secrets": dict(secrets)}
    sys.stdout.write(f"{json.dumps(said)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
