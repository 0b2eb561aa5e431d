"""Who fails in the crowd is tried once more among few, and nobody else is."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from rehearsal import selftest as room
from rehearsal.check import Example
from rehearsal.selftest import FEW, Case, Tried, selftest
from tests.rehearsal.pretend import PLAIN

FIRST, NEVER = "late-at-first", "never"


@pytest.fixture
def tried(monkeypatch):
    """Examples that are tried without a twin; how often each was, and how many at once."""
    counts: Counter[str] = Counter()
    under_way = most = 0
    faults = [*(f"{FIRST}-{n}" for n in range(9)), NEVER, *(f"well-{n}" for n in range(9))]
    cases = tuple(Case(PLAIN, Example(fault, expect=None), None) for fault in faults)

    @asynccontextmanager
    async def bench(_registry):
        yield SimpleNamespace(cases=cases)

    async def try_example(case, _on, _watch):
        nonlocal under_way, most
        fault = case.example.fault
        counts[fault] += 1
        again = counts[fault] > 1
        under_way += again
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= again
        is_late = fault == NEVER or (fault.startswith(FIRST) and not again)
        return Tried("plain", fault, None, ("observer_overloaded",) if is_late else ())

    monkeypatch.setattr(room, "bench", bench)
    monkeypatch.setattr(room, "try_example", try_example)
    found = asyncio.run(selftest({}))
    return SimpleNamespace(found=found, counts=counts, most=most, faults=faults)


def test_the_second_try_counts(tried):
    """A machine that was busy for a moment proves nothing against the instrument."""
    assert [one.fault for one in tried.found if not one.holds] == [NEVER]


def test_nobody_is_tried_a_third_time_and_who_holds_no_second(tried):
    """What fails twice fails."""
    assert all(
        tried.counts[fault] == 1 + fault.startswith((FIRST, NEVER)) for fault in tried.faults
    )


def test_few_are_tried_again_at_once(tried):
    """More would be a crowd again; one by one their deadlines would add up."""
    assert tried.most == FEW


def test_each_result_stays_in_its_place(tried):
    """In the order of the examples."""
    assert [one.fault for one in tried.found] == tried.faults
