"""How do guests of these tests reach a bridge on loopback?"""

from __future__ import annotations

import aioice.ice
import pytest


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make aioice offer the loopback address, which it leaves out by itself."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda *_, **__: ["127.0.0.1"])
