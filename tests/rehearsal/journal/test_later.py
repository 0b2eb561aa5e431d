"""What was told since go-live stays as it was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rehearsal.journal import Journal
from rehearsal.journal.place import engine_for, parse
from rehearsal.model import Light
from rehearsal.model.comparison import LaterFact
from tests.rehearsal.journal.facts import NOON

FACT = LaterFact("Hải Phòng", "an", NOON, "Trần B", NOON + timedelta(days=1), Light.RED, "máy")


def test_facts_come_back_as_they_were_told(journal: Journal):
    """In the order in which they came in, of one city."""
    again = replace(FACT, light=Light.GREEN, note="")
    journal.later.add([FACT, replace(FACT, city="twin")])
    journal.later.add([])
    journal.later.add([again])

    assert journal.later.of("Hải Phòng") == (FACT, again)
    assert journal.later.of("elsewhere") == ()


@pytest.mark.parametrize(
    "change", ["UPDATE later_fact SET light = 'green'", "DELETE FROM later_fact"]
)
def test_the_database_refuses_to_change_them(journal: Journal, url: str, change: str):
    """Nobody mends a prediction afterwards by mending what happened."""
    journal.later.add([FACT])
    engine = engine_for(parse(url))
    with pytest.raises(sa.exc.DBAPIError, match="final"), engine.begin() as connection:
        connection.execute(sa.text(change))
    engine.dispose()

    assert journal.later.of("Hải Phòng") == (FACT,)
