"""Is it remembered when a run was asked again, in SQLite and in PostgreSQL?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rehearsal.journal import JournalError, to_stored
from tests.rehearsal.journal.facts import NOON, good

LATER = NOON + timedelta(days=3)


def test_each_recheck_has_the_next_round(journal):
    """Numbers are given by the journal, in the order in which rechecks began."""
    first = journal.rechecks.begin("r1", NOON, {"units": ["hải-an"]})
    second = journal.rechecks.begin("r1", LATER, {})

    assert [first.round, second.round] == [1, 2]
    assert journal.rechecks.of("r1") == (first, second)
    assert journal.rechecks.of("r1")[0].parameters == {"units": ["hải-an"]}


async def test_a_round_that_something_stands_in_is_not_given_again(journal):
    """Two rounds are never mixed up."""
    await journal.record("r1", [replace(to_stored(good()), round=4)])

    assert journal.rechecks.begin("r1", LATER, {}).round == 5


def test_nobody_rechecks_a_run_that_is_not(journal):
    """The database refuses it."""
    with pytest.raises(JournalError):
        journal.rechecks.begin("r9", NOON, {})

    assert journal.rechecks.of("r9") == ()
