"""A unit's page says what is wrong, with what evidence, and what to do."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from rehearsal.model import Assessment, Finding, Light, Outcome, Standing, Step, Unit, Verdict
from rehearsal.report.view.card import Card
from rehearsal.report.view.owner import OwnerPage, owner_pages
from tests.rehearsal.report.morning import Words, bridge, failed, passed, system


def page_of(assessment: Assessment, slug: str) -> OwnerPage:
    """The page of one owner."""
    everybody = (*assessment.units, *assessment.hubs)
    standing = next(s for s in everybody if getattr(s.owner, "slug", None) == slug)
    return owner_pages(assessment, Words()).page(standing)


def card_of(assessment: Assessment, verdict: Verdict) -> Card:
    """The card of a unit that has just this one target, seen so."""
    owner = assessment.units[0].owner
    assert isinstance(owner, Unit)
    alone = replace(owner, targets=(verdict.target,))
    standing = Standing(alone, Light.RED, (verdict,))
    return owner_pages(assessment, Words()).page(standing).cards[0]


def test_bad_cards_come_first_and_open(assessment: Assessment):
    """All-green ones are closed."""
    page = page_of(assessment, "thanh-dong")

    assert [card.is_open for card in page.cards] == [True] + [False] * 7
    assert page.cards[0].mark.tone == "fail"


def test_a_cause_of_the_unit_leads_to_the_city(assessment: Assessment):
    """One cause over many units is mended once."""
    cause = page_of(assessment, "thanh-dong").causes[0]

    assert cause.link.href == "../index.html#cause-c1"
    assert cause.frees == 22


def test_the_command_runs_this_unit_again(assessment: Assessment):
    """Exactly what to type: as a further round of the same run, on a twin once more."""
    again = page_of(assessment, "main-hai-duong").again

    assert again == (
        ".venv/bin/rehearse recheck 20250620-0730-a1 --units main-hai-duong --twin"
    )


def test_the_command_finds_the_run_where_it_is(assessment: Assessment):
    """Its journal lies beside its reports, and its twin had a scenario."""
    run = replace(
        assessment.run,
        reports_to="/srv/dien tap/20250620-0730-a1",
        parameters={"twin": "june-20"},
    )
    again = page_of(replace(assessment, run=run), "main-hai-duong").again

    assert again.endswith("--twin june-20 --out '/srv/dien tap'")


def test_a_placeholder_is_never_shown_as_measured(assessment: Assessment):
    """Not even when somebody measured it."""
    target = system("hai-an", "front")
    assert target.placeholder
    card = card_of(assessment, passed("system.reach", target))

    assert card.mark.word.vi == "Địa chỉ giữ chỗ, chưa đo"
    assert (card.layers, card.checks) == ((), ())


def test_a_check_that_never_ran_is_not_green(assessment: Assessment):
    """A target without verdicts is not measured."""
    standing = replace(assessment.units[3], verdicts=())
    tones = {card.mark.tone for card in owner_pages(assessment, Words()).page(standing).cards}

    assert tones == {"unknown"}


def test_a_measured_value_stands_beside_its_limit(assessment: Assessment):
    """With unit and reason."""
    target = bridge("hai-an")
    verdict = replace(
        passed("bridge.certificate", target),
        findings=(Finding("x", Outcome.WARN, {"days_after_go_live": -4}),),
    )
    card = card_of(assessment, verdict)
    reading = card.checks[0].opinions[0].readings[0]

    assert reading.measured is not None
    assert reading.limit is not None
    assert reading.why is not None
    assert (reading.measured.vi, reading.limit.vi) == ("-4", "30 ngày")
    assert (reading.limit.en, reading.why.en) == ("30 days", "time to renew after the go-live")
    assert "gia hạn" in reading.why.vi


def test_all_attempts_and_the_observer_are_told(assessment: Assessment):
    """Two tries, each with its time in the city and where it ended."""
    check = page_of(assessment, "thanh-dong").cards[0].checks[0]

    assert [(t.began, t.code) for t in check.tries] == [
        ("07:30:03", "certificate_expired"),
        ("07:30:09", "certificate_expired"),
    ]
    assert check.observer[0].value.vi == "5,0 ms"


def test_evidence_is_capped_with_the_digest_of_the_whole(assessment: Assessment):
    """4 KB of a peer's words, and no more."""
    target = bridge("hai-an")
    verdict = failed("bridge.reach", target, Step.CONNECT, "x", "y" * 50_000)
    card = card_of(assessment, verdict)
    excerpt = card.checks[0].raw[0][1]

    assert len(excerpt.text) == 4096
    assert excerpt.total_bytes == 50_000
    assert len(excerpt.digest) == 64


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({"not_after": "2025-06-18T23:59:59+00:00"}, "06:59:59 ngày 19/06/2025"),
        ({"not_after": "9999-12-31T23:59:59+00:00"}, "9999-12-31T23:59:59+00:00"),
        ({"names": ("a.example", "b.example")}, "a.example · b.example"),
        ({"addresses": {"10.0.0.1": "open"}}, "10.0.0.1: open"),
        ({"new_fact": 12345}, "12.345"),
    ],
)
def test_facts_are_readable(assessment: Assessment, facts: Mapping[str, object], shown: str):
    """A certificate's dates in the city's time, lists on one line, new names as they are."""
    target = bridge("hai-an")
    verdict = failed("bridge.reach", target, Step.TLS_HANDSHAKE, "x", "", **facts)
    layers = card_of(assessment, verdict).layers

    assert shown in {fact.value.vi for fact in layers[2].facts}
