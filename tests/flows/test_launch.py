"""Does a trial run with Prefect, without it, and when it is lost on the way?"""

import json
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

from flows import launch
from rehearsal.model import Decision
from rehearsal.order import Order, Unwatched
from tests.flows.pretend import PIECES, PretendTrial
from tests.flows.served import ROOT

UNIMPORTED = """
import sys
from flows import launch
print([name for name in sys.modules if name.split(".")[0] == "prefect"])
"""


@pytest.fixture
def trial(monkeypatch, tmp_path):
    """The pretended trial in place of a real one."""
    pretended = PretendTrial(tmp_path / "run-1", 0.1)

    @asynccontextmanager
    async def opened(_order, _registry, _progress):
        yield pretended

    monkeypatch.setattr(launch, "open_trial", opened)
    return pretended


@pytest.fixture
def server(monkeypatch):
    """The server child that a launch starts, to be killed at will."""
    started = []
    real = launch.prefect_server

    @asynccontextmanager
    async def launched(home, **settings):
        async with real(home, **settings) as child:
            started.append(child)
            yield child

    monkeypatch.setattr(launch, "prefect_server", launched)
    return started


def test_no_prefect_means_none_at_all():
    """`--no-prefect` works where Prefect cannot even be imported."""
    told = subprocess.run(
        [sys.executable, "-c", UNIMPORTED], cwd=ROOT, capture_output=True, check=True
    )

    assert json.loads(told.stdout) == []


async def test_a_trial_runs_without_prefect(trial):
    """The same plan, the same verdict."""
    run = await launch.run_without_prefect(Order(), Unwatched())

    assert run.verdict is Decision.NO_GO
    assert len(trial.done) == PIECES


@pytest.mark.usefixtures("served")  # an earlier server has made the tables
async def test_a_trial_runs_beside_a_server_of_its_own(trial, server, tmp_path):
    """One command starts the server, records every piece there and ends it."""
    said = []

    run = await launch.run_with_prefect(Order(out=str(tmp_path)), Unwatched(), said.append)

    assert run.verdict is Decision.NO_GO
    assert len(trial.done) == PIECES
    assert said == []
    assert not server[0].is_new


async def test_a_server_that_does_not_start_costs_one_sentence(trial, monkeypatch, tmp_path):
    """A trial must not fail when its orchestrator does not come up."""
    said = []
    monkeypatch.setattr(launch, "READY_WITHIN_S", 0.1)

    run = await launch.run_with_prefect(Order(out=str(tmp_path)), Unwatched(), said.append)

    assert run.verdict is Decision.NO_GO
    assert len(trial.done) == PIECES
    assert len(said) == 1


async def test_a_server_killed_midway_costs_one_sentence(trial, server, tmp_path):
    """Every piece is measured once, with or without a server to tell."""
    said = []
    carry_out = trial.carry_out

    async def cut_off(spawn):
        async def spawn_then_kill(name, work):
            async def fatal():
                server[0].process.kill()
                await work()

            await spawn(name, fatal if name == "systems/0" else work)

        return await carry_out(spawn_then_kill)

    trial.carry_out = cut_off
    run = await launch.run_with_prefect(Order(out=str(tmp_path)), Unwatched(), said.append)

    assert run.verdict is Decision.NO_GO
    assert sorted(trial.done) == [f"systems/{n}" for n in range(PIECES)]
    assert len(said) == 1
