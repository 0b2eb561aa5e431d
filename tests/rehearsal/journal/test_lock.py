"""Does one trial run at a time, and only as long as its process lives?"""

import os
import socket
import time
from contextlib import ExitStack

import psycopg
import pytest

from rehearsal.journal import Holder, JournalError, LockHeld, trial_holder, trial_lock
from rehearsal.journal.schema import ADVISORY_CLASS, ADVISORY_TRIAL
from tests.rehearsal.journal.children import (
    CHILDREN,
    LOCKED,
    child,
    hold_until_killed,
    race,
)

RACES = {"sqlite": 200, "postgresql": 60}  # each try in PostgreSQL opens a connection
RACERS = 3
ANSWER_S = 30


def test_each_race_has_one_winner(url):
    """Processes that try at the same moment never all win, and never all lose."""
    start, end = CHILDREN.Barrier(RACERS), CHILDREN.Barrier(RACERS)
    rounds = RACES[url.partition(":")[0]]
    wins = []
    with ExitStack() as stack:
        racers = [
            stack.enter_context(child(race, url, rounds, start, end)) for _ in range(RACERS)
        ]
        for _, pipe in racers:
            assert pipe.poll(ANSWER_S)
            wins += pipe.recv()

    assert sorted(wins) == list(range(rounds))


def test_holder_is_named(url):
    """Who is refused learns which process on which machine runs which trial, since when."""
    refusal = pytest.raises(LockHeld, match=rf"process {os.getpid()} on")
    with trial_lock(url, run_id="r1") as ours, refusal as caught:
        try_lock(url)

    holder = caught.value.holder
    assert (holder.pid, holder.run_id) == (ours.pid, "r1")
    assert ours.host == socket.gethostname()
    assert ours.host.startswith(holder.host)  # PostgreSQL shows 63 bytes in all
    assert holder.host
    assert holder.since is not None
    assert abs((holder.since - ours.since).total_seconds()) < ANSWER_S


def test_last_holder_is_not_named_for_the_present_one(url):
    """Nothing of an earlier, longer signature is left when the next trial signs."""
    with trial_lock(url, run_id="a-long-name-of-a-run"):
        pass

    with trial_lock(url, run_id="r2"), pytest.raises(LockHeld) as caught:
        try_lock(url)

    assert caught.value.holder.run_id == "r2"


def test_lock_is_free_after_its_block(url):
    """The next trial starts at once, also after a trial that failed."""
    with pytest.raises(RuntimeError, match="trial"), trial_lock(url):
        raise RuntimeError("trial")

    try_lock(url)


def test_server_frees_the_lock_before_the_block_has_ended(fresh_postgresql):
    """Nobody is refused because the server is still closing the last trial's connection."""
    keys = (ADVISORY_CLASS, ADVISORY_TRIAL)
    with psycopg.connect(fresh_postgresql, autocommit=True) as next_trial:
        for _ in range(50):
            try_lock(fresh_postgresql)
            taken = next_trial.execute("SELECT pg_try_advisory_lock(%s, %s)", keys).fetchone()
            assert taken == (True,)
            next_trial.execute("SELECT pg_advisory_unlock(%s, %s)", keys)


def test_asking_who_holds_the_lock_takes_it_from_nobody(url):
    """Nobody before the first trial and after the last one, and its holder in between."""
    assert trial_holder(url) is None
    with trial_lock(url, run_id="r1") as ours:
        found = trial_holder(url)
    assert found is not None
    assert (found.pid, found.run_id) == (ours.pid, "r1")

    assert trial_holder(url) is None
    try_lock(url)


def test_fault_of_the_trial_is_not_taken_for_ours(url):
    """An error inside the block stays what it was."""
    with pytest.raises(OSError, match="theirs"), trial_lock(url):
        raise OSError("theirs")


def test_kill_9_frees_the_lock(url):
    """A dead trial never blocks the next one; who asked meanwhile was told who holds it."""
    with child(hold_until_killed, url, "r1") as (process, pipe):
        assert pipe.poll(ANSWER_S)
        assert pipe.recv_bytes() == LOCKED
        with pytest.raises(LockHeld) as caught:
            try_lock(url)
        assert caught.value.holder.pid == process.pid
        assert trial_holder(url) == caught.value.holder

    for _ in range(100):  # PostgreSQL notices a closed socket a moment later
        try:
            return try_lock(url)
        except LockHeld:
            time.sleep(0.05)
    raise AssertionError("the lock outlived its process")


def test_lock_file_without_a_word_is_still_a_lock(fresh_sqlite, tmp_path):
    """Between taking the lock and signing it, nobody is known, and nobody gets in."""
    with trial_lock(fresh_sqlite):
        (tmp_path / "journal.db.lock").write_bytes(b"")

        with pytest.raises(LockHeld) as caught:
            try_lock(fresh_sqlite)

    assert caught.value.holder == Holder()


def test_stranger_who_holds_the_lock_is_no_guess(fresh_postgresql):
    """A session that did not sign itself is not taken for a trial that we know."""
    with psycopg.connect(fresh_postgresql) as stranger:
        stranger.execute("SELECT pg_advisory_lock(%s, %s)", (ADVISORY_CLASS, ADVISORY_TRIAL))

        with pytest.raises(LockHeld) as caught:
            try_lock(fresh_postgresql)

    assert caught.value.holder == Holder()


def test_lock_without_a_place_says_where(tmp_path):
    """A lock that cannot be made is an error of the journal, with its place."""
    (tmp_path / "file").touch()

    with pytest.raises(JournalError, match=r"file/journal\.db"):
        try_lock(f"sqlite:///{tmp_path}/file/journal.db")


def try_lock(url):
    """Take the lock and let it go."""
    with trial_lock(url):
        pass
