"""Which facts do the journal's tests write down?"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from rehearsal.journal import StoredMeasurement
from rehearsal.model import Attempt, Failure, Measurement, Observer, Run, Rung, Step

NOON = datetime(2025, 6, 20, 5, 0, 0, 123456, tzinfo=UTC)
RUN = Run("r1", "phase-1", "twin", NOON, parameters={"hold_s": 60, "units": ["hai-an"]})


class Colour(enum.StrEnum):
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Inner:
    port: int
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    subject: str
    expires: datetime
    day: date
    colour: Colour
    inner: Inner
    peers: tuple[tuple[float, float | None], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    loss_ratio: float = 0.0


EVIDENCE = Evidence(
    subject="CN=hải-an.bridge.example",
    expires=NOON + timedelta(days=30),
    day=date(2025, 7, 1),
    colour=Colour.GREEN,
    inner=Inner(443, ("a", "b")),
    peers=((0.5, None), (1.25, 2.0)),
    headers={"Server": "nginx"},
    loss_ratio=0.02,
)
RUNG = Rung(Step.RESOLVE, 0.01, held=True, facts={"rcode": "NOERROR", "addresses": ["::1"]})
FAILURE = Failure(Step.CONNECT, "connection_refused", "127.0.0.9:443")
HEALTH = Observer(0.001, 0.002, 0.003, resolver_answers=True, uplink_up=False)


def good(target: str = "hai-an/bridge", evidence: Evidence = EVIDENCE) -> Measurement[Evidence]:
    """A measurement with evidence."""
    attempts = (
        Attempt(NOON, 0.2, (RUNG,), FAILURE),
        Attempt(NOON + timedelta(seconds=1), 0.1, (RUNG, RUNG)),
    )
    return Measurement(
        "bridge.reach", target, NOON, 1.3, "here", attempts, HEALTH, evidence=evidence
    )


def stored(number: int, check_id: str = "bridge.reach") -> StoredMeasurement:
    """The measurement with that number; every part of it follows from the number."""
    return StoredMeasurement(
        check_id=check_id,
        target_id=f"unit-{number}/bridge",
        started_at=NOON + timedelta(seconds=number),
        elapsed_s=number / 1000,
        vantage="here",
        attempts=(Attempt(NOON, 0.1, (RUNG, RUNG, RUNG)),),
        observer=HEALTH,
        evidence={"number": number, "body": f"{number} " * 100},
    )
