"""How do we run a Prefect server of our own that cannot outlive us?

Prefect is not imported here: the child starts while other work goes on.
"""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flows import template, tether
from flows.environment import NOTHING, of_server
from flows.patience import until

LOOPBACK = "127.0.0.1"
LOG = "server.log"
PORTS = range(20_000, 30_000)  # below those that the kernel gives to outgoing connections
READY_WITHIN_S = 120.0  # a new database on a busy machine; idle it takes 5 to 10 s
STOP_WITHIN_S = 4.0  # what it had to record is drained before; then it is killed


class ServerLostError(RuntimeError):
    """The server child ended, or did not answer in time; the message names its log."""


@dataclass(frozen=True, slots=True)
class PrefectServer:
    """A launched child. `page` is for people, `url` is the API; `log` is its output.

    `is_new`: it makes its database from nothing, which takes it seconds longer.
    """

    host: str
    port: int
    home: Path
    process: asyncio.subprocess.Process
    is_new: bool = False

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.home / LOG

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
        if self.is_new:  # whoever has to wait for us has not begun anything there
            await asyncio.to_thread(template.keep, self.home)

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
    home: Path, host: str = LOOPBACK, port: int = 0, more: Mapping[str, str] = NOTHING
) -> AsyncIterator[PrefectServer]:
    """Launch a server child with its database under `home`; port 0 picks a free one.

    The child is not awaited: `ready()` does that. It ends with this block, and with
    this process however that ends. One server a home: SQLite bears no second one.
    `more` are settings beside ours.
    """
    port = port or _free_port(host)
    is_new = not await asyncio.to_thread(template.lend, home)
    with (home / LOG).open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", tether.__file__, str(os.getpid()), "prefect"),
            *("server", "start", "--host", host, "--port", str(port)),
            env=of_server(home, more),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C is for the trial: it still has things to record
        )
    try:
        yield PrefectServer(host, port, home, process, is_new)
    finally:
        await _stop(process)


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
    """A port that is free now and likely still when the child binds it, seconds later."""
    while True:
        port = secrets.choice(PORTS)
        try:
            with socket.socket() as asked:
                asked.bind((host, port))
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise  # this host is none of ours
        else:
            return port
