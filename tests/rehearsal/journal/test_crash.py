"""Does the journal survive a process that dies without a word?"""

import random
import time
from contextlib import suppress

from rehearsal.journal import open_journal
from tests.rehearsal.journal.children import child, record_until_killed
from tests.rehearsal.journal.facts import RUN, stored

KILLS = 15
APART = 1_000_000  # more than one child can record
ANSWER_S = 30


def test_what_was_acknowledged_survives_kill_9(url):
    """Every acknowledged measurement is there after any crash, whole and with its pair."""
    chance = random.Random(20250620)
    with open_journal(url) as journal:
        journal.begin(RUN)

    acknowledged = [
        number
        for kill in range(KILLS)
        for number in recorded_before_kill(url, kill * APART, chance.uniform(0, 0.1))
    ]

    with open_journal(url) as journal:
        kept = journal.measurements("r1")
    assert len(acknowledged) >= KILLS
    assert {item.target_id for item in kept} >= {stored(n).target_id for n in acknowledged}
    assert all(item == stored(number_of(item), item.check_id) for item in kept)
    assert len(kept) == 2 * len({item.target_id for item in kept})


def recorded_before_kill(url, first, delay_s):
    """What a child acknowledged until it was killed, `delay_s` after its first word."""
    with child(record_until_killed, url, first) as (process, pipe):
        assert pipe.poll(ANSWER_S)
        time.sleep(delay_s)
        process.kill()
        process.join()
        numbers = []
        with suppress(EOFError, ConnectionResetError):
            while True:
                numbers.append(pipe.recv())
    return numbers


def number_of(item):
    """The number from which the whole measurement follows."""
    return int(item.target_id.removeprefix("unit-").removesuffix("/bridge"))
