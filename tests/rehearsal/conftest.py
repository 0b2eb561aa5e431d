"""What do the tests of the spine share? A small city, and trials of it without a wire."""

from __future__ import annotations

import pytest

from rehearsal import opening, trial
from tests.rehearsal.pretend import CITY, door


@pytest.fixture
def city_file(tmp_path):
    """A small sound inventory whose names are reached by a route of its own."""
    file = tmp_path / "bridges.yaml"
    file.write_text(CITY, encoding="utf-8")
    return file


@pytest.fixture
def no_wire(monkeypatch):
    """A trial whose door leads nowhere, and whose instrument is proven without a twin."""

    async def proven(registry):
        del registry
        return ()

    monkeypatch.setattr(opening, "door_to", lambda _inventory, **given: door(**given))
    monkeypatch.setattr(trial, "selftest", proven)
    monkeypatch.setattr(trial, "BARRIER_S", 0.02)
