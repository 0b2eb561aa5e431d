"""Which failures share a cause, and how many units does mending it free?"""

from dataclasses import replace
from datetime import UTC, datetime

from checks import CHECKS
from rehearsal.model import Failure, Group, Level, Step
from rehearsal.net.rollcall.evidence import Turn
from tests.rehearsal.net.rollcall.seated import FINE, SILENCE
from tests.rehearsal.readiness.small_city import (
    EVIDENCE,
    assessed,
    city,
    hotline,
    light_of,
    morning,
    page,
    refused,
    unit,
)

EXPIRED = Failure(Step.TLS_HANDSHAKE, "certificate_expired", "CN=one")
SERVFAIL = Failure(Step.RESOLVE, "servfail", "")
LATE = Failure(Step.OBSERVE, "observer_overloaded")
SLOW = replace(EVIDENCE["system.reach"], first_byte_s=4.0)


def causes(inventory, but):
    return assessed(inventory, morning(inventory, but)).causes


def two_provinces():
    """Two units on either side, each with two systems."""
    both = ("mail", "reporting")
    west = [unit(slug, "hai-duong", both) for slug in ("chi-linh", "nam-sach")]
    return city([*west, *(unit(slug, "hai-phong", both) for slug in ("hai-an", "an-lao"))])


def test_all_is_well():
    """Nothing wrong has no cause."""
    assert causes(two_provinces(), {}) == ()


def test_one_kind_on_one_sort_of_target_is_one_cause():
    """The same failure of the same system is one line, whatever its detail says."""
    other = replace(EXPIRED, detail="CN=two")
    found = causes(
        two_provinces(), {"* chi-linh/reporting": EXPIRED, "* nam-sach/reporting": other}
    )

    assert len(found) == 1
    assert found[0].kind == "certificate_expired"
    assert found[0].step is Step.TLS_HANDSHAKE
    assert found[0].group is Group.SYSTEMS
    assert found[0].targets == ("chi-linh/reporting", "nam-sach/reporting")
    assert found[0].units == ("chi-linh", "nam-sach")
    assert found[0].frees == 2


def test_another_sort_of_target_is_another_cause():
    """The mail's certificate and the reporting's are mended by different people."""
    found = causes(
        two_provinces(), {"* chi-linh/reporting": EXPIRED, "* nam-sach/mail": EXPIRED}
    )

    assert [c.targets for c in found] == [("chi-linh/reporting",), ("nam-sach/mail",)]


def test_the_scope_of_one_is_the_target():
    """A cause with one target is about that target."""
    found = causes(two_provinces(), {"* hai-an/mail": SERVFAIL})

    assert dict(found[0].scope) == {"target": "hai-an/mail"}


def test_the_scope_of_neighbours_is_their_province():
    """What all of them have in common is named: the system, and the former province."""
    found = causes(two_provinces(), {"* chi-linh/mail": SERVFAIL, "* nam-sach/mail": SERVFAIL})

    assert dict(found[0].scope) == {"system": "mail", "former_province": "hai-duong"}


def test_the_scope_across_provinces_is_the_system():
    """Both sides of the old border have nothing in common but the system."""
    found = causes(two_provinces(), {"* chi-linh/mail": SERVFAIL, "* an-lao/mail": SERVFAIL})

    assert dict(found[0].scope) == {"system": "mail"}


def test_a_hub_is_no_unit():
    """A hub that fails like a unit is a line of its own: other people mend it."""
    found = causes(two_provinces(), {"* central/bridge": SERVFAIL, "* hai-an/bridge": SERVFAIL})

    assert {(c.targets, c.level, c.frees) for c in found} == {
        (("central/bridge",), Level.HUB, 0),
        (("hai-an/bridge",), Level.UNIT, 1),
    }


def test_a_shared_system_is_a_cause_of_its_own():
    """The hotline belongs to the city; mending it frees no unit by itself."""
    inventory = city([unit("hai-an")], shared=[hotline(), page("city", "mail")])
    found = causes(inventory, {"* city/hotline": SERVFAIL})

    assert found[0].units == ("city",)
    assert dict(found[0].scope) == {"target": "city/hotline"}
    assert found[0].frees == 0


def test_blocked_checks_count_at_the_check_that_blocks():
    """Four checks of a dead bridge are one trouble."""
    found = causes(two_provinces(), {"bridge.* hai-an/bridge": refused()})

    assert [c.kind for c in found] == ["connection_refused"]
    assert found[0].frees == 1


def test_two_troubles_are_freed_by_neither_alone():
    """A unit with two causes turns green when both are mended, not before."""
    found = causes(
        two_provinces(),
        {"* hai-an/mail": SERVFAIL, "* hai-an/reporting": EXPIRED, "* an-lao/mail": SERVFAIL},
    )

    assert {c.kind: c.frees for c in found} == {"servfail": 1, "certificate_expired": 0}


UNHEARD = replace(
    FINE, sound=replace(FINE.sound, heard_by_centre=SILENCE, turn=Turn(10.0, 1.0, heard=False))
)
NO_MEDIA = Failure(Step.MEDIA, "no_media", "")


def test_what_follows_from_a_cause_is_no_other():
    """No sound passes, so nobody hears anybody: one line, and mending it frees the unit."""
    deaf_too = replace(UNHEARD, sound=replace(UNHEARD.sound, hears_centre=SILENCE))
    found = causes(
        two_provinces(),
        {"bridge.media hai-an/*": NO_MEDIA, "bridge.roll_call hai-an/*": deaf_too},
    )

    assert [(c.kind, c.frees) for c in found] == [("no_media", 1)]


def test_what_tells_more_is_told_instead():
    """An echo that never comes has no direction; a unit that hears and is not heard has."""
    found = causes(
        two_provinces(),
        {"bridge.media hai-an/*": NO_MEDIA, "bridge.roll_call hai-an/*": UNHEARD},
    )

    assert [(c.kind, c.frees) for c in found] == [("not_heard_at_centre", 1)]


def test_what_is_graver_than_its_cause_stands_by_itself():
    """Somewhat jittery alone, and silent in the meeting: that needs mending, too."""
    warned = {"bridge.media hai-an/*": replace(EVIDENCE["bridge.media"], via="turn")}
    found = causes(two_provinces(), {**warned, "bridge.roll_call hai-an/*": UNHEARD})

    assert {c.kind for c in found} == {"via_relay_only", "not_heard_at_centre"}


def test_what_follows_elsewhere_follows_not():
    """The same words about another bridge explain nothing of this one."""
    found = causes(
        two_provinces(),
        {"bridge.media an-lao/*": NO_MEDIA, "bridge.roll_call hai-an/*": UNHEARD},
    )

    assert {(c.kind, c.units) for c in found} == {
        ("no_media", ("an-lao",)),
        ("not_heard_at_centre", ("hai-an",)),
    }


def test_a_trouble_of_ours_frees_nobody():
    """Who is grey beside red is not green when the red is mended."""
    found = causes(two_provinces(), {"* hai-an/mail": SERVFAIL, "* hai-an/reporting": LATE})

    assert {(c.kind, c.frees) for c in found} == {("servfail", 0), ("observer_overloaded", 0)}


def test_what_was_not_measured_frees_nobody():
    """A missing measurement keeps a unit from green, too."""
    found = causes(two_provinces(), {"* hai-an/mail": SERVFAIL, "* hai-an/reporting": None})

    assert [(c.kind, c.frees) for c in found] == [("servfail", 0)]


def test_our_own_faults_are_ours_to_mend():
    """What we could not measure is no unit's fault: one line for whoever runs the trial."""
    found = causes(two_provinces(), {"*": LATE})

    assert {(c.kind, c.group) for c in found} == {("observer_overloaded", Group.SUPPORT)}


def test_a_warning_is_a_cause():
    """What makes a unit yellow is named as well."""
    found = causes(two_provinces(), {"* hai-an/mail": SLOW})

    assert [(c.kind, c.step, c.group, c.frees) for c in found] == [
        ("response_slow", None, Group.SYSTEMS, 1)
    ]


def test_words_keep_what_is_common_and_tell_how_far_the_rest_goes():
    """A value that differs between the units is not told as if it held for all."""
    slower = replace(SLOW, first_byte_s=9.5)
    found = causes(two_provinces(), {"* hai-an/mail": SLOW, "* an-lao/mail": slower})

    assert found[0].says.en == "The page answered after 4–9.5 s (limit 2 s)."
    assert "4–9,5" in found[0].says.vi


def test_the_order_is_what_frees_most():
    """Ids follow the order: most freed units first, then most targets, then the name."""
    found = causes(
        two_provinces(),
        {
            "* central/bridge": refused(),
            "* hai-an/mail": SERVFAIL,
            "* an-lao/mail": SERVFAIL,
            "* chi-linh/reporting": EXPIRED,
        },
    )

    assert [(c.id, c.kind, c.frees) for c in found] == [
        ("c1", "servfail", 2),
        ("c2", "certificate_expired", 1),
        ("c3", "connection_refused", 0),
    ]


def test_every_standing_names_its_causes():
    """A unit's page can list what touches it, and only that."""
    inventory = two_provinces()
    found = assessed(
        inventory,
        morning(inventory, {"* hai-an/mail": SERVFAIL, "* central/bridge": refused()}),
    )
    mine = {s.owner.slug: s.causes for s in (*found.units, *found.hubs)}

    assert mine["hai-an"] == ("c1",)
    assert mine["central"] == ("c2",)
    assert mine["an-lao"] == ()


def test_mending_a_cause_frees_exactly_those_units():
    """`frees` keeps its word: with the cause gone, that many more units are green."""
    inventory = two_provinces()
    ends = datetime(2025, 6, 25, tzinfo=UTC)
    but = {
        "* hai-an/mail": SERVFAIL,
        "* an-lao/mail": SERVFAIL,
        "* an-lao/reporting": SLOW,
        "bridge.* nam-sach/bridge": refused(),
        "bridge.certificate chi-linh/bridge": replace(
            EVIDENCE["bridge.certificate"], not_after=ends
        ),
    }
    before = assessed(inventory, morning(inventory, but))
    for cause in before.causes:
        mended = [m for m in morning(inventory, but) if m.target_id not in cause.targets]
        healthy = [m for m in morning(inventory) if m.target_id in cause.targets]
        after = assessed(inventory, [*mended, *healthy])
        freed = [
            u.owner.slug
            for u in before.units
            if u.light.value != "green" and light_of(after, u.owner.slug) == "green"
        ]
        assert len(freed) == cause.frees, cause


def test_a_condition_that_frees_more_comes_before_one_that_frees_fewer():
    """Among what makes yellow, units that turn green count first, then units touched."""
    relayed = replace(EVIDENCE["bridge.media"], via="turn")
    found = causes(
        two_provinces(),
        {
            "* */reporting": SLOW,
            "* hai-an/mail": SLOW,
            "* chi-linh/mail": SLOW,
            "bridge.media hai-an/*": relayed,
            "bridge.media nam-sach/*": SERVFAIL,
        },
    )

    assert [(c.kind, c.scope.get("system", ""), c.frees, len(c.units)) for c in found] == [
        ("servfail", "", 0, 1),
        ("response_slow", "reporting", 1, 4),
        ("response_slow", "mail", 0, 2),
        ("via_relay_only", "", 0, 1),
    ]


def test_of_two_that_free_nobody_the_one_that_touches_more_units_comes_first():
    """A hub's dead bridge keeps three units out: it stands before two broken pages."""
    units = [replace(unit(s, systems=["mail"]), hub="main") for s in ("mot", "hai", "ba")]
    inventory = city(units, hubs=("central", "main"))
    silent = Failure(Step.SIGNALLING, "signalling_timeout", "")
    cut = {f"bridge.roll_call {s}/bridge": silent for s in ("main", "mot", "hai", "ba")}
    pages = {"* mot/mail": SERVFAIL, "* hai/mail": SERVFAIL, "* ba/mail": LATE}

    found = causes(inventory, {**cut, **pages})

    assert [(c.kind, c.frees, len(c.units)) for c in found] == [
        ("signalling_timeout", 0, 4),
        ("servfail", 0, 2),
        ("observer_overloaded", 0, 1),
    ]


def test_what_makes_red_is_mended_first():
    """However many units a condition holds back, a failure comes before it."""
    found = causes(two_provinces(), {"* hai-an/mail": SERVFAIL, "* */reporting": SLOW})

    assert [c.kind for c in found] == ["servfail", "response_slow"]


def test_a_hub_frees_whom_it_keeps_out():
    """Who is blocked by a hub counts at the hub's cause, once."""
    units = [replace(unit(slug, "hai-duong"), hub="main") for slug in ("chi-linh", "nam-sach")]
    inventory = city([*units, unit("hai-an")], hubs=("central", "main"))
    silent = Failure(Step.SIGNALLING, "signalling_timeout", "")
    cut = {f"bridge.roll_call {s}/bridge": silent for s in ("main", "chi-linh", "nam-sach")}

    call = replace(CHECKS["bridge.roll_call"], through_hub=True)
    registry = CHECKS | {call.id: call}

    found = assessed(inventory, morning(inventory, cut), registry=registry)

    assert [(c.kind, c.targets, c.frees) for c in found.causes] == [
        ("signalling_timeout", ("main/bridge",), 2)
    ]
    assert found.causes[0].units == ("main", "chi-linh", "nam-sach")


def test_a_hub_that_is_not_reached_frees_them_too():
    """What blocks the hub's own roll call is what keeps its units out."""
    inventory = city(
        [replace(unit("chi-linh", "hai-duong"), hub="main"), unit("hai-an")],
        hubs=("central", "main"),
    )
    lost = Failure(Step.CONNECT, "connect_timeout", "")
    silent = Failure(Step.SIGNALLING, "signalling_timeout", "")
    cut = {"bridge.* main/bridge": lost, "bridge.roll_call chi-linh/bridge": silent}

    found = assessed(inventory, morning(inventory, cut))

    assert [(c.kind, c.targets, c.frees) for c in found.causes] == [
        ("connect_timeout", ("main/bridge",), 1)
    ]
