"""Is a morning still judged as people once agreed that it should be?

Each folder of `tests/golden` holds a small city and all that follows (see `golden.py`).
After a wanted change of judgement, `REHEARSAL_GOLDEN=write` writes what is found now: read
the difference before you commit.
"""

import json
import os
import random
from pathlib import Path

import pytest

from tests.rehearsal.readiness.golden import (
    assessed_from,
    documents_of,
    measured_in,
    read,
    write,
)

FOLDERS = sorted(Path(__file__).parents[2].joinpath("golden").glob("*/given.json"))
WRITE = os.environ.get("REHEARSAL_GOLDEN") == "write"
MEASURED = "measurements.json"


@pytest.fixture(params=FOLDERS, ids=lambda file: file.parent.name)
def given(request):
    """One folder's city."""
    return request.param


def test_a_morning_is_judged_as_agreed(given: Path):
    """Verdicts, causes, readiness and the committee's page, compared whole."""
    stored = given.with_name(MEASURED)
    if WRITE:
        write(stored, json.loads(json.dumps(measured_in(read(given)))))
    found = documents_of(assessed_from(read(given), read(stored)))
    for name, value in found.items():
        if WRITE:
            write(given.with_name(name), value)

        assert value == read(given.with_name(name)), name


def test_what_was_measured_is_what_people_wrote(given: Path):
    """A folder is changed in `given.json`; its measurements follow, and are not edited."""
    now = json.loads(json.dumps(measured_in(read(given))))

    assert now == read(given.with_name(MEASURED))


def test_the_order_of_measurements_never_matters(given: Path):
    """The journal gives them in any order; a round stays a round."""
    stored = read(given.with_name(MEASURED))
    random.Random(20250620).shuffle(stored)

    found = documents_of(assessed_from(read(given), stored))

    assert found == documents_of(assessed_from(read(given), read(given.with_name(MEASURED))))


def test_there_are_golden_mornings():
    """A wrong path would leave nothing to compare, and all tests green."""
    assert len(FOLDERS) >= 12


def test_nothing_is_red_for_a_starved_observer():
    """The first promise, in a folder of its own."""
    folder = next(file for file in FOLDERS if file.parent.name == "observer-starved")

    assert "red" not in read(folder.with_name("readiness.json"))["lights"].values()
