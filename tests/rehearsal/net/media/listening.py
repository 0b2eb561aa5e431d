"""What does an ear hear whose line is interrupted? Packet by packet, without a clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal.net.media.marker import Flags, Marker
from rehearsal.net.media.together import Listener, Together

S = 1_000_000_000
FRAME_S, TRIP_S = 0.02, 0.03
NOW_S = 12.0
_numbers = itertools.count()

Arrives = Callable[[float], float | None]  # when what is sent then arrives, if it does
Break = tuple[float, float]


def well(sent_s: float) -> float:
    """A line in order."""
    return sent_s + TRIP_S


def losing(*breaks: Break, trip_s: float = TRIP_S) -> Arrives:
    """What is sent in one of these times never arrives."""

    def arrives(sent_s: float) -> float | None:
        return None if any(a <= sent_s < b for a, b in breaks) else sent_s + trip_s

    return arrives


def holding(since_s: float, until_s: float) -> Arrives:
    """What would arrive in that time arrives at its end."""

    def arrives(sent_s: float) -> float:
        at_s = sent_s + TRIP_S
        return until_s if since_s <= at_s < until_s else at_s

    return arrives


@dataclass
class Hall:
    """Ears that listen together; each speaks from `begins_s` to `ends_s`."""

    together: Together

    def ear(
        self,
        arrives: Arrives = well,
        bridge: str = "",
        *,
        begins_s: float = 0.0,
        ends_s: float = 10.0,
        sends: Sequence[float] | None = None,
        is_done: bool = True,
    ) -> Listener:
        """One of them; its bridge is its own unless it is named."""
        mine = self.together.begin(
            bridge or f"own-{next(_numbers)}", int(begins_s * S), FRAME_S
        )
        count = round((ends_s - begins_s) / FRAME_S)
        sent = sends or [begins_s + number * FRAME_S for number in range(count)]
        for number, sent_s in enumerate(sent):
            if (at_s := arrives(sent_s)) is not None and at_s <= NOW_S:
                mine.heard(round(at_s * S), Marker(1, number, round(sent_s * S), Flags.NONE))
        if is_done:
            self.together.end(mine, round((ends_s + TRIP_S) * S))
        return mine

    def ears(self, count: int, arrives: Arrives, **how: Any) -> Listener:
        """So many alike; gives one of them."""
        return [self.ear(arrives, **how) for _ in range(count)].pop()
