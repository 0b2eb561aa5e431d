"""How does a test run a server in another process, and surely end it?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIFE_S = 600  # a test run that was killed leaves no server behind for longer
START_S = 30.0
STOP_S = 10.0
PORTS = range(10_000, 20_000)
# Every child is bounded in time, and one that crashes leaves no file of its memory.
BOUNDS = ("prlimit", "--core=0", "timeout", str(LIFE_S))


def needed(program: str) -> str:
    """The path of a server's program; without it a test cannot run, which CI never allows."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{program} is not installed")
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, on any loopback address.

    No outgoing connection takes one before its server does: they are below those of
    `net.ipv4.ip_local_port_range`.
    """
    held: list[socket.socket] = []
    while len(held) < count:
        with contextlib.suppress(OSError):
            held.append(socket.create_server(("127.0.0.1", random.choice(PORTS))))
    found = [sock.getsockname()[1] for sock in held]
    for sock in held:
        sock.close()
    return found


@contextmanager
def our_server(module: str, *arguments: str) -> Iterator[Any]:
    """A module of the tests as a server; gives what it says of itself, one line of JSON."""
    command = [*BOUNDS, sys.executable, "-m", module, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            line = child.stdout.readline()
            assert line, f"{module} did not start"
            yield json.loads(line)
        finally:
            child.stdin.close()
            child.wait(STOP_S)


@contextmanager
def daemon(
    command: Sequence[str], listens: Sequence[tuple[str, int]], log: Path
) -> Iterator[int]:
    """A server of Debian's in the foreground, once it listens; gives its process id."""
    with log.open("wb") as sink:
        child = subprocess.Popen([*BOUNDS, *command], stdout=sink, stderr=sink, cwd=log.parent)
    try:
        for address in listens:
            _await_listening(address, child, log)
        yield child.pid
    finally:
        child.terminate()  # `timeout` hands it on
        child.wait(STOP_S)


def _await_listening(
    address: tuple[str, int], child: subprocess.Popen[bytes], log: Path
) -> None:
    ends_at = time.monotonic() + START_S
    while time.monotonic() < ends_at and child.poll() is None:
        try:
            socket.create_connection(address, 1.0).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(
        f"nothing listens on {address}: {log.read_text(errors='replace')[-2000:]}"
    )


async def until_parent_ends(about: object) -> None:
    """In the child: say in one line what the parent waits for, and stay as long as it does."""
    print(json.dumps(about), flush=True)
    await asyncio.to_thread(sys.stdin.read)
