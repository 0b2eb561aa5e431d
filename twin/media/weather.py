"""What happens to sound and picture on their way? Loss, delay and worse, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from twin.media.rtp import is_rtcp

Weather = Callable[[float, bytes], float | None]
"""Told the time and a packet: how many seconds longer it takes, or None if it is lost."""
Climate = Callable[[random.Random], Weather]
"""What weather a guest gets; his own, since it remembers what came before."""


def vanishing(_chance: random.Random) -> Weather:
    """No sound and no picture arrives; reports do."""

    def pass_by(_now_s: float, packet: bytes) -> float | None:
        return 0.0 if is_rtcp(packet) else None

    return pass_by


def losing(ratio: float) -> Climate:
    """Each packet is lost with that probability, whatever befell the others."""

    def draw(chance: random.Random) -> Weather:
        return lambda _now_s, _packet: None if chance.random() < ratio else 0.0

    return draw


def bursting(between_packets: int, burst_packets: int) -> Climate:
    """So many pass, then a burst is lost, give or take half: never long without a burst."""

    def lengths(chance: random.Random) -> Iterator[bool]:
        while True:
            for passes, mean in ((True, between_packets), (False, burst_packets)):
                for _ in range(chance.randint(mean - mean // 2, mean + mean // 2)):
                    yield passes

    def draw(chance: random.Random) -> Weather:
        fates = lengths(chance)
        return lambda _now_s, _packet: 0.0 if next(fates) else None

    return draw


def delaying(delay_s: float) -> Climate:
    """Everything takes that much longer."""
    return lambda _chance: lambda _now_s, _packet: delay_s


def swaying(most_s: float) -> Climate:
    """Each packet waits up to that long by itself, so that some overtake others."""
    return lambda chance: lambda _now_s, _packet: chance.uniform(0.0, most_s)


def stalling(every_s: float, gap_s: float) -> Climate:
    """After the first packet it goes well for a while, then nothing passes, in turns."""

    def draw(_chance: random.Random) -> Weather:
        since_s = _since_first()
        return lambda now_s, _packet: (
            None if since_s(now_s) % (every_s + gap_s) >= every_s else 0.0
        )

    return draw


@dataclass(frozen=True, slots=True)
class Queue:
    """A line that carries less than it is given: each second adds `growth` of waiting.

    Once `longest_s` is reached the queue is full, and what it cannot carry is lost.
    """

    growth: float
    longest_s: float

    def __call__(self, chance: random.Random) -> Weather:
        """A queue that is empty at the first packet."""
        since_s = _since_first()
        overflow = self.growth / (1 + self.growth)

        def pass_by(now_s: float, _packet: bytes) -> float | None:
            waits_s = self.growth * since_s(now_s)
            is_full = waits_s >= self.longest_s
            return (
                None if is_full and chance.random() < overflow else min(waits_s, self.longest_s)
            )

        return pass_by


def labouring(growth: float, longest_s: float) -> Climate:
    """What is behind on its work falls further behind, up to a bound, and loses nothing."""

    def draw(_chance: random.Random) -> Weather:
        since_s = _since_first()
        return lambda now_s, _packet: min(longest_s, growth * since_s(now_s))

    return draw


def _since_first() -> Callable[[float], float]:
    """A watch that starts when it is first looked at."""
    began_s: float | None = None

    def since_s(now_s: float) -> float:
        nonlocal began_s
        began_s = now_s if began_s is None else began_s
        return now_s - began_s

    return since_s


@dataclass(frozen=True, slots=True)
class Way:
    """How a bridge treats what its guests send and get; nothing is wrong by default.

    `up` and `down` are a guest's own weather, `load` is one for all on the bridge.
    `is_deaf`: no datagram is heard at all; `is_rude`: handshakes are refused.
    `is_silenced`, `is_frozen`: what becomes of a guest's sound and picture; `echoes`: what
    is played in the hall comes back out of its microphone.
    """

    up: Climate | None = None
    down: Climate | None = None
    load: Climate | None = None
    is_deaf: bool = False
    is_rude: bool = False
    is_silenced: bool = False
    is_frozen: bool = False
    echoes: bool = False
