"""Is a unit's own part of a ticket's way held against its limits?"""

from dataclasses import replace

import pytest

from checks import CHECKS
from rehearsal.check import Circumstances
from tests.rehearsal.readiness.small_city import ANSWERED, GO_LIVE, MORNING, page

CHECK = CHECKS["hotline.routing"]


def codes(**took_s):
    """The findings where these steps took so long."""
    seen = replace(ANSWERED, took_s=dict(ANSWERED.took_s) | took_s)
    around = Circumstances(page("hai-an", "feedback"), MORNING, GO_LIVE)
    return [finding.code for finding in CHECK.judge(seen, CHECK.standard, around)]


@pytest.mark.parametrize("step", ["acknowledged", "answered", "closed"])
def test_each_step_has_its_limit(step):
    """The limit itself is still good."""
    limit_s = CHECK.standard[step]

    assert codes(**{step: limit_s}) == []
    assert codes(**{step: limit_s + 1}) == [f"{step}_late"]


@pytest.mark.parametrize("step", ["number", "queue"])
def test_the_hotlines_steps_are_not_the_units(step):
    """What 1022 takes too long for is told of 1022."""
    assert codes(**{step: 1e6}) == []
