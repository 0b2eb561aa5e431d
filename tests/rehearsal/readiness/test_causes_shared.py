"""Which trait do failing targets share, how surely is it to blame, and whose is it?"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from checks import CHECKS
from rehearsal.model import Attempt, Failure, Level, Owners, Responsible, Rung, Step
from rehearsal.net.rollcall.evidence import Turn
from rehearsal.readiness.causes.bundles import by_chance
from rehearsal.readiness.causes.traits import prefix_of, traits_of
from tests.rehearsal.net.rollcall.seated import FINE, SILENCE
from tests.rehearsal.readiness.small_city import MORNING, assessed, city, morning, unit

EXPIRED = Failure(Step.TLS_HANDSHAKE, "certificate_expired", "")
UNKNOWN_CA = Failure(Step.TLS_HANDSHAKE, "certificate_unknown_authority", "")
SERVFAIL = Failure(Step.RESOLVE, "servfail", "")
TIMEOUT = Failure(Step.CONNECT, "connect_timeout", "")
BUSY = Failure(Step.HTTP_EXCHANGE, "maintenance", "")
LATE = Failure(Step.OBSERVE, "observer_overloaded")
TWELVE = [f"xa-{n:02}" for n in range(12)]
COMPANY = Responsible("Trực kỹ thuật của Công ty B", "Hợp đồng số 12", 4.0)
LINES = Responsible("Phòng Hạ tầng", "", 24.0)


def twelve(**changes):
    """Twelve units of two provinces with a mail and a portal; `changes` by slug's number."""
    units = [
        unit(slug, ("hai-duong", "hai-phong")[n % 2], ("mail", "portal"))
        for n, slug in enumerate(TWELVE)
    ]
    return replace(city(units), **changes)


def supplied(numbers, supplier="Công ty B", key="mail"):
    """The mail of these units is delivered by that supplier, the rest by another."""
    inventory = twelve(owners=Owners({supplier: COMPANY}, {}, {"infrastructure": LINES}))
    units = []
    for n, one in enumerate(inventory.units):
        who = supplier if n in numbers else "Công ty A"
        targets = [replace(t, supplier=who if t.key == key else "") for t in one.targets]
        units.append(replace(one, targets=tuple(targets)))
    return replace(inventory, units=tuple(units))


def causes(inventory, but, change=lambda measured: measured):
    measured = [change(m) for m in morning(inventory, but)]
    return assessed(inventory, measured).causes


def failing(numbers, key="mail", failure=BUSY):
    return {f"* {TWELVE[n]}/{key}": failure for n in numbers}


def test_a_supplier_is_one_line_with_its_owner():
    """Five units behind one supplier are one cause; the inventory says who mends it."""
    found = causes(supplied(range(5)), failing(range(5)))

    assert len(found) == 1
    assert dict(found[0].scope) == {"system": "mail", "supplier": "Công ty B"}
    assert (found[0].level, found[0].frees) == (Level.ATTRIBUTE, 5)
    assert found[0].owner == COMPANY
    assert found[0].confidence > 0.9
    assert (
        found[0].evidence[0].en
        == "5 of 5 targets that share this have the same trouble; 0 have not."
    )
    assert (
        found[0].evidence[1].en == "Of those that do not share it, 0 of 19 have that trouble."
    )
    assert found[0].against == ()


def test_healthy_exceptions_speak_against():
    """One that passes does not acquit its supplier; it is named, and lowers nothing else."""
    found = causes(supplied(range(6)), failing(range(5)))

    assert found[0].scope["supplier"] == "Công ty B"
    assert [text.en for text in found[0].against] == [
        "1 that share this have no such trouble: xa-05/mail."
    ]


def test_an_attribute_whose_units_mostly_pass_explains_nothing():
    """Four of nine behind a supplier share something, but not that supplier."""
    found = causes(supplied(range(9)), failing(range(4)))

    assert [dict(c.scope) for c in found] == [{"system": "mail"}]


def test_lone_failures_stay_alone():
    """Two faults of two sorts at one supplier's units are two units' own."""
    found = causes(supplied(range(10)), failing([0], "mail") | failing([3], "portal"))

    assert [dict(c.scope) for c in found] == [
        {"target": "xa-00/mail"},
        {"target": "xa-03/portal"},
    ]
    assert {c.level for c in found} == {Level.UNIT}


@pytest.mark.parametrize("otherwise", [SERVFAIL, UNKNOWN_CA])
def test_who_fails_otherwise_speaks_neither_for_nor_against(otherwise):
    """What fails earlier, or in another way, hides what the certificate would have shown."""
    hidden = failing(range(5), failure=EXPIRED) | failing([4], failure=otherwise)
    found = {c.kind: c for c in causes(supplied(range(5)), hidden)}

    assert (
        found["certificate_expired"].evidence[0].en
        == "4 of 4 targets that share this have the same trouble; 0 have not."
    )
    assert found["certificate_expired"].against == ()


def test_whom_a_hub_keeps_out_speaks_neither_for_nor_against():
    """Those behind a hub that nobody hears were asked, and told nothing of their own."""
    unheard = replace(
        FINE,
        sound=replace(FINE.sound, heard_by_centre=SILENCE, turn=Turn(10.0, 1.0, heard=False)),
    )
    units = [replace(unit(slug), hub="main") for slug in ("mot", "hai", "ba")]
    mute = {f"bridge.roll_call {slug}/bridge": unheard for slug in ("main", "mot", "hai")}
    found = causes(city(units, hubs=("central", "main")), mute)

    assert [(c.targets, c.units, c.level) for c in found] == [
        (("main/bridge",), ("main", "mot", "hai"), Level.HUB)
    ]
    assert [text.en for text in found[0].evidence] == [
        "Of 3 targets of this sort only this one has such trouble.",
        "2 units that go through it are blocked by it.",
    ]


def test_who_fails_later_passed_this_step():
    """A server in maintenance has a good certificate: that speaks against the cause."""
    later = failing(range(6), failure=EXPIRED) | failing([5], failure=BUSY)
    found = {c.kind: c for c in causes(supplied(range(6)), later)}

    told = [text.en for text in found["certificate_expired"].against]
    assert told == ["1 that share this have no such trouble: xa-05/mail."]


def test_a_rival_that_explains_as_well_is_named():
    """A supplier that serves just one province cannot be told from it; both are said."""
    inventory = supplied([n for n in range(12) if n % 2 == 0])
    found = causes(inventory, failing([0, 2, 4, 6, 8, 10]))

    assert found[0].scope["supplier"] == "Công ty B"
    assert found[0].against[-1].vi == (
        "Cũng có thể là: Hệ thống mail + Địa bàn tỉnh, thành cũ hai-duong."
    )
    assert 0.5 < found[0].confidence < 0.95


def test_a_line_provider_is_told_across_systems():
    """Everything of the units on one provider's lines is one cause, and its owner's."""
    inventory = twelve(owners=Owners({"Nhà mạng A": LINES}, {}, {}))
    units = [
        replace(u, provider="Nhà mạng A" if n in {1, 4, 7} else "Nhà mạng B")
        for n, u in enumerate(inventory.units)
    ]
    cut = {f"*.reach xa-0{n}/*": TIMEOUT for n in (1, 4, 7)}
    found = causes(replace(inventory, units=tuple(units)), cut)

    assert [(dict(c.scope), c.owner) for c in found] == [({"provider": "Nhà mạng A"}, LINES)]


def test_units_behind_a_hub_that_passes_itself_are_its_line():
    """The hub answers, and still all behind it, and only those, fail alike."""
    inventory = twelve()
    units = [replace(u, hub="b" if n < 5 else "a") for n, u in enumerate(inventory.units)]
    inventory = replace(city(units, hubs=("a", "b")))
    mute = Failure(Step.SIGNALLING, "signalling_timeout", "")
    cut = {f"bridge.signalling {slug}/bridge": mute for slug in TWELVE[:5]}
    found = causes(inventory, cut)

    assert [(dict(c.scope), c.level) for c in found] == [
        ({"system": "bridge", "hub": "b"}, Level.HUB)
    ]


def test_a_system_that_fails_everywhere_is_shared():
    """The portal of every unit: nobody in particular, but the portal."""
    found = causes(twelve(), failing(range(12), "portal"))

    assert [(dict(c.scope), c.level) for c in found] == [
        ({"system": "portal"}, Level.SHARED_SYSTEM)
    ]


def test_a_unit_that_fails_in_everything_is_one_line():
    """Three dead targets of one unit are that unit's, once."""
    found = causes(twelve(), {"*.reach xa-03/*": TIMEOUT})

    assert [(dict(c.scope), c.level, c.frees) for c in found] == [
        ({"unit": "xa-03"}, Level.UNIT, 1)
    ]


def test_what_one_vantage_alone_sees_is_the_vantage():
    """From the second place all fails, from the first nothing: nobody else is called."""
    west = {f"{slug}/mail" for slug in TWELVE[::2]} | {
        f"{slug}/portal" for slug in TWELVE[1::3]
    }

    def seen(measured):
        return replace(measured, vantage="west") if measured.target_id in west else measured

    found = causes(twelve(), {f"* {target}": TIMEOUT for target in west}, seen)

    assert [(dict(c.scope), c.level, c.owner) for c in found] == [
        ({"vantage": "west"}, Level.VANTAGE, None)
    ]


def test_what_all_fail_alike_is_where_we_measure_from():
    """With one vantage, it is blamed only where nearly nothing passes."""
    all_cut = causes(twelve(), {"*": TIMEOUT})
    half_cut = causes(twelve(), {"* */mail": TIMEOUT, "* */portal": TIMEOUT})

    assert {c.scope.get("vantage") for c in all_cut} == {"centre"}
    assert "vantage" not in {name for c in half_cut for name in c.scope}


def noted(step, **facts):
    """A change that gives a page's measurement one rung with such facts, by its unit."""

    def give(measured):
        slug, _, key = measured.target_id.partition("/")
        if key == "bridge":
            return measured
        values = {name: value(int(slug[-2:])) for name, value in facts.items()}
        rung = Rung(step, 0.1, held=measured.failure is None, facts=values)
        attempt = Attempt(MORNING, 0.1, (rung,), measured.failure)
        return replace(measured, attempts=(attempt,))

    return give


def issued(number):
    return "CN=Old CA" if number in {1, 2, 4, 8} else "CN=New CA"


def answered(number):
    return [f"10.0.0.{1 if number in {1, 2, 4, 8} else 2}: SERVFAIL"]


def stands(number):
    return {f"10.1.{1 if number in {1, 2, 4, 8} else 2}.{number}": "refused"}


@pytest.mark.parametrize(
    ("failure", "change", "scope"),
    [
        (UNKNOWN_CA, noted(Step.TLS_HANDSHAKE, issuer=issued), {"issuer": "CN=Old CA"}),
        (SERVFAIL, noted(Step.RESOLVE, rcodes=answered), {"name_server": "10.0.0.1"}),
        (TIMEOUT, noted(Step.CONNECT, addresses=stands), {"prefix": "10.1.1.0/24"}),
    ],
)
def test_what_the_wire_showed_is_a_trait(failure, change, scope):
    """Issuer, name server and address prefix are read from what each step noted."""
    cut = failing([1, 2, 4, 8], "mail", failure) | failing([1, 2, 4, 8], "portal", failure)
    found = causes(twelve(), cut, change)

    assert [dict(c.scope) for c in found] == [scope]
    assert found[0].level is Level.ATTRIBUTE


def test_a_second_in_which_all_failed_is_ours_to_look_into():
    """What only shares its start is told as such, on the level of the vantage."""
    at_once = {f"xa-0{n}/{key}" for n in (0, 3, 5) for key in ("mail", "portal")}

    def spread_out(measured):
        number = sum(map(ord, measured.target_id + measured.check_id))
        late = timedelta(seconds=90 if measured.target_id in at_once else number % 60)
        return replace(measured, started_at=(MORNING + late).astimezone(UTC))

    cut = {f"* {target}": BUSY for target in sorted(at_once)[:5]}
    found = causes(twelve(), cut | {"* xa-05/portal": BUSY}, spread_out)

    assert [(c.scope.get("start_second"), c.level) for c in found] == [
        ("2025-06-20T00:31:30+00:00", Level.VANTAGE)
    ]


def test_no_certificate_expires_for_a_second():
    """Only those that failed are asked again, in one second: that explains nothing."""
    expired = failing(range(5), failure=EXPIRED)

    def again(measured):
        late = timedelta(seconds=90 if measured.failure else 0)
        return replace(measured, started_at=(MORNING + late).astimezone(UTC))

    found = causes(twelve(), expired, again)

    assert not any("start_second" in cause.scope for cause in found)


def test_too_many_alike_to_be_chance_are_one_line_with_doubt():
    """Nobody entered what they share: one line, no better than an even bet, and it says so."""
    found = causes(twelve(), failing([0, 1, 2, 5]))

    assert [(dict(c.scope), c.level) for c in found] == [({"system": "mail"}, Level.ATTRIBUTE)]
    assert found[0].confidence <= 0.5
    assert "supplier" in found[0].against[-1].en


def test_two_in_a_large_city_are_chance():
    """Of 114 two may expire on the same morning; of four, that is no accident."""
    assert by_chance(2, 4) < 1e-4 < by_chance(2, 114)
    assert by_chance(4, 114) < 1e-4 < by_chance(9, 3_321)


def test_our_own_faults_blame_nobody():
    """Whatever the units share, an overloaded instrument is the observer's, and unowned."""
    found = causes(supplied(range(5)), failing(range(5), failure=LATE))

    assert [(c.level, c.owner) for c in found] == [(Level.OBSERVER, None)]
    assert "supplier" not in found[0].scope


def test_every_cause_says_how_to_prove_it_wrong():
    """Confidence between 0 and 1, something that speaks for it, and a disproof."""
    found = causes(supplied(range(5)), failing(range(5)) | {"* xa-09/portal": EXPIRED})

    assert all(0 < cause.confidence < 1 for cause in found)
    assert all(cause.evidence and cause.disproof for cause in found)


def test_frees_with_above_adds_up_what_both_hold_back():
    """Alone each frees its own; together also those that wait for both."""
    both = failing(range(6)) | failing([4, 5, 6, 7, 8], "portal", EXPIRED)
    found = causes(supplied(range(6)), both)

    assert [(c.frees, c.frees_with_above) for c in found] == [(4, 4), (3, 9)]


def test_the_order_is_greedy():
    """What frees most beside what is mended comes next, though another frees more alone."""
    cut = failing(range(6)) | failing([0, 1, 2, 3], "portal", EXPIRED) | failing([9], "portal")
    found = causes(supplied(range(6)), cut)

    assert [(c.kind, c.frees, c.frees_with_above) for c in found] == [
        ("maintenance", 2, 2),
        ("certificate_expired", 0, 6),
        ("maintenance", 1, 7),
    ]


def test_the_order_of_measuring_never_matters():
    """The same measurements in any order are the same causes, to the letter."""
    inventory = supplied(range(6))
    cut = failing(range(6)) | failing([1, 4, 7], "portal", EXPIRED)
    measured = morning(inventory, cut | {"* xa-11/mail": LATE})
    once = assessed(inventory, measured).causes
    for seed in range(5):
        random.Random(seed).shuffle(measured)

        assert assessed(inventory, measured).causes == once


def test_a_prefix_is_a_site_and_never_ourselves():
    """IPv4 by /24, IPv6 by /48; loopback and nonsense share nothing."""
    assert prefix_of("10.1.2.3") == "10.1.2.0/24"
    assert prefix_of("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert prefix_of("127.0.0.9") == prefix_of("::1") == prefix_of("<script>") == ""


def test_what_a_peer_says_of_itself_is_cut():
    """An issuer's name of a megabyte stays in the journal."""
    change = noted(Step.TLS_HANDSHAKE, issuer=lambda _: "x" * 1_000_000)
    inventory = twelve()
    measured = [change(m) for m in morning(inventory)]
    verdicts = assessed(inventory, measured).units[0].verdicts

    values = [value for v in verdicts for _, value in traits_of(v, {})]
    assert max(map(len, values)) == 200


def test_every_check_is_sorted_by_its_own_words():
    """Two checks that mean different things by one code would be two causes."""
    told = [(code, spec.says.vi) for c in CHECKS.values() for code, spec in c.findings.items()]

    assert len({code for code, _ in told}) <= len(set(told))
