"""Which checks are asked again, and which are left alone?"""

from dataclasses import replace
from datetime import UTC, datetime

from checks import CHECKS
from rehearsal.model import Failure, Step
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from rehearsal.rechecking import asked_again
from tests.rehearsal.readiness.small_city import (
    EVIDENCE,
    RUN,
    city,
    hotline,
    morning,
    refused,
    unit,
)

BEHIND = replace(unit("an-lao"), hub="central")
CITY = city([unit("hai-an", systems=["mail"]), BEHIND], shared=[hotline()])
BRIDGE, MAIL, HUB = "hai-an/bridge", "hai-an/mail", "central/bridge"
WAY = {"bridge.reach", "bridge.certificate", "bridge.signalling"}
SILENT = Failure(Step.MEDIA, "no_media")
SOON = replace(EVIDENCE["bridge.certificate"], not_after=datetime(2025, 7, 9, tzinfo=UTC))


def asking(but=None, inventory=CITY, **wanted):
    """What a recheck would ask after a morning that was healthy but for these."""
    before = make_plan(CITY, CHECKS, "phase-1")
    found = assess(RUN, CITY, before, morning(CITY, but), stages=(), registry=CHECKS)
    plan = make_plan(inventory, CHECKS, "phase-1")
    return asked_again(found, plan, CHECKS, CITY.targets(), **wanted)


def keys(asked):
    return {(item.check_id, item.target.id) for item in asked.plan.checks()}


def test_what_failed_is_asked_again_and_no_more():
    """One system at one unit: one check."""
    assert keys(asking({f"system.reach {MAIL}": refused()})) == {("system.reach", MAIL)}


def test_what_was_unknown_or_never_measured_is_asked_again():
    """Our own slowness then is no answer, and neither is silence."""
    slow = Failure(Step.OBSERVE, "observer_overloaded")
    asked = asking({f"system.reach {MAIL}": slow, "hotline.reach city/hotline": None})

    assert keys(asked) == {("system.reach", MAIL), ("hotline.reach", "city/hotline")}


def test_a_warning_was_measured_and_stays():
    """It is asked again with its unit."""
    warned = {f"bridge.certificate {BRIDGE}": SOON}

    assert keys(asking(warned)) == set()
    assert ("bridge.certificate", BRIDGE) in keys(asking(warned, units=["hai-an"]))


def test_what_it_requires_is_measured_with_it():
    """A meeting without sound is no meeting that can be reached: the way is asked, too."""
    asked = asking({f"bridge.media {BRIDGE}": SILENT})

    assert keys(asked) == {(name, BRIDGE) for name in (*WAY, "bridge.media")}


def test_the_hub_that_blocked_a_unit_is_asked_with_it():
    """Else the unit would wait for a hub that nobody looks at."""
    silent = {f"bridge.media {name}": SILENT for name in (HUB, "an-lao/bridge")}

    assert ("bridge.media", HUB) in keys(asking(silent, units=["an-lao"]))


def test_all_of_a_named_unit_is_asked_and_of_no_other():
    """Whatever it was before; but neither the roll call nor what only people can answer."""
    asked = asking({"system.reach *": refused()}, units=["hai-an"])
    targets = {target for _, target in keys(asked)}

    assert targets == {BRIDGE, MAIL}
    assert {name for name, target in keys(asked) if target == BRIDGE} == {*WAY, "bridge.media"}


def test_a_named_check_is_asked_where_it_is_open():
    """And only there; nothing else that failed."""
    broken = {"*.reach *": refused()}

    assert keys(asking(broken, only=["system.reach"])) == {("system.reach", MAIL)}
    assert keys(asking(only=["system.reach"])) == set()
    assert keys(asking(only=["system.reach"], units=["hai-an"])) == {("system.reach", MAIL)}


def test_the_roll_call_is_left_alone_and_that_is_said():
    """It proves something only when all are called at once."""
    asked = asking({f"bridge.* {BRIDGE}": refused()})

    assert "bridge.roll_call" not in {name for name, _ in keys(asked)}
    assert asked.not_asked == ("bridge.roll_call",)
    assert "roll_call" not in asked.stages
    assert asking({f"system.reach {MAIL}": refused()}).not_asked == ()


def test_a_named_roll_call_is_a_roll_call_of_all():
    """Also of those who were well: the meeting is the meeting of everybody."""
    asked = asking({f"bridge.roll_call {BRIDGE}": refused()}, only=["bridge.roll_call"])
    called = {target for name, target in keys(asked) if name == "bridge.roll_call"}

    assert called == {BRIDGE, HUB, "an-lao/bridge"}
    assert asked.not_asked == ()


def test_only_needed_stages_are_carried_out():
    """The instrument proves itself, then one stage, then the verdict."""
    asked = asking({f"system.reach {MAIL}": refused()})

    assert asked.stages == ("preflight", "selftest", "systems", "judge", "reports")


def test_where_nothing_is_open_nothing_is_asked():
    """Then there is nothing to prove either."""
    asked = asking()

    assert (keys(asked), asked.stages) == (set(), ("judge", "reports"))


def test_what_moved_is_asked_and_what_is_gone_is_said():
    """Another address was never measured; a target that is no more cannot be."""
    here = unit("hai-an", systems=["mail"])
    moved = replace(here.targets[1], url="https://new.mail.example/")
    there = replace(CITY, units=(replace(here, targets=(here.targets[0], moved)),))
    asked = asking(inventory=there)

    assert keys(asked) == {("system.reach", MAIL)}
    assert asked.gone == ("an-lao/bridge",)


def test_a_placeholder_is_not_asked():
    """There is nobody behind it."""
    here = unit("hai-an", systems=["mail"])
    held = replace(here.targets[1], placeholder=True)
    there = replace(CITY, units=(replace(here, targets=(here.targets[0], held)), BEHIND))

    assert keys(asking({f"system.reach {MAIL}": None}, inventory=there)) == set()
