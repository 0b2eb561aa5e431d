"""How is what runs left behind swept up later, when nobody carries a trial out?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import replace
from datetime import UTC, datetime

from rehearsal.check import Registry
from rehearsal.cleanup import PATIENT, Cleaner, Pace, Tell
from rehearsal.journal import Journal
from rehearsal.model import Loads, Run, Sweep, Synthetic
from rehearsal.net.ledger import MARKER
from rehearsal.net.load import Gate
from rehearsal.net.route import door_by, door_to
from rehearsal.past import inventory_now

RUNS_AT_ONCE = 16  # each waits most of its time for a city to settle
TWIN_IS_GONE = "the twin city that held it has ended"


async def sweep_runs(
    journal: Journal,
    runs: Iterable[Run],
    registry: Registry,
    complain: Callable[[Run, OSError], None],
    pace: Pace = PATIENT,
) -> dict[str, Synthetic]:
    """Clean up after several runs, some at once; gives what is left of each, in their order.

    They are of the same city: whatever runs at once keeps to one bound of load. Where a
    file that an inventory trusts cannot be read any more (OSError), somebody is told.
    """
    gates: dict[Loads, Gate] = {}
    slots = asyncio.Semaphore(RUNS_AT_ONCE)

    async def swept(run: Run) -> Synthetic:
        async with slots:
            if journal.intents.of(run.id).left:
                try:
                    await sweep_run(journal, run, registry, pace=pace, gates=gates)
                except OSError as problem:
                    complain(run, problem)
            return journal.intents.of(run.id)

    known = list(runs)
    found = await asyncio.gather(*map(swept, known))
    return {run.id: left for run, left in zip(known, found, strict=True)}


async def sweep_run(
    journal: Journal,
    run: Run,
    registry: Registry,
    tell: Tell = lambda _: None,
    pace: Pace = PATIENT,
    *,
    gates: MutableMapping[Loads, Gate] | None = None,
) -> Synthetic:
    """Clean up after a run by the route of its latest inventory; gives what is left then.

    The caller holds the trial lock, so that whoever started an embedded twin has ended.
    OSError or ssl.SSLError when a file that the inventory trusts cannot be read any more.
    `gates` are those of other runs that are swept at the same time.
    """
    inventory = inventory_now(journal, run)
    twin = replace(inventory.network, trust=()) if run.is_twin else None
    if twin and not await door_by(twin, ()).resolver.is_answering():
        await _forget(journal, run, tell)
        return journal.intents.of(run.id)
    loads = inventory.loads
    gate = ({} if gates is None else gates).setdefault(loads, Gate(loads.host, loads.city))
    gate.is_cleaning = True
    door = replace(door_to(inventory, marker=f"{MARKER}-{run.id}"), gate=gate)
    targets = {target.id: target for target in inventory.targets()}
    try:
        await Cleaner(journal.intents, registry, targets, door, pace).clean(run.id, tell)
    finally:
        door.talks.close()
    return journal.intents.of(run.id)


async def _forget(journal: Journal, run: Run, tell: Tell) -> None:
    """An embedded twin ends with whoever started it, and its records with it."""
    now = datetime.now(UTC)
    gone = Sweep("", now, is_gone=True, problem=TWIN_IS_GONE)
    sweeps = [
        replace(gone, marker=remnant.intent.marker)
        for remnant in journal.intents.remnants(run.id)
    ]
    await journal.intents.swept(sweeps)
    for sweep in sweeps:
        tell(sweep)
