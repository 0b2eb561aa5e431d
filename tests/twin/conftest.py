"""Which city do the tests of the twin share? One unit for each fault, named after it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.twin.calling import Twin, inventory_text, target_of, twin
from twin.faults import FAULTS


@pytest.fixture(scope="package")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """A twin in which the unit `<fault>` has that fault, and `none` has none."""
    folder = tmp_path_factory.mktemp("city")
    inventory, assigned = folder / "bridges.yaml", folder / "faults.json"
    inventory.write_text(inventory_text(list(FAULTS)), encoding="utf-8")
    assigned.write_text(json.dumps({f"{f}/{target_of(f)}": f for f in FAULTS}))
    with twin(inventory, "--assign", assigned, "--directory", folder / "twin") as running:
        yield running
