"""Which hotline do the tests share? One without faults, for three units."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.twin.calling import Twin
from tests.twin.hotline.serving import playing


@pytest.fixture(scope="package")
def hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """A twin whose units' feedback comes through one hotline, in plain HTTP."""
    with playing(tmp_path_factory.mktemp("hotline")) as running:
        yield running
