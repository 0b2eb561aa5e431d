"""What does the journal know of a run? Enough to judge it again without the city."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rehearsal import snapshot
from rehearsal.check import Registry
from rehearsal.journal import Journal, from_stored, trial_holder
from rehearsal.model import Assessment, Inventory, Measurement, Run
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from rehearsal.wording import CheckWording


def measurements_of(
    journal: Journal, run_id: str, registry: Registry
) -> list[Measurement[Any]]:
    """What a run has measured, with each check's own type of evidence."""
    stored = journal.measurements(run_id)
    return [
        from_stored(s, registry[s.check_id].evidence) for s in stored if s.check_id in registry
    ]


def assessment_of(journal: Journal, run_id: str, registry: Registry) -> Assessment:
    """What may be said of a run; from the journal alone."""
    run = journal.run(run_id)
    inventory = inventory_of(run)
    plan = make_plan(inventory, registry, run.phase, texts(run.parameters.get("only")))
    measured = measurements_of(journal, run_id, registry)
    return assess(
        run,
        inventory,
        plan,
        measured,
        stages=journal.stages(run_id),
        registry=registry,
        said=journal.declarations(run_id),
        synthetic=journal.intents.of(run_id),
    )


def inventory_of(run: Run) -> Inventory:
    """The inventory that a run began with, narrowed and with its go-live."""
    plain = run.parameters.get("inventory_snapshot")
    if not isinstance(plain, dict):
        raise TypeError(f"run {run.id} holds no inventory")
    return snapshot.from_plain(plain)


def wording_of(journal: Journal, run_id: str, registry: Registry) -> CheckWording:
    """The words for a run's reports, with the limits that it was judged by."""
    run = journal.run(run_id)
    return CheckWording(registry, inventory_of(run).limits.get(run.phase, {}))


def interrupted(journal: Journal, url: str) -> frozenset[str]:
    """The runs that the journal holds for running, although nobody carries them on.

    Of several, the one that showed a sign of life since somebody holds the trial lock is
    carried on. Where none has yet, nothing is said of any.
    """
    running = [run for run in journal.runs() if run.state == "running"]
    holder = trial_holder(url) if running else None
    if holder is None:
        return frozenset(run.id for run in running)
    since = holder.since or datetime.max.replace(tzinfo=UTC)
    lost = [run for run in running if _last_sign(journal, run) < since]
    return frozenset(run.id for run in lost) if len(lost) < len(running) else frozenset()


def _last_sign(journal: Journal, run: Run) -> datetime:
    return max((run.started, *(stage.began for stage in journal.stages(run.id))))


def texts(found: object) -> tuple[str, ...]:
    """A list of texts among a run's parameters."""
    return tuple(str(item) for item in found) if isinstance(found, list | tuple) else ()
