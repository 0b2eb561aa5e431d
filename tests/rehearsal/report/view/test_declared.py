"""Do the pages show what was reported beside what was measured, and no more than that?"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import jsonschema
import pytest

from checks.bridge_line import Carried
from rehearsal.model import (
    AreaState,
    Assessment,
    Contradiction,
    Group,
    HandedIn,
    Handing,
    Proposal,
    Reports,
    SharedProposal,
    Standing,
    StatusReport,
    Target,
    TargetKind,
    Text,
    Unit,
)
from rehearsal.net.ndt7.flow import Flow
from rehearsal.report import RESULTS_SCHEMA, results_document
from rehearsal.report.pages import render_city, render_owner
from rehearsal.report.view.city import city_page
from rehearsal.report.view.declared import OwnReport
from rehearsal.report.view.owner import owner_pages
from tests.rehearsal.report.hostile import PAYLOADS
from tests.rehearsal.report.morning import Words, passed

DUE = datetime(2025, 6, 20, 16, 59, 59, tzinfo=UTC)
LINE = Target("hai-an/line", "hai-an", "Đường truyền", TargetKind.LINE, "wss://x.example")
REPORT = StatusReport(
    day=date(2025, 6, 20),
    areas={"party.systems": AreaState.READY, "front.people": AreaState.PARTLY},
    notes={"party": "Thiếu chữ ký số"},
    systems={"mail": True, "front": None},
    proposals=(Proposal(Group.SUPPORT, "Tập huấn thêm"),),
    focal_name="Nguyễn Văn A",
    focal_post="Chánh Văn phòng",
    line_down_mbit=200.0,
    counters=4,
    kiosk=False,
)
CLASH = Contradiction(
    *("line_below_report", "hai-an", "hai-an/line", "bridge.line"),
    *(Text("200 Mbit/s ↓", "200 Mbit/s ↓"), Text("12 Mbit/s ↓", "12 Mbit/s ↓")),
    *(Text("khai 200, đo 12", "says 200, measured 12"), Text("xem lại", "look again")),
)


def standing_of(assessment: Assessment, slug: str) -> Standing:
    return next(
        s for s in assessment.units if isinstance(s.owner, Unit) and s.owner.slug == slug
    )


def reported(assessment: Assessment, report: StatusReport = REPORT) -> Assessment:
    """The morning, with a report of Hải An, a late one, and the others missing."""
    slugs = [s.owner.slug for s in assessment.units if isinstance(s.owner, Unit)]
    handed = {
        "hai-an": HandedIn("hai-an", Handing.IN_TIME, "Trần B", DUE, 1, report),
        "thanh-dong": HandedIn("thanh-dong", Handing.LATE, "Lê C", DUE, 0, report),
    }
    units = tuple(handed.get(slug, HandedIn(slug, Handing.MISSING)) for slug in slugs)
    wish = SharedProposal(Group.SUPPORT, "Tập huấn thêm", ("hai-an", "thanh-dong"))
    carried = Carried(Flow(20.0, 1, 1.0, 0.0, "time"), Flow(12.345, 1, 1.0, 0.0, "time"))
    verdict = passed("bridge.line", LINE)
    assert verdict.measurement is not None
    seen = replace(verdict, measurement=replace(verdict.measurement, evidence=carried))
    own = standing_of(assessment, "hai-an")
    measured = replace(own, verdicts=(*own.verdicts, seen))
    return replace(
        assessment,
        units=tuple(measured if s is own else s for s in assessment.units),
        reports=Reports(DUE, units, (wish,)),
        contradictions=(CLASH,),
    )


class _AlsoOfLines(Words):
    """The words of the morning, which asked nothing of lines."""

    def asks(self, check_id: str) -> Text:
        known = Text("Đường truyền?", "The line?")
        return known if check_id == "bridge.line" else super().asks(check_id)


WORDS = _AlsoOfLines()


def own(assessment: Assessment, slug: str = "hai-an") -> OwnReport:
    page = owner_pages(assessment, WORDS).page(standing_of(assessment, slug)).report
    assert page is not None
    return page


def test_where_nobody_was_asked_nothing_is_shown(assessment: Assessment):
    """A twin has nobody who could report."""
    assert city_page(assessment, WORDS).reports is None
    standing = standing_of(assessment, "hai-an")
    assert owner_pages(assessment, WORDS).page(standing).report is None


def test_declared_and_measured_stand_in_one_row(assessment: Assessment):
    """With a mark where they contradict, and where the unit itself says that it is short."""
    rows = {row.asks.en: row for row in own(reported(assessment)).rows}
    down, up = rows["Downlink (Mbit/s)"], rows["Uplink (Mbit/s)"]

    assert (down.declared.en, down.measured.en) == ("200", "12")
    assert down.mark is not None
    assert down.mark.word.en == "Contradicts"
    assert (up.declared.en, up.measured.en, up.mark) == ("left open", "20", None)
    assert rows["Thư công vụ"].declared.en == "works"
    assert rows["Thư công vụ"].measured.en == "Pass"
    assert (rows["Look-up kiosk"].declared.en, rows["Counters"].declared.en) == ("no", "4")


def test_blocs_and_areas_are_one_table(assessment: Assessment):
    """Each bloc's word for each area; what was left open is no ready."""
    page = own(reported(assessment))
    table = {row.area.en: [state.tone for state in row.states] for row in page.areas}

    assert [bloc.en for bloc in page.blocs] == ["Party", "Government", "Fatherland Front"]
    assert table["information systems"] == ["pass", "unknown", "unknown"]
    assert table["people"] == ["unknown", "unknown", "warn"]


def test_what_was_left_open_is_one_line(assessment: Assessment):
    """Thirty rows of dashes would hide the five that say something."""
    page = own(reported(assessment))
    open_ = {asks.en for asks in page.left_open}

    assert {"Camera", "Scanners at the counters"} <= open_
    assert not open_ & {row.asks.en for row in page.rows}
    assert "Uplink (Mbit/s)" not in open_  # it was measured


def test_a_units_page_says_who_reported_and_when(assessment: Assessment):
    """And that it stands over an earlier report; who has not is told that, calmly."""
    page = own(reported(assessment))

    assert page.who is not None
    assert page.who.vi == "Trần B, 23:59:59 ngày 20/06/2025; thay 1 báo cáo trước"
    assert page.focal == "Nguyễn Văn A, Chánh Văn phòng"
    assert page.notes == ("Thiếu chữ ký số",)
    missing = own(reported(assessment), "kien-an")
    assert (missing.mark.word.vi, missing.who, missing.rows) == ("Chưa nộp", None, ())


def test_the_committee_sees_how_many_and_whose(assessment: Assessment):
    """Counts add up, the missing and the late have names, proposals have units."""
    page = city_page(reported(assessment), WORDS).reports
    assert page is not None
    in_time, late, missing = page.counts

    assert (in_time.count, late.count, missing.count) == (1, 1, 112)
    assert (in_time.who, len(late.who), len(missing.who)) == ((), 1, 112)
    assert [clash.who.href for clash in page.clashes] == ["units/hai-an.html"]
    assert [len(one.units) for group in page.groups for one in group.proposals] == [2]
    assert page.groups[0].name.en == "Support and guidance"


def test_the_citys_page_names_no_focal_person(assessment: Assessment):
    """Who answers for a unit stands on the unit's own page."""
    whole = render_city(city_page(reported(assessment), WORDS)).decode()

    assert "Tập huấn thêm" in whole
    assert "Nguyễn Văn A" not in whole


def test_headings_of_a_page_stay_in_order(assessment: Assessment):
    """No level is left out, and no id stands twice."""
    told = reported(assessment)
    standing = standing_of(told, "hai-an")
    for page in (
        render_city(city_page(told, WORDS)),
        render_owner(owner_pages(told, WORDS).page(standing)),
    ):
        text = page.decode()
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", text)]
        ids = re.findall(r' id="([^"]+)"', text)
        assert all(after - here <= 1 for here, after in itertools.pairwise(levels))
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_write_never_becomes_markup(assessment: Assessment, payload: str):
    """A unit's own text is as foreign as a server's."""
    report = replace(
        REPORT,
        note=payload,
        focal_name=payload,
        line_provider=payload,
        proposals=(Proposal(Group.SYSTEMS, payload),),
        systems={payload: True},
    )
    told = reported(assessment, report)
    wish = SharedProposal(Group.SYSTEMS, payload, ("hai-an",), (payload,))
    told = replace(told, reports=replace(told.reports, proposals=(wish,)))
    page = render_owner(owner_pages(told, WORDS).page(standing_of(told, "hai-an"))).decode()
    plain = render_owner(
        owner_pages(reported(assessment), WORDS).page(standing_of(assessment, "hai-an"))
    ).decode()

    assert page.count("<script") == plain.count("<script") == 1
    assert not set(page) & set("\u202e\u200b\x1b\x00")
    assert "window.__executed" not in re.sub(r">[^<]*<", "><", page)


def test_the_results_follow_the_schema(assessment: Assessment):
    """Everything that was reported is described, and strict JSON."""
    validator = jsonschema.Draft202012Validator(
        json.loads(RESULTS_SCHEMA.read_text("utf-8")),
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    )
    document = json.loads(
        json.dumps(results_document(reported(assessment)), ensure_ascii=False, allow_nan=False)
    )

    assert [error.message for error in validator.iter_errors(document)] == []
    assert document["reports"]["units"][0].keys() >= {"handing", "report", "said_at"}
    assert document["contradictions"][0]["measured"]["vi"] == "12 Mbit/s ↓"
