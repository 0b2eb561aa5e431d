"""What is made of the facts about signatures?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from checks.signature_valid import CHECK
from rehearsal.check import Circumstances
from rehearsal.model import Target, TargetKind
from rehearsal.net.signatures.evidence import Signed
from tests.rehearsal.readiness.paperwork import SEAL, SIGNED

NOW = datetime(2025, 6, 25, 8, 0, tzinfo=UTC)
GO_LIVE = date(2025, 7, 1)
AROUND = Circumstances(
    Target("u/d", "u", "u", TargetKind.SYSTEM, "https://u.example/"), NOW, GO_LIVE
)


def codes(seen: Signed, at: datetime = NOW) -> list[str]:
    around = replace(AROUND, measured_at=at)
    return [finding.code for finding in CHECK.judge(seen, CHECK.standard, around)]


def with_leader(**changed) -> Signed:
    leader, *others = SIGNED.seals
    return replace(SIGNED, seals=(replace(leader, **changed), *others))


def test_three_good_seals_say_nothing():
    """The leader's and the organization's on the PDF, the organization's on the packet."""
    assert codes(SIGNED) == []


@pytest.mark.parametrize(
    ("days", "expected"), [(30, []), (29, ["signature_expires_soon"]), (400, [])]
)
def test_thirty_days_after_go_live(days, expected):
    """To the second: what ends at that midnight is good, a day before it is not."""
    ends = datetime(2025, 7, 1, tzinfo=UTC) + timedelta(days=days)

    assert codes(with_leader(valid_until=ends)) == expected


def test_after_go_live_today_counts():
    """In operation, the month begins at the measurement."""
    seen, at = with_leader(valid_until=NOW + timedelta(days=90)), NOW + timedelta(days=59)

    assert codes(seen, at) == []
    assert codes(seen, at + timedelta(days=2)) == ["signature_expires_soon"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW + timedelta(seconds=299), []),
        (NOW + timedelta(seconds=301), ["signing_time_implausible"]),
        (SEAL.valid_from - timedelta(days=1), ["signing_time_implausible"]),
        (None, ["signing_time_implausible"]),
    ],
)
def test_when_it_was_signed(at, expected):
    """Not later than now, but for a clock's error, nor before the certificate was valid."""
    assert codes(with_leader(signed_at=at)) == expected


@pytest.mark.parametrize("missing", range(3))
def test_each_of_the_three_is_missed(missing):
    """One of two signatures is not enough, whichever is lacking."""
    seals = tuple(seal for n, seal in enumerate(SIGNED.seals) if n != missing)

    assert codes(replace(SIGNED, seals=seals)) == ["signature_missing"]


def test_whom_nobody_vouches_for_nobody_is_asked_about():
    """An unknown authority is one cause, and not two."""
    seen = with_leader(is_trusted=False, revocation="untold")

    assert codes(replace(seen, silent=("http://x.example (404)",))) == ["unknown_ca"]


def test_who_may_not_be_asked_is_our_inventory():
    """A host that we must not reach is told apart from one that is silent."""
    seen = with_leader(revocation="untold")

    assert codes(seen) == ["no_revocation_information"]
    assert codes(replace(seen, unlisted=("pki.example",))) == ["revocation_host_unlisted"]


def test_all_that_is_wrong_is_said():
    """One finding for each sort, with every signature that it strikes."""
    worst = [replace(s, is_intact=False, digest="sha1", unit="10525") for s in SIGNED.seals]
    found = list(CHECK.judge(replace(SIGNED, seals=tuple(worst)), CHECK.standard, AROUND))

    assert [f.code for f in found] == ["altered", "wrong_organisation", "weak_digest"]
    told = "pdf: leader, pdf: organization, packet: organization"
    assert {f.values["signatures"] for f in found} == {told}
