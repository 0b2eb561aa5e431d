"""Is every synthetic record gone, and how is that proven?

The rules of each sweep, in this order:
1. The system is asked for the marker. Only what carries exactly it may be touched: what
   else the system shows for it is somebody else's.
2. Before a record is taken out it is read by its id once more. Systems answer with wrong
   ids, so an id alone is never enough.
3. Gone is what the system does not show when asked for the marker, and does not show
   again after it had time to settle: a record may be stored late, and an index lag. What
   no search has ever shown must be older, for a queue may still hold it.
4. A 404, a 204 or an empty reply to a removal proves nothing: only asking does.
5. Before an intent is closed, whatever id is known is looked up: a search that shows
   nothing although the record is there is found out. A record that was said to be ours
   and carries no marker is not touched, and not gone.
6. Where only an id ever showed a record of ours, the search is blind: what has no id, its
   reply being lost, is not gone because such a search shows nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rehearsal.check import Registry
from rehearsal.journal.intents import Intents
from rehearsal.model import Intent, Remnant, Step, Sweep, Target
from rehearsal.net.door import Door
from rehearsal.net.ledger import Found, Store, new_marker
from rehearsal.net.trail import Stopped, brief_trail, held_up, step

SETTLE_S = 2.0  # queues and search indexes of such systems lag by about a second
ROUNDS_MAX = 12  # of asking, removing and waiting: with the waits that is half a minute
BACKOFF_S = 0.25  # doubled after every failure: a system that hurts is not hammered
BACKOFF_MAX_S = 4.0
DEADLINE_S = 20.0  # of one round; and for so long an owner may answer nothing but errors
UNSEEN_S = 60.0  # after its request, what no search ever showed may still be stored
AT_ONCE = 16  # at one owner's systems: a dead one holds up nobody else's
BATCH_S = 0.2  # sweeps are written down together
BLIND = "the search is blind"  # begins what is told of it, also to the next clean-up

Tell = Callable[[Sweep], None]
Correct = Callable[[str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the engine is; a test is less so."""

    settle_s: float = SETTLE_S
    rounds: int = ROUNDS_MAX
    backoff_s: float = BACKOFF_S
    deadline_s: float = DEADLINE_S
    unseen_s: float = UNSEEN_S


PATIENT = Pace()


@dataclass(slots=True)
class Turns:
    """Who may speak to one owner's systems: so many at once, and nobody once they are dead.

    Where nothing but failures came for long, nobody waits for his own.
    """

    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    failing_since_s: float | None = None
    why: str = ""

    def seen(self, problem: str) -> None:
        """Note how a round went; empty when the system answered."""
        self.why = problem
        if not problem:
            self.failing_since_s = None
        elif self.failing_since_s is None:
            self.failing_since_s = time.monotonic()

    def is_dead(self, patience_s: float) -> bool:
        """Whether nothing but failures came for so long."""
        since_s = self.failing_since_s
        return since_s is not None and time.monotonic() - since_s > patience_s


@dataclass(slots=True)
class Sight:
    """Does the search of one store show what is there? `hidden` is what only its id showed."""

    shows: bool = False
    hidden: str = ""

    @property
    def is_blind(self) -> bool:
        """Whether nothing follows from its showing nothing."""
        return bool(self.hidden) and not self.shows


async def sweep(
    store: Store,
    intent: Intent,
    pace: Pace = PATIENT,
    turns: Turns | None = None,
    *,
    correct: Correct | None = None,
    sight: Sight | None = None,
) -> Sweep:
    """Take the record of an intent out, and prove that it is gone; never raises Stopped.

    `turns` bounds who speaks to a system at once; nobody holds one while waiting. `correct`
    writes down under which id ours really stands, where a reply gave another. `sight` is
    what all sweeps of a store have learned of its search.
    """
    one = _Sweeping([store], intent, pace, correct or _nowhere, sight or Sight())
    is_gone = await one.rounds(turns or Turns())
    return Sweep(
        marker=intent.marker,
        at=datetime.now(UTC),
        found=len(one.found),
        removed=one.removed,
        strangers=len(one.strangers),
        is_gone=is_gone,
        problem="" if is_gone else one.problem,
    )


async def _nowhere(marker: str, record_id: str) -> None:
    del marker, record_id


@dataclass(slots=True)
class _Sweeping:
    """The sweep of one intent, and what it has come to so far."""

    stores: list[Store]  # its own, and whoever's it was found in
    intent: Intent
    pace: Pace
    correct: Correct
    sight: Sight
    found: set[str] = field(default_factory=set)
    removed: int = 0
    strangers: set[str] = field(default_factory=set)
    problem: str = ""

    async def rounds(self, turns: Turns) -> bool:
        """Ask, take out, wait and ask again until two askings in a row show nothing."""
        was_empty, wait_s = False, self.pace.backoff_s
        for _ in range(self.pace.rounds):
            async with turns.slots:
                if turns.is_dead(self.pace.deadline_s):
                    self.problem = self.problem or turns.why
                    return False
                is_empty = await self.tried(is_closing=was_empty)
            turns.seen(self.problem if is_empty is None else "")
            if is_empty is None:
                was_empty = False
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, BACKOFF_MAX_S)
            elif is_empty and was_empty and not (left_s := self.too_young_s()):
                return not self.is_out_of_sight()
            else:
                settling_s = left_s if was_empty and is_empty else self.pace.settle_s
                was_empty = is_empty
                await asyncio.sleep(settling_s if is_empty else 0)
        return False

    def too_young_s(self) -> float:
        """How long what nobody has ever seen may still come out of somebody's queue."""
        if self.found:
            return 0.0
        age_s = (datetime.now(UTC) - self.intent.at).total_seconds()
        return max(0.0, self.pace.unseen_s - age_s)

    def is_out_of_sight(self) -> bool:
        """Whether only a search could show it, and this one shows nothing of what is there."""
        if self.found or self.intent.record_id or not self.sight.is_blind:
            return False
        self.problem = f"{BLIND}: {self.sight.hidden} was there, and it never showed it"
        return True

    async def tried(self, *, is_closing: bool) -> bool | None:
        """Whether the system shows nothing now; None when it did not answer.

        No deadline runs while our own gate holds us up: thousands of records wait there.
        """
        brief_trail()  # of this round alone: one that was cut leaves its steps open
        try:
            async with step(Step.CLEANUP, self.pace.deadline_s, "step_timeout"):
                return await self.round(is_closing=is_closing)
        except Stopped as ended:
            told = ended.failure
            self.problem = f"{told.step}/{told.kind}: {told.detail}"
        return None

    async def round(self, *, is_closing: bool) -> bool:
        """Whether nothing of it is shown; what is shown is taken out."""
        shown = [one for store in self.stores for one in await self.shown_by(store)]
        if shown or not is_closing:
            return not shown
        return await self.is_doubt_gone()

    async def shown_by(self, store: Store) -> list[Found]:
        """What a search shows for the marker, and carries it; it is taken out."""
        shown = [one for one in await store.find(self.intent.marker) if self.is_ours(one)]
        self.sight.shows |= bool(shown) and store is self.stores[0]
        for one in shown:
            await self.take_out(store, one)
        return shown

    async def is_doubt_gone(self) -> bool:
        """A search that shows nothing is not believed alone: ids are looked up, too.

        What the system called a record that no search has ever shown may lie elsewhere, or
        may have lost its marker on the way.
        """
        names = self.found | {self.intent.record_id} - {""}
        for store, name in itertools.product(self.stores, sorted(names)):
            known = await store.read(name)
            if known is not None and self.is_ours(known):
                self.sight.hidden = name
                await self.take_out(store, known)
                return False
            if known is not None and not known.marker and not self.found:
                self.problem = f"{name} was said to be ours, and carries no marker"
                return False
        if self.found or not self.intent.record_id:
            return True
        return not await self.is_astray()

    async def is_astray(self) -> bool:
        """Whether it came to somebody else; from then on they are asked as well."""
        astray = [s for s in self.stores[0].elsewhere() if await self.shown_by(s)]
        self.stores += astray
        return bool(astray)

    async def take_out(self, store: Store, one: Found) -> None:
        """Remove it, if what is read under its id carries the marker too."""
        self.problem = f"still shown: {one.id}"
        if self.intent.record_id not in {"", one.id}:
            await self.correct(self.intent.marker, one.id)
        self.found.add(one.id)
        seen = await store.read(one.id)
        if seen is None or not self.is_ours(seen):
            return
        await store.remove(seen)
        self.removed += 1

    def is_ours(self, one: Found) -> bool:
        """Whether it carries exactly this marker; if not, it is somebody else's."""
        if one.marker == self.intent.marker:
            return True
        self.strangers.add(one.id)
        return False


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Cleans up after one run or all: every intent at its own target, by its own check."""

    intents: Intents
    registry: Registry
    targets: Mapping[str, Target]
    door: Door
    pace: Pace = PATIENT

    async def clean(self, run_id: str | None, tell: Tell = lambda _: None) -> list[Remnant]:
        """Sweep whatever is open; gives what is not proven gone then."""
        remnants = self.intents.remnants(run_id)
        turns: dict[str, Turns] = defaultdict(Turns)
        sights: dict[tuple[str, str], Sight] = defaultdict(Sight)
        for remnant in remnants:
            sight = sights[_place(remnant.intent)]
            sight.hidden = sight.hidden or _hidden(remnant)
        ended: list[BaseException | None] = []
        async with self._written(tell) as write:
            for has_id in (True, False):  # whether a search is blind is known by then
                wave = [one.intent for one in remnants if bool(one.intent.record_id) is has_id]
                sweeps = [
                    self._swept(one, turns[_owner(one)], sights[_place(one)], write)
                    for one in wave
                ]
                ended += await asyncio.gather(*sweeps, return_exceptions=True)
        for bug in (one for one in ended if one is not None):
            raise bug  # of ours: it has kept nobody else's record from being swept
        return list(self.intents.remnants(run_id))

    async def _swept(self, intent: Intent, turns: Turns, sight: Sight, write: Tell) -> None:
        store = self._store(intent)
        if isinstance(store, str):
            done = Sweep(intent.marker, datetime.now(UTC), problem=store)
        else:
            correct = self.intents.acknowledge
            done = await sweep(store, intent, self.pace, turns, correct=correct, sight=sight)
        write(done)

    def _store(self, intent: Intent) -> Store | str:
        """Where it is to be looked for, or why nobody knows."""
        check = self.registry.get(intent.check_id)
        target = self.targets.get(intent.target_id)
        if check is None or intent.store not in check.stores:
            return f"no check {intent.check_id} keeps {intent.store} here"
        if target is None:
            return f"{intent.target_id} is not in this inventory"
        return check.stores[intent.store](target, self.door)

    @asynccontextmanager
    async def _written(self, tell: Tell) -> AsyncIterator[Tell]:
        """Write sweeps down while they come in, many at a time, and the rest at the end."""
        waiting: list[Sweep] = []

        def note(done: Sweep) -> None:
            waiting.append(done)
            tell(done)

        async def write_on() -> None:
            while True:
                await asyncio.sleep(BATCH_S)
                await self._write(waiting)

        writing = asyncio.create_task(write_on())
        try:
            yield note
        finally:
            writing.cancel()
            await asyncio.wait([writing])
            await self._write(waiting)

    async def _write(self, waiting: list[Sweep]) -> None:
        done, waiting[:] = list(waiting), []
        await self.intents.swept(done)


def _owner(intent: Intent) -> str:
    return intent.target_id.partition("/")[0]


def _place(intent: Intent) -> tuple[str, str]:
    return intent.target_id, intent.store


def _hidden(remnant: Remnant) -> str:
    """What an earlier clean-up saw that the search did not show."""
    told = remnant.last.problem if remnant.last else ""
    return told.removeprefix(f"{BLIND}: ").partition(" ")[0] if told.startswith(BLIND) else ""


@dataclass(frozen=True, slots=True)
class Written:
    """A ledger whose entries are in the journal before anybody acts on them."""

    intents: Intents
    run_id: str
    marker: str
    check_id: str

    async def intend(self, target: Target, store: str) -> str:
        """Write the intent down; gives its marker."""
        marker = new_marker(self.marker)
        now = datetime.now(UTC)
        intent = Intent(self.run_id, marker, self.check_id, target.id, store, now)
        with held_up():  # a slow disk of ours is no slowness of theirs
            await self.intents.intend(intent)
        return marker

    async def acknowledge(self, marker: str, record_id: str) -> None:
        """Write down what the system calls the record."""
        with held_up():
            await self.intents.acknowledge(marker, record_id)
