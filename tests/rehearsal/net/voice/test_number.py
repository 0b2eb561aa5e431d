"""Is a number called as the plan says, and is every call hung up, whatever happens?

The twin's switchboard is called; its own memory says who held a line, and with how many.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from rehearsal.inventory import load, with_network
from rehearsal.model import Inventory, Load, Network, Step, Target
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.load import Gate
from rehearsal.net.route import door_to
from rehearsal.net.trail import Stopped, begin_trail
from rehearsal.net.voice import echo
from rehearsal.net.voice.echo import returned
from rehearsal.net.voice.ladder import Climb
from rehearsal.net.voice.line import dial, lifted
from rehearsal.net.voice.menu import talk_in
from rehearsal.net.voice.number import call_number
from rehearsal.net.voice.terms import Terms
from tests.rehearsal.net.waiting import until
from tests.twin.calling import Twin, inventory_text, twin

FAULTS = (
    *("voice-no-answer", "voice-few-lines", "voice-trunk-full", "voice-canned-echo"),
    *("voice-busy", "voice-recoded"),
)
QUICK = {
    "menu": "1,2",
    "echo": "9196",
    "calls_max": "4",
    "calls_per_s": "10",
    "quiet_s": "0.3",
    "hold_s": "0.3",
    "reaction_s": "2",
}
RUN = "DIENTAP-run"
GENEROUS = Load(per_s=100.0, at_once=16, in_all=1000)


@dataclass(frozen=True)
class Town:
    """A twin and the inventory that leads to it."""

    said: dict
    inventory: Inventory

    def target(self, fault: str, transport: str = "udp", **settings: str) -> Target:
        """The number of the unit with that fault, quickly called."""
        unit = next(unit for unit in self.inventory.units if unit.slug == fault)
        target = next(t for t in unit.targets if t.api and t.api.contract == "voice")
        url = f"{target.api.url};transport={transport}"
        told = {**QUICK, **settings}
        return replace(target, api=replace(target.api, url=url, account=None, settings=told))

    def door(self, **changes: object) -> Door:
        """A door to the twin alone."""
        deadlines = Deadlines(signalling_s=2.0)
        return replace(door_to(self.inventory, deadlines=deadlines, marker=RUN), **changes)

    def held(self, fault: str) -> list[str]:
        """The markers of the calls that hold a line now."""
        return self._asked("SELECT marker FROM record", fault)

    def past(self, fault: str) -> list[int]:
        """Of each call that is over: how many held a line when it began, itself included."""
        return [
            int(name.split("-")[0]) for name in self._asked("SELECT id FROM removal", fault)
        ]

    def _asked(self, query: str, fault: str) -> list[str]:
        with sqlite3.connect(self.said["records"]) as base:
            where = f"{query} WHERE store = 'calls' AND owner = ?"
            return [found for (found,) in base.execute(where, (fault,))]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A twin with a healthy unit and one for each fault."""
    folder = tmp_path_factory.mktemp("town")
    file, assigned = folder / "bridges.yaml", folder / "faults.json"
    file.write_text(inventory_text(["none", "other", *FAULTS]), encoding="utf-8")
    assigned.write_text(json.dumps({f"{fault}/voice": fault for fault in FAULTS}))
    with twin(file, "--assign", assigned, "--directory", folder / "twin") as running:
        yield Town(running.said, _reached(file, running))


def _reached(file: Path, running: Twin) -> Inventory:
    said = running.said["network"]
    ports = {int(port): mapped for port, mapped in said["ports"].items()}
    network = Network(tuple(said["nameservers"]), tuple(said["trust"]), ports)
    return with_network(load(file), network)


@pytest.fixture(autouse=True)
def _trail():
    """Each test is an attempt of its own."""
    begin_trail()


@pytest.mark.parametrize(("transport", "unit"), [("udp", "none"), ("tcp", "other")])
async def test_a_whole_call(town: Town, transport: str, unit: str):
    """Rung, answered, led through the menu, heard back, and as often as the plan allows."""
    seen = await call_number(town.target(unit, transport), town.door())

    assert seen.post_dial_s > 0
    assert seen.menu.is_greeted
    assert [one.key for one in seen.menu.pressed] == ["1", "2"]
    assert not seen.menu.dead_key
    assert seen.sound.audible > 10
    assert seen.echo is not None
    assert (seen.echo.is_ours, seen.echo.by) == (True, "marks")
    assert seen.ladder is not None
    assert (seen.ladder.ended_by, seen.ladder.up) == ("limit", 4)
    assert town.held(unit) == []
    assert sorted(town.past(unit)) == [1, 1, 1, 2, 3, 4]


async def test_our_rhythm_is_known_again_after_recoding(town: Town):
    """A gateway on the way changes the bits that nobody hears."""
    target = town.target("voice-recoded", calls_max="1")

    seen = await call_number(target, town.door())

    assert seen.echo is not None
    assert (seen.echo.is_ours, seen.echo.by) == (True, "rhythm")
    assert seen.ladder is None


@pytest.mark.parametrize(
    ("fault", "up", "kind", "after_s"),
    [("voice-few-lines", 2, "sip_486", None), ("voice-trunk-full", 3, "sip_503", 2)],
)
async def test_the_first_refusal_ends_the_ladder(
    town: Town, fault: str, up: int, kind: str, after_s: int | None
):
    """Nobody is called after it, however many calls the plan allows."""
    target = town.target(fault, calls_max="16", calls_per_s="5")
    climb = Climb(target, town.door(), Terms.of(target.api.settings))

    ladder = await climb.climb()

    assert (ladder.up, ladder.ended_by, ladder.kind) == (up, "refused", kind)
    assert ladder.retry_after_s == after_s
    assert ladder.is_short
    assert climb.placed == up + 1
    assert town.held(fault) == []


async def test_a_stopped_ladder_is_hung_up(town: Town):
    """Stopped in its middle, over UDP, where nothing but our BYE tells the switchboard."""
    target = town.target("none", hold_s="30")
    climb = Climb(target, town.door(), Terms.of(target.api.settings))
    task = asyncio.create_task(climb.climb())
    await until(lambda: len(climb.up) == 2)
    markers = town.held("none")

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert len(set(markers)) == 2
    assert all(marker.startswith(f"{RUN}-") for marker in markers)
    assert town.held("none") == []


async def test_a_stopped_call_that_rings_is_cancelled(town: Town):
    """Nobody's telephone rings on."""
    door = town.door()
    task = asyncio.create_task(call_number(town.target("voice-no-answer"), door))
    await until(lambda: len(town.held("voice-no-answer")) == 1)
    await asyncio.sleep(0.5)  # it rings

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert town.held("voice-no-answer") == []


async def test_what_the_plan_forbids_is_our_own_stop(town: Town):
    """A budget of four requests ends the ladder: of the lines nothing is known then."""
    gate = Gate(replace(GENEROUS, in_all=4), GENEROUS)
    with pytest.raises(Stopped) as ended:
        await call_number(town.target("none"), town.door(gate=gate))

    assert ended.value.failure.step is Step.OBSERVE
    assert ended.value.failure.kind == "budget_spent"
    assert gate.asked == 4
    assert town.held("none") == []


async def test_a_strange_tone_is_no_echo_and_our_lateness_no_proof(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    """A tone of its own is not ours; when we ourselves were late, nothing is said."""
    target = town.target("voice-canned-echo")
    terms = Terms.of(target.api.settings)

    async def asked(late_s: float) -> bool:
        async with lifted(town.door(), target, terms, terms.echo) as participant:
            await dial(participant, town.door())
            talk = talk_in(participant)
            talk.sound.late_s = late_s
            return (await returned(talk)).is_ours

    with pytest.raises(Stopped) as ended:
        await asked(0.3)
    monkeypatch.setattr(echo, "LATE_MAX_S", 60.0)
    is_ours = await asked(0.3)

    assert not is_ours
    assert ended.value.failure.kind == "observer_overloaded"


async def test_a_refused_call_is_no_menu(town: Town):
    """The first call decides: its refusal is what is reported."""
    with pytest.raises(Stopped) as ended:
        await call_number(town.target("voice-busy"), town.door())

    assert ended.value.failure.kind == "sip_486"
