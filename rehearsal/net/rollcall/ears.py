"""Whom does one participant listen to, what came of each, and when did it fall silent?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from rehearsal.model import Step
from rehearsal.net.janus import Participant, Subscription
from rehearsal.net.media.meter import Meter
from rehearsal.net.media.peer import Ground
from rehearsal.net.rollcall.evidence import Hearing
from rehearsal.net.rollcall.hearing import Silence, hearing_of
from rehearsal.net.rollcall.tongue import Feed
from rehearsal.net.trail import Stopped

BATCH_MAX = 48  # descriptions of so many feeds fit one message with room to spare
SILENT_S = 1.0  # longer than any jitter, short enough to be told within two seconds
TRIES = 3  # to open a connection: one that fails may take a whole batch of voices along
STRANGE = 3  # packets: one or two may belong to the stream's former owner
_NS = 1e9


@dataclass(slots=True)
class _Batch:
    """Feeds that were subscribed to together, by the SSRC that each comes with."""

    subscription: Subscription
    owners: Mapping[int, str]
    is_open: bool = True

    def meters(self) -> Iterator[tuple[str, int, Meter]]:
        """Whose feed, whose number, and what came of it."""
        for (ssrc, sender, _), meter in self.subscription.peer.ear.meters.items():
            if ssrc in self.owners:
                yield self.owners[ssrc], sender, meter


@dataclass(slots=True)
class Ears:
    """One participant's ears. `opens_at` is the barrier, by `time.monotonic()`.

    `senders` tells whose each number is; `wanted` the feeds to be heard, by slug.
    """

    opens_at: float
    senders: Mapping[int, str]
    wanted: dict[str, Feed] = field(default_factory=dict)
    meets: dict[str, bool] = field(default_factory=dict)
    _taken: dict[str, Feed] = field(default_factory=dict)
    _refused: Counter[Feed] = field(default_factory=Counter)
    _batches: list[_Batch] = field(default_factory=list)
    _silences: dict[str, list[Silence]] = field(default_factory=dict)

    def pending(self) -> list[str]:
        """Who is to be heard and not subscribed to yet."""
        return [
            slug
            for slug, feed in self.wanted.items()
            if self._taken.get(slug) != feed and self._refused[feed] < TRIES
        ]

    def forget(self) -> None:
        """The connection is gone; what was heard stays known, and all is wanted anew."""
        self._taken.clear()
        self._refused.clear()

    async def listen(self, participant: Participant, room: int | str, ground: Ground) -> bool:
        """Subscribe to whom we want and find in the room; Stopped when signalling breaks.

        Whether it did, so that there may be more to subscribe to at once.
        """
        listed = await participant.present(room)
        pending = self.pending()
        self.meets.update((slug, str(self.wanted[slug]) in listed) for slug in pending)
        present = [slug for slug in pending if listed.get(str(self.wanted[slug]))]
        owners: dict[Feed, str] = {}
        for slug in present[:BATCH_MAX]:
            owners.setdefault(self.wanted[slug], slug)  # two of one account have one feed
        if not owners:
            return False
        if (found := await self._subscribed(participant, owners, ground)) is not None:
            self._taken.update((slug, self.wanted[slug]) for slug in present[:BATCH_MAX])
            by_ssrc = {s: owners[feed] for s, feed in found.feeds.items() if feed in owners}
            self._batches.append(_Batch(found, by_ssrc))
            await self._give_back(participant)
        return found is not None

    async def _give_back(self, participant: Participant) -> None:
        """End the connections in which nobody is heard any more: they came back by another."""
        current = set(self._taken.values())
        for batch in self._batches:
            if batch.is_open and not current & set(batch.subscription.feeds.values()):
                batch.is_open = False
                await participant.end(batch.subscription)

    async def _subscribed(
        self, participant: Participant, owners: Mapping[Feed, str], ground: Ground
    ) -> Subscription | None:
        """The connection; None when they are gone, or no sound can pass, which is silence."""
        try:
            return await participant.subscribe(list(owners), ground)
        except Stopped as ended:
            if ended.failure.step in (Step.ICE, Step.DTLS):
                self._refused.update(owners.keys())
            elif ended.failure.kind != "no_such_feed":
                raise
            return None

    def spoken(self) -> dict[tuple[str, str], int]:
        """How many speaking packets came so far: (whose feed, whose voice) -> packets."""
        found: dict[tuple[str, str], int] = {}
        for owner, sender, meter in self._meters():
            if sender in self.senders:
                key = owner, self.senders[sender]
                found[key] = found.get(key, 0) + meter.spoke
        return found

    def fallen_silent(self) -> list[tuple[str, float]]:
        """Who was heard and is not any more, each once for each silence; since when."""
        now_s = time.monotonic() - self.opens_at
        new: list[tuple[str, float]] = []
        for slug, last_ns in self._last_heard().items():
            since_s = last_ns / _NS - self.opens_at
            known = self._silences.setdefault(slug, [])
            is_known = bool(known) and known[-1].since_s == since_s
            if now_s - since_s > SILENT_S and not is_known:
                known.append(Silence(since_s, now_s))
                new.append((slug, since_s))
        return new

    def last_heard_s(self) -> float:
        """When anything of anybody came last, by `time.monotonic()`; 0 if nothing did."""
        return max(self._last_heard().values(), default=0) / _NS

    def hearings(self, until_s: float) -> dict[str, Hearing]:
        """What came of each that we wanted to hear, until so long after the barrier."""
        parts: dict[str, list[Meter]] = {slug: [] for slug in self.wanted}
        strange: dict[str, Counter[str]] = {slug: Counter() for slug in self.wanted}
        for owner, sender, meter in self._meters():
            speaker = self.senders.get(sender)
            if speaker == owner:
                parts[owner].append(meter)
            elif speaker is not None:
                strange[owner][speaker] += meter.received
        unmarked = self._unmarked()
        return {
            slug: replace(
                hearing_of(
                    meters,
                    opens_at=self.opens_at,
                    until_s=until_s,
                    noticed=self._silences.get(slug, ()),
                ),
                strangers=tuple(sorted(s for s, n in strange[slug].items() if n >= STRANGE)),
                unmarked=unmarked.get(slug, 0),
            )
            for slug, meters in parts.items()
        }

    async def close(self) -> None:
        """End every connection that we listened by."""
        for batch in self._batches:
            batch.is_open = False
            await batch.subscription.peer.close()

    def _meters(self) -> Iterator[tuple[str, int, Meter]]:
        for batch in self._batches:
            yield from batch.meters()

    def _unmarked(self) -> Counter[str]:
        """Packets in each one's feed that carry no number of ours: silence, or another's."""
        found: Counter[str] = Counter()
        for batch in self._batches:
            for ssrc, foreign in batch.subscription.peer.ear.foreign.items():
                if ssrc in batch.owners:
                    found[batch.owners[ssrc]] += foreign.packets
        return found

    def _last_heard(self) -> dict[str, int]:
        last: dict[str, int] = {}
        for owner, sender, meter in self._meters():
            if self.senders.get(sender) == owner:
                last[owner] = max(last.get(owner, 0), meter.last_ns)
        return last
