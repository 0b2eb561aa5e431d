"""Is a bridge's failure named at real servers: its name, its proxy, its load, its picture?"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from checks import CHECKS
from rehearsal.model import Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Deadlines, Door
from rehearsal.net.tls import context
from rehearsal.observe import Watch
from rehearsal.run import measure
from tests.net_lab.impairment import Way
from tests.net_lab.janus import TRIAL, Gateway, janus_in
from tests.net_lab.link import Link, links
from tests.servers.certificates import intermediate, issue, root, written
from tests.servers.children import free_ports
from tests.servers.janus import ROOM, janus
from tests.servers.names import name_server
from tests.servers.nginx import Site, nginx
from tests.servers.roll import BARRIER_S

LADDER = ("bridge.reach", "bridge.certificate", "bridge.signalling")
JANUS, PROXY, STRIPPING, FORMER, NOBODY = (f"127.0.0.{n}" for n in (1, 51, 52, 53, 54))
ALONE = "alone"  # reached without a proxy
ZONE = {
    "well.bridge.example": [PROXY],
    "stripped.bridge.example": [STRIPPING],
    "moved.bridge.example": [FORMER],
    "left.bridge.example": [NOBODY],
    f"{ALONE}.bridge.example": [JANUS],
    "gone.bridge.example": "nxdomain",
}
PASSING_ON = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
    " proxy_set_header Connection upgrade;"
)
QUICK = Deadlines(*[2.0] * 6)
OURS = "rehearsal.net.rollcall.worker"
HALLS = ("north", "south", "east", "west", "harbour")
MORE_HALLS = (*HALLS, "market", "island")
HOLD_S, SETTLED_S = 12.0, 2.0
SPEAKING_S, STANDSTILL_S = 4.0, 3.0
STOPPED_S, RUNS_S = 0.5, 0.02  # so that half of all packets wait longer than 150 ms
FAR, CUT = Way(delay_ms=100), Way(is_cut=True)
TRIES = 3  # what the probe itself says it was too slow for is measured again
_LABOUR = "while kill -s STOP -- -{0}; do sleep {1}; kill -s CONT -- -{0}; sleep {2}; done"


@dataclass(frozen=True)
class Bed:
    """A gateway with proxies before it, and the way to them."""

    door: Door
    proxied: int
    direct: int
    janus: int

    async def ask(self, *slugs: str) -> dict[str, str]:
        """The first step of the ladder that fails at each, as `check: step/kind`."""
        async with Watch() as watch:
            told = await asyncio.gather(*(self._climbed(slug, watch) for slug in slugs))
        return dict(zip(slugs, told, strict=True))

    async def _climbed(self, slug: str, watch: Watch) -> str:
        port = self.direct if slug == ALONE else self.proxied
        url = f"wss://{slug}.bridge.example:{port}/janus"
        bridge = Target(
            f"{slug}/bridge", slug, slug, TargetKind.BRIDGE, url, "janus", room=ROOM
        )
        for name in LADDER:
            measured = await measure(CHECKS[name], bridge, self.door, watch, vantage="lab")
            if (failure := measured.failure) is not None:
                return f"{name}: {failure.step}/{failure.kind}"
        return "well"


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """One gateway; a good proxy, one that keeps the upgrade to itself, and a former host."""
    folder = tmp_path_factory.mktemp("bridges")
    plain, direct, proxied = free_ports(3)
    leaf = issue("Bridge", by=intermediate(), hosts=["*.bridge.example"])
    other = issue("Shop", by=intermediate(), hosts=["shop.example"])
    files = written(folder, "bridge", leaf, intermediate())
    others = written(folder, "shop", other, intermediate())
    to_janus = f"proxy_pass http://{JANUS}:{plain};"
    sites = [
        Site(PROXY, proxied, files, f"location / {{ {to_janus} {PASSING_ON} }}"),
        Site(STRIPPING, proxied, files, f"location / {{ {to_janus} }}"),
        Site(FORMER, proxied, others, "location / { return 200 x; }"),
    ]
    (folder / "root.pem").write_bytes(root().pem)
    with ExitStack() as stack:
        pid = stack.enter_context(janus(folder, JANUS, plain, direct, files))
        stack.enter_context(nginx(folder, sites))
        port = stack.enter_context(name_server(folder, ZONE))
        door = Door(
            resolver=Resolver([NameServer("127.0.0.1", port)]),
            tls=context([str(folder / "root.pem")]),
            hosts=frozenset(ZONE),
            deadlines=QUICK,
        )
        yield Bed(door, proxied, direct, pid)


@contextmanager
def stopped(group: int) -> Iterator[None]:
    """Its processes stand still, and the kernel goes on taking callers for them."""
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


async def test_a_name_that_is_wrong_or_old(bed: Bed):
    """Nobody has it; it leads to another's server; or to where no server is any more."""
    assert await bed.ask("well", "gone", "moved", "left") == {
        "well": "well",
        "gone": "bridge.reach: resolve/nxdomain",
        "moved": "bridge.certificate: tls_handshake/certificate_wrong_host",
        "left": "bridge.reach: connect/connection_refused",
    }


async def test_a_proxy_that_strips_the_websocket(bed: Bed):
    """Its TLS and its pages are well; only the upgrade never reaches the bridge."""
    told = await bed.ask("stripped")

    assert told == {"stripped": "bridge.signalling: ws_upgrade/upgrade_refused"}


async def test_a_dead_process_behind_an_open_port(bed: Bed):
    """Connecting works as ever; the first answer that the process itself owes never comes."""
    with stopped(bed.janus):
        told = await bed.ask("well", ALONE)

    assert told == {
        "well": "bridge.signalling: ws_upgrade/response_timeout",
        ALONE: "bridge.certificate: tls_handshake/handshake_timeout",
    }


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A bridge that labours under a roll call, another that stops; a third shows a picture."""
    with ThreadPoolExecutor() as pool:
        scenes = {scene.__name__: scene for scene in (_overloaded, _stood_still, _seen)}
        played = {
            name: pool.submit(scene, tmp_path_factory.mktemp(name))
            for name, scene in scenes.items()
        }
        return {name: scene.result() for name, scene in played.items()}


def _overloaded(folder: Path) -> dict[str, Any]:
    with links() as (link,), janus_in(link.bridge, folder) as gateway:
        return _fit(lambda: _called(link, gateway, HALLS, partial(_labouring, link, gateway)))


def _stood_still(folder: Path) -> dict[str, Any]:
    """The bridge stops for a while, and goes on; then the line of all is cut as long."""
    with links() as (link,), janus_in(link.bridge, folder) as gateway:
        troubles = {"stopped": stopped(gateway.pid), "cut": link.impaired(up=CUT, down=CUT)}
        return {
            name: _called(link, gateway, MORE_HALLS, partial(_for_a_while, trouble))
            for name, trouble in troubles.items()
        }


def _fit(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The same once more, if the probe was too slow to tell."""
    for _ in range(TRIES):
        told = call()
        if "observer_overloaded" not in {
            code for one in told.values() for code in one["codes"]
        }:
            break
    return told


def _called(
    link: Link, gateway: Gateway, halls: Sequence[str], trouble: Callable[[], None]
) -> dict[str, Any]:
    """A roll call, and that trouble when all are in."""
    everybody = dict.fromkeys(("central", *halls), (gateway.ws, TRIAL.id))
    order = {"bridges": everybody, "hold_s": HOLD_S, "crowd": 60, "stops": [], "program": OURS}
    with link.probe.worker("tests.servers.roll") as caller:
        assert caller.ask(order) == "opened"
        time.sleep(BARRIER_S + SETTLED_S)
        trouble()
        return caller.heard()["told"]


def _labouring(link: Link, gateway: Gateway) -> None:
    """The bridge gets no more than a moment now and then, to the end."""
    labour = _LABOUR.format(gateway.pid, STOPPED_S, RUNS_S)
    with subprocess.Popen(link.bridge.inside("sh", "-c", labour)) as slowing:
        time.sleep(HOLD_S - SETTLED_S)
        slowing.terminate()
    os.killpg(gateway.pid, signal.SIGCONT)


def _for_a_while(trouble: AbstractContextManager[None]) -> None:
    """In the middle of the roll call."""
    time.sleep(SPEAKING_S - SETTLED_S)
    with trouble:
        time.sleep(STANDSTILL_S)


def _seen(folder: Path) -> dict[str, Any]:
    """Through a camera that is stuck; from far away; and when the line has been cut."""
    with (
        links() as (link,),
        janus_in(link.bridge, folder) as gateway,
        link.probe.worker("tests.servers.stuck") as stuck,
        link.probe.worker("tests.servers.sounding") as hall,
    ):
        order = {"do": "sound", "url": gateway.ws, "room": TRIAL.id}
        frozen = stuck.ask(order)
        with link.impaired(up=FAR, down=FAR):
            far = hall.ask(order)
        link.both(CUT)
        return {"frozen": frozen, "far": far, "cut": hall.ask(order)}


def test_an_overloaded_bridge_is_no_units_fault(media: dict[str, Any]):
    """All voices are late together, now more and now less: that stands at the centre alone."""
    told = media["_overloaded"]
    codes = {slug: told[slug]["codes"] for slug in told}

    assert "bridge_overloaded" in codes.pop("central")
    assert codes == {slug: [] for slug in HALLS}


@pytest.mark.parametrize("trouble", ["stopped", "cut"])
def test_a_bridge_that_stood_still_is_no_units_fault(media: dict[str, Any], trouble: str):
    """Nobody's sound came for three seconds: that is told once, at the centre."""
    told = media["_stood_still"][trouble]
    (finding,) = told["central"]["findings"]

    assert (finding["code"], finding["outcome"]) == ("meeting_stood_still", "fail")
    assert finding["values"]["at_s"] == pytest.approx(SPEAKING_S, abs=1.0)
    assert finding["values"]["lasts_s"] == pytest.approx(STANDSTILL_S, abs=1.0)
    outcomes = {told[slug]["outcome"] for slug in MORE_HALLS}
    assert "pass" in outcomes
    assert outcomes <= {"pass", "unknown"}  # a bridge that wakes up may send more than we take


def test_a_frozen_picture(media: dict[str, Any]):
    """Its packets come in time, and show what the first one showed."""
    frozen = media["_seen"]["frozen"]

    assert frozen["findings"] == ["picture_frozen"]
    assert frozen["heard"]["loss"] == 0


def test_a_long_line(media: dict[str, Any]):
    """Nothing is lost, and everything takes a fifth of a second."""
    far = media["_seen"]["far"]

    assert far["findings"] == ["round_trip_slow"]
    assert far["heard"]["trip_p50_s"] == pytest.approx(0.2, abs=0.02)


def test_a_line_that_is_down(media: dict[str, Any]):
    """Nobody answers, and nobody says why."""
    assert media["_seen"]["cut"]["failure"] == "connect/connect_timeout"
