"""Is what people wrote about actions kept, unchanged, and never written past one another?"""

import pytest
import sqlalchemy as sa

from rehearsal.journal import open_journal
from rehearsal.journal.actions import WrittenMeanwhile
from rehearsal.journal.place import engine_for, parse
from rehearsal.model.action import ActionEvent
from tests.rehearsal.journal.facts import NOON

FIRST = ActionEvent("V-ABCDEFG", NOON, "Lan", "who", "Trần B")
SECOND = ActionEvent("V-ABCDEFG", NOON, "Minh", "who", "")


def test_events_come_back_as_they_came_in(journal):
    """In their order, emptied cells included."""
    journal.actions.note([FIRST], known=0)
    journal.actions.note([SECOND, FIRST], known=1)

    assert journal.actions.events() == (FIRST, SECOND, FIRST)


def test_nothing_new_is_nothing_written(journal):
    """An import without changes leaves no trace."""
    journal.actions.note([], known=0)

    assert journal.actions.events() == ()


def test_who_read_too_early_is_refused(journal, url):
    """Another process wrote since: all or nothing, and nobody is overwritten."""
    with open_journal(url) as other:
        other.actions.note([FIRST], known=0)

    with pytest.raises(WrittenMeanwhile, match="import the file again"):
        journal.actions.note([SECOND], known=0)

    assert journal.actions.events() == (FIRST,)


@pytest.mark.parametrize(
    "change", ["UPDATE action_event SET value = 'x'", "DELETE FROM action_event"]
)
def test_no_event_is_ever_changed(journal, url, change):
    """The database itself refuses."""
    journal.actions.note([FIRST], known=0)
    engine = engine_for(parse(url))
    with pytest.raises(sa.exc.DBAPIError, match="final"), engine.begin() as connection:
        connection.execute(sa.text(change))
    engine.dispose()

    assert journal.actions.events() == (FIRST,)
