"""Is what fails together told together, and a unit's fault not laid on a channel?"""

import pytest

from checks import CHECKS
from rehearsal.check import Circumstances
from rehearsal.model import Failure, Step
from rehearsal.net.open311.dialect import APPLICANTS, CHANNELS
from rehearsal.net.open311.journey import Journey
from rehearsal.net.open311.survey import Surveyed
from tests.rehearsal.readiness.small_city import ANSWERED, GO_LIVE, MORNING, hotline

CHECK = CHECKS["hotline.feedback"]
ALL = [(channel, applicant) for channel in CHANNELS for applicant in APPLICANTS]


def told(*ended, xml_problem="", took_s=ANSWERED.took_s):
    """The findings where these tickets ended: channel, applicant, step."""
    stops = {(channel, applicant): step for channel, applicant, step in ended}
    journeys = tuple(
        Journey(
            channel,
            applicant,
            f"{10001 + number}",
            took_s,
            stops.get((channel, applicant), ""),
            Failure(Step.TRANSACTION, "x") if (channel, applicant) in stops else None,
        )
        for number, (channel, applicant) in enumerate(ALL)
    )
    around = Circumstances(hotline(), MORNING, GO_LIVE)
    found = CHECK.judge(Surveyed(xml_problem, journeys), CHECK.standard, around)
    return {finding.code: finding.values for finding in found}


def test_a_channel_is_broken_when_nobody_gets_through():
    """Three senders to three units: that is the channel."""
    found = told(*(("sms", one, "number") for one in APPLICANTS))

    assert list(found) == ["channel_broken"]
    assert (found["channel_broken"]["channel"], found["channel_broken"]["step"]) == (
        "sms",
        "number",
    )


def test_a_kind_of_sender_is_refused_when_no_channel_takes_it():
    """Three channels: that is the sender's kind."""
    found = told(*((one, "business", "number") for one in CHANNELS))

    assert list(found) == ["applicant_refused"]
    assert found["applicant_refused"]["applicant"] == "business"


@pytest.mark.parametrize("step", ["number", "queue"])
def test_one_lost_ticket_is_one(step):
    """Neither a channel nor a kind of sender is blamed for it."""
    assert list(told(("web", "individual", step))) == ["ticket_lost"]


@pytest.mark.parametrize("step", ["acknowledged", "answered", "closed"])
def test_what_a_unit_owes_is_no_channels_fault(step):
    """Even where three units that one channel reached are all behind."""
    found = told(*(("voice", one, step) for one in APPLICANTS))

    assert list(found) == ["unit_behind"]
    assert found["unit_behind"]["unit"] == "10007, 10008, 10009"


def test_two_faults_are_two():
    """A broken channel hides no lost ticket of another."""
    lost = [("sms", one, "queue") for one in APPLICANTS]

    assert set(told(*lost, ("web", "business", "number"))) == {"channel_broken", "ticket_lost"}


def test_xml_is_missed_even_where_all_is_well():
    """It is mandatory, whether or not we got on without it."""
    assert told(xml_problem="status 406")["xml_missing"]["problem"] == "status 406"


@pytest.mark.parametrize(("step", "code"), [("number", "number_late"), ("queue", "queue_late")])
def test_the_hotlines_own_steps_have_their_limits(step, code):
    """The limit itself is still good; the slowest counts."""
    limit_s = CHECK.standard[step]

    assert told(took_s={step: limit_s}) == {}
    assert list(told(took_s={step: limit_s + 0.1})) == [code]
