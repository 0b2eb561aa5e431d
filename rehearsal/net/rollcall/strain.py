"""Was this process of ours fit to judge others, second by second?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.model import Observer

BEAT_S = 0.05
SAMPLE_S = 1.0
LAG_MAX_S = 0.1  # a fifth of a gap that counts
SEND_LATE_MAX_S = 0.1
KEPT_MAX = 4096  # an hour of seconds without rest: more tell nothing new
_SNMP = Path("/proc/net/snmp")  # of our own network namespace (proc(5))


@dataclass(frozen=True, slots=True)
class Strain:
    """A moment in which we were unfit: seconds after the barrier, and what was wrong."""

    at_s: float
    lasts_s: float
    lag_s: float = 0.0
    send_late_s: float = 0.0
    datagrams_lost: int = 0

    def touches(self, from_s: float, until_s: float) -> bool:
        """Whether it lies in that time, or reaches into it."""
        return self.at_s <= until_s and self.at_s + self.lasts_s >= from_s


def datagrams_lost() -> int:
    """How many datagrams the kernel dropped so far since we read too slowly; 0 if untold."""
    try:
        rows = [r.split() for r in _SNMP.read_text().splitlines() if r.startswith("Udp:")]
    except OSError:
        return 0
    told = dict(zip(*rows, strict=False)) if len(rows) == 2 else {}  # noqa: PLR2004 - names, values
    return int(told.get("RcvbufErrors", 0))


def worst(strains: Iterable[Strain]) -> Observer:
    """All of them in one: the worst lateness of each kind, all that was lost."""
    found = tuple(strains)
    return Observer(
        loop_lag_s=max((s.lag_s for s in found), default=0.0),
        send_late_s=max((s.send_late_s for s in found), default=0.0),
        datagrams_lost=sum(s.datagrams_lost for s in found),
    )


@dataclass(slots=True)
class Gauge:
    """Watches the event loop, the senders and the kernel; keeps what was over the limits.

    `take_send_late_s` tells how late our senders were since it was asked last.
    """

    opens_at: float
    take_send_late_s: Callable[[], float]
    strains: list[Strain] = field(default_factory=list)
    _lost: int = field(default_factory=datagrams_lost)

    async def watch(self) -> None:
        """Until cancelled."""
        sampled_s = time.monotonic()
        while True:
            due_s = time.monotonic() + BEAT_S
            await asyncio.sleep(BEAT_S)
            now_s = time.monotonic()
            if now_s - due_s > LAG_MAX_S:
                lag_s = now_s - due_s
                self._keep(Strain(due_s - self.opens_at, lag_s, lag_s=lag_s))
            if now_s - sampled_s >= SAMPLE_S:
                self.sample(sampled_s, now_s)
                sampled_s = now_s

    def sample(self, since_s: float, now_s: float) -> None:
        """Look at the kernel's and the senders' account of that time."""
        lost, late_s = datagrams_lost(), self.take_send_late_s()
        new, self._lost = lost - self._lost, lost
        if new > 0 or late_s > SEND_LATE_MAX_S:
            at_s, lasts_s = since_s - self.opens_at, now_s - since_s
            self._keep(Strain(at_s, lasts_s, send_late_s=late_s, datagrams_lost=new))

    def _keep(self, strain: Strain) -> None:
        if len(self.strains) < KEPT_MAX:
            self.strains.append(strain)
