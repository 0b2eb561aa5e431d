"""Is the server child ours, for as long as we live and no longer?"""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.server import ServerLostError, prefect_server
from tests.flows.served import PATHS, holds, is_running

OWNER = """
import asyncio, pathlib, sys
from flows.server import prefect_server

async def main():
    async with prefect_server(pathlib.Path(sys.argv[1])) as server:
        print(server.process.pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.fixture
def owner(tmp_path):
    """Another process that owns a server child, and the child's id."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process, int(process.stdout.readline())
        process.kill()


def test_a_killed_owner_leaves_no_server(owner):
    """`kill -9` of a trial leaves no server of 200 MB behind."""
    process, server_pid = owner
    assert holds(lambda: b"server" in _command(server_pid))

    process.kill()

    assert holds(lambda: not is_running(server_pid))


def test_ctrl_c_is_not_the_servers(owner):
    """It still has to record how the trial ended."""
    process, server_pid = owner

    assert os.getpgid(server_pid) != os.getpgid(process.pid)


async def test_a_server_that_ended_is_noticed(tmp_path):
    """A trial does not wait for an orchestrator that is no more."""
    async with prefect_server(tmp_path) as server:
        server.process.kill()
        with pytest.raises(ServerLostError, match="ended with -9"):
            await server.ready()


async def test_a_silent_server_is_not_waited_for(tmp_path):
    """The patience with a server has an end."""
    async with prefect_server(tmp_path) as server:
        os.kill(server.process.pid, signal.SIGSTOP)
        with pytest.raises(ServerLostError, match="no answer"):
            await server.ready(within_s=0.3)
        os.kill(server.process.pid, signal.SIGCONT)


async def test_the_block_ends_the_server(tmp_path):
    """Nothing of it runs on when the trial is over."""
    async with prefect_server(tmp_path) as server:
        await asyncio.sleep(0)

    assert server.process.returncode is not None


async def test_the_other_work_goes_on_meanwhile(tmp_path):
    """Waiting for the server keeps the event loop free for the first stages."""
    async with prefect_server(tmp_path) as server:
        waiting = asyncio.create_task(server.ready())
        for _ in range(3):
            await asyncio.sleep(0)

        assert not waiting.done()
        waiting.cancel()


def _command(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()
