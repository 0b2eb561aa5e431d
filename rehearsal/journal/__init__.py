"""What does the project remember of its trials, and how sure is that memory?"""

from rehearsal.journal.book import Journal, open_journal
from rehearsal.journal.lock import trial_holder, trial_lock
from rehearsal.journal.place import URL_VARIABLE, journal_url
from rehearsal.journal.plain import plain, visible
from rehearsal.journal.problem import (
    AlreadyMeasured,
    EvidenceMismatch,
    Holder,
    JournalError,
    LockHeld,
    NewerJournal,
    NotBegun,
    RunExists,
    UnknownRun,
)
from rehearsal.journal.stored import StoredMeasurement, from_stored, plain_mapping, to_stored

__all__ = [
    "URL_VARIABLE",
    "AlreadyMeasured",
    "EvidenceMismatch",
    "Holder",
    "Journal",
    "JournalError",
    "LockHeld",
    "NewerJournal",
    "NotBegun",
    "RunExists",
    "StoredMeasurement",
    "UnknownRun",
    "from_stored",
    "journal_url",
    "open_journal",
    "plain",
    "plain_mapping",
    "to_stored",
    "trial_holder",
    "trial_lock",
    "visible",
]
