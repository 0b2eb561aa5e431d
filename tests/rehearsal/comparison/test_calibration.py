"""A prediction is held against what happened, and nothing is computed of nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.comparison import calibration, counting, last_trial, start_of
from rehearsal.model import Light, Run
from tests.rehearsal.comparison.trials import HAI_PHONG, JUNE_20, JUNE_25, fact, predicted

GO_LIVE = start_of(HAI_PHONG)


def test_the_day_of_go_live_begins_by_the_citys_clock():
    """Midnight in Hai Phong."""
    assert datetime(2025, 6, 30, 17, 0, tzinfo=UTC) == GO_LIVE


def test_every_unit_stands_in_its_cell():
    """Predicted down, happened across; twelve cells."""
    found = calibration(
        predicted(an="red", binh="red", cat="green", do="grey"),
        [fact("an", "red"), fact("binh", "green"), fact("cat", "yellow"), fact("do", "red")],
    )
    filled = {(a.value, b.value) for (a, b), count in found.table.items() if count}

    assert len(found.table) == 12
    assert filled == {("red", "red"), ("red", "green"), ("green", "yellow"), ("grey", "red")}
    assert (found.red_came_true.hits, found.red_came_true.of) == (1, 2)
    assert (found.green_stayed.hits, found.green_stayed.of) == (0, 1)


def test_who_was_predicted_wrongly_is_named_each_way():
    """Grey predicts nothing, and is never wrong."""
    found = calibration(
        predicted(an="red", binh="yellow", cat="green", do="grey", em="green"),
        [
            *(fact("an", "yellow"), fact("binh", "red"), fact("cat", "red")),
            *(fact("do", "red"), fact("em", "green")),
        ],
    )

    assert [miss.unit for miss in found.rosier] == ["binh", "cat"]
    assert [miss.unit for miss in found.gloomier] == ["an"]


def test_of_nothing_nothing_is_computed():
    """No facts, no shares; facts about others do not help."""
    before = calibration(predicted(an="red", binh="green"), [])
    after = calibration(predicted(an="red", binh="green"), [fact("elsewhere", "red")])

    for found in (before, after):
        assert found.facts == 0
        assert found.red_came_true.ratio is None
        assert found.green_stayed.ratio is None
        assert found.silent == ("an", "binh")
    assert after.strangers == ("elsewhere",)


def test_one_share_may_be_known_and_the_other_not():
    """One red unit told of, no green one."""
    found = calibration(predicted(an="red", binh="green"), [fact("an", "red")])

    assert found.red_came_true.ratio == 1.0
    assert found.green_stayed.ratio is None


def test_the_first_that_happened_counts():
    """Red on 2 July and mended by the 20th was predicted rightly."""
    told = [fact("an", "green", day=20, said=21), fact("an", "red", day=2, said=3)]

    assert calibration(predicted(an="red"), told).red_came_true.ratio == 1.0


def test_what_is_said_last_of_one_moment_mends_the_earlier():
    """Whoever was wrong tells of the same day again."""
    told = [fact("an", "green", said=12), fact("an", "red", said=11)]

    assert counting(told)["an"].light is Light.GREEN


@pytest.mark.parametrize(
    "strange",
    [
        replace(fact("an", "red"), city="twin"),
        replace(fact("an", "red"), at=GO_LIVE - timedelta(seconds=1)),
    ],
)
def test_another_city_and_an_earlier_day_say_nothing(strange):
    """The twin's facts are not the city's; before go-live nothing was predicted yet."""
    assert calibration(predicted(an="red"), [strange]).facts == 0


FACTS = st.builds(
    fact,
    st.sampled_from(["an", "binh", "cat", "do", "stranger"]),
    st.sampled_from(["green", "yellow", "red"]),
    st.integers(2, 28),
    st.integers(2, 28),
)


@given(st.lists(FACTS, max_size=12), st.randoms(use_true_random=False))
def test_order_never_matters_and_all_adds_up(facts, chance):
    """Whatever order they came in; the table holds each known unit once."""
    assessment = predicted(an="red", binh="green", cat="yellow", do="grey")
    found = calibration(assessment, facts)
    chance.shuffle(facts)

    assert calibration(assessment, facts) == found
    assert sum(found.table.values()) == found.facts
    assert found.facts + len(found.silent) == 4


def test_the_last_finished_trial_before_go_live_predicts():
    """Not one that was stopped, not the review, not another city's, not a later one."""
    july = datetime(2025, 7, 2, tzinfo=UTC)

    def run(name: str, began: datetime, **settled: object) -> Run:
        known = Run(name, "phase-1", "Hải Phòng", began, began, "finished")
        return replace(known, **settled)

    runs = [
        run("first", JUNE_20),
        run("second", JUNE_25, phase="phase-2"),
        run("stopped", JUNE_25 + timedelta(hours=1), state="stopped"),
        run("review", JUNE_25 + timedelta(hours=2), phase="review"),
        run("twins", JUNE_25 + timedelta(hours=3), city="twin"),
        run("late", july),
    ]
    found = last_trial(runs, "Hải Phòng", GO_LIVE)

    assert found is not None
    assert found.id == "second"
    assert last_trial(runs[3:], "Hải Phòng", GO_LIVE) is None
