"""Is the clock wrong at one server, or is it our own? Pure.

Our clock decides which certificates are in force and whose Date header is off. Where most
servers contradict it, they are not blamed for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from rehearsal.model import Failure, Measurement, Step, Target
from rehearsal.net.content import Visit

HOSTS_MIN = 3  # two may share a machine, and its wrong clock
OFF_S = 60.0  # Date headers count whole seconds, and a slow page adds a few
TOGETHER_S = 30.0  # clocks that are right agree far better than that
SANE_S = 1e9  # thirty years: whoever says more tells no time
DATED = frozenset({"certificate_expired", "certificate_not_yet_valid"})


@dataclass(frozen=True, slots=True)
class OwnClock:
    """How far most servers' clocks are ahead of ours; `doubt` says why ours is not believed."""

    ahead_s: float = 0.0
    doubt: str = ""

    def doubts(self, failure: Failure) -> Failure:
        """The same failure, or ours in its place where it stands on our clock alone."""
        if not self.doubt or failure.kind not in DATED:
            return failure
        return Failure(Step.OBSERVE, "clock_skewed", f"{failure.kind}; {self.doubt}")


RIGHT = OwnClock()


def own_clock(measured: Iterable[Measurement[Any]], targets: Mapping[str, Target]) -> OwnClock:
    """What most machines' clocks say of ours; `targets` by id.

    Many names may lead to one machine: each has one voice, by its address.
    """
    told: dict[str, list[float]] = {}
    early: set[str] = set()
    in_force: set[str] = set()
    for one in measured:
        target = targets.get(one.target_id)
        machine = _machine(one) or (urlsplit(target.url).hostname if target else None)
        if machine is None:
            continue
        ahead_s = one.evidence.clock_ahead_s if isinstance(one.evidence, Visit) else None
        if ahead_s is not None and abs(ahead_s) < SANE_S:
            told.setdefault(machine, []).append(ahead_s)
        if one.failure is not None and one.failure.kind == "certificate_not_yet_valid":
            early.add(machine)
        elif _shook_hands(one):
            in_force.add(machine)
    return _by_dates([median(each) for each in told.values()]) or _by_certificates(
        len(early), len((told.keys() | in_force) - early)
    )


def _machine(one: Measurement[Any]) -> str | None:
    """The address that the last attempt reached."""
    rungs = one.attempts[-1].rungs if one.attempts else ()
    reached = (rung.facts.get("addresses") for rung in rungs if rung.step is Step.CONNECT)
    found = next((each for each in reached if isinstance(each, Mapping)), {})
    return next((address for address, fate in found.items() if fate == "open"), None)


def _shook_hands(one: Measurement[Any]) -> bool:
    """Whether a certificate was in force by our clock."""
    rungs = one.attempts[-1].rungs if one.attempts else ()
    return any(r.step is Step.TLS_HANDSHAKE and r.held for r in rungs)


def _by_dates(ahead_s: list[float]) -> OwnClock | None:
    """Whether most agree with each other, and not with us."""
    if len(ahead_s) < HOSTS_MIN:
        return None
    most_s = median(ahead_s)
    agree = sum(abs(each - most_s) <= TOGETHER_S for each in ahead_s)
    if abs(most_s) <= OFF_S or 2 * agree <= len(ahead_s):
        return RIGHT
    told = f"{agree} of {len(ahead_s)} servers' clocks are {most_s:+.0f} s off"
    return OwnClock(most_s, told)


def _by_certificates(early: int, answered: int) -> OwnClock:
    """A clock years behind lets no server answer: no certificate is valid yet."""
    if early < HOSTS_MIN or early <= answered:
        return RIGHT
    return OwnClock(doubt=f"by our clock {early} servers' certificates are not valid yet")
