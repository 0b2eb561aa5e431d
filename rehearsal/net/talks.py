"""Which conversations with web servers are open, so that they can go on?"""

from __future__ import annotations

from dataclasses import dataclass, field

import h11

from rehearsal.net.tls import TlsWire
from rehearsal.net.wire import Wire

IDLE_S = 4.0  # servers hang up on the idle after 5 s at the earliest
ONCE_IDLE_S = 1.0  # for what may not be said twice: no server hangs up so soon
IDLE_MAX = 64  # connections to one host that wait for their next question
Key = tuple[str, str, int]


@dataclass(slots=True)
class Talk:
    """A conversation that goes on; `idle_since_s` on the event loop's clock."""

    stream: TlsWire | Wire
    wire: Wire
    http: h11.Connection
    idle_since_s: float = 0.0

    def goes_on(self) -> bool:
        """Whether both sides are through, and neither means to hang up."""
        if self.http.our_state is not h11.DONE or self.http.their_state is not h11.DONE:
            return False
        self.http.start_next_cycle()
        self.wire.renew()
        return True

    def hang_up(self) -> None:
        """Drop the connection."""
        self.stream.abort()


@dataclass(slots=True)
class Talks:
    """The conversations that a trial has open, by scheme, host and port."""

    _idle: dict[Key, list[Talk]] = field(default_factory=dict)

    def take(self, key: Key, now_s: float, idle_s: float = IDLE_S) -> Talk | None:
        """One that can go on; what has waited too long, or was hung up on, is let go."""
        waiting = self._idle.get(key, [])
        while waiting:
            talk = waiting.pop()
            is_fresh = now_s - talk.idle_since_s < idle_s
            if is_fresh and not talk.wire.has_ended:
                return talk
            talk.hang_up()
        return None

    def give_back(self, key: Key, talk: Talk, now_s: float) -> None:
        """Keep it for the next question, if it can go on."""
        waiting = self._idle.setdefault(key, [])
        if len(waiting) < IDLE_MAX and talk.goes_on():
            talk.idle_since_s = now_s
            waiting.append(talk)
        else:
            talk.hang_up()

    def close(self) -> None:
        """Hang up everywhere."""
        for waiting in self._idle.values():
            for talk in waiting:
                talk.hang_up()
        self._idle.clear()
