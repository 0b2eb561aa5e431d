"""What does each measurement mean, and what could not even be tried?"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from checks import CHECKS
from rehearsal.model import Declaration, Failure, Outcome, Step, Target, TargetKind
from rehearsal.plan import Piece, Plan, PlannedCheck
from rehearsal.readiness.assess import assess
from rehearsal.readiness.verdicts import is_blocking, judge, judge_all
from tests.rehearsal.net.rollcall.seated import FINE, SILENCE
from tests.rehearsal.readiness.small_city import (
    EVIDENCE,
    GO_LIVE,
    RUN,
    bridge,
    city,
    measured,
    refused,
    unit,
)

AT = bridge("hai-an")
LADDER = ("bridge.reach", "bridge.certificate", "bridge.signalling", "bridge.roll_call")
PLANNED = [PlannedCheck(check_id, AT) for check_id in LADDER]
ENDS_TOMORROW = replace(
    EVIDENCE["bridge.certificate"], not_after=datetime(2025, 6, 21, tzinfo=UTC)
)


def verdicts(*seen, planned=PLANNED, limits=None):
    """The verdicts of the four checks of one bridge, by check."""
    table = {(m.check_id, m.target_id): m for m in seen}
    found = judge_all(planned, table, CHECKS, go_live=GO_LIVE, limits=limits or {})
    return {v.check_id: v for v in found}


@pytest.mark.parametrize(
    ("step", "kind", "outcome"),
    [
        (Step.CONNECT, "connection_refused", Outcome.FAIL),
        (Step.RESOLVE, "nxdomain", Outcome.FAIL),
        (Step.TLS_HANDSHAKE, "certificate_expired", Outcome.FAIL),
        (Step.RESOLVE, "resolver_timeout", Outcome.UNKNOWN),
        (Step.RESOLVE, "resolver_unreachable", Outcome.UNKNOWN),
        (Step.OBSERVE, "observer_overloaded", Outcome.UNKNOWN),
        (Step.OBSERVE, "observer_offline", Outcome.UNKNOWN),
        (Step.OBSERVE, "bug_in_rehearsal", Outcome.UNKNOWN),
        (Step.OBSERVE, "deadline_in_queue", Outcome.UNKNOWN),
        (Step.CONNECT, "never_heard_of", Outcome.UNKNOWN),
    ],
)
def test_whose_fault_it_is(step, kind, outcome):
    """What is ours, or nobody's words cover, is UNKNOWN; what is theirs is FAIL."""
    seen = measured("bridge.reach", AT.id, Failure(step, kind, "raw"))

    found = judge(CHECKS["bridge.reach"], seen, AT, go_live=GO_LIVE)

    assert found.outcome is outcome
    assert found.findings[0].code == kind
    assert found.findings[0].values == {"step": step.value, "detail": "raw"}


def test_evidence_without_findings_passes():
    """A healthy measurement has no finding, and passes."""
    found = judge(CHECKS["bridge.reach"], measured("bridge.reach", AT.id), AT, go_live=GO_LIVE)

    assert found.findings == ()
    assert found.outcome is Outcome.PASS


def test_the_worst_finding_counts():
    """One grave finding beside a light one decides."""
    slow = replace(EVIDENCE["bridge.signalling"], is_listed=False, upgrade_s=9.0)

    found = verdicts(measured("bridge.signalling", AT.id, slow))["bridge.signalling"]

    assert [f.outcome for f in found.findings] == [Outcome.FAIL, Outcome.WARN]
    assert found.outcome is Outcome.FAIL


def test_a_failure_blocks_everything_above_once():
    """What stands on a failed check is BLOCKED by that check: the trouble counts once."""
    found = verdicts(measured("bridge.reach", AT.id, refused()))

    assert found["bridge.reach"].outcome is Outcome.FAIL
    for above in LADDER[1:]:
        assert found[above].outcome is Outcome.BLOCKED
        assert found[above].blocked_by == "bridge.reach"
        assert found[above].findings == ()


def test_the_lowest_failure_blocks():
    """With two failed checks below, the first required one is named."""
    found = verdicts(
        measured("bridge.reach", AT.id),
        measured("bridge.certificate", AT.id, Failure(Step.TLS_HANDSHAKE, "peer_not_tls")),
        measured("bridge.signalling", AT.id, Failure(Step.TLS_HANDSHAKE, "peer_not_tls")),
    )

    assert found["bridge.signalling"].blocked_by == "bridge.certificate"
    assert found["bridge.roll_call"].blocked_by == "bridge.certificate"


def test_a_finding_blocks_nobody():
    """A certificate that ends before go-live FAILs, but the meeting can be tried today."""
    found = verdicts(measured("bridge.certificate", AT.id, ENDS_TOMORROW))

    assert found["bridge.certificate"].outcome is Outcome.FAIL
    assert found["bridge.signalling"].outcome is Outcome.UNKNOWN
    assert found["bridge.signalling"].blocked_by is None


def test_our_own_failure_blocks_nobody():
    """An overloaded observer says nothing of the layers above."""
    ours = Failure(Step.OBSERVE, "observer_overloaded")

    found = verdicts(measured("bridge.reach", AT.id, ours))

    assert {v.outcome for v in found.values()} == {Outcome.UNKNOWN}


def test_evidence_beats_blockage():
    """Who was seen in the meeting was not blocked, whatever failed a minute before."""
    found = verdicts(
        measured("bridge.reach", AT.id, refused()), measured("bridge.roll_call", AT.id)
    )

    assert found["bridge.roll_call"].outcome is Outcome.PASS


def test_a_failure_above_a_failure_is_blocked():
    """The same trouble seen once more on a higher check is not a second trouble."""
    found = verdicts(
        measured("bridge.reach", AT.id, refused()),
        measured("bridge.roll_call", AT.id, refused()),
    )

    assert found["bridge.roll_call"].blocked_by == "bridge.reach"
    assert found["bridge.roll_call"].measurement is not None


def test_never_measured_is_unknown():
    """A planned check without a measurement is UNKNOWN, never PASS."""
    found = verdicts()

    assert {v.outcome for v in found.values()} == {Outcome.UNKNOWN}
    assert all(v.findings == () and v.measurement is None for v in found.values())


def test_a_placeholder_says_why_it_was_not_measured():
    """Nothing behind the address: UNKNOWN, with a reason that is ours to mend."""
    stand_in = bridge("hai-an", placeholder=True)

    planned = [PlannedCheck("bridge.reach", stand_in, is_held=True)]
    found = verdicts(planned=planned)["bridge.reach"]

    assert found.outcome is Outcome.UNKNOWN
    assert found.findings[0].code == "address_is_placeholder"


def test_limits_override():
    """The inventory's limit replaces the check's own, for that check alone."""
    seen = measured("bridge.signalling", AT.id)
    strict = {"bridge.signalling": {"join": 0.05}, "bridge.reach": {"join": 99.0}}

    lax = verdicts(seen)["bridge.signalling"]
    found = verdicts(seen, limits=strict)["bridge.signalling"]

    assert lax.outcome is Outcome.PASS
    assert [f.code for f in found.findings] == ["join_slow"]
    assert found.findings[0].values["limit_s"] == 0.05


def test_the_go_live_decides_about_a_certificate():
    """The same evidence is judged by the city's own date."""
    seen = measured("bridge.certificate", AT.id)
    check = CHECKS["bridge.certificate"]

    near = judge(check, seen, AT, go_live=date(2025, 12, 15))
    after = judge(check, seen, AT, go_live=date(2026, 1, 1))

    assert [f.code for f in near.findings] == ["certificate_expires_soon"]
    assert [f.code for f in after.findings] == ["certificate_expires_before_go_live"]


def test_other_targets_are_not_blocked():
    """A failure blocks the checks of its own target alone."""
    other = Target("b/bridge", "b", "b", TargetKind.BRIDGE, "wss://b.example/")
    planned = [*PLANNED, PlannedCheck("bridge.signalling", other)]
    table = {("bridge.reach", AT.id): measured("bridge.reach", AT.id, refused())}

    found = judge_all(planned, table, CHECKS, go_live=GO_LIVE)

    assert found[-1].outcome is Outcome.UNKNOWN


def test_is_blocking_needs_a_failure():
    """Neither evidence, nor a missing measurement, nor a fault of ours blocks."""
    found = verdicts(
        measured("bridge.reach", AT.id),
        measured("bridge.certificate", AT.id, ENDS_TOMORROW),
        measured("bridge.signalling", AT.id, Failure(Step.OBSERVE, "observer_offline")),
    )

    assert not any(is_blocking(verdict) for verdict in found.values())


THROUGH_HUB = CHECKS | {
    "bridge.roll_call": replace(CHECKS["bridge.roll_call"], through_hub=True)
}
HUB = bridge("main-hai-duong")
SILENT = Failure(Step.SIGNALLING, "signalling_timeout", "")


ECHO = replace(FINE, sound=replace(FINE.sound, echoes=("central",)))
DEAF = replace(FINE, sound=replace(FINE.sound, hears_centre=SILENCE))


def behind_hub(hub, unit):
    """The verdict of a unit's roll call, with what its hub's saw."""
    planned = [PlannedCheck("bridge.roll_call", target) for target in (HUB, AT)]
    table = {
        (m.check_id, m.target_id): m
        for m in (
            measured("bridge.roll_call", HUB.id, hub),
            measured("bridge.roll_call", AT.id, unit),
        )
    }
    hubs = {AT.owner: HUB.id}
    return judge_all(planned, table, THROUGH_HUB, go_live=GO_LIVE, hubs=hubs)[1]


def test_who_is_behind_a_failed_hub_is_blocked_by_it():
    """64 units behind one cut hub are one failure, not 65."""
    found = behind_hub(hub=SILENT, unit=Failure(Step.CONNECT, "connect_timeout", ""))

    assert found.outcome is Outcome.BLOCKED
    assert (found.blocked_by, found.blocked_at) == ("bridge.roll_call", HUB.id)
    assert found.findings == ()


@pytest.mark.parametrize(
    ("hub", "unit", "outcome"),
    [
        (..., SILENT, Outcome.FAIL),  # the hub is well
        (SILENT, ..., Outcome.PASS),  # the unit is in, whatever the inventory says of its way
        (SILENT, Failure(Step.RESOLVE, "nxdomain", ""), Outcome.FAIL),  # before that way begins
        (SILENT, Failure(Step.TLS_HANDSHAKE, "certificate_expired", ""), Outcome.FAIL),
        (SILENT, Failure(Step.OBSERVE, "observer_overloaded", ""), Outcome.UNKNOWN),
        (Failure(Step.OBSERVE, "observer_overloaded", ""), SILENT, Outcome.FAIL),
        (SILENT, Failure(Step.SIGNALLING, "join_denied", ""), Outcome.FAIL),
        (SILENT, ECHO, Outcome.FAIL),  # no way does that
        (DEAF, SILENT, Outcome.FAIL),  # the hub was in
        (DEAF, ECHO, Outcome.FAIL),
    ],
)
def test_a_hub_blocks_only_what_passes_through_it(hub, unit, outcome):
    """A unit's own fault stays its own, and nothing is blocked by what we do not know."""
    found = behind_hub(hub, unit)

    assert found.outcome is outcome
    assert found.blocked_by is None


@pytest.mark.parametrize("hub", [SILENT, DEAF])
def test_what_the_way_does_to_the_sound_is_the_hubs(hub):
    """A hub that is cut or deaf makes those behind it deaf."""
    assert behind_hub(hub, DEAF).blocked_at == HUB.id


CLOSED = replace(AT, url="h323:hai-an.example", protocol="h323")


def called_by_people(*said):
    """The verdict of a roll call by people, with what they said."""
    planned = [PlannedCheck("bridge.human_roll_call", CLOSED)]
    asked = measured(
        planned[0].check_id, CLOSED.id, Failure(Step.OBSERVE, "needs_human_roll_call")
    )
    inventory = city([replace(unit("hai-an"), targets=(CLOSED,))], hubs=())
    plan = Plan((Piece("bridges", "x", tuple(planned)),))
    found = assess(RUN, inventory, plan, [asked], stages=(), registry=CHECKS, said=said)
    return found.units[0].verdicts[0]


def said(minute, *, hears, heard):
    """What people said of that bridge at that minute past 07:00."""
    at = datetime(2025, 6, 20, 0, minute, tzinfo=UTC)
    answers = {"hears_centre": hears, "heard_by_centre": heard}
    return Declaration("bridge.human_roll_call", CLOSED.id, "A", at, answers)


def test_a_closed_product_is_unknown_until_people_call_the_roll():
    """Reach alone is never green."""
    assert called_by_people().outcome is Outcome.UNKNOWN


def test_people_say_who_hears_whom():
    """Each way by itself; the latest that was said counts, however it came in."""
    bad, good = said(45, hears=True, heard=False), said(50, hears=True, heard=True)

    assert [f.code for f in called_by_people(bad).findings] == ["hall_is_not_heard"]
    assert called_by_people(bad).outcome is Outcome.FAIL
    assert called_by_people(good, bad).outcome is Outcome.PASS
    assert called_by_people(bad, good).declared == good
