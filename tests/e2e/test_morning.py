"""The main job: a whole Phase 1 trial of the real city, by the command that people type."""

import yaml

from checks import CHECKS
from rehearsal.inventory import generate
from tests.e2e.driving import ROOT, rehearse, results, troubles

QUICK = ("--media", "3s", "--line", "2s")
UNITS = 12  # of another city; the real one is tried whole above


def promised():
    """What the checks' own examples say that the scenario's faults must provoke."""
    scenario = yaml.safe_load((ROOT / "scenarios/june-20.yaml").read_text(encoding="utf-8"))
    return {
        target: codes_of(entry["fault"])
        for entry in scenario["faults"]
        for target in entry["targets"]
    }


def codes_of(fault, phase="phase-1"):
    """What is said of it: each check says it in its own words, and some have none."""
    asked = [check for check in CHECKS.values() if phase in check.phases]
    examples = [e for check in asked for e in check.examples if e.fault == fault]
    codes = {example.expect for example in examples} - {None}
    assert codes, f"no check tells {fault}"
    return codes


def test_reports_name_exactly_the_faults_of_the_morning(tmp_path):
    """20 June in the twin city: every planted fault by its name, and nothing else."""
    ended = rehearse("phase-1", "--twin", "--hold", "10s", *QUICK, "--out", str(tmp_path))

    document = results(tmp_path)
    folder = tmp_path / document["run"]["id"]
    assert troubles(document) == promised(), ended.stderr
    assert ended.returncode == 10, ended.stderr
    assert document["verdict"] == "no-go"
    assert document["run"]["city"] == "twin"
    assert document["roll_call"]["expected"] == 116
    assert len(list((folder / "units").glob("*.html"))) == 116
    assert (folder / "index.html").stat().st_size < 1_000_000


def test_a_healthy_city_is_go(tmp_path):
    """Nothing is wrong, nothing is found: exit 0, and nobody missing; also without Prefect."""
    city = tmp_path / "bridges.yaml"
    city.write_text(generate(UNITS), encoding="utf-8")
    twin = ("--inventory", str(city), "--twin", "healthy", "--no-prefect", "--hold", "8s")
    ended = rehearse("phase-1", *twin, *QUICK, "--out", str(tmp_path / "out"))

    document = results(tmp_path / "out")
    assert troubles(document) == {}
    assert (ended.returncode, document["verdict"]) == (0, "go")
    assert document["roll_call"]["joined"] == document["roll_call"]["peak_held"] == UNITS + 2
