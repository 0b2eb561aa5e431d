"""Which addresses and ports are ours? One 127.a.0.0/16 of the loopback network."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

from twin.fault import Backlog

FIRST, LAST = 64, 250  # 127.0.0.0/10 is left to everybody else
PER_NET = 250
NETS = 250
BACKLOG = 1024


class NoBlockError(RuntimeError):
    """Every block is taken: by as many other twins."""


class Block:
    """A /16 that no other twin of this machine uses, as long as this object lives."""

    def __init__(self) -> None:
        """Claim the first free block, beginning somewhere by our process number."""
        count = LAST - FIRST + 1
        turns = (FIRST + (os.getpid() + n) % count for n in range(count))
        claimed = next(_claims(turns), None)
        if claimed is None:
            raise NoBlockError(
                "hết khối địa chỉ 127.a.0.0/16 còn trống / no 127.a.0.0/16 is free"
            )
        self._number, self._claim = claimed
        self._given = 0
        self._held: list[socket.socket] = []

    def address(self) -> str:
        """The next address that nobody has yet."""
        net, host = divmod(self._given, PER_NET)
        if net >= NETS:
            raise NoBlockError(
                "danh mục quá lớn cho một khối / the inventory is too large for a block"
            )
        self._given += 1
        return f"127.{self._number}.{net}.{host + 1}"

    def free_port(self, address: str) -> int:
        """A port free at that address. The whole block is ours, so it is free at all."""
        with socket.socket() as probe:
            probe.bind((address, 0))
            port: int = probe.getsockname()[1]
            return port

    def listen(self, address: str, port: int, backlog: Backlog) -> socket.socket:
        """A TCP socket bound there, which takes callers as the backlog says."""
        line = socket.socket()
        line.settimeout(0)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.bind((address, port))
        if backlog is Backlog.OPEN:
            line.listen(BACKLOG)
            return line
        self._held.append(line)
        if backlog is Backlog.FULL:
            line.listen(0)
            self._held.append(_fill(line))
        return line

    def datagrams(self, address: str, port: int) -> socket.socket:
        """A UDP socket bound there."""
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.settimeout(0)
        line.bind((address, port))
        return line


def _claims(numbers: Iterator[int]) -> Iterator[tuple[int, socket.socket]]:
    """Blocks that could be claimed; an abstract name is freed even by kill -9 (unix(7))."""
    for number in numbers:
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with contextlib.suppress(OSError):
            claim.bind(f"\0rehearsal-twin-127.{number}")
            yield number, claim
            return
        claim.close()


def _fill(line: socket.socket) -> socket.socket:
    """Take the only place in the queue: Linux then drops every further SYN."""
    caller = socket.socket()
    caller.connect(line.getsockname())
    return caller
