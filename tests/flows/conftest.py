"""Which Prefect do the tests of flows meet? One real server child, served once."""

from __future__ import annotations

import os
import tempfile
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
