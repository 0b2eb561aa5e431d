"""Is a measurement that comes back the measurement that went in?"""

import math
from dataclasses import dataclass, replace

import pytest

from rehearsal.journal import EvidenceMismatch, from_stored, to_stored
from rehearsal.journal.stored import StoredMeasurement
from rehearsal.model import Failure, Measurement, Rung, Step
from tests.rehearsal.journal.facts import EVIDENCE, FAILURE, HEALTH, NOON, Evidence, good


def test_evidence_survives():
    """Nested types, tuples, times and enums come back equal."""
    assert from_stored(to_stored(good()), Evidence) == good()


def test_numbers_that_are_none_survive():
    """A ratio of nothing to nothing does not stop a report."""
    measurement = good(evidence=replace(EVIDENCE, loss_ratio=math.nan))

    evidence = from_stored(to_stored(measurement), Evidence).evidence

    assert evidence is not None
    assert math.isnan(evidence.loss_ratio)


def test_failure_survives_with_its_hostile_detail_visible():
    """A peer cannot make its own failure unstorable."""
    hostile = Failure(Step.CONNECT, "reset_on_accept", "\x00\udcff")
    measurement = Measurement(
        "bridge.reach", "a/bridge", NOON, 0.1, "here", (), HEALTH, failure=hostile
    )

    back = from_stored(to_stored(measurement), Evidence)

    assert back == replace(measurement, failure=replace(hostile, detail=r"\x00\udcff"))


def test_facts_of_rungs_are_made_plain():
    """What each rung saw is stored as data, hostile or not."""
    rung = Rung(Step.RESOLVE, 0.1, held=True, facts={"names": ("a\x00",)})
    attempt = replace(good().attempts[0], rungs=(rung,))

    kept = to_stored(replace(good(), attempts=(attempt,)))

    assert kept.attempts[0].rungs[0].facts == {"names": [r"a\x00"]}


def test_missing_field_names_the_measurement():
    """Evidence of an older check is an error that says which run, check, target, field."""
    whole = to_stored(good())
    assert whole.evidence is not None
    evidence = {key: value for key, value in whole.evidence.items() if key != "subject"}
    old = replace(whole, evidence=evidence, run_id="r1")

    with pytest.raises(
        EvidenceMismatch, match=r"r1 / bridge.reach / hai-an/bridge .*: subject"
    ):
        from_stored(old, Evidence)


def test_wrong_field_does_not_repeat_foreign_text():
    """An error names the field, never the bytes that a peer put there."""

    @dataclass(frozen=True)
    class Strict:
        subject: int

    with pytest.raises(EvidenceMismatch) as caught:
        from_stored(to_stored(good()), Strict)

    assert EVIDENCE.subject not in str(caught.value)


@pytest.mark.parametrize(
    ("evidence", "failure"), [(None, None), ({"a": 1}, FAILURE)], ids=["nothing", "both"]
)
def test_exactly_one_of_evidence_and_failure(evidence, failure):
    """A stored measurement says one thing."""
    with pytest.raises(ValueError, match="not both"):
        StoredMeasurement(
            "c", "t", NOON, 0.1, "here", (), HEALTH, evidence=evidence, failure=failure
        )
