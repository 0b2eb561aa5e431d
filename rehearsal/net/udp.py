"""Do datagrams reach a host of the inventory, and what comes back?

An own socket on the event loop: what has arrived together is read in one wake-up, and what
the routers say of our datagrams is heard (ip(7), IP_RECVERR).
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from rehearsal.model import Failure, Step
from rehearsal.net import icmp
from rehearsal.net.door import Door
from rehearsal.net.tcp import interleaved
from rehearsal.net.trail import Stopped, step, stop

BURST = 64  # datagrams read in one wake-up; then the others get their turn
WAITING_MAX = 1024  # datagrams that nobody has taken yet; more are dropped and counted
DATAGRAM_BYTES = 65_535
_V6 = 6
_KINDS = {
    errno.ECONNREFUSED: "connection_refused",
    errno.EACCES: "prohibited_by_firewall",
    errno.EPERM: "prohibited_by_firewall",
    errno.EHOSTUNREACH: "host_unreachable",
    errno.ENETUNREACH: "network_unreachable",
}
_DISCARD = 9  # RFC 863; connecting a UDP socket sends nothing


@dataclass(frozen=True, slots=True)
class Datagram:
    """What came from where, and when by `time.monotonic()`."""

    data: bytes
    source: tuple[str, int]
    at: float


class Datagrams:
    """A UDP socket of ours, connected or only bound. `problem` is what a router said last.

    With `on_arrival` every datagram is handed over as it comes, else `receive` gives it.
    """

    def __init__(
        self, sock: socket.socket, on_arrival: Callable[[Datagram], None] | None = None
    ) -> None:
        self.problem: Failure | None = None
        self.dropped = 0
        self._sock = sock
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Datagram] = deque()
        self._hand_over = on_arrival or self._keep
        self._arrival: asyncio.Future[None] | None = None
        self._is_open = True
        sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        icmp.hear(sock, is_on=True)
        self._loop.add_reader(sock, self._read)

    @property
    def local(self) -> tuple[str, int]:
        """Our own address and port."""
        host, port, *_ = self._sock.getsockname()
        return host, port

    @property
    def peer(self) -> tuple[str, int]:
        """Whom the socket is connected to."""
        host, port, *_ = self._sock.getpeername()
        return host, port

    def send(self, data: bytes, to: tuple[str, int] | None = None) -> None:
        """Send without waiting; `to` is needed where the socket is only bound."""
        if not self._is_open:
            return
        try:
            if to is None:
                self._sock.send(data)
            else:
                self._sock.sendto(data, to)
        except BlockingIOError:
            self.dropped += 1
        except OSError as problem:
            self._note(problem)

    async def receive(self) -> Datagram:
        """The next datagram; Stopped on `connect` when a router or the host refused ours."""
        while not self._waiting and self.problem is None:
            self._arrival = self._loop.create_future()
            await self._arrival
        if self._waiting:
            return self._waiting.popleft()
        problem, self.problem = self.problem, None
        raise Stopped(problem or Failure(Step.CONNECT, "connect_unknown"))

    def abort(self) -> None:
        """Close the socket."""
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._sock)
            self._sock.close()

    def _read(self) -> None:
        """Called by the event loop."""
        for _ in range(BURST):
            try:
                data, source = self._sock.recvfrom(DATAGRAM_BYTES)
            except BlockingIOError:
                return
            except OSError as problem:
                self._note(problem)
                return
            self._hand_over(Datagram(data, source[:2], time.monotonic()))

    def _keep(self, datagram: Datagram) -> None:
        if len(self._waiting) >= WAITING_MAX:
            self.dropped += 1
            return
        self._waiting.append(datagram)
        self._wake()

    def _note(self, problem: OSError) -> None:
        """Keep an error; what a router said of it is read, or it would wake us for ever."""
        number = errno.EACCES if icmp.is_prohibited(self._sock) else problem.errno or 0
        name = errno.errorcode.get(number, "unknown").lower()
        kind = _KINDS.get(number, f"connect_{name}")
        self.problem = Failure(Step.CONNECT, kind, f"{problem.strerror}")
        self._wake()

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)


def bound(host: str, on_arrival: Callable[[Datagram], None]) -> Datagrams:
    """A socket on a free port of one of our own addresses."""
    sock = socket.socket(_family(host), socket.SOCK_DGRAM)
    try:
        sock.bind((host, 0))
    except OSError:
        sock.close()
        raise
    return Datagrams(sock, on_arrival)


def own_address_towards(host: str) -> str:
    """Which of our addresses packets to that address leave from; nothing is sent."""
    with socket.socket(_family(host), socket.SOCK_DGRAM) as sock:
        sock.connect((host, _DISCARD))
        return str(sock.getsockname()[0])


async def datagrams(door: Door, host: str, port: int) -> Datagrams:
    """A socket connected to the host's first address that there is a way to.

    Stopped when the name has no address, or our own machine no way there.
    """
    if host not in door.hosts:
        raise stop(Step.OBSERVE, "bug_in_rehearsal", f"{host} is no target")
    found = await door.resolver.addresses(host, door.deadlines.resolve_s)
    port = door.ports.get(port, port)
    outcomes: dict[str, str] = {}
    async with step(Step.CONNECT, door.deadlines.connect_s, "connect_timeout") as rung:
        rung.note(port=str(port), transport="udp", addresses=outcomes)
        for address in interleaved(found):
            try:
                sock = _connected(address, port)
            except OSError as problem:
                outcomes[address] = _KINDS.get(problem.errno or 0, "connect_unknown")
            else:
                outcomes[address] = "open"
                return Datagrams(sock)
        raise stop(Step.CONNECT, next(iter(outcomes.values())), "; ".join(outcomes))


def _connected(address: str, port: int) -> socket.socket:
    sock = socket.socket(_family(address), socket.SOCK_DGRAM)
    try:
        sock.connect((address, port))
    except OSError:
        sock.close()
        raise
    return sock


def _family(host: str) -> socket.AddressFamily:
    is_v6 = ipaddress.ip_address(host).version == _V6
    return socket.AF_INET6 if is_v6 else socket.AF_INET
