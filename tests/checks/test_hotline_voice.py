"""What is held of a number that was called?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from checks.hotline_voice import CHECK
from rehearsal.check import Circumstances
from rehearsal.net.voice.ladder import Ladder
from rehearsal.net.voice.menu import Menu, Pressed
from tests.rehearsal.readiness.small_city import (
    CALLED,
    GO_LIVE,
    LADDER,
    MORNING,
    RETURNED,
    page,
)

MENU, SOUND = CALLED.menu, CALLED.sound
DEAD = replace(MENU, pressed=(Pressed("1", 0.3), Pressed("2", None)))
DEAF = replace(RETURNED, is_ours=False, by="")
UNREACTIVE = replace(MENU, pressed=(Pressed("1", None),))


def codes(**changes: object) -> list[str]:
    """What is found about a good call with some other values."""
    around = Circumstances(page("city", "hotline-voice"), MORNING, GO_LIVE)
    seen = replace(CALLED, **changes)
    return [f.code for f in CHECK.judge(seen, CHECK.standard, around)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"post_dial_s": 3.0, "ring_s": 2.0}, []),
        ({"post_dial_s": 3.1}, ["post_dial_slow"]),
        ({"ring_s": 2.1}, ["answer_slow"]),
        (
            {"menu": Menu(is_greeted=False, is_endless=False, takes_keys=True)},
            ["nothing_heard"],
        ),
        ({"menu": replace(MENU, pressed=(), takes_keys=False)}, ["keys_not_taken"]),
        ({"menu": replace(MENU, pressed=(), is_endless=True)}, ["speech_endless"]),
        ({"menu": DEAD}, ["menu_dead"]),
        ({"menu": DEAD, "echo": None}, ["menu_dead"]),
        ({"echo": None, "echo_problem": "sip_404"}, ["echo_unanswered"]),
        ({"echo": None, "ladder": None}, []),
    ],
)
def test_each_trouble_is_told_by_itself(changes: dict, expected: list[str]):
    """The limit itself is still good."""
    assert codes(**changes) == expected


def test_who_does_not_hear_us_has_no_dead_menu():
    """No key arrives where no sound does; a key that was answered tells another story."""
    assert codes(echo=DEAF, menu=UNREACTIVE) == ["not_heard"]
    assert codes(echo=DEAF, menu=DEAD) == ["not_heard", "menu_dead"]


@pytest.mark.parametrize(
    ("lost", "received", "expected"),
    [(6, 194, []), (7, 193, ["sound_lossy"]), (5, 5, ["sound_lossy"]), (4, 6, []), (0, 0, [])],
)
def test_loss_is_a_share_of_what_was_sent(lost: int, received: int, expected: list[str]):
    """Four packets may still be on their way when we hang up."""
    assert codes(sound=replace(SOUND, lost=lost, received=received)) == expected


def test_our_own_lateness_is_no_jitter():
    """What we read too late came in time."""
    assert codes(sound=replace(SOUND, jitter_s=0.07)) == ["sound_uneven"]
    assert codes(sound=replace(SOUND, jitter_s=0.07, late_s=0.02)) == []


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        (replace(LADDER, ended_by="refused", up=3, kind="sip_486"), ["lines_short"]),
        (replace(LADDER, ended_by="refused", up=3, lines=3, kind="sip_486"), []),
        (replace(LADDER, ended_by="slow"), ["slow_together"]),
        (replace(LADDER, ended_by="silent", silent=1), ["mute_together"]),
        (replace(LADDER, ended_by="dropped", kind="session_ended"), ["dropped_together"]),
        (replace(LADDER, lines=30), []),
    ],
)
def test_the_ladder_is_held_to_the_declared_lines(ladder: Ladder, expected: list[str]):
    """As many as are declared, or as the plan lets us call, are enough."""
    assert codes(ladder=ladder) == expected
