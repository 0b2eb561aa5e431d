"""How do packets get from one namespace to another through a line as bad as we want?

A process with a TUN device in each of two namespaces; this kernel has no `tc netem`.
`python -m tests.net_lab.tun ORDER.json`; it obeys a socket that it inherits, and ends with it.
"""

from __future__ import annotations

import fcntl
import gc
import heapq
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Any

from tests.net_lab.impairment import Lane, Way
from tests.net_lab.urgent import CARRIER, hurry

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
MTU, QUEUE_PACKETS = 1500, 2000
AT_ONCE = 64  # packets taken from one side before the others get their turn
IDLE_S = 1.0

Parcel = tuple[float, int, int, bytes, Lane]


class Line:
    """Both directions; `up` leads from the first end to the second."""

    def __init__(self, ends: tuple[int, int], seed: int) -> None:
        near, far = ends
        self._seeds = {"up": seed, "down": seed + 1}
        self._lanes = {way: Lane(Way(), seed) for way, seed in self._seeds.items()}
        self._routes = {near: ("up", far), far: ("down", near)}
        self._waiting: list[Parcel] = []
        self._taken = 0

    def carry(self, control: socket.socket, until_s: float) -> None:
        """Carry packets and obey until the control socket closes or time is up."""
        sources = [*self._routes, control.fileno()]
        while time.monotonic() < until_s:
            ready, _, _ = select.select(sources, [], [], self._pause_s())
            for source in ready:
                if source != control.fileno():
                    self._take(source)
                elif not self._obey(control):
                    return
            self._deliver()

    def _pause_s(self) -> float:
        if not self._waiting:
            return IDLE_S
        return max(0.0, self._waiting[0][0] - time.monotonic())

    def _obey(self, control: socket.socket) -> bool:
        """Set what is to be set, and answer with the counts of before."""
        raw = control.recv(4096)
        if not raw:
            return False
        counts = {way: asdict(lane.counts) for way, lane in self._lanes.items()}
        for way, settings in json.loads(raw).items():
            self._lanes[way] = Lane(Way(**settings), self._seeds[way])
        control.send(json.dumps(counts).encode())
        return True

    def _take(self, source: int) -> None:
        way, out = self._routes[source]
        lane = self._lanes[way]
        for _ in range(AT_ONCE):
            try:
                packet = os.read(source, 2048)
            except BlockingIOError:
                return
            if packet[0] >> 4 != 4:  # IPv6 looks for neighbours by itself
                continue
            for due_s in lane.offer(time.monotonic(), packet):
                self._taken += 1
                heapq.heappush(self._waiting, (due_s, self._taken, out, packet, lane))

    def _deliver(self) -> None:
        while self._waiting and self._waiting[0][0] <= (now_s := time.monotonic()):
            due_s, _, out, packet, lane = heapq.heappop(self._waiting)
            os.write(out, packet)
            lane.deliver(now_s - due_s)


def tun(namespace: str, device: str, commands: list[list[str]]) -> int:
    """A TUN device made here and moved there; it lives as long as its descriptor."""
    made = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(made, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
    _ip("link", "set", device, "netns", namespace)
    up = ["link", "set", device, "up", "mtu", str(MTU), "txqueuelen", str(QUEUE_PACKETS)]
    for command in [up, *commands]:
        _ip("-n", namespace, *command)
    return made


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=10)


def main(order: dict[str, Any]) -> None:
    """Make the line, say so, and carry."""
    control = socket.socket(fileno=order["control"])
    try:
        near, far = (tun(**end) for end in order["ends"])
    except (OSError, subprocess.CalledProcessError) as problem:
        why = getattr(problem, "stderr", b"") or str(problem).encode()
        control.send(why)
        return
    hurry(CARRIER)
    gc.disable()  # no cycles are made, and a pause would be a delay
    control.send(b"ready")
    Line((near, far), order["seed"]).carry(control, time.monotonic() + order["life_s"])


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
