"""Is a wrong clock found where it stands, at one server or with us?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from rehearsal.model import Assessment, Attempt, Failure, Measurement, Outcome, Rung, Step
from rehearsal.net.content import Visit
from tests.rehearsal.readiness.small_city import (
    EVIDENCE,
    Seen,
    assessed,
    city,
    light_of,
    morning,
    unit,
)

UNITS = ("a", "b", "c", "d", "e")
EARLY = Failure(Step.TLS_HANDSHAKE, "certificate_not_yet_valid", "from 2025-06-19")
OVER = Failure(Step.TLS_HANDSHAKE, "certificate_expired", "until 2025-06-21")
OTHER = Failure(Step.TLS_HANDSHAKE, "certificate_self_signed", "")


def ahead(seconds: float) -> Visit:
    """A right page of a server whose clock is that far ahead of ours."""
    seen = EVIDENCE["system.reach"]
    assert isinstance(seen, Visit)
    return replace(seen, clock_ahead_s=seconds)


def trial(but: Mapping[str, Seen]) -> Assessment:
    """Five units with one system each."""
    place = city([unit(slug, systems=["portal"]) for slug in UNITS])
    return assessed(place, morning(place, but))


def told(found: Assessment, slug: str, check_id: str) -> list[tuple[str, Outcome]]:
    """What is said of that unit by that check."""
    standing = next(s for s in found.units if s.owner.slug == slug)
    verdict = next(v for v in standing.verdicts if v.check_id == check_id)
    return [(finding.code, finding.outcome) for finding in verdict.findings]


def test_clocks_that_agree_are_right():
    """A second or two is the headers' own precision."""
    found = trial({"system.reach *": ahead(1.4), "system.reach a/*": ahead(-40.0)})

    assert all(light_of(found, slug) == "green" for slug in UNITS)


def test_one_wrong_clock_is_its_own():
    """The others agree with us."""
    found = trial({"system.reach *": ahead(0.5), "system.reach a/*": ahead(-600.0)})

    assert told(found, "a", "system.reach") == [("clock_wrong", Outcome.WARN)]
    assert told(found, "b", "system.reach") == []


def test_our_own_wrong_clock_is_nobodys_fault():
    """All servers contradict us: then what stands on our clock alone is not known."""
    found = trial(
        {
            "system.reach *": ahead(86_400.0),
            "system.reach a/*": ahead(86_400.0 - 600.0),
            "bridge.certificate b/*": EARLY,
            "bridge.certificate c/*": OVER,
            "bridge.certificate d/*": OTHER,
        }
    )

    assert told(found, "b", "bridge.certificate") == [("clock_skewed", Outcome.UNKNOWN)]
    assert told(found, "c", "bridge.certificate") == [("clock_skewed", Outcome.UNKNOWN)]
    assert told(found, "d", "bridge.certificate") == [(OTHER.kind, Outcome.FAIL)]
    assert told(found, "a", "system.reach") == [("clock_wrong", Outcome.WARN)]
    assert told(found, "e", "system.reach") == []


def test_dates_are_believed_while_our_clock_is():
    """Three certificates may well be wrong together, as when one authority made them."""
    early = {f"bridge.certificate {slug}/*": EARLY for slug in "abc"}
    found = trial({"system.reach *": ahead(0.0), **early})

    assert told(found, "a", "bridge.certificate") == [(EARLY.kind, Outcome.FAIL)]


def test_a_clock_years_behind_lets_nobody_answer():
    """No certificate is valid yet, so no page tells the time."""
    found = trial({"*": EARLY})

    assert told(found, "a", "system.reach") == [("clock_skewed", Outcome.UNKNOWN)]
    assert all(light_of(found, slug) == "grey" for slug in UNITS)


def at(address: str, one: Measurement) -> Measurement:
    """The same measurement, with the ladder that led to that machine."""
    rungs = (
        Rung(Step.CONNECT, 0.01, held=True, facts={"addresses": {address: "open"}}),
        Rung(Step.TLS_HANDSHAKE, 0.01, held=one.failure is None),
    )
    return replace(one, attempts=(Attempt(one.started_at, 0.1, rungs, one.failure),))


def test_a_machine_has_one_voice_whatever_its_names():
    """Four systems of every unit are behind one proxy, whose clock is wrong."""
    keys = ("docs", "mail", "portal", "reporting", "front")
    place = city([unit(slug, systems=keys) for slug in UNITS])
    behind = {f"system.reach */{key}": ahead(120.0) for key in keys[:4]}
    measured = [
        at("proxy" if one.target_id.endswith(keys[:4]) else one.target_id, one)
        for one in morning(place, {"system.reach */front": ahead(0.0), **behind})
    ]

    found = assessed(place, measured)

    codes = {f.code for s in found.units for v in s.verdicts for f in v.findings}
    wrong = {v.target.key for s in found.units for v in s.verdicts if v.findings}
    assert codes == {"clock_wrong"}
    assert wrong == set(keys[:4])


def test_early_certificates_beside_many_in_force_are_early():
    """No page was read, but handshakes were held: our clock is as right as they are."""
    place = city([unit(slug) for slug in (*UNITS, "f", "g", "h")])
    early = {f"bridge.certificate {slug}/*": EARLY for slug in "abc"}
    found = assessed(place, [at(m.target_id, m) for m in morning(place, early)])

    assert told(found, "a", "bridge.certificate") == [(EARLY.kind, Outcome.FAIL)]


@pytest.mark.parametrize("seconds", [1e12, -1e12])
def test_nonsense_is_no_time(seconds: float):
    """The year 9999 says nothing of our clock."""
    found = trial({"system.reach *": ahead(seconds)})

    assert told(found, "a", "system.reach") == [("clock_wrong", Outcome.WARN)]


def test_two_servers_are_no_majority():
    """They may share a machine, and its clock."""
    place = city([unit("a", systems=["portal", "mail"])])
    found = assessed(place, morning(place, {"system.reach *": ahead(600.0)}))

    assert told(found, "a", "system.reach") == [("clock_wrong", Outcome.WARN)]
