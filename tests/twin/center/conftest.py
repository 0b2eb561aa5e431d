"""Which city do the tests of the twin's centres share? Four units, none of them broken."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.twin.calling import Twin, twin
from tests.twin.center.serving import inventory_text


@pytest.fixture(scope="package")
def centers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """A twin whose units have an interface for dossiers, in plain HTTP."""
    folder = tmp_path_factory.mktemp("centers")
    inventory = folder / "bridges.yaml"
    inventory.write_text(inventory_text(["mot", "hai", "ba", "bon"]), encoding="utf-8")
    with twin(inventory, "--directory", folder / "twin") as running:
        yield running
