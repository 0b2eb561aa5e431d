"""The city's page leads from the verdict to what must be done first."""

from dataclasses import replace

import pytest

from rehearsal.model import Assessment, Decision, Intent, Light, Remnant, Sweep, Synthetic
from rehearsal.report.view.city import CityPage, city_page
from rehearsal.report.view.roll_call import BAND_MIN, LANE, LANES_TOP, Bar
from tests.rehearsal.report.morning import Words


@pytest.fixture(scope="module")
def page(assessment: Assessment) -> CityPage:
    """The page of the morning."""
    return city_page(assessment, Words())


def test_the_sentence_counts_the_rules_that_decide(page: CityPage):
    """In words, in both languages."""
    assert page.mark.word.vi == "Chưa đủ điều kiện"
    assert page.sentence.vi == "Trong 4 điều kiện bắt buộc: 1 chưa đạt, 1 chưa kết luận được."


def test_unmet_mandatory_rules_come_first(page: CityPage):
    """Then undecided ones, then the rest."""
    assert [rule.mark.tone for rule in page.rules] == [
        "fail",
        "unknown",
        "pass",
        "pass",
        "fail",
    ]


def test_a_rule_about_nobody_is_not_applicable(assessment: Assessment):
    """It is neither met nor undecided, and the sentence does not count it."""
    rules = tuple(
        replace(rule, is_mandatory=False, holds=None) if rule.holds is None else rule
        for rule in assessment.rules
    )
    page = city_page(replace(assessment, rules=rules), Words())

    assert "Không áp dụng" in {rule.mark.word.vi for rule in page.rules}
    assert page.sentence.vi == "Trong 3 điều kiện bắt buộc: 1 chưa đạt."


def test_a_rule_links_to_what_it_is_about(page: CityPage):
    """A cause by its words, a unit by its name."""
    links = [(link.words.vi, link.href) for link in page.rules[0].subjects]

    assert links[0] == ("Chứng thư số của máy chủ đã hết hạn.", "#cause-c1")
    assert links[2] == ("Thủy Nguyên", "units/thuy-nguyen.html")


def test_causes_keep_the_order_in_which_to_mend_them(page: CityPage, assessment: Assessment):
    """The page does not rank by itself; 22 units with one cause are one line."""
    assert [c.frees for c in page.causes] == [c.frees for c in assessment.causes]

    (line,) = [cause for cause in page.causes if cause.hits == 22]
    assert line.scopes[0].vi == "Địa bàn tỉnh, thành cũ: Hải Dương"
    assert "reporting" not in {
        text.vi.partition(": ")[2] for c in page.causes for text in c.scopes
    }


def test_units_are_listed_worst_first_and_green_is_closed(page: CityPage):
    """Every unit once."""
    assert [group.id for group in page.groups] == ["red", "yellow", "grey", "green"]
    assert [group.is_open for group in page.groups] == [True, True, True, False]
    assert sum(len(group.rows) for group in page.groups) == 114


def test_the_filters_count_what_the_table_lists(page: CityPage):
    """One state object, two views."""
    listed = {group.id: len(group.rows) for group in page.groups}

    assert {count.id: count.count for count in page.counts} == listed
    assert sum(count.width for count in page.counts) == pytest.approx(100, abs=0.1)


def test_the_map_shows_the_same_states(assessment: Assessment, page: CityPage):
    """A tile for every unit, linked to its page."""
    lights = [standing.light for standing in assessment.units]

    assert len(page.map.tiles) == 114
    assert sum(t.mark.tone == "fail" for t in page.map.tiles) == lights.count(Light.RED)
    assert all(t.href.startswith("units/") for t in page.map.tiles)


def test_units_without_a_tile_are_counted(assessment: Assessment):
    """The map does not pretend to be complete."""
    standing = assessment.units[0]
    lost = replace(standing, owner=replace(standing.owner, tile=None))
    shown = city_page(replace(assessment, units=(lost, *assessment.units[1:])), Words())

    assert shown.map.unplaced == 1


def test_what_was_not_measured_is_told_with_its_reason(page: CityPage):
    """Blocked, unknown and placeholders; 3 targets have no real address."""
    by_tone = {gap.mark.word.en: len(gap.where) for gap in page.gaps}

    assert by_tone["Placeholder address, not measured"] == 3
    assert "Blocked" in by_tone
    assert "observer_overloaded" in {gap.code for gap in page.gaps}


def test_the_roll_call_names_who_was_missing(page: CityPage):
    """Who never joined, who dropped, who came back and when."""
    call = page.roll_call
    assert call is not None

    assert len(call.missing) == 116 - call.joined
    dropped = [drop for drop in call.drops if "rớt" in drop.told[0].vi]
    assert [drop.who.words.vi for drop in dropped] == ["An Quang", "Thanh Hà"]
    assert dropped[1].told[0].vi == "rớt lúc 22,4 s, trở lại lúc 31,9 s (vắng 9,5 s)"
    assert len(dropped[0].bars) == 2


def test_limits_come_with_their_reason(page: CityPage):
    """A committee can ask why, in either language."""
    assert "gia hạn" in page.limits[0].why.vi
    assert "renew" in page.limits[0].why.en
    assert {limit.name for limit in page.limits} == {"days_after_go_live", "join_s"}


def test_a_real_city_has_no_twin_line(assessment: Assessment):
    """And the twin always has one."""
    real = replace(assessment, run=replace(assessment.run, city="hai-phong"))

    assert city_page(assessment, Words()).frame.is_twin
    assert not city_page(real, Words()).frame.is_twin


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_has_shape_and_words(assessment: Assessment, decision: Decision):
    """Also when all rules hold, or there is none."""
    all_held = tuple(replace(rule, holds=True) for rule in assessment.rules)
    for rules in (all_held, ()):
        shown = city_page(replace(assessment, decision=decision, rules=rules), Words())
        assert shown.mark.word.vi
        assert shown.sentence.vi


def test_an_empty_trial_still_has_a_page(assessment: Assessment):
    """Stopped before anything was measured."""
    empty = replace(
        assessment,
        units=(),
        hubs=(),
        systems=(),
        causes=(),
        roll_call=None,
        rules=(),
        stages=(),
    )

    assert city_page(empty, Words()).total == 0


def test_what_is_left_behind_is_listed_with_its_owner(assessment: Assessment):
    """Whoever has to look for it reads where, by which marker, and why it is not proven."""
    unit = assessment.units[0].owner
    at = assessment.run.started
    intent = Intent("run", "DIENTAP-run-1", "center.dossier", f"{unit.slug}/x", "dossiers", at)
    last = Sweep("DIENTAP-run-1", at, problem="still shown: 7\x1b[31m")
    left = replace(assessment, synthetic=Synthetic(3, (Remnant(intent, last),)))
    page = city_page(left, Words())

    assert (page.remnants[0].name, page.remnants[0].marker) == (unit.name, "DIENTAP-run-1")
    assert "\x1b" not in page.remnants[0].problem
    assert "1" in page.synthetic.en
    assert city_page(assessment, Words()).remnants == ()


def test_the_roll_call_says_who_heard_whom(page: CityPage):
    """One who neither hears nor is heard makes both figures fall short, and red."""
    hearing = page.roll_call.hearing

    assert (hearing.hear, hearing.heard) == (hearing.tried - 1, hearing.tried - 1)
    assert hearing.mark.tone == "fail"


def test_the_picture_has_a_lane_for_everyone_who_was_missed(page: CityPage):
    """Cut off, never back, or not heard: below one curve, on one clock."""
    call = page.roll_call
    lanes = [lane.absence for lane in call.lanes]

    assert len(lanes) == len(call.drops) == 3
    assert sorted(len(lane.bars) for lane in lanes) == [1, 2, 2]
    assert [s for lane in lanes for s in lane.silences] == [Bar(300.0, 50.4)]
    assert call.height > max(lane.y for lane in call.lanes)


def test_what_all_lost_together_is_a_band_across_all_lanes(page: CityPage):
    """In a row of its own above theirs, and in words."""
    call = page.roll_call
    (one,) = call.standstills

    assert one.bar == Bar(540.0, 37.2)
    assert one.told.vi == "Hầu hết điểm cầu cùng mất âm thanh từ 45,0 s, trong 3,1 s."
    assert min(lane.y for lane in call.lanes) == LANES_TOP + LANE


def test_a_short_standstill_of_a_long_meeting_is_seen(assessment: Assessment):
    """And without one there is no row for it."""
    call = assessment.roll_call
    short = replace(assessment, roll_call=replace(call, hold_s=7200, silences=((45.0, 0.6),)))
    never = replace(assessment, roll_call=replace(call, silences=()))

    assert city_page(short, Words()).roll_call.standstills[0].bar.width == BAND_MIN
    assert city_page(never, Words()).roll_call.lanes[0].y == LANES_TOP


def test_joins_are_told_second_by_second(page: CityPage):
    """A join storm shows as a p95 that grows."""
    assert [(a.second, a.joined) for a in page.roll_call.arrivals][:2] == [
        ("0 s", 31),
        ("1 s", 40),
    ]
