"""Which Prefect do the tests of flows meet? One real server child, served once."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from flows.environment import BRIEF, of_client
from tests.flows.served import serve

# before any test imports Prefect: it reads its settings once
os.environ.update({**of_client(Path(tempfile.mkdtemp()), "http://127.0.0.1:1/api"), **BRIEF})


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """One server for all tests that do not kill theirs; it takes seconds to start."""
    running = serve(tmp_path_factory.mktemp("prefect"), tmp_path_factory.mktemp("served"))
    yield running
    running.stop()


@pytest.fixture
def home(served, tmp_path):
    """A home for another server, whose empty database needs no migration any more."""
    copied = tmp_path / ".prefect"
    copied.mkdir()
    with (
        closing(sqlite3.connect(served.home / "prefect.db")) as theirs,
        closing(sqlite3.connect(copied / "prefect.db")) as ours,
    ):
        theirs.backup(ours)
        for table in ("flow_run", "task_run", "deployment_schedule", "deployment"):
            ours.execute(f"DELETE FROM {table}")
        ours.commit()
    return copied
