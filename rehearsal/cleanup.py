"""Is every synthetic record gone, and how is that proven?

The rules of each sweep, in this order:
1. The system is asked for the marker. Only what carries exactly it may be touched: what
   else the system shows for it is somebody else's.
2. Before a record is taken out it is read by its id once more. Systems answer with wrong
   ids, so an id alone is never enough.
3. Gone is what the system does not show when asked for the marker, and does not show
   again after it had time to settle: a record may be stored late, and an index lag.
4. A 404, a 204 or an empty reply to a removal proves nothing: only asking does.
5. What the system once gave an id is looked up by it where the search shows nothing: a
   search that finds nothing although the record is there is found out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rehearsal.check import Registry
from rehearsal.journal.intents import Intents
from rehearsal.model import Intent, Remnant, Sweep, Target
from rehearsal.net.door import Door
from rehearsal.net.ledger import Found, Store, new_marker
from rehearsal.net.trail import Stopped, brief_trail

SETTLE_S = 2.0  # queues and search indexes of such systems lag by about a second
ROUNDS_MAX = 12  # of asking, removing and waiting: with the waits that is half a minute
BACKOFF_S = 0.25  # doubled after every failure: a system that hurts is not hammered
BACKOFF_MAX_S = 4.0
DEADLINE_S = 20.0  # of one round; and for so long an owner may answer nothing but errors
AT_ONCE = 16  # at one owner's systems: a dead one holds up nobody else's
BATCH_S = 0.2  # sweeps are written down together

Tell = Callable[[Sweep], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the engine is; a test is less so."""

    settle_s: float = SETTLE_S
    rounds: int = ROUNDS_MAX
    backoff_s: float = BACKOFF_S
    deadline_s: float = DEADLINE_S


@dataclass(slots=True)
class _Tally:
    """What one sweep has come to so far."""

    found: set[str] = field(default_factory=set)
    removed: int = 0
    strangers: set[str] = field(default_factory=set)
    problem: str = ""


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


async def sweep(
    store: Store, intent: Intent, pace: Pace = PATIENT, turns: Turns | None = None
) -> Sweep:
    """Take the record of an intent out, and prove that it is gone; never raises Stopped.

    `turns` bounds who speaks to a system at once; nobody holds one while waiting.
    """
    tally = _Tally()
    is_gone = await _rounds(store, intent, pace, turns or Turns(), tally)
    return Sweep(
        marker=intent.marker,
        at=datetime.now(UTC),
        found=len(tally.found),
        removed=tally.removed,
        strangers=len(tally.strangers),
        is_gone=is_gone,
        problem="" if is_gone else tally.problem,
    )


async def _rounds(
    store: Store, intent: Intent, pace: Pace, turns: Turns, tally: _Tally
) -> bool:
    """Ask, take out, wait and ask again until two askings in a row show nothing."""
    was_empty, wait_s = False, pace.backoff_s
    for _ in range(pace.rounds):
        async with turns.slots:
            if turns.is_dead(pace.deadline_s):
                tally.problem = tally.problem or turns.why
                return False
            shown = await _tried(store, intent, pace, tally)
        turns.seen(tally.problem if shown is None else "")
        if shown is None:
            was_empty = False
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, BACKOFF_MAX_S)
        elif not shown and was_empty:
            return True
        else:
            was_empty = not shown
            await asyncio.sleep(pace.settle_s if was_empty else 0)
    return False


async def _tried(
    store: Store, intent: Intent, pace: Pace, tally: _Tally
) -> Sequence[Found] | None:
    """What the system showed in one round; None when it did not answer."""
    try:
        async with asyncio.timeout(pace.deadline_s):
            return await _round(store, intent, tally)
    except Stopped as ended:
        tally.problem = f"{ended.failure.step}/{ended.failure.kind}: {ended.failure.detail}"
    except TimeoutError:
        tally.problem = f"no answer within {pace.deadline_s:g} s"
    return None


async def _round(store: Store, intent: Intent, tally: _Tally) -> Sequence[Found]:
    """What the system shows of it now, which is then taken out.

    A search that has found it once is believed; one that has not is doubted by the id.
    """
    shown = [one for one in await store.find(intent.marker) if _is_ours(one, intent, tally)]
    if not shown and not tally.found and intent.record_id:
        known = await store.read(intent.record_id)
        shown = [known] if known is not None and _is_ours(known, intent, tally) else []
    for one in shown:
        await _take_out(store, one, intent, tally)
    if shown:
        tally.problem = f"still shown: {', '.join(sorted({one.id for one in shown}))}"
    return shown


async def _take_out(store: Store, one: Found, intent: Intent, tally: _Tally) -> None:
    """Remove it, if what is read under its id carries the marker too."""
    tally.found.add(one.id)
    seen = await store.read(one.id)
    if seen is None or not _is_ours(seen, intent, tally):
        return
    await store.remove(seen)
    tally.removed += 1


def _is_ours(one: Found, intent: Intent, tally: _Tally) -> bool:
    if one.marker == intent.marker:
        return True
    tally.strangers.add(one.id)
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
        turns: dict[str, Turns] = {}
        async with self._written() as write, asyncio.TaskGroup() as group:
            for remnant in self.intents.remnants(run_id):
                owner = remnant.intent.target_id.partition("/")[0]
                turn = turns.setdefault(owner, Turns())
                group.create_task(self._swept(remnant.intent, turn, write, tell))
        return list(self.intents.remnants(run_id))

    async def _swept(self, intent: Intent, turns: Turns, write: Tell, tell: Tell) -> None:
        store = self._store(intent)
        if isinstance(store, str):
            done = Sweep(intent.marker, datetime.now(UTC), problem=store)
        else:
            brief_trail()
            done = await sweep(store, intent, self.pace, turns)
        write(done)
        tell(done)

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
    async def _written(self) -> AsyncIterator[Callable[[Sweep], None]]:
        """Write sweeps down while they come in, many at a time, and the rest at the end."""
        waiting: list[Sweep] = []

        async def write_on() -> None:
            while True:
                await asyncio.sleep(BATCH_S)
                await self._write(waiting)

        writing = asyncio.create_task(write_on())
        try:
            yield waiting.append
        finally:
            writing.cancel()
            await asyncio.wait([writing])
            await self._write(waiting)

    async def _write(self, waiting: list[Sweep]) -> None:
        done, waiting[:] = list(waiting), []
        await self.intents.swept(done)


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
        await self.intents.intend(intent)
        return marker

    async def acknowledge(self, marker: str, record_id: str) -> None:
        """Write down what the system calls the record."""
        await self.intents.acknowledge(marker, record_id)


def by_owner(remnants: Iterable[Remnant], targets: Mapping[str, Target]) -> Mapping[str, int]:
    """How many records each owner still has to answer for."""
    found: dict[str, int] = {}
    for remnant in remnants:
        target = targets.get(remnant.intent.target_id)
        owner = target.owner if target else remnant.intent.target_id
        found[owner] = found.get(owner, 0) + 1
    return found
