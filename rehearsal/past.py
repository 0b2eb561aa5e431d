"""What does the journal know of a run? Enough to judge it again without the city."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from rehearsal import snapshot
from rehearsal.check import Registry
from rehearsal.follow_up import actions_of
from rehearsal.journal import Journal, from_stored, trial_holder
from rehearsal.model import (
    Assessment,
    Inventory,
    Measurement,
    Rechecked,
    Round,
    Run,
    StageTime,
    Synthetic,
)
from rehearsal.model.action import Action
from rehearsal.model.decision import Criteria
from rehearsal.model.run import REVIEW
from rehearsal.plan import STAGES, is_of_trial, make_plan, stage_name
from rehearsal.readiness.assess import assess
from rehearsal.supposing import AS_IT_WAS, Supposing, judged_at
from rehearsal.wording import CheckWording

HISTORY_RUNS = 20  # each is judged again, which takes seconds where there are 3,321 units


def measurements_of(
    journal: Journal, run_id: str, registry: Registry, in_round: int | None = None
) -> list[Measurement[Any]]:
    """What a run has measured, with each check's own type of evidence; in all its rounds."""
    return [
        from_stored(stored, registry[stored.check_id].evidence)
        for stored in journal.measurements(run_id)
        if stored.check_id in registry and in_round in {None, stored.round}
    ]


def rounds_of(journal: Journal, run_id: str, registry: Registry) -> tuple[Round, ...]:
    """The trial itself, then its rechecks, each with what it measured and by which inventory.

    A round whose instrument was not proven says why in its `doubt`, and counts for nothing.
    A review's are those of its trials, one trial after the other, as many as there were.
    """
    run = journal.run(run_id)
    if run.phase == REVIEW:
        together = (
            one
            for name, last in reviewed(run).items()
            for one in rounds_of(journal, name, registry)
            if one.number <= last
        )
        return tuple(replace(one, number=number) for number, one in enumerate(together))
    measured: dict[int, list[Measurement[Any]]] = {}
    for stored in journal.measurements(run_id):
        if stored.check_id in registry:
            found = from_stored(stored, registry[stored.check_id].evidence)
            measured.setdefault(stored.round, []).append(found)
    inventory, stages = inventory_of(run), journal.stages(run_id)
    rounds = [Round(0, run.started, tuple(measured.get(0, ())), inventory)]
    for again in journal.rechecks.of(run_id):
        inventory = _inventory_in(again.parameters) or inventory
        these = tuple(measured.get(again.round, ()))
        doubt = _doubt(stages, again.round) if these else ""
        rounds.append(Round(again.round, again.at, these, inventory, doubt, again.parameters))
    return tuple(rounds)


def reviewed(run: Run) -> Mapping[str, int]:
    """The trials that a review is about, in their order, each with its last round then."""
    told = run.parameters.get("trials")
    return {str(name): int(last) for name, last in told} if isinstance(told, list) else {}


def _trials(run: Run) -> tuple[str, ...]:
    """The runs that measured what is told of a run: itself, but for a review."""
    return tuple(reviewed(run)) if run.phase == REVIEW else (run.id,)


def _doubt(stages: Sequence[StageTime], round_no: int) -> str:
    name = stage_name("selftest", round_no)
    tested = [stage for stage in stages if stage.stage == name and stage.ended]
    return tested[-1].problem if tested else "chưa tự kiểm tra / no self-test"


def assessment_of(
    journal: Journal,
    run_id: str,
    registry: Registry,
    up_to_round: int | None = None,
    supposing: Supposing = AS_IT_WAS,
) -> Assessment:
    """What may be said of a run, or what was to be said after a round of it.

    From the journal alone. Clean-up and declarations are told as they are now.
    """
    run = journal.run(run_id)
    rounds = [
        supposing.round(one, run.phase)
        for one in rounds_of(journal, run_id, registry)
        if up_to_round is None or one.number <= up_to_round
    ]
    judging = supposing.judging(
        criteria_of(journal, run), journal.waivers.all(), judged_at(run, rounds)
    )
    inventory, trials = rounds[-1].inventory, _trials(run)
    plan = make_plan(inventory, registry, run.phase, texts(run.parameters.get("only")))
    stages = (stage for name in trials for stage in journal.stages(name))
    found = assess(
        run,
        inventory,
        plan,
        (),
        rounds=[one for one in rounds if not one.doubt],
        stages=[stage for stage in stages if is_of_trial(stage.stage)],
        registry=registry,
        judging=judging,
        said=[one for name in trials for one in journal.declarations(name)],
        synthetic=_together([journal.intents.of(name) for name in trials]),
    )
    again = [one for one in rounds if "asked" in one.parameters]
    return replace(found, rechecks=tuple(map(rechecked, again)))


def _together(created: Sequence[Synthetic]) -> Synthetic:
    left = tuple(remnant for one in created for remnant in one.remnants)
    return Synthetic(sum(one.created for one in created), left)


def rechecked(one: Round) -> Rechecked:
    """What is told of a recheck, by its round."""
    told = one.parameters
    return Rechecked(
        round=one.number,
        at=one.at,
        asked=int(str(told.get("asked", 0))),
        measured=len(one.measurements),
        units=texts(told.get("units")),
        only=texts(told.get("only")),
        inventory=str(told.get("inventory", "")),
        not_asked=texts(told.get("not_asked")),
        gone=texts(told.get("gone")),
        doubt=one.doubt,
    )


def criteria_of(journal: Journal, run: Run) -> Criteria | None:
    """The criteria that a run began with, a review's else those of its latest trial.

    None: it kept none, and the project's own count.
    """
    kept = [run, *(journal.run(name) for name in reversed(tuple(reviewed(run))))]
    plain = (one.parameters.get("criteria_snapshot") for one in kept)
    found = next((one for one in plain if isinstance(one, dict)), None)
    return snapshot.criteria_from_plain(found) if found else None


def inventory_of(run: Run) -> Inventory:
    """The inventory that a run began with, narrowed and with its go-live."""
    found = _inventory_in(run.parameters)
    if found is None:
        raise TypeError(f"run {run.id} holds no inventory")
    return found


def inventory_now(journal: Journal, run: Run) -> Inventory:
    """The inventory that a run was last measured with: a recheck may have named another."""
    found = [_inventory_in(again.parameters) for again in journal.rechecks.of(run.id)]
    return next((one for one in reversed(found) if one), None) or inventory_of(run)


def _inventory_in(parameters: Mapping[str, object]) -> Inventory | None:
    plain = parameters.get("inventory_snapshot")
    return snapshot.from_plain(plain) if isinstance(plain, dict) else None


def wording_of(journal: Journal, run_id: str, registry: Registry) -> CheckWording:
    """The words for a run's reports, with the limits that it was judged by."""
    run = journal.run(run_id)
    return CheckWording(registry, inventory_now(journal, run).limits_in(run.phase))


def actions_at(
    journal: Journal, run_id: str, registry: Registry, known: Iterable[Assessment] = ()
) -> tuple[Action, ...]:
    """What was to be done after a run: each cause followed over the runs of its city up to it.

    At most the last HISTORY_RUNS of them are judged again; what opened before is not told.
    `known` are assessments that somebody has already, of any of these runs and rounds.
    """
    run = journal.run(run_id)
    told = {(one.run.id, one.round): one for one in known}
    rounds = [
        (one.id, number)
        for one in islice(of_its_city(journal, run), HISTORY_RUNS)
        for number in (0, *(again.round for again in journal.rechecks.of(one.id)))
        if number <= reviewed(run).get(one.id, number)
    ]
    found = (
        told.get(one) or assessment_of(journal, one[0], registry, one[1]) for one in rounds
    )
    owners = inventory_now(journal, run).owners
    return actions_of(found, journal.actions.events(), owners)


def of_its_city(journal: Journal, run: Run) -> Iterator[Run]:
    """The run, then what ran before it in the same city, newest first.

    A review keeps what it knew of: what is written down later was never part of it.
    """
    city, known = city_name(run), run.parameters.get("history")
    for one in journal.runs():
        if isinstance(known, list) and one.id not in known:
            continue
        is_earlier = (one.started, one.id) <= (run.started, run.id) and one.phase in STAGES
        if is_earlier and one.is_twin == run.is_twin and city_name(one) == city:
            yield one


def city_name(run: Run) -> object:
    """Read from the snapshot as it lies there: it need not be built to be told apart."""
    plain = run.parameters.get("inventory_snapshot")
    city = plain.get("city") if isinstance(plain, dict) else None
    return city.get("name") if isinstance(city, dict) else None


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
