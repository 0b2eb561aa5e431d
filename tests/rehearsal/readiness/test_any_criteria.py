"""Does worse evidence never pay, whatever criteria a city has and whoever signs?

Criteria and waivers are drawn at random; what the loader refuses is left out.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.criteria.loading import checked
from rehearsal.inventory.ledger import Ledger
from rehearsal.inventory.reading import Node
from rehearsal.model import Decision, Finding, Hub, Light, Outcome, StageTime, Standing, Verdict
from rehearsal.model.decision import Waiver
from rehearsal.readiness.gate import decide, rules_of
from rehearsal.readiness.lights import light_by
from tests.rehearsal.criteria.policies import plain, rule
from tests.rehearsal.readiness.small_city import MORNING, hotline, measured, page, unit

PROVEN = [StageTime("selftest", MORNING, MORNING)]
SIGNED = datetime(2025, 6, 19, tzinfo=UTC)
NIGHT = datetime(2025, 6, 30, 17, tzinfo=UTC)
DECISIONS = [Decision.GO, Decision.CONDITIONAL, Decision.INCONCLUSIVE, Decision.NO_GO]
LIGHTS = [Light.GREEN, Light.YELLOW, Light.GREY, Light.RED]
KINDS = ["ward", "commune", "special-zone"]
OWNERS = [
    *(replace(unit(f"u{n}", systems=["mail"]), kind=KINDS[n % 3]) for n in range(3)),
    Hub("central", "central", "central", (page("central", "bridge"),)),
    hotline(),
]
TARGETS = [t for o in OWNERS for t in ((o,) if o is OWNERS[-1] else o.targets)]
CHECKS = ("bridge.reach", "system.reach")
OUTCOMES = list(Outcome)
GROUPS = ["hubs", "systems", "units", "wards", "communes", "special-zones"]

of = st.lists(st.sampled_from(GROUPS), min_size=1, max_size=3, unique=True)
percent = st.sampled_from([50, 80, 90, 95, 100])
rules = st.one_of(
    st.builds(lambda o, p: rule("measured", of=o, at_least_percent=p), of, percent),
    st.builds(
        lambda o, c, m: rule("none", of=o, light=c, mandatory=m),
        of,
        st.sampled_from(["red", "yellow"]),
        st.booleans(),
    ),
    st.builds(
        lambda o, c, m, p, w: rule(
            "share", of=o, counts=c, mandatory=m, at_least_percent=p, weighted=w
        ),
        of,
        st.sampled_from(["ready", "green"]),
        st.booleans(),
        percent,
        st.booleans(),
    ),
)
counting = st.fixed_dictionaries(
    {
        "at_worst": st.sampled_from(["red", "yellow", "nothing"]),
        "warn": st.sampled_from(["yellow", "nothing"]),
        "source": st.just(["own"]),
    }
)
SHIPPED_RULES = ("all_measured", "hubs_ready", "systems_ready", "units_ready", "no_conditions")
names = st.sampled_from([*SHIPPED_RULES, "r0", "r1", "r2"])
subjects = st.sampled_from(
    ["", *(t.id for t in TARGETS), *(o.slug for o in OWNERS if o is not OWNERS[-1])]
)
waivers = st.lists(
    st.builds(
        lambda name, subject: Waiver(1, SIGNED, name, subject, "A", "B", "C", NIGHT),
        names,
        subjects,
    ),
    max_size=3,
)
# Where everything fails at once, nothing that happens beside it shows: mostly little is.
wrong = st.dictionaries(
    st.tuples(st.integers(0, len(TARGETS) - 1), st.integers(0, 1)),
    st.integers(1, 4),
    max_size=2,
)
sparse = st.builds(
    lambda told: [[told.get((n, c), 0) for c in (0, 1)] for n in range(len(TARGETS))], wrong
)
dense = st.lists(
    st.lists(st.integers(0, 4), min_size=2, max_size=2),
    min_size=len(TARGETS),
    max_size=len(TARGETS),
)
mornings = st.one_of(sparse, sparse, dense)


@st.composite
def policies(draw):
    """Criteria that the loader accepts: what it refuses of a draw is left out."""
    drawn = {f"r{n}": one for n, one in enumerate(draw(st.lists(rules, max_size=3)))}
    dropped = draw(st.sets(st.sampled_from(SHIPPED_RULES)))
    checks = draw(st.dictionaries(st.sampled_from(CHECKS), counting))

    policy = plain()
    policy["lights"]["checks"] = checks
    policy["rules"] = {k: v for k, v in policy["rules"].items() if k not in dropped} | drawn
    while (criteria := checked(ledger := Ledger("", tree(policy)))) is None:
        for fault in ledger.faults():
            section, name = fault.path.split(".")[:2]
            assert section == "rules", fault.says.en
            policy["rules"].pop(name, None)
    return criteria


def tree(value):
    """What the reader would make of the same values in a file."""
    if isinstance(value, dict):
        return Node(0, {key: tree(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return Node(0, [tree(inner) for inner in value])
    return Node(0, str(value) if isinstance(value, date) else value)


def verdict(target, check_id, level):
    """What one check says of a target, at a level of the five outcomes."""
    outcome = OUTCOMES[level]
    seen = measured(check_id, target.id, object())
    if outcome is Outcome.BLOCKED:
        return Verdict(check_id, target, (), seen, "bridge.reach")
    return Verdict(check_id, target, (Finding("x", outcome),), seen)


def standings(morning, criteria, owners=OWNERS):
    """Everybody's light by these criteria; the levels are by target and check."""
    levels = dict(zip([t.id for t in TARGETS], morning, strict=True))
    found = {}
    for owner in owners:
        targets = (owner,) if owner is OWNERS[-1] else owner.targets
        told = [
            verdict(t, check_id, level)
            for t in targets
            for check_id, level in zip(CHECKS, levels[t.id], strict=True)
        ]
        light = light_by(owner, told, criteria)
        found[owner.id if owner is OWNERS[-1] else owner.slug] = Standing(
            owner, light, tuple(told)
        )
    return found


def decided(found, criteria, signed, more=()):
    """What follows for a city of these."""
    everybody = [*found.values()]
    units = [s for s in everybody if s.owner in OWNERS[:3]]
    hubs = [s for s in everybody if s.owner is OWNERS[3]]
    systems = [s for s in everybody if s.owner is OWNERS[-1]]
    told = rules_of([*units, *more], hubs, systems, PROVEN, criteria=criteria, waivers=signed)
    return decide(told), told


@settings(max_examples=120, deadline=None)
@given(policies(), waivers, mornings)
def test_worse_evidence_never_pays(criteria, signed, morning):
    """Any outcome gets worse, step by step: no light and no decision gets better by it."""
    for place, check in itertools.product(range(len(TARGETS)), (0, 1)):
        worsening = [with_level(morning, place, check, level) for level in range(5)]
        found = [standings(one, criteria) for one in worsening]
        decisions = [DECISIONS.index(decided(f, criteria, signed)[0]) for f in found]
        assert decisions == sorted(decisions)
        for name in found[0]:
            lights = [LIGHTS.index(f[name].light) for f in found]
            assert lights == sorted(lights)


def with_level(morning, place, check, level):
    """The same morning, but for one outcome."""
    return [
        [level if (place, check) == (n, c) else old for c, old in enumerate(levels)]
        for n, levels in enumerate(morning)
    ]


def turned_over(standing, criteria, chance):
    """The same standing, whose verdicts came in another order."""
    told = tuple(chance.sample(standing.verdicts, len(standing.verdicts)))
    light = light_by(standing.owner, told, criteria)
    return replace(standing, light=light, verdicts=told)


@settings(max_examples=100, deadline=None)
@given(policies(), waivers, mornings, st.randoms(use_true_random=False))
def test_the_order_never_matters(criteria, signed, morning, chance: random.Random):
    """Of the units, of their verdicts, of the waivers: the rules answer the same."""
    found = standings(morning, criteria)
    shuffled = dict(chance.sample(list(found.items()), len(found)))
    turned = {name: turned_over(s, criteria, chance) for name, s in shuffled.items()}
    decision, told = decided(found, criteria, signed)
    again, retold = decided(turned, criteria, chance.sample(signed, len(signed)))

    assert again is decision
    assert [(r.id, r.holds, set(r.subjects), sorted(r.waived_by)) for r in retold] == [
        (r.id, r.holds, set(r.subjects), sorted(r.waived_by)) for r in told
    ]


@settings(max_examples=100, deadline=None)
@given(policies(), waivers, mornings, st.sampled_from(KINDS))
def test_a_healthy_newcomer_harms_nobody(criteria, signed, morning, kind):
    """The decision gets no worse with one more green unit: a percentage may only improve."""
    found = standings(morning, criteria)
    newcomer = Standing(replace(unit("new"), kind=kind), Light.GREEN, ())
    before, _ = decided(found, criteria, signed)
    after, _ = decided(found, criteria, signed, [newcomer])

    assert DECISIONS.index(after) <= DECISIONS.index(before)


@settings(max_examples=100, deadline=None)
@given(policies(), waivers, mornings)
def test_a_signature_never_makes_a_go(criteria, signed, morning):
    """What a waiver bears on is a condition at best; no light is touched by it."""
    found = standings(morning, criteria)
    without, _ = decided(found, criteria, [])
    decision, told = decided(found, criteria, signed)

    if without is not Decision.GO:
        assert decision is not Decision.GO
    assert DECISIONS.index(decision) <= DECISIONS.index(without)
    assert all(r.holds is not True for r in told if r.waived_by)
