"""What do the checks of the centres hold of what they saw, at the edge of their limits?"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from checks import CHECKS
from checks.center_dossier_elsewhere import ROLES, Sent, _raise_but_of_others
from rehearsal.model import Failure, Step
from rehearsal.net.center import Journey, Passed, Searched
from rehearsal.net.trail import Stopped
from tests.rehearsal.readiness.small_city import page

DOSSIER = CHECKS["center.dossier"]
SOUND = Searched(0.1, 1, 0)
BROKEN = Failure(Step.HTTP_EXCHANGE, "maintenance", "status 503")


def went(field: str, whole_s: float = 1.0, took_s: float = 0.5, **other: object) -> Journey:
    """A journey of a field."""
    passed = (Passed("sign", took_s),)
    gone = Journey(field, f"Lĩnh vực {field}", "1", passed, whole_s, SOUND)
    return replace(gone, **other)


def told(*journeys: Journey) -> list[tuple[str, dict]]:
    """The findings about these journeys."""
    seen = DOSSIER.evidence(journeys)
    found = DOSSIER.judge(seen, DOSSIER.standard, SimpleNamespace())
    return [(finding.code, dict(finding.values)) for finding in found]


def test_a_field_that_fails_is_named_with_its_step():
    """Fields that end alike are one finding; the others are sound."""
    ended = {"trouble": BROKEN, "stopped_at": "sign"}
    found = told(went("a"), went("b", **ended), went("c", **ended))

    assert [code for code, _ in found] == ["field_fails"]
    assert found[0][1]["fields"] == "Lĩnh vực b, Lĩnh vực c"
    assert "sign" in found[0][1]["at"]
    assert found[0][1]["why"] == "maintenance"


def test_a_lost_reply_in_one_field_is_no_pass():
    """The journey came to its end, and is told all the same."""
    lost = went("b", passed=(Passed("pay", 0.1, "reply_lost"),))

    assert [(code, v["why"]) for code, v in told(went("a"), lost)] == [
        ("field_fails", "reply_lost")
    ]


@pytest.mark.parametrize(
    ("whole_s", "took_s", "expected"),
    [(10.0, 2.0, []), (10.1, 2.1, ["returned_late"]), (10.0, 2.1, ["step_slow"])],
)
def test_time_is_judged_once(whole_s: float, took_s: float, expected: list[str]):
    """The limit itself is still good; the whole outranks one of its steps."""
    assert [code for code, _ in told(went("a"), went("b", whole_s, took_s))] == expected


@pytest.mark.parametrize(
    ("searched", "expected"),
    [
        (Searched(1.0, 1, 0), []),
        (Searched(1.1, 1, 0), ["search_late"]),
        (Searched(None, 0, 2), ["not_searchable", "search_shows_others"]),
        (Searched(0.1, 2, 0), ["stored_twice"]),
    ],
)
def test_what_the_search_showed_is_judged(searched: Searched, expected: list[str]):
    """Whichever field's dossier it was that was searched for."""
    first = went("a", searched=None)

    assert [c for c, _ in told(first, went("b", searched=searched))] == expected


def test_another_units_failure_is_not_this_ones():
    """What stops at the unit that gives back leaves the receiving one unjudged."""
    target = replace(page("a", "procedures"), code="10001")
    stopped = went("a", trouble=BROKEN, stopped_at="return", stopped_by="10003")
    sent = Sent("a (10001)", "b (10002)", "c (10003)", "", stopped)
    with pytest.raises(Stopped, match=r"other_unit_failed: c \(10003\)"):
        _raise_but_of_others(sent, target)
    own = replace(sent, journey=replace(stopped, stopped_by="10001"))
    with pytest.raises(Stopped, match="http_exchange/maintenance"):
        _raise_but_of_others(own, target)


async def test_two_units_are_too_few():
    """No matrix of three roles without three units: UNKNOWN, and nobody's fault."""
    target = page("a", "procedures")
    door = SimpleNamespace(peers={"procedures": (target,) * (ROLES - 1)})
    with pytest.raises(Stopped, match="observe/too_few_units"):
        await CHECKS["center.dossier_elsewhere"].probe(target, door)
