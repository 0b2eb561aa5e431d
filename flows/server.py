"""How do we run a Prefect server of our own that cannot outlive us?

Prefect is not imported here: the child starts while other work goes on.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flows import tether
from flows.environment import of_server
from flows.patience import until

LOOPBACK = "127.0.0.1"
READY_WITHIN_S = 120.0  # a new database on a busy machine; idle it takes 5 to 10 s
STOP_WITHIN_S = 4.0  # what it had to record is drained before; then it is killed


class ServerLostError(RuntimeError):
    """The server child ended, or did not answer in time; the message names its log."""


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """A launched child. `page` is for people, `url` is the API; `log` is its output."""

    host: str
    port: int
    log: Path
    process: asyncio.subprocess.Process

    @property
    def page(self) -> str:
        """Where a browser finds it."""
        return f"http://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """Where a Prefect client finds it."""
        return f"{self.page}/api"

    async def ready(self, within_s: float = READY_WITHIN_S) -> None:
        """Return once it answers; raise ServerLostError when it ended or stays silent."""
        try:
            await until(self._answers, within_s)
        except TimeoutError:
            raise ServerLostError(f"no answer in {within_s:.0f} s: {self.log}") from None

    def check(self) -> None:
        """Raise ServerLostError when the child is no more."""
        if self.process.returncode is not None:
            raise ServerLostError(f"ended with {self.process.returncode}: {self.log}")

    async def _answers(self) -> bool:
        self.check()
        try:
            return await _is_healthy(self.host, self.port)
        except OSError:  # nobody listens yet
            return False


@asynccontextmanager
async def prefect_server(
    home: Path, host: str = LOOPBACK, port: int = 0
) -> AsyncIterator[PrefectServer]:
    """Launch a server child with its database under `home`; port 0 picks a free one.

    The child is not awaited: `ready()` does that. It ends with this block, and with
    this process however that ends. One server a home: SQLite bears no second one.
    """
    port = port or _free_port(host)
    log = home / "server.log"
    with _written(log) as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", tether.__file__, str(os.getpid()), "prefect"),
            *("server", "start", "--host", host, "--port", str(port)),
            env=of_server(home),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C is for the trial: it still has things to record
        )
    try:
        yield PrefectServer(host, port, log, process)
    finally:
        await _stop(process)


def _written(log: Path) -> BinaryIO:
    log.parent.mkdir(parents=True, exist_ok=True)
    return log.open("wb")


async def _stop(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_WITHIN_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def _is_healthy(host: str, port: int) -> bool:
    """Ask by hand: no proxy of the environment can come between."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(b"GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        return b" 200 " in await reader.readline()
    finally:
        writer.close()


def _free_port(host: str) -> int:
    with socket.socket() as asked:
        asked.bind((host, 0))
        port: int = asked.getsockname()[1]
        return port
