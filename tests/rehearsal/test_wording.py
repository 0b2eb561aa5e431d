"""Which words tell a person what a finding means and what to do?"""

import pytest

from checks import CHECKS
from rehearsal.model import Finding, Outcome, Text
from rehearsal.wording import CheckWording, spread, words_of

FAILED = Finding("servfail", Outcome.FAIL, {"step": "resolve", "detail": "{0.__class__}"})


def test_a_finding_has_its_check_s_words():
    """The check's own sentence, with its values in it."""
    finding = CHECKS["bridge.signalling"].found("join_slow", took_s=4.5, limit_s=3.0)

    words = words_of(CHECKS, "bridge.signalling", finding)

    assert words.says.en == "Joining took 4.5 s (limit 3 s)."
    assert words.says.vi.startswith("Vào phòng mất")


def test_a_failure_has_the_catalogue_s_words():
    """Its raw detail stands beside, never inside the sentence."""
    words = words_of(CHECKS, "bridge.reach", FAILED)

    assert words.says.en == "The DNS server reported an error when it looked this name up."


@pytest.mark.parametrize("values", [{}, {"step": "nonsense"}, {"step": 3}])
def test_a_failure_without_its_step_is_ours_to_explain(values):
    """An old or broken record gets calm words, not a crash."""
    words = words_of(CHECKS, "bridge.reach", Finding("servfail", Outcome.FAIL, values))

    assert "no words for this kind" in words.says.en


@pytest.mark.parametrize("hostile", ["{0}", "{took_s.__class__}", "%s", "{", "}"])
def test_a_foreign_value_is_no_template(hostile):
    """What a peer sends is shown as it is, and read by nobody."""
    finding = CHECKS["bridge.reach"].found("address_dead", addresses=hostile)

    assert words_of(CHECKS, "bridge.reach", finding).says.en.endswith(f": {hostile}.")


@pytest.mark.parametrize(
    ("values", "vi", "en"),
    [
        ([3, 3.0], "3", "3"),
        ([9.5, 4.0, 7], "4–9,5", "4–9.5"),
        ([-80, -70.5], "-80 đến -70,5", "-80 to -70.5"),
        ([0, 1, 2, 3, 4], "0–4", "0–4"),
        (["up", "down", "up"], "up, down", "up, down"),
        (["a", 1.5, "b"], "a, 1,5, b", "a, 1.5, b"),
        ([True, False], "True, False", "True, False"),
        (["a", "b", "c", "d"], "…", "…"),
        ([4.0, None], "…", "…"),
    ],
)
def test_different_values_are_told_as_far_as_they_can_be(values, vi, en):
    """Numbers from the least to the most, a few others by name, and no more than that."""
    finding = CHECKS["bridge.signalling"].found("join_slow", took_s=spread(values), limit_s=3)

    says = words_of(CHECKS, "bridge.signalling", finding).says

    assert f" {en} s" in says.en
    assert f" {vi} " in says.vi


def test_limits_are_told_as_they_were_applied():
    """With unit and reason; where the inventory says otherwise, its value."""
    plain = CheckWording(CHECKS).limits("bridge.signalling")["join"]
    changed = CheckWording(CHECKS, {"bridge.signalling": {"join": 9.0}})

    assert plain[:2] == (3.0, "s")
    assert changed.limits("bridge.signalling")["join"] == (9.0, *plain[1:])


def test_a_check_says_what_it_asks():
    """The question, in both languages."""
    asked = CheckWording(CHECKS).asks("bridge.reach")

    assert asked == Text(asked.vi, "Can the bridge's machine be reached?")
