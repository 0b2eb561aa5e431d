"""How does a trial look in a terminal: its progress, and what came of it?"""

import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from rehearsal.console import (
    CAUSES_SHOWN,
    DECISIONS,
    LIGHTS,
    STAGES,
    LiveProgress,
    print_summary,
)
from rehearsal.model import Decision, Failure, Light, Outcome, Step
from rehearsal.plan import STAGES as PLANNED_STAGES
from rehearsal.plan import Plan
from tests.rehearsal.readiness.small_city import (
    EVIDENCE,
    RUN,
    assessed,
    city,
    hotline,
    morning,
    unit,
)

HOSTILE = "CN=[/][bold]x\x1b]0;owned\x07\x9b31m"
ENDS = replace(
    EVIDENCE["bridge.certificate"],
    not_after=datetime(2025, 7, 9, tzinfo=UTC),
    first_to_expire=HOSTILE,
)


def summary(inventory, but=None, *, folder="out/r1", is_terminal=True, selftest="", **changes):
    """What is printed of a morning, 200 columns wide and without colours."""
    found = assessed(inventory, morning(inventory, but), selftest=selftest)
    found = replace(found, run=replace(RUN, **changes))
    screen = io.StringIO()
    console = Console(file=screen, width=200, force_terminal=is_terminal, color_system=None)
    print_summary(found, Path(folder), console)
    return screen.getvalue()


SMALL = city([unit("hai-an", systems=["mail"]), unit("an-lao")], shared=[hotline()])


def test_the_decision_comes_first():
    """Whoever reads one line reads the decision; the twin is named."""
    printed = summary(SMALL)

    assert "ĐỦ ĐIỀU KIỆN / GO" in printed.splitlines()[0]
    assert "thành phố mô phỏng" in printed.splitlines()[1]


def test_a_real_city_is_no_twin():
    """The real systems' result carries no word of the twin."""
    assert "mô phỏng" not in summary(SMALL, city="Hải Phòng")


def test_it_says_that_nothing_was_measured():
    """A city of placeholders is not shown as if somebody had looked at it."""
    assert "nothing was measured" in summary(SMALL, {"*": None})
    assert "nothing was measured" not in summary(SMALL)


def test_where_the_reports_are():
    """The last line is the page to open, wherever the journal says that it once was."""
    printed = summary(SMALL, folder="here/r1", reports_to="elsewhere/r1")

    assert printed.splitlines()[-1] == "here/r1/index.html"
    assert "elsewhere" not in printed


def test_who_reads_the_last_line_of_a_log_has_read_all():
    """Where it is no terminal, verdict and page stand in one line, at the end."""
    printed = summary(SMALL, is_terminal=False)

    assert printed.splitlines()[-1] == "ĐỦ ĐIỀU KIỆN / GO: out/r1/index.html"


def test_a_trial_that_was_stopped_says_so():
    """And how it goes on; one that ended says nothing of the kind."""
    told = "Dừng giữa chừng, chạy tiếp / stopped half way, resume: --resume r1"

    assert summary(SMALL, state="stopped").splitlines()[1] == told
    assert told not in summary(SMALL, state="finished")


def test_an_instrument_that_was_not_proven_says_why():
    """What is inconclusive for a fault of ours is explained where it is read first."""
    told = "bridge.reach[x]: chờ đợi a, nhận được b / expected a, got b"

    printed = summary(SMALL, selftest=told)

    assert f"  ! Công cụ tự kiểm tra / instrument self-test: {told}" in printed
    assert "self-test:" not in summary(SMALL)


def test_foreign_text_moves_no_cursor():
    """Rich markup stands as it is, and no escape sequence reaches the terminal."""
    printed = summary(SMALL, {"bridge.certificate hai-an/bridge": ENDS}, folder=HOSTILE)

    assert "CN=[/][bold]x" in printed
    assert not [c for c in printed if c != "\n" and not c.isprintable()]


def test_many_causes_are_cut():
    """The first causes are shown, and how many more there are."""
    keys = [f"system-{n}" for n in range(CAUSES_SHOWN + 3)]
    many = city([unit("hai-an", systems=keys)])

    printed = summary(many, {"system.reach *": Failure(Step.RESOLVE, "servfail")})

    assert printed.count("servfail:") == CAUSES_SHOWN
    assert "+3" in printed


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (DECISIONS, Decision),
        (LIGHTS, Light),
        (STAGES, {stage for stages in PLANNED_STAGES.values() for stage in stages}),
    ],
)
def test_nothing_is_without_words(words, known):
    """Every decision, light and stage can be said in both languages."""
    assert set(words) == set(known)


def test_progress_is_silent_where_nobody_looks(capfd):
    """Without a terminal nothing is drawn, neither on stdout nor on stderr."""
    with LiveProgress(is_quiet=False) as progress:
        progress.run_began(RUN, Plan(()))
        progress.stage_began("bridges", 2)
        progress.check_done("bridges", Outcome.PASS)
        progress.stage_ended("bridges", "[/] trouble")

    assert capfd.readouterr() == ("", "")
