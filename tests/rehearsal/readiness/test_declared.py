"""What becomes of a unit when people say, or do not say, what no instrument can try?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from checks import CHECKS
from rehearsal.model import (
    Assessment,
    Decision,
    Declaration,
    Failure,
    Light,
    Outcome,
    PublicPage,
    StageTime,
    Step,
    Target,
    TargetKind,
)
from rehearsal.plan import make_plan
from rehearsal.readiness.assess import assess
from tests.rehearsal.readiness.small_city import (
    EVIDENCE,
    MORNING,
    RUN,
    city,
    light_of,
    measured,
    page,
    unit,
)

SYSTEM = "system.declared"
ASKED = Failure(Step.OBSERVE, "needs_declaration", "Zalo")
DOWN = Failure(Step.HTTP_EXCHANGE, "maintenance", "status 503")


def declared(slug: str, key: str) -> Target:
    return Target(f"{slug}/{key}", slug, key, TargetKind.DECLARED, "", "people")


def of_people(slug: str):
    """A unit with one page that we measure, and two systems that only people can try."""
    known = unit(slug, systems=("mail",))
    told = (declared(slug, "zalo"), declared(slug, "land-data"))
    return replace(known, targets=(*known.targets, *told))


def said(slug: str, key: str, *, works: bool | None, by: str = "Nguyễn Văn A") -> Declaration:
    at = datetime(2025, 6, 25, 8, 0, tzinfo=UTC)
    return Declaration(SYSTEM, f"{slug}/{key}", by, at, {"works": works, "note": ""})


def judged(*declarations: Declaration, down: str = "", phase: str = "phase-2") -> Assessment:
    """A trial of two such units, with what was said; `down` is a page that fails."""
    inventory = city([of_people("hai-an"), of_people("an-lao")])
    plan = make_plan(inventory, CHECKS, phase)
    seen = {SYSTEM: ASKED}
    found = [
        measured(
            item.check_id,
            item.target.id,
            DOWN if item.target.id == down else seen.get(item.check_id, ...),
        )
        for item in plan.checks()
    ]
    return assess(
        replace(RUN, phase=phase),
        inventory,
        plan,
        found,
        stages=[StageTime("selftest", MORNING, MORNING)],
        registry=CHECKS,
        said=declarations,
    )


def rule_of(found: Assessment):
    return {rule.id: rule for rule in found.rules}["declared_by_people"]


EVERYTHING = [
    said(slug, key, works=True)
    for slug in ("hai-an", "an-lao")
    for key in ("zalo", "land-data")
]


def test_what_nobody_has_declared_is_a_condition_and_nobodys_grey():
    """Each is unknown, the city says whose is missing, and no unit's light is lost."""
    found = judged()
    outcomes = {v.outcome for s in found.units for v in s.verdicts if v.check_id == SYSTEM}

    assert outcomes == {Outcome.UNKNOWN}
    assert {light_of(found, slug) for slug in ("hai-an", "an-lao")} == {"green"}
    assert found.decision is Decision.CONDITIONAL
    assert (rule_of(found).holds, rule_of(found).is_mandatory) == (False, False)
    assert rule_of(found).subjects == ("hai-an", "an-lao")
    assert rule_of(found).detail.en == "4 of 4 not declared yet: zalo, land-data"
    assert found.causes == ()


def test_when_all_is_declared_the_city_may_go():
    """The rule says how many people stand for it."""
    found = judged(*EVERYTHING[:-1], said("an-lao", "land-data", works=True, by="Trần B"))

    assert found.decision is Decision.GO
    assert rule_of(found).holds is True
    assert rule_of(found).detail.en == "4 by 2 people"


def test_what_does_not_work_is_red_and_what_was_not_tried_yellow():
    """A person's word weighs as much as a measurement, and is not averaged with one."""
    bad = said("hai-an", "zalo", works=False)
    untried = said("an-lao", "zalo", works=None)
    found = judged(*EVERYTHING[1:2], *EVERYTHING[3:], bad, untried)

    assert (light_of(found, "hai-an"), light_of(found, "an-lao")) == ("red", "yellow")
    assert found.decision is Decision.NO_GO
    assert {cause.kind for cause in found.causes} == {"said_not_to_work", "said_not_tried"}


def test_mending_a_cause_still_frees_its_unit():
    """What nobody has declared keeps no unit from green, and hides no cause's worth."""
    found = judged(down="hai-an/mail")
    (cause,) = found.causes

    assert (cause.kind, cause.frees) == ("maintenance", 1)


def test_an_earlier_phase_neither_asks_nor_misses_them():
    """On 20 June an old portal may be open, and nobody is asked for what comes later."""
    found = judged(phase="phase-1")

    assert {s.light for s in found.units} == {Light.GREEN}
    assert "declared_by_people" not in {rule.id for rule in found.rules}
    assert {t.key for s in found.units for t in s.owner.targets} == {"bridge", "mail"}


def test_what_no_check_of_any_phase_asks_is_no_green():
    """A page of a sort that nobody knows is a hole in the picture."""
    strange = replace(page("hai-an", "x"), kind=TargetKind.PAGE, page=PublicPage("other", "x"))
    known = unit("hai-an")
    inventory = city([replace(known, targets=(*known.targets, strange))])
    plan = make_plan(inventory, CHECKS, "phase-1")
    found = [measured(i.check_id, i.target.id, EVIDENCE[i.check_id]) for i in plan.checks()]
    told = assess(RUN, inventory, plan, found, stages=(), registry=CHECKS)

    assert light_of(told, "hai-an") == "grey"
