"""How is what runs left behind swept up later, when nobody carries a trial out?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rehearsal.check import Registry
from rehearsal.cleanup import PATIENT, Cleaner, Pace, Tell
from rehearsal.journal import Journal
from rehearsal.model import Run, Sweep, Synthetic
from rehearsal.net.ledger import MARKER
from rehearsal.net.load import Gate
from rehearsal.net.route import door_by, door_to
from rehearsal.past import inventory_of

TWIN_IS_GONE = "the twin city that held it has ended"


async def sweep_run(
    journal: Journal, run: Run, registry: Registry, tell: Tell, pace: Pace = PATIENT
) -> Synthetic:
    """Clean up after a run by the route of its own inventory; gives what is left then.

    The caller holds the trial lock, so that whoever started an embedded twin has ended.
    OSError or ssl.SSLError when a file that the inventory trusts cannot be read any more.
    """
    inventory = inventory_of(run)
    twin = replace(inventory.network, trust=()) if run.is_twin else None
    if twin and not await door_by(twin, ()).resolver.is_answering():
        await _forget(journal, run, tell)
        return journal.intents.of(run.id)
    gate = Gate(inventory.loads.host, inventory.loads.city)
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
