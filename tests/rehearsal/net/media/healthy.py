"""What does a bridge give back when nothing is wrong?"""

from __future__ import annotations

from dataclasses import replace

from rehearsal.net.media.meter import Heard
from rehearsal.net.media.sounding import Sounded
from rehearsal.net.media.uplink import Told

HEARD = Heard(
    received=600,
    expected=600,
    loss=0.0,
    worst_loss=0.0,
    bursts=0,
    mean_burst=0.0,
    longest_burst=0,
    reordered=0,
    duplicates=0,
    jitter_s=0.002,
    trip_p10_s=0.019,
    trip_p50_s=0.02,
    trip_p95_s=0.025,
    first_s=0.4,
    gaps=(),
    gap_count=0,
    longest_gap_s=0.03,
    spoke=600,
    frozen_s=0.0,
)
TOLD = Told(
    reports=11,
    expected=550,
    lost=0,
    loss=0.0,
    worst_loss=0.0,
    trip_p50_s=0.02,
    trip_p95_s=0.03,
    jitter_s=0.001,
    heavy_loss=0.0,
)
SOUNDED = Sounded(
    via="direct",
    not_direct="",
    signalling_s=0.02,
    heard=HEARD,
    heavy=replace(HEARD, received=150, expected=150),
    picture=replace(HEARD, received=150, expected=150),
    up=TOLD,
    lost_down=0,
    queue_up_s=0.001,
    queue_s=0.002,
    foreign_packets=0,
    loudness_dbov=None,
    send_late_s=0.004,
)
