"""Does every check fill in its contract?"""

import string
from pathlib import Path

import pytest

from checks import CHECKS
from rehearsal.kinds.catalogue import KINDS
from rehearsal.model import Outcome
from rehearsal.plan import MEASURING
from twin.faults import FAULTS

ROOT = Path(__file__).parents[2]
EVERY = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS.keys())
WORDS = [
    pytest.param(check, code, spec, id=f"{check.id}-{code}")
    for check in CHECKS.values()
    for code, spec in check.findings.items()
]


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@EVERY
def test_its_id_is_its_file(check):
    """`bridge.reach` is asked in `checks/bridge_reach.py`, its judge and probe beside it."""
    module = f"checks.{check.id.replace('.', '_')}"

    assert {check.probe.__module__, check.judge.__module__} == {module}


@EVERY
def test_it_is_planned(check):
    """It belongs to a phase, to a stage that measures, and to some kind of target."""
    assert check.stage in MEASURING
    assert check.phases
    assert check.kinds


@EVERY
def test_requires_is_complete(check):
    """Nothing is inherited: it names also what those require that it requires."""
    for required in check.requires:
        assert set(CHECKS[required].requires) <= set(check.requires)


@EVERY
def test_its_limits_have_a_unit_and_a_reason(check):
    """A threshold that nobody can explain convinces nobody."""
    for limit in check.limits.values():
        assert limit.unit
        assert len(limit.reason.vi) > 10
        assert len(limit.reason.en) > 10


@EVERY
def test_its_reasons_are_told_in_both_languages(check):
    """A committee that reads Vietnamese reads why, too, and not in English."""
    english = [n for n, limit in check.limits.items() if limit.reason.vi == limit.reason.en]

    assert english == []


@EVERY
def test_it_proves_itself_healthy_and_for_every_finding(check):
    """One example finds nothing, and each finding has one that provokes it.

    But for what only people can answer: no twin provokes that.
    """
    expected = {example.expect for example in check.examples}

    assert check.by_people is (None not in expected)
    assert check.by_people or set(check.findings) <= expected | set(check.lab)


@EVERY
def test_what_no_twin_can_bring_about_is_brought_about_elsewhere(check):
    """Each test that a check names for it is there, and names the finding."""
    for code, where in check.lab.items():
        path, _, name = where.partition("::")
        written = (ROOT / path).read_text("utf-8")

        assert code in check.findings
        assert f"def {name}(" in written
        assert code in written


@EVERY
def test_its_examples_can_be_provoked(check):
    """Every fault is known to the twin, every expectation has words; none stands twice."""
    faults = [example.fault for example in check.examples]

    assert len(faults) == len(set(faults))
    assert set(faults) <= {"none", *FAULTS}
    for example in check.examples:
        known = example.expect in {None, *check.findings, *KINDS}
        assert known or example.expect.startswith("closed_")


@pytest.mark.parametrize(("check", "code", "spec"), WORDS)
def test_its_words_are_in_both_languages(check, code, spec):
    """The same values in both, and a finding that is worth saying."""
    assert fields(spec.says.vi) == fields(spec.says.en)
    assert fields(spec.do.vi) == fields(spec.do.en) == set()
    assert spec.outcome in {Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL}
    assert all((spec.says.vi, spec.says.en, spec.do.vi, spec.do.en))
    assert code.replace("_", "").isalnum()
    assert check.findings[code] is spec
