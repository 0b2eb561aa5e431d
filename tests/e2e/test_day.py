"""25 June on some units of the twin city: every fault by its name, and nothing is left."""

from __future__ import annotations

import pytest
import yaml

from tests.e2e.driving import QUIET, ROOT, rehearse, results, troubles
from tests.e2e.test_leaving_nothing import MARKED, records, routed
from tests.e2e.test_morning import codes_of
from tests.twin.calling import twin

UNITS = "chi-linh,hong-bang,thuy-nguyen,kien-an,an-duong,vinh-bao,hai-duong,cat-hai"
ONLY = (
    "system.reach,center.dossier,hotline.routing,documents.exchange,system.sign_on,"
    "portal.old_closed"
)
pytestmark = [pytest.mark.alone, pytest.mark.timeout(240)]


def planted() -> dict[str, set[str]]:
    """What the scenario's faults must be called, at the units that are asked."""
    scenario = yaml.safe_load((ROOT / "scenarios/june-25.yaml").read_text(encoding="utf-8"))
    return {
        target: codes_of(entry["fault"], "phase-2")
        for entry in scenario["faults"]
        for target in entry["targets"]
        if target.partition("/")[0] in UNITS.split(",")
    }


def test_the_day_is_told_truly_and_leaves_nothing(tmp_path, monkeypatch):
    """Each planted fault is named at its unit alone; the twin agrees that all is gone."""
    city = tmp_path / "bridges.yaml"
    city.write_text((ROOT / "bridges.yaml").read_text("utf-8"), encoding="utf-8")
    scenario = ROOT / "scenarios/june-25.yaml"
    with twin(city, "--scenario", scenario, "--directory", tmp_path / "twin") as town:
        before = records(town.said)
        for name, value in town.said.get("secrets", {}).items():
            monkeypatch.setitem(QUIET, name, value)
        route = ("--inventory", str(routed(city, town.said)), "--out", str(tmp_path / "out"))
        narrow = ("--units", UNITS, "--only", ONLY)
        ended = rehearse("phase-2", *route, *narrow, "--no-prefect")
        after = records(town.said)

    document = results(tmp_path / "out")
    told = troubles(document)
    assert set(told) == set(planted()), ended.stderr
    assert all(codes <= planted()[target] for target, codes in told.items()), told
    assert document["synthetic"]["created"] > 100
    assert (document["synthetic"]["left"], document["remnants"]) == (0, [])
    assert after == before
    assert not [marker for marker, _ in after.values() if MARKED in marker]
    assert ended.returncode == 10, ended.stdout + ended.stderr
