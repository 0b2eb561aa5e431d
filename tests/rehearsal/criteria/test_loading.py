"""Is a file of criteria sound, and is everything that is wrong with it told at once?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from checks import CHECKS
from rehearsal import snapshot
from rehearsal.criteria import (
    SHIPPED,
    CriteriaError,
    beside,
    examine,
    json_schema,
    load,
    shipped,
)
from rehearsal.model import Light
from rehearsal.model.decision import GROUPS, UNITS, Term
from tests.rehearsal.criteria.policies import changed, plain, rule, written

SCHEMA = Path(__file__).parents[3] / "docs" / "criteria.schema.json"
# What is changed in the shipped criteria, and at which path the fault is told.
WRONG = {
    "unknown source": (
        lambda p: p["rules"]["units_ready"].update(source=["nobody"]),
        "rules.units_ready.source[0]",
        "one of: plan-02",
    ),
    "unknown source of the lights": (
        lambda p: p["lights"].update(source=["nobody"]),
        "lights.source[0]",
        "one of: plan-02",
    ),
    "no source": (
        lambda p: p["rules"]["units_ready"].update(source=[]),
        "rules.units_ready.source",
        "at least 1 items",
    ),
    "unknown kind": (
        lambda p: p["rules"]["units_ready"].update(kind="no"),
        "rules.units_ready.kind",
        "'measured'",
    ),
    "unknown key": (
        lambda p: p["rules"]["units_ready"].update(colour="red"),
        "rules.units_ready.colour",
        "one of the keys",
    ),
    "no rule id": (
        lambda p: p["rules"].update({"Units-Ready": rule("none", light="red")}),
        "rules.Units-Ready",
        "like units_ready",
    ),
    "a key of another kind": (
        lambda p: p["rules"]["units_ready"].update(counts="ready"),
        "rules.units_ready.counts",
        "has the keys: of, light",
    ),
    "a key that is missing": (
        lambda p: p["rules"].update(share=rule("share", at_least_percent=95)),
        "rules.share.counts",
        "ready or green",
    ),
    "no percentage": (
        lambda p: p["rules"].update(share=rule("share", counts="ready", at_least_percent=101)),
        "rules.share.at_least_percent",
        "100.0 or less",
    ),
    "an instrument that need not be proven": (
        lambda p: p["rules"]["instrument_proven"].update(mandatory=False),
        "rules.instrument_proven",
        "mandatory, without dates",
    ),
    "an instrument that is proven until a day": (
        lambda p: p["rules"]["instrument_proven"].update(valid_until="2025-07-01"),
        "rules.instrument_proven",
        "mandatory, without dates",
    ),
    "no instrument": (
        lambda p: p["rules"].pop("instrument_proven"),
        "rules.instrument_proven",
        "kind: instrument",
    ),
    "a part for the whole": (
        lambda p: p["rules"].pop("whole_city"),
        "rules.whole_city",
        "kind: whole",
    ),
    "an instrument of another name": (
        lambda p: p["rules"].update(mine=rule("instrument")),
        "rules.mine.kind",
        "only at instrument_proven",
    ),
    "a hub that weighs no more than a unit": (
        lambda p: p["weights"].update(hubs=2),
        "weights.hubs",
        "more than any unit (2)",
    ),
    "an end before the beginning": (
        lambda p: p.update(valid_until="2025-06-18"),
        "valid_until",
        "not before 2025-06-19",
    ),
    "a rule's end before its beginning": (
        lambda p: p["rules"]["encrypted"].update(
            valid_from="2025-10-15", valid_until="2025-10-14"
        ),
        "rules.encrypted.valid_until",
        "not before 2025-10-15",
    ),
    "a day in another form": (
        lambda p: p["rules"]["encrypted"].update(valid_from="15/10/2025"),
        "rules.encrypted.valid_from",
        "2025-07-01",
    ),
    "yellow as a no": (
        lambda p: p["rules"]["no_conditions"].update(mandatory=True),
        "rules.no_conditions.mandatory",
        "yellow is",
    ),
    "a share of green as a no": (
        lambda p: p["rules"].update(share=rule("share", counts="green", at_least_percent=95)),
        "rules.share.mandatory",
        "yellow is",
    ),
    "units that may be red but not unknown": (
        lambda p: p["rules"].pop("units_ready"),
        "rules.all_measured",
        "communes, special-zones, wards is red",
    ),
    "units that may be red in one phase": (
        lambda p: p["rules"]["units_ready"].update(phases=["phase-2"]),
        "rules.all_measured",
        "(phase-1)",
    ),
    "units that may be red from a day on": (
        lambda p: p["rules"]["units_ready"].update(valid_until="2025-07-01"),
        "rules.all_measured",
        "is red",
    ),
    "more that may be red than unknown": (
        lambda p: p["rules"].update(
            units_ready=rule("share", of=["units"], counts="ready", at_least_percent=95)
        ),
        "rules.all_measured",
        "is red",
    ),
    "a check that there is not": (
        lambda p: p["lights"].update(checks={"bridge.rech": {"source": ["own"]}}),
        "lights.checks.bridge.rech",
        "bridge.reach",
    ),
}


def test_the_shipped_criteria_are_sound_and_name_their_sources():
    """Each rule says whose it is; what no document asks for is marked as ours."""
    criteria = load(SHIPPED, CHECKS)

    assert criteria == shipped()
    assert [r.id for r in criteria.rules][:3] == [
        "instrument_proven",
        "whole_city",
        "all_measured",
    ]
    assert all(set(r.sources) <= set(criteria.sources) for r in criteria.rules)
    assert [name for name, s in criteria.sources.items() if s.is_ours] == ["own"]
    assert criteria.term == Term(valid_from=date(2025, 6, 19))
    assert criteria.weights["hubs"] > max(criteria.weights[kind] for kind in UNITS)


def test_a_run_can_keep_them():
    """Through JSON and back, they are the same."""
    told = json.dumps(snapshot.criteria_to_plain(shipped()))

    assert snapshot.criteria_from_plain(json.loads(told)) == shipped()


def test_units_are_three_kinds_of_units():
    """Whoever says units means all of them, and nobody is in two groups."""
    by_id = {r.id: r for r in shipped().rules}

    assert by_id["units_ready"].of == UNITS
    assert by_id["all_measured"].of == GROUPS


@pytest.mark.parametrize("name", WRONG)
def test_each_fault_is_told_at_its_place(tmp_path: Path, name: str):
    """Where it stands, on which line, and what was expected instead."""
    change, path, expected = WRONG[name]
    file = written(tmp_path, change)

    criteria, faults = examine(file, CHECKS)

    assert criteria is None
    (fault,) = [one for one in faults if one.path == path]
    assert expected in fault.says.en
    told = file.read_text("utf-8").splitlines()[fault.line - 1]
    steps = [f"{part}:" for part in path.replace("[0]", "").split(".")]
    assert any(step in told for step in (*steps, "- nobody"))


def test_all_faults_are_told_at_once(tmp_path: Path):
    """A broken shape in one rule hides no slip in another."""

    def change(policy):
        policy["rules"]["units_ready"]["kind"] = "no"
        policy["rules"]["hubs_ready"]["source"] = ["nobody"]
        policy["weights"]["hubs"] = 1
        policy["valid_from"] = "tomorrow"

    faults = examine(written(tmp_path, change))[1]

    assert [fault.path for fault in faults] == [
        "valid_from",
        "weights.hubs",
        "rules.hubs_ready.source[0]",
        "rules.units_ready.kind",
    ]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the content"),
        (b"version: &a 1", "no anchors"),
        (b"version: 1\nversion: 1", "each key once"),
        (b"- 1", "a mapping"),
        (b"\xff\xfe", "UTF-8"),
        (b" " * 2**21, "at most 1 MB"),
    ],
)
def test_what_is_no_policy_is_refused(tmp_path: Path, content: bytes, expected: str):
    """Nothing in it is obeyed, and nothing crashes on it."""
    file = tmp_path / "criteria.yaml"
    file.write_bytes(content)

    with pytest.raises(CriteriaError) as refused:
        load(file)

    assert expected in str(refused.value)


def test_a_file_that_is_not_there_is_told():
    """By its name."""
    with pytest.raises(CriteriaError, match=r"nowhere\.yaml"):
        load(Path("nowhere.yaml"))


def test_the_file_beside_the_inventory_counts(tmp_path: Path):
    """A city has its own criteria in the folder of its inventory; else ours count."""
    assert beside(tmp_path / "bridges.yaml") == SHIPPED

    own = written(tmp_path, lambda _: None)

    assert beside(tmp_path / "bridges.yaml") == own


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p["rules"].update(
            special=rule("none", of=["special-zones"], light="red"),
            green=rule("share", mandatory=False, counts="green", at_least_percent=95),
            weighed=rule("share", counts="ready", at_least_percent=90, weighted=True),
        ),
        lambda p: p["lights"].update(
            checks={
                "portal.page": {"at_worst": "yellow", "warn": "nothing", "source": ["own"]},
                "bridge.line": {
                    "at_worst": "nothing",
                    "source": ["own"],
                    "phases": ["phase-1"],
                },
            }
        ),
        lambda p: p["rules"].update(
            all_measured=rule("measured", of=["units"], at_least_percent=95),
            units_ready=rule("share", of=["units"], counts="ready", at_least_percent=95),
            no_conditions=rule("none", mandatory=False, of=["hubs"], light="yellow"),
        ),
    ],
    ids=["shares", "checks", "tolerance"],
)
def test_a_city_can_decide_otherwise(tmp_path: Path, change):
    """Thresholds, weights, and what counts how much are its own business."""
    assert changed(tmp_path, change).rules


def test_what_the_keys_mean(tmp_path: Path):
    """Ready is yellow or green; a check that counts for nothing is green at worst."""

    def change(policy):
        share = rule("share", counts="ready", at_least_percent=95, of=["wards", "hubs"])
        policy["rules"]["share"] = share
        policy["lights"]["checks"] = {"a.b": {"at_worst": "nothing", "source": ["own"]}}

    criteria = changed(tmp_path, change)
    share = next(r for r in criteria.rules if r.id == "share")

    assert (share.light, share.of, share.at_least_percent) == (
        Light.YELLOW,
        ("hubs", "wards"),
        95.0,
    )
    assert criteria.weight_of("a.b").at_worst is Light.GREEN
    assert criteria.weight_of("c.d").at_worst is Light.RED


def test_the_schema_for_editors_is_the_shape():
    """And the shipped file follows it."""
    schema = json_schema()
    policy = plain()
    validator = jsonschema.Draft202012Validator(schema)

    assert json.loads(SCHEMA.read_text("utf-8")) == schema
    assert not list(validator.iter_errors(json.loads(json.dumps(policy, default=str))))


def test_the_examples_of_the_documentation_are_sound(tmp_path: Path):
    """Whoever copies a rule from the page can start a trial with it."""
    page = SCHEMA.with_name("criteria.md").read_text("utf-8")
    examples = [block.partition("```")[0] for block in page.split("```yaml\n")[1:]]

    assert len(examples) >= 4
    for example in examples:
        told = yaml.safe_load(example)

        def change(policy, told=told):
            policy["rules"].update(told.get("rules", {}))
            policy["lights"].update(told.get("lights", {}))
            policy["weights"].update(told.get("weights", {}))

        assert load(written(tmp_path, change), CHECKS)
