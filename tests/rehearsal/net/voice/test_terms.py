"""Is what an inventory says of a number read, and what is wrong refused?"""

import pytest

from rehearsal.net.voice.terms import CALLS, Terms


def test_without_settings_little_is_asked():
    """Four calls at once, no menu, no echo: citizens call the same number."""
    terms = Terms.of({})

    assert (terms.calls_max, terms.lines, terms.menu, terms.echo) == (CALLS, CALLS, (), "")


def test_everything_can_be_said():
    """Keys with or without commas; lines apart from the calls that we place."""
    terms = Terms.of({"menu": "1,2#", "lines": "30", "calls_max": "8", "answer_s": "4.5"})

    assert terms.menu == ("1", "2", "#")
    assert (terms.lines, terms.calls_max, terms.answer_s) == (30, 8, 4.5)


def test_as_many_lines_as_we_would_call():
    """Who declares no lines is held to what the plan allows."""
    assert Terms.of({"calls_max": "6"}).lines == 6


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("calls_max", "many"),
        ("calls_max", "201"),
        ("calls_max", "-1"),
        ("answer_s", "61"),
        ("quiet_s", "nan"),
        ("menu", "1,x"),
        ("menu", "123456789"),
    ],
)
def test_a_misspelt_setting_is_named(name: str, told: str):
    """It would otherwise become another number than was meant."""
    with pytest.raises(ValueError, match=rf"settings\.{name}"):
        Terms.of({name: told})


def test_the_pace_is_never_endless():
    """No calls a second would wait for ever."""
    assert Terms.of({"calls_per_s": "0"}).calls_per_s == 0.1
