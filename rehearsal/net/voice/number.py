"""What does a citizen meet who calls the number? One call in all its parts, then many."""

from __future__ import annotations

from dataclasses import dataclass

from rehearsal.model import Failure, Step, Target
from rehearsal.net.door import Door
from rehearsal.net.rtp import SoundSeen
from rehearsal.net.trail import Stopped
from rehearsal.net.voice.echo import Returned, returned
from rehearsal.net.voice.ladder import FIRST_RUNG, Climb, Ladder, retry_after_s
from rehearsal.net.voice.line import api_of, dial, lifted
from rehearsal.net.voice.menu import Menu, talk_in, walk
from rehearsal.net.voice.terms import Terms


@dataclass(frozen=True, slots=True)
class Called:
    """One call and what followed; times in seconds.

    `post_dial_s`: from dialling until it rang; `ring_s`: from there until it was answered.
    `echo` is None where no echo number is known or nothing is heard at all, or where it did
    not answer: `echo_problem` then says why. `ladder` is None where it was not climbed,
    because one call is bad already, or we were asked to call later.
    """

    post_dial_s: float
    ring_s: float
    menu: Menu
    sound: SoundSeen
    echo: Returned | None = None
    echo_problem: str = ""
    ladder: Ladder | None = None


async def call_number(target: Target, door: Door) -> Called:
    """Call, hear the menu out, ask the echo number, then call many times at once.

    Stopped when the first call is not answered, or is hung up by the other side.
    """
    terms = Terms.of(api_of(target).settings)
    async with lifted(door, target, terms) as participant:
        await dial(participant, door)
        times_s = participant.times_s
        talk = talk_in(participant)
        menu = await walk(talk, terms)
        sound = talk.sound.seen()
    asks_echo = menu.is_greeted and terms.echo
    echo, lost = await _echo(target, door, terms) if asks_echo else (None, None)
    post_dial_s = times_s["post_dial_delay"]
    is_sound = menu.is_greeted and post_dial_s <= terms.post_dial_s
    may_call = terms.calls_max >= FIRST_RUNG and retry_after_s(lost) is None
    return Called(
        post_dial_s=post_dial_s,
        ring_s=times_s["invite"] - post_dial_s,
        menu=menu,
        sound=sound,
        echo=echo,
        echo_problem=lost.kind if lost else "",
        ladder=await Climb(target, door, terms).climb() if is_sound and may_call else None,
    )


async def _echo(
    target: Target, door: Door, terms: Terms
) -> tuple[Returned | None, Failure | None]:
    """What the echo number sends back, or why it is not reached."""
    try:
        async with lifted(door, target, terms, terms.echo) as participant:
            await dial(participant, door)
            return await returned(talk_in(participant)), None
    except Stopped as ended:
        if ended.failure.step is Step.OBSERVE:
            raise
        return None, ended.failure
