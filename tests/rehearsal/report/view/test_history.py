"""What was said before stays readable, and what was left alone is said."""

import json
from dataclasses import replace
from datetime import timedelta

import jsonschema
import pytest

from rehearsal.model import Assessment, Earlier, Rechecked, Step, Target
from rehearsal.report import RESULTS_SCHEMA, results_document
from rehearsal.report.pages import render_city, render_owner
from rehearsal.report.view.city import city_page
from rehearsal.report.view.history import SHOWN_MAX
from rehearsal.report.view.owner import owner_pages
from tests.rehearsal.report.morning import BEGAN, Words, bridge, failed

BEFORE = failed("bridge.reach", bridge("hai-an"), Step.CONNECT, "connect_timeout", "<b>\u202e")
LATER = BEGAN + timedelta(days=3)
RECHECK = Rechecked(
    round=1,
    at=LATER,
    asked=12,
    measured=9,
    units=("hai-an",),
    not_asked=("bridge.signalling",),
    gone=tuple(f"unit-{n}/mail" for n in range(SHOWN_MAX + 2)),
)


@pytest.fixture
def rechecked(assessment: Assessment) -> Assessment:
    """The morning, three days later: one bridge and one shared system were measured again."""
    hotline = assessment.systems[0].owner
    assert isinstance(hotline, Target)
    then = failed("hotline.reach", hotline, Step.CONNECT, "connect_timeout")
    history = {
        ("bridge.reach", "hai-an/bridge"): (Earlier(0, BEGAN, BEFORE),),
        ("hotline.reach", hotline.id): (Earlier(1, LATER, then),),
    }
    return replace(assessment, history=history, rechecks=(RECHECK,))


def of_unit(found: Assessment, slug: str):
    standing = next(s for s in found.units if getattr(s.owner, "slug", "") == slug)
    return owner_pages(found, Words()).page(standing)


def test_the_units_page_tells_the_earlier_result(rechecked: Assessment):
    """When, what, why, and what it is now."""
    (row,) = of_unit(rechecked, "hai-an").earlier

    assert row.when.vi == "07:30:00 ngày 20/06/2025"
    assert (row.source.vi, row.codes) == ("đợt diễn tập", ("connect_timeout",))
    assert (row.mark.tone, row.says[0].en) == ("fail", "The server did not answer.")
    assert of_unit(rechecked, "an-bien").earlier == ()


def test_the_citys_page_tells_each_recheck(rechecked: Assessment):
    """How much of it was measured, what was left alone and why, what is gone."""
    page = city_page(rechecked, Words())
    (told,) = page.rechecks

    assert told.counted.en == "9 of 12 checks were measured"
    assert told.left_alone[0].en == "Can one join the meeting?"
    assert (len(told.gone), told.more_gone) == (SHOWN_MAX, 2)
    assert [row.source.en for row in page.earlier] == ["recheck 1"]


def test_pages_with_history_are_drawn_and_hold_no_foreign_markup(rechecked: Assessment):
    """A section with a heading; what nobody measured again has none."""
    unit, bare = (render_owner(of_unit(rechecked, s)).decode() for s in ("hai-an", "an-bien"))

    assert 'id="earlier"' in unit
    assert 'id="earlier"' not in bare
    assert "<b>\u202e" not in unit
    assert 'id="rechecks"' in render_city(city_page(rechecked, Words())).decode()


def test_the_document_with_history_follows_the_schema(rechecked: Assessment):
    """Each check has its earlier results, the run its rechecks."""
    document = json.loads(json.dumps(results_document(rechecked), allow_nan=False))
    schema = json.loads(RESULTS_SCHEMA.read_text("utf-8"))
    unit = next(unit for unit in document["units"] if unit["slug"] == "hai-an")
    told = {c["id"]: [h["failure"]["kind"] for h in c["history"]] for c in unit["checks"]}

    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
    assert told["bridge.reach"] == ["connect_timeout"]
    assert document["run"]["rechecks"][0]["measured"] == 9
