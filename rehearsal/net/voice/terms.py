"""How is a number called: which keys, how patiently, how many calls at once?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from rehearsal.net.voice.keypad import KEYS

CALLS = 4  # citizens call the same number: who wants more says so in the plan
CALLS_MAX = 200  # our own core cannot listen to more
KEYS_MAX = 8
_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Terms:
    """What an inventory says of a number; times in seconds.

    `menu` are the keys that lead through it, `echo` another number of the same switchboard
    that sends back what it hears. `calls_max` bounds the calls at one time, `lines` is how
    many are declared. `quiet_s` of silence end an announcement, which may last `speech_s`;
    `reaction_s` is how long the menu may take. `calls_per_s`: how fast calls follow.
    """

    menu: tuple[str, ...] = ()
    echo: str = ""
    calls_max: int = CALLS
    lines: int = CALLS
    calls_per_s: float = 2.0
    answer_s: float = 15.0
    speech_s: float = 20.0
    quiet_s: float = 1.0
    reaction_s: float = 3.0
    hold_s: float = 2.0
    post_dial_s: float = 6.0

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Self:
        """Read them; ValueError names a setting that is none."""
        usual = cls()
        calls_max = int(_number(settings, "calls_max", CALLS, CALLS_MAX))
        return cls(
            menu=_keys(settings.get("menu", "")),
            echo=settings.get("echo", ""),
            calls_max=calls_max,
            lines=int(_number(settings, "lines", calls_max, 100_000)),
            calls_per_s=max(0.1, _number(settings, "calls_per_s", usual.calls_per_s, 10)),
            answer_s=_number(settings, "answer_s", usual.answer_s, 60),
            speech_s=_number(settings, "speech_s", usual.speech_s, 60),
            quiet_s=_number(settings, "quiet_s", usual.quiet_s, 10),
            reaction_s=_number(settings, "reaction_s", usual.reaction_s, 20),
            hold_s=_number(settings, "hold_s", usual.hold_s, 30),
            post_dial_s=_number(settings, "post_dial_s", usual.post_dial_s, 15),
        )


def _number(settings: Mapping[str, str], name: str, otherwise: float, most: float) -> float:
    told = settings.get(name)
    if told is None:
        return otherwise
    if not _NUMBER.fullmatch(told) or float(told) > most:
        raise ValueError(f"settings.{name}: a number up to {most:g}, not {told[:20]!r}")
    return float(told)


def _keys(told: str) -> tuple[str, ...]:
    """`1,2` or `12`; keys are digits, `*` and `#`."""
    keys = tuple(told.replace(",", "").replace(" ", ""))
    if len(keys) > KEYS_MAX or not set(keys) <= set(KEYS):
        raise ValueError(f"settings.menu: up to {KEYS_MAX} keys, not {told[:20]!r}")
    return keys
