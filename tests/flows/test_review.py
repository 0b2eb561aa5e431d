"""The review is offered in Prefect as well, and leaves the same run in the journal."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from flows.form import Review
from flows.launch import TRIALS
from flows.review import reviewed
from rehearsal.journal import open_journal
from rehearsal.order import TrialRefused
from tests.rehearsal.comparison.trials import JUNE_20, JUNE_25
from tests.rehearsal.test_reviewing import FIRST, MAIL, SECOND, trial


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """A served directory, with both trials in it."""
    monkeypatch.chdir(tmp_path)
    trial(tmp_path / "runs", "phase-1", JUNE_20, MAIL)
    trial(tmp_path / "runs", "phase-2", JUNE_25, {})
    return tmp_path / "runs"


async def test_the_flow_reviews_the_last_trials(runs):
    """Its run is in the journal, its page in the folder of reports."""
    run = await reviewed.fn(Review())

    with open_journal(f"sqlite:///{runs}/journal.db") as journal:
        assert journal.run(run.id).verdict is run.verdict
    assert run.parameters["trials"] == [[FIRST, 0], [SECOND, 0]]
    assert (runs / run.id / "index.html").exists()


async def test_a_trial_of_the_other_phase_is_refused(runs):
    """As on the command line."""
    del runs
    with pytest.raises(TrialRefused, match=SECOND):
        await reviewed.fn(Review(phase_1=SECOND))


@pytest.mark.parametrize("wrong", [{"phase_1": "../x"}, {"out": "/etc"}, {"units": ["a"]}])
def test_the_form_takes_nothing_else(wrong):
    """Names become folders; a review is of the whole city."""
    with pytest.raises(ValidationError):
        Review(**wrong)


def test_it_is_served_with_the_trials():
    """`rehearse serve` offers it."""
    assert "flows.review.review" in TRIALS
