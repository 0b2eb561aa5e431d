"""Is a service centre held against the rule of its day, and against no other?"""

from datetime import date, timedelta

from rehearsal.readiness.staffing import STAFFING, counted_day, rules_on

GO_LIVE = date(2025, 7, 1)
CHANGE = date(2025, 10, 15)


def figures(day):
    return {rule.answer: rule.at_least for rule in rules_on(day)}


def test_the_rule_of_the_first_of_july():
    """A director who is a vice-chair, one full-time deputy, five civil servants."""
    assert figures(GO_LIVE) == {
        "director_is_vice_chair": 1,
        "full_time_deputies": 1,
        "civil_servants": 5,
    }
    assert figures(CHANGE - timedelta(days=1)) == figures(GO_LIVE)


def test_after_the_change_nothing_is_invented():
    """The rule is known to be another one, and not which: nobody is judged by it."""
    assert set(figures(CHANGE).values()) == {None}
    assert figures(CHANGE).keys() == figures(GO_LIVE).keys()


def test_before_the_first_rule_there_is_none():
    """A trial in June is held against the day of the go-live, not against its own."""
    assert figures(date(2025, 6, 20)) == {}
    assert counted_day(date(2025, 6, 20), GO_LIVE) == GO_LIVE
    assert counted_day(date(2025, 11, 3), GO_LIVE) == date(2025, 11, 3)


def test_no_two_rules_for_one_answer_hold_on_one_day():
    """And every rule says whose it is, and ends after it begins."""
    for day in (GO_LIVE, CHANGE - timedelta(days=1), CHANGE, date(2030, 1, 1)):
        answers = [rule.answer for rule in rules_on(day)]
        assert len(answers) == len(set(answers))
    for rule in STAFFING:
        assert rule.ends is None or rule.begins <= rule.ends
        assert rule.source.vi != rule.source.en
