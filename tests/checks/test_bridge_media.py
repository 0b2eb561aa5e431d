"""What does `bridge.media` hold of what came back, at the edge of its limits?"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from checks.bridge_media import CHECK
from rehearsal.check import Circumstances
from rehearsal.model import Finding, Outcome, Target, TargetKind
from rehearsal.net.media.meter import Gap
from rehearsal.net.media.sounding import Sounded
from rehearsal.net.media.together import Shared
from tests.rehearsal.net.media.healthy import HEARD, SOUNDED, TOLD

AT = datetime(2025, 6, 20, 0, 30, tzinfo=UTC)
LIMITS = CHECK.standard
TARGET = Target(
    "hai-an/bridge", "hai-an", "Hải An", TargetKind.BRIDGE, "wss://hai-an.example/", "janus"
)
WARN, FAIL = Outcome.WARN, Outcome.FAIL
TOGETHER = ("silent_together", Outcome.UNKNOWN)
BLIP = Gap(4.0, 0.6)
SHARED = Shared(silences=(BLIP,), holes=(BLIP,))


def found(heard: dict[str, Any] | None = None, **changes: Any) -> list[Finding]:
    """The findings about a healthy bridge with some other values."""
    seen = replace(SOUNDED, heard=replace(HEARD, **heard or {}), **changes)
    return list(CHECK.judge(seen, LIMITS, Circumstances(TARGET, AT, date(2025, 7, 1))))


def said(findings: list[Finding]) -> list[tuple[str, Outcome]]:
    return [(finding.code, finding.outcome) for finding in findings]


def lost(up: int, down: int, burst: float = 1.0) -> list[Finding]:
    """So many of a thousand lost each way."""
    told = replace(TOLD, expected=1000, lost=up, loss=up / 1000, worst_loss=up / 1000)
    both = (up + down) / 1000
    heard = {"loss": both, "worst_loss": both, "mean_burst": burst, "bursts": 3}
    return found(heard, up=told, lost_down=down)


def test_nothing_is_found_where_nothing_is_wrong():
    """A healthy bridge passes."""
    assert found() == []


@pytest.mark.parametrize(
    ("up", "down", "expected"),
    [
        (10, 0, []),
        (11, 0, [("loss_up", WARN)]),
        (30, 0, [("loss_up", WARN)]),
        (31, 0, [("loss_up", FAIL)]),
        (0, 10, []),
        (0, 11, [("loss_down", WARN)]),
        (0, 40, [("loss_down", FAIL)]),
        (20, 40, [("loss_up", WARN), ("loss_down", FAIL)]),
    ],
)
def test_each_way_is_judged_by_itself(up, down, expected):
    """1 % is the limit, 3 % the end of yellow."""
    assert said(lost(up, down)) == expected


@pytest.mark.parametrize(
    ("up", "burst", "expected"),
    [(40, 2.0, "loss_up"), (40, 2.1, "loss_bursts"), (20, 4.0, "loss_bursts")],
)
def test_bursts_are_another_fault_than_even_losses(up, burst, expected):
    """More than two at a time are no chance any more."""
    assert [finding.code for finding in lost(up, 0, burst)] == [expected]


def test_a_burst_below_the_limit_on_loss_is_none():
    """Three packets lost together in a quarter of an hour."""
    assert lost(3, 0, burst=3.0) == []


@pytest.mark.parametrize(
    ("trip_s", "expected"),
    [
        (0.150, []),
        (0.151, [("round_trip_slow", WARN)]),
        (0.300, [("round_trip_slow", WARN)]),
        (0.301, [("round_trip_slow", FAIL)]),
    ],
)
def test_delay(trip_s, expected):
    """150 ms there and back, red from 300."""
    trips = {"trip_p10_s": trip_s, "trip_p50_s": trip_s, "trip_p95_s": trip_s}

    assert said(found(trips)) == expected


def test_where_delay_varies_the_quickest_packets_tell_the_lines_own():
    """The rest is told as what it is: jitter."""
    trips = {"jitter_s": 0.06, "trip_p10_s": 0.09, "trip_p50_s": 0.2}

    assert said(found(trips)) == [("jitter_high", FAIL)]


@pytest.mark.parametrize(
    ("jitter_s", "expected"),
    [(0.03, []), (0.031, [("jitter_high", WARN)]), (0.051, [("jitter_high", FAIL)])],
)
def test_jitter(jitter_s, expected):
    """30 ms, red from 50."""
    assert said(found({"jitter_s": jitter_s})) == expected


def test_a_gap_explains_the_losses_in_it():
    """One cause is told once."""
    gaps = {"gaps": (Gap(4.0, 2.0),), "gap_count": 1, "longest_gap_s": 2.0}

    findings = found({**gaps, "loss": 0.2, "worst_loss": 0.2, "mean_burst": 100.0})

    assert said(findings) == [("gap", FAIL)]
    assert findings[0].values == {"at_s": 4.0, "longest_s": 2.0, "count": 1}


@pytest.mark.parametrize(("first_s", "expected"), [(2.8, []), (2.9, ["first_audio_slow"])])
def test_the_first_sound_may_take_longer_on_a_long_line(first_s, expected):
    """Two seconds, and eight round trips of 100 ms."""
    findings = found({"first_s": first_s}, signalling_s=0.1)

    assert [finding.code for finding in findings] == expected


@pytest.mark.parametrize(
    ("up_s", "both_s", "expected"),
    [
        (0.1, 0.1, []),
        (0.11, 0.5, ["uplink_saturated"]),
        (0.02, 0.11, ["downlink_saturated"]),
    ],
)
def test_a_queue_that_grows_while_we_send_more(up_s, both_s, expected):
    """By which way is told; and what it does to delay and loss is not told again."""
    told = replace(TOLD, worst_loss=0.2)

    findings = found(queue_up_s=up_s, queue_s=both_s, up=told if expected else TOLD)

    assert [finding.code for finding in findings] == expected


@pytest.mark.parametrize(("frozen_s", "expected"), [(2.0, []), (2.1, ["picture_frozen"])])
def test_a_still_picture(frozen_s, expected):
    """Packets came, and no new frame."""
    findings = found(picture=replace(HEARD, frozen_s=frozen_s))

    assert [finding.code for finding in findings] == expected


@pytest.mark.parametrize(
    ("level_dbov", "expected"), [(-91.0, ["silent"]), (None, ["silent"]), (-40.0, [])]
)
def test_packets_that_are_none_of_ours(level_dbov, expected):
    """Silence is told; a bridge that mixes is measured no further."""
    seen = replace(SOUNDED, heard=None, foreign_packets=500, loudness_dbov=level_dbov)
    around = Circumstances(TARGET, AT, date(2025, 7, 1))

    assert [finding.code for finding in CHECK.judge(seen, LIMITS, around)] == expected


def test_a_way_round_is_told_beside_the_rest():
    """It works, and yet the firewall is to be mended."""
    told = replace(TOLD, worst_loss=0.05)
    findings = found(via="turn-tcp", not_direct="ice_failed: nothing", up=told)

    assert said(findings) == [("via_relay_only", WARN), ("loss_up", FAIL)]


def test_a_bridge_that_reports_nothing_leaves_all_loss_on_the_way_back():
    """Nobody knows better; it is never lost between the two."""
    findings = found({"loss": 0.05, "worst_loss": 0.05, "mean_burst": 1.0}, up=None)

    assert [finding.code for finding in findings] == ["loss_down"]


def test_what_our_own_lateness_may_have_made_is_unknown():
    """A queue of 120 ms where the limit is 100: 20 ms more than our own 140 ms may be."""
    ours = [("observer_overloaded", Outcome.UNKNOWN)]

    assert said(found(queue_s=0.12, send_late_s=0.14)) == ours
    assert said(found(queue_s=0.12, send_late_s=0.04)) == [("downlink_saturated", FAIL)]
    assert said(found(queue_s=0.9, send_late_s=0.14)) == [("downlink_saturated", FAIL)]
    assert said(found({"jitter_s": 0.04}, send_late_s=0.14)) == ours
    assert said(found(send_late_s=0.14)) == []  # what is clean stays clean


def test_what_is_within_each_limit_may_add_up():
    """Told where nothing else is; graded by itself; the worse way counts."""
    lenient = {**LIMITS, "round_trip": 1.0, "round_trip_fail": 1.0}
    far = replace(SOUNDED, heard=replace(HEARD, trip_p50_s=0.25, trip_p10_s=0.25))
    lossy = replace(far, up=replace(TOLD, expected=1000, lost=10, worst_loss=0.01))

    def told(**changed: float) -> list[tuple[str, Outcome]]:
        around = Circumstances(TARGET, AT, date(2025, 7, 1))
        return said(list(CHECK.judge(lossy, {**lenient, **changed}, around)))

    assert told() == []
    assert told(mos=4.4) == [("mos_low", WARN)]
    assert told(mos=4.4, mos_fail=4.4) == [("mos_low", FAIL)]
    assert told(mos=4.4, round_trip=0.15) == [("round_trip_slow", WARN)]


def test_mos_stands_beside_loss_with_its_codec_and_formula():
    """As an estimate, since no table of the ITU has Opus."""
    score = SOUNDED.score(0.05)

    assert lost(50, 0)[0].values["mos"] == round(score.mos, 1)
    assert "estimate" in score.codec
    assert "G.107" in score.formula


def broken(*gaps: Gap) -> dict[str, Any]:
    """What is heard with these gaps, in which all was lost."""
    lost = round(sum(gap.lasted_s for gap in gaps) / 0.02)
    return {
        "gaps": gaps,
        "gap_count": len(gaps),
        "longest_gap_s": max(gap.lasted_s for gap in gaps),
        "loss": lost / 600,
        "worst_loss": lost / 600,
        "bursts": len(gaps),
        "mean_burst": lost / len(gaps),
        "longest_burst": lost,
    }


def test_what_most_others_missed_too_is_unknown():
    """A gap and its losses are one finding, and it is not the unit's."""
    told = replace(TOLD, lost=30, loss=0.05, worst_loss=0.05)

    findings = found(broken(BLIP), up=told, shared=SHARED)

    assert said(findings) == [TOGETHER]
    assert findings[0].values["step"] == "observe"
    assert "gap" in str(findings[0].values["detail"])


def test_a_gap_that_others_did_not_have_stays_red():
    """Alone, or beside one that all had; what is told of it is its own."""
    own = Gap(7.0, 0.8)

    alone = found(broken(own), shared=SHARED)
    both = found(broken(BLIP, own), shared=SHARED)

    assert said(alone) == said(both) == [("gap", FAIL)]
    assert both[0].values == {"at_s": 7.0, "longest_s": 0.8, "count": 1}


def test_a_gap_that_came_later_on_a_long_line_is_the_same():
    """What all missed was sent at one time; by satellite that arrives 0.6 s later."""
    far = {**broken(Gap(4.6, 0.6)), "trip_p10_s": 0.1, "trip_p50_s": 0.6, "trip_p95_s": 0.6}

    findings = found(far, shared=Shared(holes=(BLIP,)))

    assert "gap" not in {finding.code for finding in findings}
    assert said(found(far))[-1] == ("gap", FAIL)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (6, [TOGETHER]),
        (9, [("loss_up", WARN), TOGETHER]),
        (60, [("loss_up", FAIL), TOGETHER]),
    ],
)
def test_losses_are_told_without_those_that_all_had(own, expected):
    """Five packets of 600 lost with all others; what the unit lost by itself remains."""
    loss = (own + 5) / 600
    told = replace(TOLD, expected=600, lost=own + 5, loss=loss, worst_loss=loss)
    heard = {"loss": loss, "worst_loss": loss, "bursts": own + 1, "mean_burst": 2.1}

    findings = found(heard, up=told, shared=Shared(holes=(Gap(4.0, 0.1),)))

    assert said(findings) == expected


@pytest.mark.parametrize(
    ("heard", "changes", "shared"),
    [
        ({"jitter_s": 0.031}, {}, SHARED),
        ({"first_s": 3.7}, {}, Shared(first_s=0.6)),
        ({}, {"queue_s": 0.4}, Shared(silences=(Gap(9.0, 1.2),))),
        ({}, {"queue_up_s": 0.4, "queue_s": 0.4}, Shared(silences=(Gap(9.0, 1.2),))),
        ({"trip_p10_s": 1.0, "trip_p50_s": 1.0}, {}, Shared(silences=(Gap(1.0, 5.0),))),
    ],
)
def test_what_a_shared_silence_makes_late(heard, changes, shared):
    """Jitter, the first sound, a queue and delay are in doubt as far as it explains them."""
    assert said(found(heard, **changes)) != []
    assert said(found(heard, **changes, shared=shared)) == [TOGETHER]


@pytest.mark.parametrize(
    ("heard", "changes"),
    [
        ({"jitter_s": 0.04}, {}),
        ({"first_s": 3.9}, {}),
        ({}, {"queue_up_s": 0.4, "queue_s": 0.4}),
        ({"trip_p10_s": 0.4, "trip_p50_s": 0.4}, {}),
    ],
)
def test_a_shared_silence_excuses_nothing_that_it_did_not_make(heard, changes):
    """Half a second of 12 leaves medians where they are."""
    assert said(found(heard, **changes, shared=SHARED)) == said(found(heard, **changes))


def test_a_shared_silence_without_consequences_is_no_finding():
    """What is clean stays clean."""
    assert found(shared=SHARED) == []


def test_evidence_of_before_is_still_read():
    """It knows nothing of the others."""
    stored = asdict(SOUNDED)
    del stored["shared"]

    assert TypeAdapter(Sounded).validate_python(stored) == SOUNDED
