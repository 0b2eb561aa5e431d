"""Does the page say what decided, whose rule it is, and who signed, each as a link?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rehearsal.model import Assessment, Decision, Rule, Text
from rehearsal.model.decision import Score, Waiver, WaiverHeld, WaiverState
from rehearsal.report.pages import render_city, render_owner
from rehearsal.report.view.city import city_page
from rehearsal.report.view.owner import owner_pages
from tests.rehearsal.report.morning import BEGAN, Words

SAYS = Text("Không đơn vị nào chưa sẵn sàng", "No unit is red")
SIGNED = Waiver(
    id=3,
    at=BEGAN - timedelta(days=1),
    rule="units_ready",
    subject="thuy-nguyen",
    signed_by="Nguyễn Văn A",
    role="Phó Chủ tịch",
    reason="Mất điện theo lịch",
    expires=BEGAN + timedelta(days=10, hours=16, minutes=30),  # midnight in the city
)


def ruled(assessment: Assessment, *held: WaiverHeld, **more: object) -> Assessment:
    """The morning with one rule of ours, which decides."""
    told = {
        "id": "units_ready",
        "says": SAYS,
        "is_mandatory": True,
        "holds": False,
        "detail": Text("1 đối tượng", "1 of them"),
        "subjects": ("thuy-nguyen",),
        "sources": (Text("Kế hoạch 02", "Plan 02"),),
        "own_choice": Text("ngưỡng tự chọn", "our threshold"),
    }
    return replace(
        assessment,
        decision=Decision.NO_GO,
        rules=(Rule(**told | more),),
        decided_by=("units_ready",),
        waivers=held,
        score=Score(87.25, 90.0),
    )


def test_what_decided_leads_to_its_line(assessment: Assessment):
    """From the verdict to the rule, from the rule to whom it is about."""
    page = city_page(ruled(assessment), Words())
    (deciding,), (line,) = page.ruling.deciding, page.rules

    assert (deciding.words, deciding.href) == (SAYS, "#rule-units-ready")
    assert (line.id, line.decides) == ("rule-units-ready", True)
    assert line.subjects[0].href == "units/thuy-nguyen.html"
    html = render_city(page).decode()
    assert '<a href="#rule-units-ready">' in html
    assert 'id="rule-units-ready"' in html


def test_a_rule_says_whose_it_is(assessment: Assessment):
    """The document, and what in it is our own choice."""
    html = render_city(city_page(ruled(assessment), Words())).decode()

    assert "Kế hoạch 02" in html
    assert "ngưỡng tự chọn" in html


def test_the_score_is_told_as_a_span_where_not_all_is_known(assessment: Assessment):
    """In each language's own decimal sign."""
    page = city_page(ruled(assessment), Words())

    assert page.ruling.score == Text("87,2–90,0 %", "87.2–90.0 %")


def test_a_waived_rule_is_no_pass(assessment: Assessment):
    """It is told as waived, with the number that leads to the signature."""
    held = WaiverHeld(SIGNED, WaiverState.IN_FORCE, is_used=True)
    page = city_page(ruled(assessment, held, waived_by=(3,), is_covered=True), Words())
    (line,) = page.rules

    assert (line.mark.tone, line.mark.word.en) == ("warn", "Waived by signature")
    assert [(w.words.vi, w.href) for w in line.waivers] == [("#3", "#waiver-3")]
    assert page.sentence.en == "Of 1 mandatory rules: 1 waived by signature."


def test_a_rule_that_is_waived_in_part_is_still_not_met(assessment: Assessment):
    """What else is amiss with it stays in sight, and so does the signature."""
    held = WaiverHeld(SIGNED, WaiverState.IN_FORCE, is_used=True)
    page = city_page(ruled(assessment, held, waived_by=(3,)), Words())

    assert page.rules[0].mark.tone == "fail"
    assert page.rules[0].waivers[0].href == "#waiver-3"
    assert page.sentence.en == "Of 1 mandatory rules: 1 not met."


@pytest.mark.parametrize(
    ("state", "is_used", "told"),
    [
        (WaiverState.IN_FORCE, True, "In force"),
        (WaiverState.IN_FORCE, False, "In force, but the verdict does not rest on it"),
        (WaiverState.EXPIRED, False, "Expired, without effect"),
        (WaiverState.WITHDRAWN, False, "Withdrawn, without effect"),
        (WaiverState.LATER, False, "Signed after the verdict"),
    ],
)
def test_every_waiver_is_shown_with_what_it_is_worth(
    assessment: Assessment, state: WaiverState, told: str, *, is_used: bool
):
    """Who, in which office, why, until when; also where it has no effect."""
    page = city_page(ruled(assessment, WaiverHeld(SIGNED, state, is_used)), Words())
    (view,) = page.ruling.waivers
    html = render_city(page).decode()

    assert told in view.mark.word.en
    assert view.until.en == "the end of 30 Jun 2025"
    assert (view.rule.href, view.subject.href) == (
        "#rule-units-ready",
        "units/thuy-nguyen.html",
    )
    for words in ("Nguyễn Văn A", "Phó Chủ tịch", "Mất điện theo lịch", view.mark.word.vi):
        assert words in html


@pytest.mark.parametrize(
    ("subject", "pages"),
    [
        ("thuy-nguyen", {"thuy-nguyen"}),
        ("thuy-nguyen/mail", {"thuy-nguyen"}),
        ("", {"thuy-nguyen"}),
        ("hai-an", {"hai-an"}),
    ],
)
def test_a_waiver_stands_on_the_page_of_whom_it_concerns(assessment, subject, pages):
    """Its subject, its subject's owner, or whoever its rule names; nobody else."""
    held = WaiverHeld(replace(SIGNED, subject=subject), WaiverState.EXPIRED)
    drawn = owner_pages(ruled(assessment, held), Words())
    found = {
        s.owner.slug: render_owner(drawn.page(s)).decode()
        for s in assessment.units
        if s.owner.slug in {"thuy-nguyen", "hai-an"}
    }

    assert {slug for slug, html in found.items() if 'id="waiver-3"' in html} == pages
    assert all('href="../index.html#rule-units-ready"' in found[slug] for slug in pages)


def test_a_waiver_of_a_rule_that_is_not_in_force_leads_nowhere(assessment: Assessment):
    """Its id is told all the same."""
    held = WaiverHeld(replace(SIGNED, rule="hubs_ready"), WaiverState.IN_FORCE)
    (view,) = city_page(ruled(assessment, held), Words()).ruling.waivers

    assert (view.rule.words.vi, view.rule.href) == ("hubs_ready", None)


def test_without_any_rule_the_page_says_so(assessment: Assessment):
    """Criteria that are not in force decide nothing."""
    page = city_page(replace(assessment, rules=(), decided_by=()), Words())

    assert page.sentence.en == "No rule is in force on this day."
    assert page.ruling.deciding == ()
