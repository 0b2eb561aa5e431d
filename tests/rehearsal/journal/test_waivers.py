"""Is a signature kept as it was given, and taken back only once and in the open?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from rehearsal.journal import JournalError
from rehearsal.journal.waivers import NoSuchWaiver
from rehearsal.model.decision import Waiver
from tests.rehearsal.journal.facts import NOON

SIGNED = Waiver(
    id=0,
    at=NOON,
    rule="units_ready",
    subject="hai-an",
    signed_by="Nguyễn Văn A",
    role="Phó Chủ tịch",
    reason="Mất điện theo lịch",
    expires=NOON + timedelta(days=10),
)


def test_a_signature_comes_back_as_it_was_given(journal):
    """With its number, in the order of signing."""
    first = journal.waivers.sign(SIGNED)
    second = journal.waivers.sign(replace(SIGNED, subject="", at=NOON + timedelta(hours=1)))

    assert [w.id for w in journal.waivers.all()] == [first, second]
    assert journal.waivers.all()[0] == replace(SIGNED, id=first)


def test_what_is_taken_back_says_when_and_by_whom(journal):
    """It is still told: nothing that was signed disappears."""
    number = journal.waivers.sign(SIGNED)
    later = NOON + timedelta(hours=2)
    journal.waivers.withdraw(number, at=later, by="Trần Thị B")

    (told,) = journal.waivers.all()

    assert (told.withdrawn_at, told.withdrawn_by) == (later, "Trần Thị B")
    assert replace(told, withdrawn_at=None, withdrawn_by="") == replace(SIGNED, id=number)


def test_nothing_is_taken_back_twice(journal):
    """Nor what was never signed, nor a withdrawal itself; it is told what can be."""
    number = journal.waivers.sign(SIGNED)
    other = journal.waivers.sign(SIGNED)
    journal.waivers.withdraw(number, at=NOON)

    for wrong in (number, 99, other + 1):
        with pytest.raises(NoSuchWaiver, match=f"there are: {other}"):
            journal.waivers.withdraw(wrong, at=NOON)
    assert len(journal.waivers.all()) == 2


@pytest.mark.parametrize("statement", ["UPDATE waiver SET reason = 'x'", "DELETE FROM waiver"])
def test_a_signature_is_final(journal, statement):
    """The database itself refuses to change one."""
    journal.waivers.sign(SIGNED)

    with pytest.raises(sa.exc.DBAPIError), journal._engine.begin() as connection:
        connection.execute(sa.text(statement))
    assert [w.reason for w in journal.waivers.all()] == [SIGNED.reason]


def test_a_journal_without_signatures_has_none(journal):
    """And taking one back is refused with words."""
    assert journal.waivers.all() == ()
    with pytest.raises(JournalError, match="there is no waiver 1"):
        journal.waivers.withdraw(1, at=NOON)
