"""Can the committee order, refuse, schedule and stop a trial through Prefect's API?"""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from prefect.server.schemas.schedules import RRuleSchedule

from flows.carrying import VERDICT
from flows.deployments import _once
from tests.flows.served import ended, holds, running

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(scope="module")
def ordered(served):
    """A trial that was ordered through the API and has ended."""
    run_id = served.order(hold="1s", out="ordered").json()["id"]
    ended(served, run_id)
    return run_id


def test_an_ordered_trial_runs_to_its_verdict(served, ordered):
    """A no-go is a completed run whose message says it, in words and where to read."""
    state = served.state(ordered)

    assert state["type"] == "COMPLETED"
    assert state["message"] == "CHƯA ĐỦ ĐIỀU KIỆN / NO-GO · run-1 · ordered"


def test_the_verdict_is_left_in_fields(served, ordered):
    """A program reads the verdict without parsing words."""
    wanted = {"artifacts": {"flow_run_id": {"any_": [ordered]}}}
    (artifact,) = served.post("/artifacts/filter", wanted).json()

    assert artifact["key"] == VERDICT.format(phase="phase-1")
    assert json.loads(artifact["data"])[0]["verdict"] == "no-go"


@pytest.mark.parametrize(
    "wrong", [{"hold": "5h"}, {"units": ["Hải An"]}, {"out": "/etc"}, {"typo": "x"}]
)
def test_a_wrong_order_is_refused_before_a_trial_begins(served, wrong):
    """Prefect's server checks the form's own schema."""
    assert served.order(**wrong).status_code == 409


def test_a_cancelled_trial_stops_cleanly(served):
    """The trial reports what it had measured before Prefect calls it cancelled."""
    run_id = served.order(hold="1h", out="cancelled").json()["id"]
    running(served, run_id)

    wanted = {"state": {"type": "CANCELLING"}}
    served.post(f"/flow_runs/{run_id}/set_state", wanted)

    assert ended(served, run_id)["type"] == "CANCELLED"
    assert (served.cwd / "cancelled" / "state").read_text() == "stopped"


def test_a_second_trial_is_cancelled_at_once(served):
    """Two trials at a time would measure each other."""
    both = [served.order(hold="3s", out=f"both-{n}").json()["id"] for n in range(2)]

    states = sorted(ended(served, run_id)["type"] for run_id in both)

    assert states == ["CANCELLED", "COMPLETED"]


def test_a_schedule_produces_a_run_at_its_minute(served):
    """Prefect's scheduler works with the libraries that are installed here."""
    soon = datetime.now(HANOI).replace(microsecond=0) + timedelta(minutes=10)
    rule = f"DTSTART:{soon:%Y%m%dT%H%M%S}\nRRULE:FREQ=DAILY;COUNT=1"
    schedule = {"rrule": rule, "timezone": "Asia/Ho_Chi_Minh"}
    deployment_id = served.deployment()["id"]

    path = f"/deployments/{deployment_id}/schedules"
    served.post(path, [{"schedule": schedule}]).raise_for_status()

    wanted = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    assert holds(lambda: served.post("/flow_runs/filter", wanted).json() != [])
    (run,) = served.post("/flow_runs/filter", wanted).json()
    assert datetime.fromisoformat(run["expected_start_time"]) == soon


@pytest.mark.parametrize(
    "at", ["2027-06-20 07:30", "2027-06-20 00:30+00:00", "2027-06-20 07:30+07:00"]
)
async def test_the_date_is_a_morning_in_hai_phong(at):
    """07:30 on the invitation is 07:30 in Vietnam, wherever the server stands."""
    (schedule,) = _once(datetime.fromisoformat(at))

    days = await RRuleSchedule(rrule=schedule.rrule, timezone=schedule.timezone).get_dates(
        n=3, start=datetime(2027, 1, 1, tzinfo=HANOI)
    )

    assert days == [datetime(2027, 6, 20, 7, 30, tzinfo=HANOI)]


def test_no_date_leaves_the_pages_schedules_alone():
    """What the committee has scheduled from the page survives a restart."""
    assert _once(None) is None
