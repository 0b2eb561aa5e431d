"""Does a trial show in Prefect, and never depend on it?"""

import asyncio

import pytest

from flows import orchestra
from flows.server import ServerLostError
from rehearsal.order import Order
from tests.flows.pretend import PIECES, PretendTrial


def count(served, flow_run_id, **state):
    wanted = {"flow_runs": {"id": {"any_": [str(flow_run_id)]}}, "task_runs": state}
    return served.post("/task_runs/count", wanted).json()


async def test_every_piece_is_a_task_run_on_record(served, tmp_path):
    """When the trial ends, nothing of it is missing from Prefect's page."""
    playing = await orchestra.begun(Order(), served.url)
    run = await PretendTrial(tmp_path, 0.01).carry_out(playing.spawn)
    await playing.end(run)

    flow_run_id, _ = playing.trial.began.result()
    completed = {"state": {"type": {"any_": ["COMPLETED"]}}}
    assert count(served, flow_run_id, **completed) == PIECES
    assert served.state(flow_run_id)["message"].startswith("CHƯA ĐỦ ĐIỀU KIỆN / NO-GO")


async def test_a_task_is_named_after_its_piece(served, tmp_path):
    """The page shows whose systems are being measured."""
    playing = await orchestra.begun(Order(), served.url)
    await playing.end(await PretendTrial(tmp_path, 0.0).carry_out(playing.spawn))

    wanted = {"flow_runs": {"id": {"any_": [str(playing.trial.began.result()[0])]}}}
    runs = served.post("/task_runs/filter", wanted).json()
    assert {run["name"] for run in runs} == {f"systems/{n}" for n in range(PIECES)}


async def test_a_piece_that_fails_fails_the_trial_not_twice(served):
    """Its own error comes back unchanged, and the work is not repeated."""
    playing = await orchestra.begun(Order(), served.url)
    tried = []

    async def work():
        tried.append(1)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        await playing.spawn("systems/x", work)
    await playing.abandon()

    assert tried == [1]


async def test_a_stopped_trial_is_no_completed_run(served, tmp_path):
    """Ctrl-C reports what was measured, and Prefect shows that it was cut short."""
    playing = await orchestra.begun(Order(), served.url)
    carrying = asyncio.create_task(PretendTrial(tmp_path, 60).carry_out(playing.spawn))
    await asyncio.sleep(0.2)
    carrying.cancel()
    await asyncio.wait([carrying])
    await playing.abandon()

    assert carrying.cancelled()
    assert (tmp_path / "state").read_text() == "stopped"
    assert served.state(playing.trial.began.result()[0])["type"] == "CRASHED"


async def test_work_that_prefect_does_not_begin_is_done_without(served, monkeypatch):
    """A trial must not fail when its orchestrator does."""
    playing = await orchestra.begun(Order(), served.url)
    done = []

    async def broken(_name, _work):
        raise RuntimeError("no engine")

    async def work():
        done.append(1)

    monkeypatch.setattr(orchestra, "as_task", broken)
    await playing.spawn("systems/x", work)
    await playing.abandon()

    assert done == [1]


async def test_a_server_that_is_not_there_is_said_to_be_lost():
    """The caller goes on without; it must be told, not crashed."""
    with pytest.raises(ServerLostError):
        await orchestra.begun(Order(), "http://127.0.0.1:1/api")
