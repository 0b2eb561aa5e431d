"""Is a trial on a server elsewhere ordered, followed, and let go?"""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from flows.follow import CANCELLED, STAYS, followed
from rehearsal.model import Decision
from rehearsal.order import Order, TrialRefused
from tests.flows.served import TERMINAL, holds


def told_of(served, said):
    """The run whose name the follower was told first."""
    name = said[0].en.split(":")[0]
    (run,) = served.post("/flow_runs/filter", {"flow_runs": {"name": {"any_": [name]}}}).json()
    return run


async def test_the_verdict_comes_back(served):
    """`--server` ends as a trial here would: with its verdict and its reports."""
    run = await followed(served.url, Order(hold_s=1.0, out="there"), print)

    assert run.verdict is Decision.NO_GO
    assert run.reports_to == "there"


async def test_a_wrong_order_is_refused_with_the_servers_words(served):
    """The command ends with the code of a wrong configuration."""
    with pytest.raises(TrialRefused, match=r"order\.out") as refused:
        await followed(served.url, Order(out="/etc"), print)

    assert refused.value.exit_code == 3


async def test_a_server_that_is_not_there_is_refused():
    """An unreachable server is named, not a traceback."""
    with pytest.raises(TrialRefused, match=r"127\.0\.0\.1:1/api") as refused:
        await followed("http://127.0.0.1:1/api", Order(), print)

    assert refused.value.exit_code == 3


async def test_ctrl_c_cancels_the_trial_that_this_command_began(served):
    """And says so, and that the reports are there."""
    said = []
    following = asyncio.create_task(
        followed(served.url, Order(hold_s=3600.0, out="let-go"), said.append)
    )
    assert await asyncio.to_thread(holds, lambda: any("Running" in t.en for t in said))
    run = told_of(served, said)
    following.cancel()
    await asyncio.wait([following])

    assert said[-1] == CANCELLED
    assert holds(lambda: served.state(run["id"])["type"] in TERMINAL)
    assert (served.cwd / "let-go" / "state").read_text() == "stopped"


async def test_ctrl_c_leaves_a_scheduled_trial_alone(served):
    """The date was fixed by the committee; the terminal only watched."""
    said = []
    at = datetime.now(UTC) + timedelta(days=1)
    following = asyncio.create_task(followed(served.url, Order(at=at), said.append))
    assert await asyncio.to_thread(holds, lambda: said != [])
    following.cancel()
    await asyncio.wait([following])

    assert said[-1] == STAYS
    assert told_of(served, said)["state"]["type"] == "SCHEDULED"
