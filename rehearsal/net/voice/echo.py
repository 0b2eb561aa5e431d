"""Does the other side hear us? Its echo number must send back our own sound, and no other."""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rehearsal.model import Step
from rehearsal.net.rtp import PACKET_S, SoundSeen
from rehearsal.net.trail import stop
from rehearsal.net.voice.menu import Talk

MARKED_S = 0.6  # thirty packets of ours
MARKED_MIN = 10  # that come back untouched: each has 48 bits that nobody guesses
SLOT_S = 0.16
SLOTS = 8  # half of them loud, in an order drawn for each call
TAIL_S = 0.5  # the longest way round by satellite
FOLLOWS = 0.85  # share of 20 ms that agree; a steady tone comes to a half
LATE_MAX_S = 0.1  # later than this our own rhythm was not the one that we meant


@dataclass(frozen=True, slots=True)
class Returned:
    """What the echo number did. `by`: our `marks`, or our `rhythm` where a gateway recodes."""

    is_ours: bool
    by: str
    sound: SoundSeen


async def returned(talk: Talk) -> Returned:
    """Speak, and hear whether that comes back; Stopped when we ourselves were too late."""
    talk.sound.is_speaking = True
    await talk.wait(MARKED_S)
    seen = talk.sound.seen()
    if seen.echoed >= MARKED_MIN:
        return Returned(is_ours=True, by="marks", sound=seen)
    share = await _rhythm(talk)
    seen = talk.sound.seen()
    if share < FOLLOWS and seen.late_s > LATE_MAX_S:
        told = f"our own sound was {seen.late_s:.2f} s late"
        raise stop(Step.OBSERVE, "observer_overloaded", told)
    is_ours = share >= FOLLOWS
    return Returned(is_ours, "rhythm" if is_ours else "", seen)


async def _rhythm(talk: Talk) -> float:
    """How closely what comes back follows when we speak and when not."""
    talk.sound.is_speaking = False
    await talk.wait(TAIL_S)
    slots = [number % 2 == 0 for number in range(SLOTS)]
    random.SystemRandom().shuffle(slots)
    began_at = time.monotonic()
    for is_loud in slots:
        talk.sound.is_speaking = is_loud
        await talk.wait(SLOT_S)
    talk.sound.is_speaking = False
    await talk.wait(TAIL_S)
    heard = [m.at - began_at for m in talk.ear.moments if m.is_audible and m.at >= began_at]
    return follows(slots, heard)


def follows(slots: Sequence[bool], heard_s: Collection[float]) -> float:
    """The share of 20 ms in which sound came exactly when it should, at the best delay."""
    width = round(SLOT_S / PACKET_S)
    spoken = [is_loud for is_loud in slots for _ in range(width)]
    heard = {int(at_s / PACKET_S) for at_s in heard_s}
    delays = range(round(TAIL_S / PACKET_S))
    return max(
        sum((at + delay in heard) is is_loud for at, is_loud in enumerate(spoken))
        for delay in delays
    ) / len(spoken)
