"""How do tests get network namespaces of their own, with servers inside, surely gone after?"""

from __future__ import annotations

import itertools
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from tests.net_lab.crew import HOME, SPACES, move
from tests.servers.children import BOUNDS, ROOT, START_S, STOP_S, needed

_OURS = re.compile(r"[a-z]+-(?P<pid>\d+)-\d+")
_LISTEN = "0A"  # TCP_LISTEN of linux/include/net/tcp_states.h, as /proc/net/tcp prints it
_BOUNDS = ("nice", "-n", "-10", *BOUNDS)
_numbers = itertools.count()


def unique(word: str) -> str:
    """A name that neither another test process nor this one uses; it tells whose it is."""
    return f"{word}-{os.getpid()}-{next(_numbers)}"


def ip(*words: str) -> None:
    """One command of iproute2."""
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=STOP_S)


def refused(why: str) -> None:
    """The kernel allows no such thing: that may be, but never where everything must run."""
    told = f"no network of our own: {why}"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)


@dataclass(frozen=True)
class Place:
    """A network namespace, and the first address that others reach it by."""

    name: str
    address: str

    def inside(self, *words: str) -> list[str]:
        """A command line that runs in here, bounded in time, ahead of a busy machine's rest."""
        return ["ip", "netns", "exec", self.name, *_BOUNDS, *words]

    def ip(self, *words: str) -> None:
        """One command of iproute2 in here."""
        ip("-n", self.name, *words)

    def run(self, *words: str, stdin: str = "") -> str:
        """What a command in here prints."""
        done = subprocess.run(
            self.inside(*words),
            input=stdin,
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        return done.stdout

    def python(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        """A module of the tests in here."""
        return subprocess.Popen(
            self.inside(sys.executable, "-m", module, *arguments),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Work in here for a while, with all the processes that are started meanwhile."""
        with HOME.open("rb") as outside, Path(SPACES, self.name).open("rb") as inside:
            move(inside)
            try:
                yield
            finally:
                move(outside)

    @contextmanager
    def worker(self, module: str) -> Iterator[Worker]:
        """A module of the tests in here that reads orders and answers, a line of JSON each."""
        with self.python(module) as child:
            try:
                assert child.stdin
                assert child.stdout
                yield Worker(child.stdin, child.stdout)
            finally:
                _end(child)

    @contextmanager
    def naming(self, folder: Path, zone: Mapping[str, Any]) -> Iterator[int]:
        """A name server in here that knows these names; its port on 127.0.0.1."""
        file = folder / f"{self.name}.json"
        file.write_text(json.dumps(zone))
        with self.python("tests.servers.names", str(file)) as child:
            yield said(child)

    @contextmanager
    def serving(self, command: Sequence[str], ports: Sequence[int], log: Path) -> Iterator[int]:
        """A server in the foreground in here, once it listens on those TCP ports; its pid."""
        with log.open("wb") as sink:
            child = subprocess.Popen(
                self.inside(*command), stdout=sink, stderr=sink, cwd=log.parent
            )
        try:
            _await_listening(child, set(ports), log)
            yield child.pid
        finally:
            _end(child)


@dataclass(frozen=True)
class Worker:
    """Somebody who obeys orders, one line of JSON each way."""

    orders: IO[str]
    answers: IO[str]

    def tell(self, order: object) -> None:
        """Give an order; the answer is heard later."""
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()

    def heard(self) -> Any:
        """The next answer."""
        return _read(self.answers)

    def ask(self, order: object) -> Any:
        """Give an order and wait for its answer."""
        self.tell(order)
        return self.heard()


def said(child: subprocess.Popen[str]) -> Any:
    """The next line of a child, as JSON."""
    assert child.stdout
    return _read(child.stdout)


def _read(stream: IO[str]) -> Any:
    line = stream.readline()
    assert line, "the child ended without a word"
    return json.loads(line)


@contextmanager
def crew(module: str, places: Sequence[Place]) -> Iterator[list[Worker]]:
    """A module that is loaded once and then works in all these places: `tests.net_lab.crew`."""
    with ExitStack() as stack:
        pairs = [socket.socketpair() for _ in places]
        ours = [stack.enter_context(near) for near, _ in pairs]
        theirs = [stack.enter_context(far) for _, far in pairs]
        posts = {place.name: sock.fileno() for place, sock in zip(places, theirs, strict=True)}
        command = [*_BOUNDS, sys.executable, "-m", module, json.dumps(posts)]
        child = subprocess.Popen(command, cwd=ROOT, pass_fds=list(posts.values()))
        stack.callback(_end, child)
        for sock in theirs:
            sock.close()
        streams = [stack.enter_context(sock.makefile("rw")) for sock in ours]
        yield [Worker(stream, stream) for stream in streams]


@contextmanager
def place(word: str, address: str) -> Iterator[Place]:
    """A namespace with nothing but its loopback device, gone at the end."""
    needed("ip")
    _sweep()
    found = Place(unique(word), address)
    try:
        ip("netns", "add", found.name)
    except subprocess.CalledProcessError as problem:
        refused(problem.stderr.decode(errors="replace").strip())
    try:
        found.ip("link", "set", "lo", "up")
        found.run("sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
        yield found
    finally:
        ip("netns", "delete", found.name)


def _sweep() -> None:
    """Take away the namespaces of test processes that were killed."""
    told = subprocess.run(["ip", "netns", "list"], check=False, capture_output=True, text=True)
    for line in told.stdout.splitlines():
        ours = _OURS.fullmatch(line.split()[0])
        if ours and not Path("/proc", ours["pid"]).exists():
            subprocess.run(["ip", "netns", "delete", ours[0]], check=False, capture_output=True)


def _end(child: subprocess.Popen[Any]) -> None:
    if child.stdin:
        child.stdin.close()
    child.terminate()  # `timeout` hands it on
    child.wait(STOP_S)


def _await_listening(child: subprocess.Popen[bytes], ports: set[int], log: Path) -> None:
    ends_at = time.monotonic() + START_S
    while time.monotonic() < ends_at and child.poll() is None:
        if ports <= _listening(child.pid):
            return
        time.sleep(0.05)
    tail = log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"nothing listens on all of {sorted(ports)}: {tail}")


def _listening(pid: int) -> set[int]:
    """The TCP ports that somebody listens on in the namespace of that process."""
    tables = [Path(f"/proc/{pid}/net/{table}").read_text() for table in ("tcp", "tcp6")]
    rows = [row.split() for table in tables for row in table.splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == _LISTEN}
