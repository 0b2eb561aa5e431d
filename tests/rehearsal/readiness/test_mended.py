"""If a cause were mended, what would be said, and what would still not be known?"""

from __future__ import annotations

import pytest

from rehearsal.model import Decision, Failure, Finding, Light, Outcome, Step, Verdict
from rehearsal.readiness.judging import Judging
from rehearsal.readiness.mended import after_mending
from tests.rehearsal.readiness.small_city import (
    CHECKS,
    RUN,
    assess,
    city,
    hotline,
    make_plan,
    measured,
    morning,
    refused,
    unit,
)

EXPIRED = Failure(Step.TLS_HANDSHAKE, "certificate_expired")
CITY = city(
    [unit("hai-an", systems=["mail"]), unit("an-lao", systems=["mail"])], shared=[hotline()]
)


def judged(but, *mended):
    """The small city with this wrong in it, as if these troubles had been mended."""
    plan = make_plan(CITY, CHECKS, "phase-1")
    return assess(
        RUN,
        CITY,
        plan,
        morning(CITY, but),
        stages=[],
        registry=CHECKS,
        judging=Judging(mended=frozenset(mended)),
    )


def lights(found):
    return {s.owner.slug: s.light for s in found.units}


def outcomes(found, slug):
    standing = next(s for s in found.units if s.owner.slug == slug)
    return {(v.check_id, v.target.key): v.outcome for v in standing.verdicts}


def test_what_is_mended_passes_and_nothing_else_changes():
    """The unit whose mail was mended is green; the other one keeps its trouble."""
    but = {"system.reach */mail": EXPIRED}
    found = judged(but, ("hai-an/mail", "certificate_expired"))

    assert lights(judged(but)) == {"hai-an": Light.RED, "an-lao": Light.RED}
    assert lights(found) == {"hai-an": Light.GREEN, "an-lao": Light.RED}


def test_another_trouble_of_the_same_target_stays():
    """Who mends the certificate does not mend the address."""
    found = judged({"system.reach hai-an/mail": refused()}, ("hai-an/mail", "nxdomain"))

    assert lights(found)["hai-an"] is Light.RED


def test_what_was_never_measured_stays_grey():
    """Behind the failure nobody has looked: it is not known, and no pass."""
    but = {
        "bridge.reach hai-an/bridge": refused(),
        "bridge.certificate hai-an/bridge": None,
        "bridge.signalling hai-an/bridge": None,
        "bridge.media hai-an/bridge": None,
        "bridge.roll_call hai-an/bridge": None,
    }
    found = judged(but, ("hai-an/bridge", "connection_refused"))
    told = outcomes(found, "hai-an")

    assert outcomes(judged(but), "hai-an")["bridge.media", "bridge"] is Outcome.BLOCKED
    assert told["bridge.reach", "bridge"] is Outcome.PASS
    assert told["bridge.media", "bridge"] is Outcome.UNKNOWN
    assert lights(found)["hai-an"] is Light.GREY


def test_what_was_blocked_and_measured_loses_its_reason():
    """It failed for what is mended now; it was measured, so nothing is left of it."""
    but = {"bridge.* hai-an/bridge": refused()}
    found = judged(but, ("hai-an/bridge", "connection_refused"))

    assert lights(found)["hai-an"] is Light.GREEN
    assert found.causes == ()


def verdict(check_id, target, *codes, blocked_by=None, blocked_at=None, is_measured=True):
    """A verdict that fails with these codes, or waits."""
    findings = tuple(Finding(code, Outcome.FAIL) for code in codes)
    seen = measured(check_id, target.id, object()) if is_measured else None
    return Verdict(check_id, target, findings, seen, blocked_by, blocked_at)


HUB, BRIDGE = CITY.hubs[0].targets[0], CITY.units[0].targets[0]


def own(waiting):
    """What its own measurement says: what its hub does, and a condition of its own."""
    told = (Finding("no_media", Outcome.FAIL), Finding("jitter_high", Outcome.WARN))
    return Verdict(waiting.check_id, waiting.target, told, waiting.measurement)


def test_a_mended_hub_lets_its_units_through_with_their_own_conditions():
    """What they failed for was the hub's; what they were warned of is their own."""
    told = [
        verdict("bridge.media", HUB, "no_media"),
        verdict("bridge.media", BRIDGE, blocked_by="bridge.media", blocked_at=HUB.id),
    ]
    hub, waiting = after_mending(told, {(HUB.id, "no_media")}, CHECKS, own)

    assert hub.outcome is Outcome.PASS
    assert [f.code for f in waiting.findings] == ["jitter_high"]
    assert waiting.outcome is Outcome.WARN


@pytest.mark.parametrize("codes", [("no_media", "loss_high"), ("loss_high",)])
def test_a_hub_that_is_mended_in_part_still_blocks(codes):
    """Whoever is behind it waits for all of it."""
    told = [
        verdict("bridge.media", HUB, *codes),
        verdict("bridge.media", BRIDGE, blocked_by="bridge.media", blocked_at=HUB.id),
    ]

    waiting = after_mending(told, {(HUB.id, "no_media")}, CHECKS, own)[1]

    assert waiting.outcome is Outcome.BLOCKED


def test_whoever_waits_for_somebody_who_waits_is_let_through():
    """The root counts, however long the chain."""
    told = [
        verdict("bridge.reach", BRIDGE, "connection_refused"),
        verdict("bridge.signalling", BRIDGE, blocked_by="bridge.reach", is_measured=False),
        verdict("bridge.media", BRIDGE, blocked_by="bridge.signalling", is_measured=False),
    ]
    mended = {(BRIDGE.id, "connection_refused")}

    found = after_mending(told, mended, CHECKS, own)

    assert [v.outcome for v in found] == [Outcome.PASS, Outcome.UNKNOWN, Outcome.UNKNOWN]


def test_a_consequence_goes_with_its_cause():
    """What is told of a target only because of something else needs no mending of its own."""
    (check_id, code, above) = next(
        (check.id, code, spec.follows[0])
        for check in CHECKS.values()
        for code, spec in check.findings.items()
        if spec.follows
    )
    told = [verdict("bridge.reach", BRIDGE, above), verdict(check_id, BRIDGE, code)]

    both = after_mending(told, {(BRIDGE.id, above)}, CHECKS, own)
    none = after_mending(told, {(BRIDGE.id, "another")}, CHECKS, own)

    assert [v.outcome for v in both] == [Outcome.PASS, Outcome.PASS]
    assert [v.outcome for v in none] == [Outcome.FAIL, Outcome.FAIL]


def test_mending_the_only_cause_makes_no_go_of_an_unproven_instrument():
    """The rest of the rules stay what they are."""
    found = judged(
        {"system.reach hai-an/mail": EXPIRED}, ("hai-an/mail", "certificate_expired")
    )

    assert found.decision is Decision.INCONCLUSIVE
