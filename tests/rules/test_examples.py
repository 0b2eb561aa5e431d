"""Does every check keep every promise that its file makes?

One case for each example of each check; one twin for all, with a unit for each of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from checks import CHECKS
from rehearsal.check import Check
from rehearsal.kinds import KINDS
from rehearsal.selftest import Tried, selftest
from twin.faults import HEALTHY, fault_names

EXAMPLES = [
    pytest.param(check_id, number, id=f"{check_id}[{example.fault}]")
    for check_id, check in CHECKS.items()
    for number, example in enumerate(check.examples)
]
# What takes more than one unit, or longer than a morning's self-test: see tests/e2e, servers.
TOGETHER = {
    *("ticket-delete-kept", "ticket-search-late"),  # tests/rehearsal/net/open311/test_store.py
    *("delete-denied", "delete-keeps", "delete-reluctant"),  # a clean-up's, not a check's
    "account-shared",
    "bridge-overloaded",
    "cut-for-good",
    "cut-mid-meeting",
    "hub-cut",
}
EACH_CHECK = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)


@pytest.fixture(scope="module")
def tried() -> Iterator[dict[tuple[str, str], Tried]]:
    """What every check reported under every fault, each tried on a unit of its own."""
    found = asyncio.run(selftest(CHECKS))
    return {(one.check_id, one.fault): one for one in found}


@pytest.mark.parametrize(("check_id", "number"), EXAMPLES)
def test_example(tried: dict[tuple[str, str], Tried], check_id: str, number: int):
    """Under this fault the check says exactly this, and nothing beside it."""
    example = CHECKS[check_id].examples[number]
    one = tried[check_id, example.fault]

    assert one.reported == (() if example.expect is None else (example.expect,)), one.detail


@EACH_CHECK
def test_a_healthy_example_exists(check: Check[Any]):
    """A check that never passes proves nothing; what only people answer is not tried."""
    passing = [e.fault for e in check.examples if e.expect is None]

    assert bool(passing) is not check.by_people
    if check.protocols is None or "janus" in check.protocols:
        assert HEALTHY in passing or check.by_people


@EACH_CHECK
def test_every_finding_is_provoked(check: Check[Any]):
    """No finding is promised that no example can bring about."""
    provoked = {example.expect for example in check.examples}

    assert check.by_people or set(check.findings) <= provoked | set(check.lab)


@EACH_CHECK
def test_what_a_finding_follows_can_be_told(check: Check[Any]):
    """A misspelt code would explain nothing, for ever."""
    others = [other for other in CHECKS.values() if other is not check]
    known = {code for other in others for code in other.findings} | set(KINDS)

    assert {code for spec in check.findings.values() for code in spec.follows} <= known


@EACH_CHECK
def test_every_fault_is_one_of_the_twins(check: Check[Any]):
    """An example names a fault that the twin can have, and each only once."""
    faults = [example.fault for example in check.examples]

    assert set(faults) <= set(fault_names())
    assert len(faults) == len(set(faults))


@EACH_CHECK
def test_both_languages_speak(check: Check[Any]):
    """Each sentence stands in Vietnamese and in English, and neither is a copy."""
    texts = [check.asks, *(t for spec in check.findings.values() for t in (spec.says, spec.do))]

    for text in texts:
        assert text.vi.strip()
        assert text.en.strip()
        assert text.vi != text.en


def test_every_fault_is_of_use():
    """A fault of the twin that no example uses is one that nobody proved to be told."""
    used = {example.fault for check in CHECKS.values() for example in check.examples}

    assert set(fault_names()) - used <= {"dns-malformed", "tls-on-plain-port"} | TOGETHER
