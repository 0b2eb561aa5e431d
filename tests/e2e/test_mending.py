"""Mend the cause that is named first, measure again, and count: does it free what it claims?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from rehearsal.inventory import generate
from tests.e2e.driving import rehearse, results

UNITS = 10
# One supplier's three certificates, one unit with two troubles, and one alone.
FAULTS = {
    "certificate-expired": [
        "unit-00001/reporting",
        "unit-00002/reporting",
        "unit-00003/reporting",
    ],
    "dns-servfail": ["unit-00003/mail", "unit-00004/mail"],
    "connection-refused": ["unit-00005/front"],
}
ONLY = ("--only", "system.reach,bridge.reach,hotline.reach", "--no-prefect")
pytestmark = pytest.mark.timeout(300)


def scenario(folder: Path, name: str, mended: frozenset[str] = frozenset()) -> str:
    """The morning with these faults, but for the targets that were mended."""
    left = {fault: [t for t in targets if t not in mended] for fault, targets in FAULTS.items()}
    faults = [{"fault": f, "targets": t, "why": words()} for f, t in left.items() if t]
    head = {"version": 1, "name": words(), "seed": 1, "go_live_in_days": 11}
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(head | {"faults": faults}), encoding="utf-8")
    return str(file)


def words() -> dict[str, str]:
    """Anew each time: YAML would write an alias, which no scenario may have."""
    return {"vi": "a", "en": "b"}


def green(document: dict[str, Any]) -> set[str]:
    """The units that are ready."""
    return {unit["slug"] for unit in document["units"] if unit["readiness"] == "green"}


def test_mending_the_first_cause_frees_what_it_claims(tmp_path: Path):
    """No fewer units turn green than its line said, and no other unit turns worse."""
    city, out = tmp_path / "bridges.yaml", tmp_path / "out"
    city.write_text(generate(UNITS), encoding="utf-8")
    where = ("--inventory", str(city), "--out", str(out))
    rehearse("phase-1", *where, *ONLY, "--twin", scenario(tmp_path, "before"))
    before = results(out)
    first = before["causes"][0]

    after_file = scenario(tmp_path, "after", frozenset(first["targets"]))
    rehearse("recheck", "last", "--out", str(out), "--no-prefect", "--twin", after_file)
    after = results(out)

    assert first["frees"] == 2
    assert len(first["targets"]) == 3
    assert len(green(after) - green(before)) >= first["frees"]
    assert green(before) <= green(after)
    assert first["kind"] not in {cause["kind"] for cause in after["causes"]}
