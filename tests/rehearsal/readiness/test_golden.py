"""Is a morning still judged as people once agreed that it should be?

Each folder of `tests/golden` holds `given.json`, a small city and what was wrong in it,
and `expected.json`, all that follows. After a wanted change of judgement,
`REHEARSAL_GOLDEN=write` writes what is found now: read the difference before you commit.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from rehearsal.journal import StoredMeasurement, from_stored, plain
from rehearsal.model import Failure, Outcome, Step
from tests.rehearsal.readiness.small_city import (
    CHECKS,
    EVIDENCE,
    MORNING,
    assessed,
    city,
    hotline,
    morning,
    unit,
)

FOLDERS = sorted(Path(__file__).parents[2].joinpath("golden").glob("*/given.json"))
WRITE = os.environ.get("REHEARSAL_GOLDEN") == "write"


@pytest.mark.parametrize("given", FOLDERS, ids=lambda file: file.parent.name)
def test_a_morning_is_judged_as_agreed(given: Path):
    """Verdicts, causes, lights, rules and decision of a small city, compared whole."""
    found = judged(json.loads(given.read_text(encoding="utf-8")))
    expected = given.with_name("expected.json")
    if WRITE:
        expected.write_text(written(found), encoding="utf-8")

    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_there_are_golden_mornings():
    """A wrong path would leave nothing to compare, and all tests green."""
    assert len(FOLDERS) >= 6


def judged(given):
    """All that follows from a given morning, as plain JSON."""
    inventory = city(
        [unit(slug, province, given["systems"]) for slug, province in given["units"].items()],
        given["hubs"],
        [hotline()],
    )
    but = {
        f"{check} {place}": told(check, seen)
        for check, places in given["wrong"].items()
        for place, seen in places.items()
    }
    found = assessed(inventory, morning(inventory, but), selftest=given.get("selftest", ""))
    everybody = (*found.hubs, *found.units, *found.systems)
    return {
        "decision": found.decision.value,
        "rules": {rule.id: rule.holds for rule in found.rules},
        "lights": {
            str(s.owner.slug if s not in found.systems else s.owner.id): s.light.value
            for s in everybody
        },
        "not passed": {
            f"{v.check_id} {v.target.id}": outcome(v)
            for s in everybody
            for v in s.verdicts
            if v.outcome is not Outcome.PASS
        },
        "outcomes": dict(Counter(v.outcome.word for s in everybody for v in s.verdicts)),
        "causes": [
            {
                "id": cause.id,
                "kind": cause.kind,
                "step": cause.step and cause.step.value,
                "group": cause.group.value,
                "scope": dict(cause.scope),
                "units": list(cause.units),
                "frees": cause.frees,
                "says": cause.says.vi,
                "do": cause.do.vi,
            }
            for cause in found.causes
        ],
    }


def told(check, seen):
    """A failure `[step, kind]`, changes to healthy evidence, or nothing at all."""
    if isinstance(seen, list):
        return Failure(Step(seen[0]), seen[1])
    return seen and changed(check, seen)


def changed(check, values):
    """The evidence of a healthy target with other values, read as the journal reads it."""
    evidence = {**plain(EVIDENCE[check]), **values}
    stored = StoredMeasurement(check, "", MORNING, 0.0, "", (), None, evidence)
    return from_stored(stored, CHECKS[check].evidence).evidence


def outcome(verdict):
    """A verdict in a few words."""
    why = [finding.code for finding in verdict.findings]
    if verdict.blocked_by:
        why = [f"by {verdict.blocked_by}"]
    return " ".join([verdict.outcome.word, *why])


def written(found):
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
