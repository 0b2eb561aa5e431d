"""Does a menu greet, and does it go on when its keys are pressed?"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from rehearsal.net.rtp import Sound
from rehearsal.net.sip import sdp
from rehearsal.net.sip.participant import Participant
from rehearsal.net.voice.ear import Announcement, Ear, is_same
from rehearsal.net.voice.keypad import Keypad
from rehearsal.net.voice.terms import Terms

LOOK_S = 0.04  # two packets
ONSET_S = 0.1  # by then what has begun is known to be no click
ENOUGH_S = 1.0  # of the last answer: who plays music while one waits need not end


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key, and after how long something new was said; None: nothing new."""

    key: str
    reacted_s: float | None


@dataclass(frozen=True, slots=True)
class Menu:
    """How far we came. `is_endless`: what was said did not stop, so that no key was tried.

    `takes_keys`: the switchboard has agreed to hear of pressed keys.
    """

    is_greeted: bool
    is_endless: bool
    takes_keys: bool
    pressed: tuple[Pressed, ...] = ()

    @property
    def reacts(self) -> bool:
        """Whether any key brought something new."""
        return any(one.reacted_s is not None for one in self.pressed)

    @property
    def dead_key(self) -> str:
        """The key that brought nothing; empty when there is none."""
        return next((one.key for one in self.pressed if one.reacted_s is None), "")


@dataclass(slots=True)
class Talk:
    """A call that is up, with an ear and perhaps keys."""

    participant: Participant
    sound: Sound
    keypad: Keypad | None
    ear: Ear = field(default_factory=Ear)

    async def wait(self, seconds: float) -> None:
        """Let the call go on for a while; Stopped when the other side hangs up."""
        await self.participant.stay(self.participant.phone.now() + seconds)

    async def listen(
        self, since: float, begins_s: float, lasts_s: float, quiet_s: float
    ) -> Announcement | None:
        """The first thing said since then, to its end if that comes in time.

        None when nothing begins within `begins_s`.
        """
        while True:
            await self.wait(LOOK_S)
            now = time.monotonic()
            found = self.ear.announcement(since, now, quiet_s)
            began_at = found.began_at if found else now - ONSET_S
            if began_at - since > begins_s:
                return None
            if found is not None and (found.has_ended or now - began_at > lasts_s):
                return found

    async def press(self, key: str) -> None:
        """Press a key, and wait until it is told."""
        if self.keypad is None:
            raise ValueError("no keys were agreed on")
        self.keypad.press(key)
        while not self.keypad.is_idle:
            await self.wait(LOOK_S)


def talk_in(participant: Participant) -> Talk:
    """The talk of a call that has just been answered."""
    call, sound = participant.call, participant.sound
    if call is None or call.answer is None or sound is None:
        raise ValueError("nobody has answered")
    kind = sdp.parse_answer(call.answer.body).events
    talk = Talk(participant, sound, None if kind is None else Keypad(kind))
    sound.on_packet = talk.ear.hear
    sound.instead = talk.keypad.instead if talk.keypad else None
    return talk


async def walk(talk: Talk, terms: Terms) -> Menu:
    """Hear the greeting, then press each key once it is quiet, up to one without answer."""
    takes_keys = talk.keypad is not None
    since = time.monotonic()
    greeting = await talk.listen(since, terms.reaction_s, terms.speech_s, terms.quiet_s)
    is_endless = greeting is not None and not greeting.has_ended
    begun = Menu(greeting is not None, is_endless, takes_keys)
    if greeting is None or is_endless or not takes_keys:
        return begun
    said, pressed = [greeting], list[Pressed]()
    for number, key in enumerate(terms.menu, 1):
        is_last = number == len(terms.menu)
        answer, reacted_s = await _ask(talk, key, terms, is_last=is_last)
        if answer is None or any(is_same(answer, one) for one in said):
            pressed.append(Pressed(key, None))
            break
        pressed.append(Pressed(key, reacted_s))
        said.append(answer)
        is_endless = not answer.has_ended and not is_last
        if is_endless:
            break
    return replace(begun, is_endless=is_endless, pressed=tuple(pressed))


async def _ask(
    talk: Talk, key: str, terms: Terms, *, is_last: bool
) -> tuple[Announcement | None, float]:
    """What is said to a key, and how long after it was touched."""
    pressed_at = time.monotonic()
    await talk.press(key)
    lasts_s = ENOUGH_S if is_last else terms.speech_s
    answer = await talk.listen(pressed_at, terms.reaction_s, lasts_s, terms.quiet_s)
    return answer, answer.began_at - pressed_at if answer else 0.0
