"""How do tests get lines between a bridge and its participants that are as bad as they want?

with links() as (link,):
    link.set(up=Way(loss=0.05))
    ...                      # run things in link.probe and link.bridge
    assert link.counts()["up"].lost > 0
"""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass

from tests.net_lab.impairment import Counts, Way
from tests.net_lab.places import Place, ip, place, refused
from tests.servers.children import LIFE_S, ROOT, START_S, STOP_S

NETWORK = "10.78.0."
BRIDGE_IP, ROUTER_IP = f"{NETWORK}1", "10.78.1.1"
SEED = 1
_devices = itertools.count()


@dataclass(frozen=True)
class Link:
    """A line; `up` leads from the probe to the bridge, `down` back."""

    probe: Place
    bridge: Place
    control: socket.socket

    def set(self, *, up: Way | None = None, down: Way | None = None) -> None:
        """Make a direction as bad as this; its chance and its counts begin anew."""
        ways = {"up": up, "down": down}
        self._tell({name: asdict(way) for name, way in ways.items() if way})

    def both(self, way: Way) -> None:
        """Make both directions as bad as this."""
        self.set(up=way, down=way)

    def counts(self) -> dict[str, Counts]:
        """What became of the packets, by direction, since it was last set."""
        return {name: Counts(**found) for name, found in self._tell({}).items()}

    @contextmanager
    def impaired(self, *, up: Way | None = None, down: Way | None = None) -> Iterator[None]:
        """As bad as this for a while, and perfect again after."""
        self.set(up=up, down=down)
        try:
            yield
        finally:
            self.both(Way())

    def _tell(self, order: dict[str, object]) -> dict[str, dict[str, float]]:
        self.control.send(json.dumps(order).encode())
        return json.loads(self.control.recv(4096))


@contextmanager
def links(count: int = 1, *, seed: int = SEED) -> Iterator[tuple[Link, ...]]:
    """A bridge and so many participants, each with a namespace and a line of its own."""
    with ExitStack() as stack:
        bridge = stack.enter_context(place("bridge", BRIDGE_IP))
        router = stack.enter_context(place("router", ROUTER_IP))
        _join(bridge, router)
        found = []
        for number in range(count):
            probe = stack.enter_context(place("probe", f"{NETWORK}{number + 2}"))
            control = stack.enter_context(_carried(_ends(probe, router), seed))
            found.append(Link(probe, bridge, control))
        for link in found:
            _await_ready(link.control)
        yield tuple(found)


def _join(bridge: Place, router: Place) -> None:
    """One device and one address for the bridge, however many lines lead to it.

    ICE agents bind a socket to each device: one that is reached by another hears nothing.
    """
    near, far = _device("b"), _device("r")
    pair = ["link", "add", near, "netns", bridge.name, "type", "veth"]
    ip(*pair, "peer", "name", far, "netns", router.name)
    for end, device in ((bridge, near), (router, far)):
        end.ip("addr", "add", f"{end.address}/32", "dev", device)
        end.ip("link", "set", device, "up")
    bridge.ip("route", "add", "default", "via", ROUTER_IP, "dev", near, "onlink")
    router.ip("route", "add", BRIDGE_IP, "dev", far)
    router.run("sysctl", "-qw", "net.ipv4.ip_forward=1")


@contextmanager
def _carried(ends: list[dict[str, object]], seed: int) -> Iterator[socket.socket]:
    """The process between two ends, just started; gives the socket that controls it."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(START_S)
    order = {"ends": ends, "seed": seed, "control": its.fileno(), "life_s": LIFE_S}
    with ours, its:
        command = [sys.executable, "-m", "tests.net_lab.tun", json.dumps(order)]
        child = subprocess.Popen(command, cwd=ROOT, pass_fds=[its.fileno()])
        its.close()
        try:
            yield ours
        finally:
            ours.close()  # the child ends with it
            child.wait(STOP_S)


def _await_ready(control: socket.socket) -> None:
    heard = control.recv(4096)
    assert heard, "the link's process did not start"
    if heard != b"ready":
        refused(heard.decode(errors="replace").strip())


def _ends(probe: Place, router: Place) -> list[dict[str, object]]:
    near, far = _device("n"), _device("f")
    own = ["addr", "add", probe.address, "peer", BRIDGE_IP, "dev", near]
    leads = ["route", "add", probe.address, "dev", far]
    return [
        {"namespace": probe.name, "device": near, "commands": [own]},
        {"namespace": router.name, "device": far, "commands": [leads]},
    ]


def _device(letter: str) -> str:
    """A name that nobody else uses, of at most 15 characters (linux/if.h)."""
    return f"{letter}{os.getpid()}x{next(_devices)}"
