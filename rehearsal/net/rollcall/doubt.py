"""Could what we saw of a participant be our own weakness? Pure.

What is clean stays clean, however weak we were: sound that came, came. What is not clean
is only believed where we were fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rehearsal.model import Failure, Step
from rehearsal.net.rollcall.evidence import Attended, Gap, Hearing, Sound, Turn
from rehearsal.net.rollcall.strain import Strain
from rehearsal.net.rollcall.tongue import Side

NEAR_S = 1.0  # who is late now speaks into the next one's turn, and hears the last one's
LATE_S = 1.0  # less does not make a connection break
SHARE = 0.25  # of the time: who is unfit for less still hears, and hears in time
FIT_S = 4.0  # who speaks all the time is heard in so long, also by a second connection
GAP_S = 0.5  # the least silence that is held against anybody
FIRST_S = 2.0  # the least wait for the first sound that is
LOSS = 0.01  # the least loss that is
DELAY_MS = 150.0  # the least delay that is
# What a step ends in when answers come too late, or when we are too late to read them.
_LATE_KINDS = frozenset(
    {"resolver_timeout", "connect_timeout", "handshake_timeout", "response_timeout"}
    | {"response_stalled", "signalling_timeout", "closed_1006", "connection_reset"}
    | {"ice_failed", "dtls_failed", "turn_unreachable", "session_ended"}
)

Span = tuple[float, float]


def doubt(seen: Attended, strains: Sequence[Strain]) -> Failure | None:
    """The failure that takes the evidence's place; None when it can be believed.

    `strains` are those of the process that spoke for the participant, and of the centre's.
    """
    for drop in seen.drops:
        found = _touching(strains, (drop.at_s - LATE_S, drop.at_s + LATE_S))
        if max((max(s.lag_s, s.send_late_s) for s in found), default=0.0) > LATE_S:
            return _overloaded(found, f"cut off at {drop.at_s:.1f} s")
    if seen.sound is None:
        return None
    first = next(_blemishes(seen.sound, seen.left_s, strains), None)
    return _overloaded(first[1], first[0]) if first else None


def doubt_failure(failure: Failure, side: Side, own: Sequence[Strain]) -> Failure | None:
    """A participant that was too late, while we were; a refusal has nothing to do with us."""
    if failure.kind not in _LATE_KINDS:
        return None
    last_step_s = side.rungs[-1].elapsed_s if side.rungs else 0.0
    found = _touching(own, (side.left_s - last_step_s, side.left_s))
    return _overloaded(found, failure.kind) if _unfit_s(found) > SHARE * last_step_s else None


def doubt_meeting(strains: Sequence[Strain], since_s: float, until_s: float) -> Failure | None:
    """Whether we were unfit for so much of that time that nothing may be said of anybody."""
    found = _touching(strains, (since_s, until_s))
    is_often = _unfit_s(found) > SHARE * (until_s - since_s)
    return _overloaded(found, "nobody heard") if is_often else None


def _blemishes(
    sound: Sound, left_s: float, strains: Sequence[Strain]
) -> Iterator[tuple[str, Sequence[Strain]]]:
    """What is not clean and may be ours, each with the strains that explain it."""
    present = (sound.published_s or 0.0, left_s)
    for hearing in (sound.hears_centre, sound.heard_by_centre):
        if hearing is not None:
            yield from _of_hearing(hearing, present, strains)
    yield from _of_all(sound, present, strains)
    if sound.turn is not None and not sound.turn.heard:
        found = _touching(strains, _span_of(sound.turn))
        if _unfit_s(found) > SHARE * sound.turn.lasts_s:
            yield "the turn", found
    if sound.spoke_in_turn_of and sound.turn is not None and not _is_delayed(sound):
        began_s, ended_s = _span_of(sound.turn)
        if found := _touching(strains, (began_s - NEAR_S, ended_s + NEAR_S)):
            yield "spoke out of turn", found


def _of_all(
    sound: Sound, present: Span, strains: Sequence[Strain]
) -> Iterator[tuple[str, Sequence[Strain]]]:
    """What most had together."""
    for gap in sound.shared_gaps:
        yield from _of_gap(gap, strains)
    shared = (sound.shared_up, sound.shared_down)
    if any(delay is not None and delay.p50_ms > DELAY_MS for delay in shared):
        found = _touching(strains, present)
        if _unfit_s(found) > SHARE * (present[1] - present[0]):
            yield "everybody's delay", found


def _is_delayed(sound: Sound) -> bool:
    """Whether its voice takes so long that it is heard in the next one's turn."""
    up = sound.heard_by_centre
    return up is not None and (up.delay_p50_ms or 0.0) > DELAY_MS


def _of_hearing(
    hearing: Hearing, present: Span, strains: Sequence[Strain]
) -> Iterator[tuple[str, Sequence[Strain]]]:
    here = _touching(strains, present)
    is_often = _unfit_s(here) > SHARE * (present[1] - present[0])
    if hearing.first_s is None:
        if present[1] - present[0] - _unfit_s(here) < FIT_S:
            yield "never heard", here
        return
    waited_s = hearing.waited_s or 0.0
    before = _touching(here, (hearing.first_s - waited_s, hearing.first_s))
    if waited_s > FIRST_S >= waited_s - _unfit_s(before):
        yield "heard late", before
    for gap in hearing.gaps:
        yield from _of_gap(gap, here)
    if _is_ours(hearing, here):
        yield "loss", here
    if (hearing.delay_p50_ms or 0.0) > DELAY_MS and is_often:
        yield "delay", here


def _of_gap(gap: Gap, strains: Sequence[Strain]) -> Iterator[tuple[str, Sequence[Strain]]]:
    """A silence is ours when without our own standstill it would be none."""
    found = _touching(strains, (gap.at_s, gap.ends_s))
    if found and gap.lasts_s - _unfit_s(found) <= GAP_S:
        yield f"a gap at {gap.at_s:.1f} s", found


def _is_ours(hearing: Hearing, strains: Iterable[Strain]) -> bool:
    """Whether our own kernel dropped as much as is missing: then nothing is proven."""
    if hearing.own_loss <= LOSS:
        return False
    missing = hearing.received * hearing.own_loss / max(1e-9, 1 - hearing.loss)
    return sum(s.datagrams_lost for s in strains) >= missing - LOSS * hearing.received


def _span_of(turn: Turn) -> Span:
    return turn.began_s, turn.began_s + turn.lasts_s


def _touching(strains: Iterable[Strain], span: Span) -> tuple[Strain, ...]:
    return tuple(strain for strain in strains if strain.touches(*span))


def _unfit_s(strains: Iterable[Strain]) -> float:
    return sum(strain.lasts_s for strain in strains)


def _overloaded(strains: Sequence[Strain], blemish: str) -> Failure:
    most = max(strains, key=lambda strain: strain.lasts_s)
    lost = sum(strain.datagrams_lost for strain in strains)
    detail = (
        f"{blemish}, while our media process was {max(most.lag_s, most.send_late_s):.2f} s"
        f" late at {most.at_s:.1f} s and our kernel dropped {lost} datagrams"
    )
    return Failure(Step.OBSERVE, "observer_overloaded", detail)
