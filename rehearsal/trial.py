"""How is a trial carried out, stage by stage, whatever happens on the way?"""

from __future__ import annotations

import asyncio
import functools
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rehearsal.check import LAG_MAX_S, Registry
from rehearsal.cleanup import PATIENT, Cleaner, Pace, Written
from rehearsal.embedded import TwinFailed
from rehearsal.inventory import InventoryError
from rehearsal.journal import Journal, JournalError, to_stored
from rehearsal.model import (
    Assessment,
    Failure,
    Inventory,
    Measurement,
    Observer,
    Outcome,
    Run,
    Step,
    Sweep,
    Target,
    Verdict,
)
from rehearsal.net.door import Door
from rehearsal.net.rollcall.assembly import gathered
from rehearsal.net.rollcall.recipe import Recipe, recipe_of
from rehearsal.net.surge.schedule import Surge, shared_out
from rehearsal.net.surge.volume import per_day, tickets
from rehearsal.observe import Watch, settle
from rehearsal.order import Order, Progress, Spawn, directly
from rehearsal.past import actions_at, assessment_of, measurements_of, wording_of
from rehearsal.plan import (
    AT_MOST,
    AT_ONCE,
    CLOSING,
    JOINS_PER_S,
    MEASURING,
    PACE_S,
    PIECE_PACE_S,
    RUSH,
    RUSH_LEAD_EACH_S,
    RUSH_LEAD_S,
    STAGES,
    Piece,
    Plan,
    PlannedCheck,
    Slots,
    stage_name,
)
from rehearsal.readiness.verdicts import is_blocking, judge
from rehearsal.report import write_reports
from rehearsal.run import measure
from rehearsal.selftest import selftest

VANTAGE = "centre"
PROBLEM_CHARS = 500  # of our own trouble, in the journal and in a report
BARRIER_S = 1.0  # everybody is ready and waiting well before
DESCRIPTORS = 8192  # 3,321 participants at once, and what a process needs beside
FIT_LAG_S = 0.1  # later than this, and more in flight would only make us later


@dataclass
class Trial:
    """One run of one phase: measures stage by stage, and forgets nothing it measured.

    `round_no` is 0 in the trial itself; a recheck adds the next round to its run.
    """

    run_id: str
    order: Order
    inventory: Inventory
    plan: Plan
    registry: Registry
    journal: Journal
    door: Door
    watch: Watch
    progress: Progress
    pace: Pace = PATIENT
    stages: tuple[str, ...] = ()
    round_no: int = 0
    _state: str = "finished"
    _verdicts: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    _targets: dict[str, Target] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take up what an earlier part of the same round has measured."""
        self.stages = self.stages or STAGES[self.order.phase]
        self._slots = {
            s: Slots(self._is_fit, AT_MOST.get(s), PACE_S.get(s, 0.0)) for s in MEASURING
        }
        self._targets = {target.id: target for target in self.inventory.targets()}
        known = measurements_of(self.journal, self.run_id, self.registry, self.round_no)
        for measurement in known:
            self._note(measurement)

    async def carry_out(self, spawn: Spawn = directly) -> Run:
        """Every stage in order; when cancelled, cleans up, judges and reports all the same.

        What was created is cleaned up even when a bug of ours ends the trial.
        """
        try:
            for name in self.stages:
                if name not in CLOSING:
                    await self.stage(name, spawn)
        except asyncio.CancelledError:
            await self._to_the_end("stopped")
            raise
        except BaseException:
            await self._to_the_end("stopped", only="cleanup")
            raise
        return await self._to_the_end("finished")

    async def _to_the_end(self, state: str, only: str = "") -> Run:
        """Conclude, also if somebody stops us meanwhile: the second signal waits for nobody."""
        concluding = asyncio.create_task(self._conclude(state, only))
        try:
            return await asyncio.shield(concluding)
        except asyncio.CancelledError:
            await concluding
            raise

    async def _conclude(self, state: str, only: str = "") -> Run:
        self._state = state
        for name in self.stages:
            if name in CLOSING and only in {"", name}:
                await self.stage(name)
        return self.journal.run(self.run_id)

    async def stage(self, name: str, spawn: Spawn = directly) -> None:
        """One stage, unless it is done already; its trouble is noted, and stops nobody."""
        written_as = stage_name(name, self.round_no)
        if written_as in self._finished_stages():
            return
        pieces = self.plan.of(name)
        todo = sum(len(self._waiting(piece)) for piece in pieces)
        if name == "cleanup":
            todo = len(self.journal.intents.remnants(self.run_id))
        self.progress.stage_began(name, todo)
        self.journal.stage_began(self.run_id, written_as, datetime.now(UTC))
        problem = await self._guarded(name, pieces, spawn)
        self.journal.stage_ended(self.run_id, written_as, datetime.now(UTC), problem)
        self.progress.stage_ended(name, problem)

    def _finished_stages(self) -> set[str]:
        ended = {s.stage for s in self.journal.stages(self.run_id) if s.ended and not s.problem}
        return ended - {stage_name(name, self.round_no) for name in CLOSING}

    async def _guarded(self, name: str, pieces: Sequence[Piece], spawn: Spawn) -> str:
        try:
            return await self._do(name, pieces, spawn)
        except (TwinFailed, JournalError, InventoryError, OSError) as problem:
            return f"{type(problem).__name__}: {problem}"[:PROBLEM_CHARS]

    async def _do(self, name: str, pieces: Sequence[Piece], spawn: Spawn) -> str:
        own = {
            "preflight": self._preflight,
            "selftest": self._prove_instrument,
            "cleanup": self._clean_up,
            "judge": self._judge,
            "reports": self._report,
        }
        if name in own:
            return await own[name]()
        settle()
        if name in {AT_ONCE, RUSH}:
            await self._wait_until_due()
        problems: list[str] = []
        async with asyncio.TaskGroup() as group:
            for piece in pieces:
                if self._waiting(piece):
                    group.create_task(self._piece(piece, spawn, problems))
                    await asyncio.sleep(PIECE_PACE_S)
        return "; ".join(dict.fromkeys(problems))[:PROBLEM_CHARS]

    async def _piece(self, piece: Piece, spawn: Spawn, problems: list[str]) -> None:
        """One piece of a stage; its trouble is noted, and stops no other piece."""
        work = {AT_ONCE: self._together, RUSH: self._rush}.get(piece.stage, self._apart)
        try:
            await spawn(piece.name, functools.partial(work, piece))
        except* (JournalError, OSError) as several:
            problems.extend(f"{piece.name}: {problem}" for problem in several.exceptions)

    async def _preflight(self) -> str:
        """Are our own name servers there, and may we open enough connections?"""
        _raise_descriptor_limit()
        is_needed = self.door.asks_names and not self._all_placeholders()
        if not is_needed or await self.door.resolver.is_answering():
            return ""
        return "không máy chủ tên miền nào trả lời / no name server answers"

    def _all_placeholders(self) -> bool:
        return all(t.placeholder for t in self.inventory.targets() if t.url)

    async def _prove_instrument(self) -> str:
        checks = {item.check_id for item in self.plan.checks()}
        wanted = {name: check for name, check in self.registry.items() if name in checks}
        failed = [tried.told for tried in await selftest(wanted) if not tried.holds]
        return "; ".join(failed)[:PROBLEM_CHARS]

    async def _clean_up(self) -> str:
        """Prove that nothing is left; what is not proven is a matter of the verdict."""
        self.door.gate.is_cleaning = True
        intents = self.journal.intents
        cleaner = Cleaner(intents, self.registry, self._targets, self.door, self.pace)
        await cleaner.clean(self.run_id, self._swept)
        return ""

    def _swept(self, sweep: Sweep) -> None:
        outcome = Outcome.PASS if sweep.is_gone else Outcome.FAIL
        self.progress.check_done("cleanup", outcome)

    async def _judge(self) -> str:
        verdict = self.assessment().decision
        at, state = datetime.now(UTC), self._state
        if self.round_no:  # the trial ended when it did
            run = self.journal.run(self.run_id)
            at, state = run.finished or at, run.state
        self.journal.finish(self.run_id, at=at, state=state, verdict=verdict)
        return ""

    async def _report(self) -> str:
        folder = Path(self.order.out) / self.run_id
        wording = wording_of(self.journal, self.run_id, self.registry)
        found = self.assessment()
        actions = actions_at(self.journal, self.run_id, self.registry, (found,))
        await asyncio.to_thread(write_reports, found, wording, folder, actions)
        return ""

    def assessment(self) -> Assessment:
        """What may be said of the run now."""
        return assessment_of(self.journal, self.run_id, self.registry)

    async def _wait_until_due(self) -> None:
        if self.order.at is None:
            return
        left_s = (self.order.at - datetime.now(UTC)).total_seconds()
        await asyncio.sleep(max(0.0, left_s))

    async def _together(self, piece: Piece) -> None:
        """All checks of a piece at one barrier; written down together, when it is over."""
        waiting = self._waiting(piece)
        recipe, hold_s = self._recipe(waiting), self.order.hold_s
        async with gathered(recipe, hold_s, BARRIER_S) as meeting:
            door = replace(self.door, meeting=meeting)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._measured(i, door, 0.0)) for i in waiting]
        await self._keep(piece.stage, [task.result() for task in tasks])

    async def _rush(self, piece: Piece) -> None:
        """All checks of a piece at once, without slots; nobody's share goes to another."""
        waiting = self._waiting(piece)
        blocked = [item for item in waiting if self._is_blocked(item)]
        for _ in blocked:
            self.progress.check_done(piece.stage, Outcome.BLOCKED)
        asked = [item for item in waiting if item not in blocked]
        door = replace(self.door, surge=self._surge(piece))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._measured(i, door, 0.0)) for i in asked]
        await self._keep(piece.stage, [task.result() for task in tasks])

    def _surge(self, piece: Piece) -> Surge:
        """The opening hour that was ordered, dealt out by what each unit takes in a day."""
        units = {unit.slug: unit for unit in self.inventory.units}
        targets = {item.target.id: item.target for item in piece.checks}
        weights = {
            name: per_day(units[target.owner], target)
            for name, target in targets.items()
            if target.owner in units
        }
        lead_s = RUSH_LEAD_S + RUSH_LEAD_EACH_S * len(targets)
        begins_s = asyncio.get_running_loop().time() + lead_s
        shares = shared_out(self.order.dossiers, weights)
        shares |= {name: tickets(t) for name, t in targets.items() if name not in weights}
        return Surge(self.order.surge_s, begins_s, shares)

    def _recipe(self, waiting: Sequence[PlannedCheck]) -> Recipe | None:
        """Who takes part in the meeting with sound, and how."""
        return recipe_of(
            [item.target for item in waiting],
            self.inventory.network,
            self.door,
            roles={hub.slug: hub.role for hub in self.inventory.hubs},
            hold_s=self.order.hold_s,
            joins_per_s=JOINS_PER_S,
        )

    async def _apart(self, piece: Piece) -> None:
        """The checks of a piece, target by target; on one target in their order."""
        lanes: dict[str, list[PlannedCheck]] = {}
        for item in self._waiting(piece):
            lanes.setdefault(item.target.id, []).append(item)
        async with asyncio.TaskGroup() as group:
            for lane in lanes.values():
                group.create_task(self._lane(piece.stage, lane))

    async def _lane(self, stage: str, lane: Sequence[PlannedCheck]) -> None:
        for item in lane:
            if self._is_blocked(item):
                self.progress.check_done(stage, Outcome.BLOCKED)
                continue
            await self._keep(stage, [await self._in_turn(stage, item)])

    async def _in_turn(self, stage: str, item: PlannedCheck) -> Measurement[Any]:
        try:
            async with self._slots[stage].turn() as queued_s:
                return await self._measured(item, self.door, queued_s)
        except TimeoutError:
            return _never_began(item)

    async def _measured(
        self, item: PlannedCheck, door: Door, queued_s: float
    ) -> Measurement[Any]:
        check = self.registry[item.check_id]
        if check.stores:
            intents = self.journal.intents
            ledger = Written(intents, self.run_id, door.marker, check.id)
            door = replace(door, ledger=ledger)
        return await measure(
            check, item.target, door, self.watch, vantage=VANTAGE, queued_s=queued_s
        )

    async def _keep(self, stage: str, measured: Sequence[Measurement[Any]]) -> None:
        """Finished means written down: a kill after this repeats nothing."""
        stored = [replace(to_stored(m), round=self.round_no) for m in measured]
        await self.journal.record(self.run_id, stored)
        for measurement in measured:
            self.progress.check_done(stage, self._note(measurement).outcome)

    def _note(self, measurement: Measurement[Any]) -> Verdict:
        check = self.registry[measurement.check_id]
        target = self._targets[measurement.target_id]
        limits = self.inventory.limits.get(self.order.phase, {}).get(check.id)
        go_live = self.inventory.city.go_live
        verdict = judge(check, measurement, target, go_live=go_live, limits=limits)
        self._verdicts[check.id, target.id] = verdict
        return verdict

    def _waiting(self, piece: Piece) -> list[PlannedCheck]:
        """What is still to be measured: no placeholder, and nothing twice."""
        return [
            item
            for item in piece.checks
            if not item.is_held and (item.check_id, item.target.id) not in self._verdicts
        ]

    def _is_blocked(self, item: PlannedCheck) -> bool:
        required = self.registry[item.check_id].requires
        below = (self._verdicts.get((name, item.target.id)) for name in required)
        return any(verdict is not None and is_blocking(verdict) for verdict in below)

    def _is_fit(self) -> bool:
        return self.watch.worst_lag_s(time.perf_counter() - LAG_MAX_S) < FIT_LAG_S


def _never_began(item: PlannedCheck) -> Measurement[Any]:
    return Measurement(
        check_id=item.check_id,
        target_id=item.target.id,
        started_at=datetime.now(UTC),
        elapsed_s=0.0,
        vantage=VANTAGE,
        attempts=(),
        observer=Observer(),
        failure=Failure(Step.OBSERVE, "deadline_in_queue", "no slot became free"),
    )


def _raise_descriptor_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
