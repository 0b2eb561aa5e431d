"""Do our processes do as they are told, and surely end?"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from rehearsal.model import Failure, Network, Step
from rehearsal.net.rollcall.assembly import Assembly, shares
from rehearsal.net.rollcall.recipe import recipe_of
from rehearsal.net.route import door_by
from rehearsal.net.trail import Stopped, begin_trail
from tests.rehearsal.net.rollcall.seated import recipe, target
from tests.servers.children import ROOT, free_ports

HOLD_S = 1.0


def meeting(*slugs):
    """Bridges at a port of ours that nobody listens on."""
    url = f"ws://127.0.0.1:{free_ports(1)[0]}/"
    targets = [replace(target(slug), url=url) for slug in slugs]
    door = door_by(Network(), ["127.0.0.1"])
    return recipe_of(targets, Network(), door, roles={"central": "central"}, hold_s=HOLD_S)


def test_the_centre_has_a_process_of_its_own():
    """And nobody else's crowd is larger than it may be."""
    people = recipe("central", *(f"u{number}" for number in range(115)))

    split = shares(people, 60)

    assert split[0] == (0,)
    assert [len(own) for own in split[1:]] == [58, 57]
    assert sorted(number for own in split for number in own) == list(range(116))


def test_without_a_centre_there_are_only_crowds():
    """Two of one, when two may not share."""
    assert shares(recipe("a", "b"), 1) == [(0,), (1,)]


async def test_a_failure_comes_with_its_ladder():
    """What the other process met stands in this attempt, step by step."""
    called = meeting("a")
    trail = begin_trail()
    async with Assembly(called) as assembly:
        assembly.open(time.monotonic())
        with pytest.raises(Stopped) as stopped:
            await assembly.attend(called.seats[0].target)

    assert stopped.value.failure.kind == "connection_refused"
    assert [rung.step for rung in trail.rungs] == [Step.RESOLVE, Step.CONNECT]


async def test_a_process_that_dies_is_ours_and_none_is_left():
    """Its participants are unknown; those of the others are not."""
    called = meeting("a", "b")
    async with Assembly(called, crowd_max=1) as assembly:
        children = [worker.child for worker in assembly.workers]
        children[1].kill()
        assembly.open(time.monotonic())
        failures: list[Failure] = []
        for seat in called.seats:
            with pytest.raises(Stopped) as stopped:
                await assembly.attend(seat.target)
            failures.append(stopped.value.failure)

    assert [f.kind for f in failures] == ["connection_refused", "observer_overloaded"]
    assert all(child.returncode is not None for child in children)


async def test_a_meeting_given_up_leaves_no_process():
    """Also when it never opened."""
    async with Assembly(meeting("a")) as assembly:
        children = [worker.child for worker in assembly.workers]
        await asyncio.sleep(0)

    assert [child.returncode for child in children] == [0]


def test_a_process_ends_with_its_parent():
    """At the end of its orders, and without a word of complaint."""
    ended = subprocess.run(
        [sys.executable, "-m", "rehearsal.net.rollcall.worker"],
        input=b"",
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
