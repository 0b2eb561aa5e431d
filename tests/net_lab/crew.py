"""How does a process that has loaded much work in many namespaces without loading it again?

It forks for each of them. A worker reads an order a line and answers a line, in JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from tests.net_lab.urgent import PROBER, hurry

SPACES, HOME = Path("/run/netns"), Path("/proc/thread-self/ns/net")
_NEW_NET = 0x40000000  # CLONE_NEWNET of linux/sched.h
_libc = ctypes.CDLL(None, use_errno=True)

Obey = Callable[[dict[str, Any]], object]


def man(posts: dict[str, int], obey: Obey) -> None:
    """One worker in each namespace, at the socket with that descriptor; until all close."""
    for name, descriptor in posts.items():
        if os.fork():
            continue
        for other in posts.values():
            if other != descriptor:
                os.close(other)
        _work(name, descriptor, obey)
        return
    for descriptor in posts.values():
        os.close(descriptor)
    for _ in posts:
        os.wait()


def _work(name: str, descriptor: int, obey: Obey) -> None:
    with Path(SPACES, name).open("rb") as space:
        move(space)
    hurry(PROBER)
    with socket.socket(fileno=descriptor) as post, post.makefile("rw") as lines:
        lines.write('"ready"\n')
        lines.flush()
        for line in lines:
            lines.write(json.dumps(obey(json.loads(line)), default=str) + "\n")
            lines.flush()


def move(space: BinaryIO) -> None:
    """Let this thread, and whatever it starts from now on, be in that network namespace."""
    if _libc.setns(space.fileno(), _NEW_NET):
        raise OSError(ctypes.get_errno(), f"no way into {space.name}")
