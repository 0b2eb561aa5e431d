"""What are the nouns of a rehearsal? Standard library only; every type is frozen."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Generic, TypeVar

E = TypeVar("E")
NOTHING: Mapping[str, object] = MappingProxyType({})


class Outcome(enum.IntEnum):
    """Ordered from best to worst; the worst one wins. Missing data is never PASS."""

    PASS = 0
    WARN = 1
    UNKNOWN = 2
    BLOCKED = 3
    FAIL = 4

    @property
    def word(self) -> str:
        """The word that stands in `results.json`."""
        return self.name.lower()


class Step(enum.StrEnum):
    """Where on the wire an attempt stopped; OBSERVE means that the fault is ours."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS_HANDSHAKE = "tls_handshake"
    HTTP_EXCHANGE = "http_exchange"
    WS_UPGRADE = "ws_upgrade"
    SIGNALLING = "signalling"
    ICE = "ice"
    DTLS = "dtls"
    MEDIA = "media"
    SIGN_ON = "sign_on"
    TRANSACTION = "transaction"
    CLEANUP = "cleanup"
    OBSERVE = "observe"


class Light(enum.StrEnum):
    """Readiness of a unit, in the words of Plan 02-KH/BCDTW; grey was not assessed."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class Decision(enum.StrEnum):
    """What a trial recommends to the Steering Committee."""

    GO = "go"
    CONDITIONAL = "conditional"
    NO_GO = "no-go"
    INCONCLUSIVE = "inconclusive"


class Group(enum.StrEnum):
    """The four groups of causes of Dispatch 111/CD-TTg (17 July 2025)."""

    INFRASTRUCTURE = "infrastructure"
    SYSTEMS = "systems"
    PROCEDURES_AND_STAFF = "procedures-and-staff"
    SUPPORT = "support"


class TargetKind(enum.StrEnum):
    """What sort of thing a target is; a check names the kinds it can be put to."""

    BRIDGE = "bridge"
    SYSTEM = "system"
    HOTLINE = "hotline"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages; neither may be empty."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Expect:
    """What a healthy page answers: its status and a marker that its body must hold."""

    status: int = 200
    contains: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are at a server; `secret` is a reference like `env:NAME`, never the value."""

    user: str
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Relay:
    """A TURN server (RFC 8656) that carries media where UDP is blocked, as its URI."""

    url: str
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class Bridge:
    """What a participant must know of a meeting bridge beside its address and room.

    `domain` is the XMPP or SIP domain where it is not the address's host.
    """

    domain: str | None = None
    account: Account | None = None
    relays: tuple[Relay, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What a unit declares of its line, in Mbit/s, from the unit's own side."""

    up_mbit: float | None = None
    down_mbit: float | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is reached. `id` is `slug/bridge`, `slug/<system>` or `city/<system>`.

    `owner` is the slug of a unit or hub, or `city`; `name` is for people. `placeholder`
    says that the address is a stand-in (RFC 2606) which no route leads to, so that it
    must not be measured.
    """

    id: str
    owner: str
    name: str
    kind: TargetKind
    url: str
    protocol: str = "https"
    expect: Expect = field(default_factory=Expect)
    room: int | str | None = None
    bloc: str | None = None
    placeholder: bool = False
    bridge: Bridge | None = None
    line: Line | None = None

    @property
    def key(self) -> str:
        """What it is to its owner: `bridge`, or the system's key in the inventory."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune, ward or special zone; `code` is the statistics office's, as text.

    `hub` is the slug of the hub that connects it to the meeting.
    """

    code: str
    slug: str
    name: str
    kind: str
    former_province: str
    tile: tuple[int, int] | None
    targets: tuple[Target, ...]
    hub: str | None = None


@dataclass(frozen=True, slots=True)
class Hub:
    """A meeting bridge that no unit owns; `role` is `central` or `main`."""

    slug: str
    name: str
    role: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class City:
    """Whose go-live is rehearsed; `timezone` is an IANA name."""

    name: str
    timezone: str
    go_live: date
    register: str | None


@dataclass(frozen=True, slots=True)
class Network:
    """How names are reached: `host:port` of name servers, PEM files, port for port."""

    nameservers: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    ports: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Inventory:
    """`bridges.yaml`, checked. `limits` is phase -> check -> limit -> value.

    `digest` is the SHA-256 of the file's bytes, so that a report names what it measured.
    """

    city: City
    network: Network
    hubs: tuple[Hub, ...]
    units: tuple[Unit, ...]
    systems: tuple[Target, ...]
    limits: Mapping[str, Mapping[str, Mapping[str, float]]]
    digest: str

    def targets(self) -> tuple[Target, ...]:
        """Every target: the hubs' first, then the units', then the shared systems."""
        owners: tuple[Hub | Unit, ...] = (*self.hubs, *self.units)
        return (*(t for owner in owners for t in owner.targets), *self.systems)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no evidence: a fact about the attempt, not a judgement.

    `kind` is snake_case and permanent; `detail` is raw and may be hostile text.
    """

    step: Step
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of one attempt: how long it took, what it saw, whether it held."""

    step: Step
    elapsed_s: float
    held: bool
    facts: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Observer:
    """Our own health while we measured; over the limits nothing is said of the unit.

    `loop_lag_s` is the worst lateness of the event loop during the measurement,
    `send_late_s` how late a timed send left, `queued_s` the wait for a free slot,
    `datagrams_lost` what our own kernel dropped because we read too slowly.
    """

    loop_lag_s: float = 0.0
    send_late_s: float = 0.0
    queued_s: float = 0.0
    resolver_answers: bool | None = None
    uplink_up: bool | None = None
    datagrams_lost: int = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a check; every one is kept, the last one counts."""

    started_at: datetime
    elapsed_s: float
    rungs: tuple[Rung, ...]
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Measurement(Generic[E]):
    """What a check saw of a target. Exactly one of evidence and failure is set."""

    check_id: str
    target_id: str
    started_at: datetime
    elapsed_s: float
    vantage: str
    attempts: tuple[Attempt, ...]
    observer: Observer
    evidence: E | None = None
    failure: Failure | None = None

    def __post_init__(self) -> None:
        """Refuse a measurement that says nothing, or two things."""
        if (self.evidence is None) == (self.failure is None):
            raise ValueError("a measurement has evidence or a failure, not both")


@dataclass(frozen=True, slots=True)
class Finding:
    """One opinion about one measurement, with the values that its words need."""

    code: str
    outcome: Outcome
    values: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody says of a target, in answer to a check's question.

    `answers` has the shape of that check's evidence. It is never averaged with what was
    measured; of several about one target the latest `said_at` counts.
    """

    check_id: str
    target_id: str
    said_by: str
    said_at: datetime
    answers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge made of one check on one target.

    `measurement` is missing when the check was blocked before it ran or was never
    reached, or when people answered it: `declared` is what they said. `blocked_by` names
    the check that it waits for, `blocked_at` the target of that check where it is another
    one: its hub's.
    """

    check_id: str
    target: Target
    findings: tuple[Finding, ...] = ()
    measurement: Measurement[object] | None = None
    blocked_by: str | None = None
    blocked_at: str | None = None
    declared: Declaration | None = None

    @property
    def outcome(self) -> Outcome:
        """The worst finding; blocked or never measured is no PASS."""
        if self.blocked_by is not None:
            return Outcome.BLOCKED
        if self.measurement is None and self.declared is None:
            return Outcome.UNKNOWN
        return max((f.outcome for f in self.findings), default=Outcome.PASS)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why units fail together. `frees` counts the units that mending it turns green."""

    id: str
    group: Group
    step: Step | None
    kind: str
    scope: Mapping[str, str]
    units: tuple[str, ...]
    targets: tuple[str, ...]
    frees: int
    says: Text
    do: Text


@dataclass(frozen=True, slots=True)
class Standing:
    """Readiness of one unit, hub or shared system, with what decided it.

    `owner` is a Unit, a Hub, or the Target of a shared system.
    """

    owner: Unit | Hub | Target
    light: Light
    verdicts: tuple[Verdict, ...]
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition of go-live. `holds` is None when it could not be decided."""

    id: str
    says: Text
    is_mandatory: bool
    holds: bool | None
    detail: Text
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attendance:
    """One participant's roll call; every time is in seconds after the barrier.

    `drops` are (gone, back), `gaps` (begins, lasts) of its sound as the centre heard it.
    `hears` and `heard` are None where no sound was tried, or the centre was not in.
    `due_s` is when it was to start: a join storm is paced.
    """

    slug: str
    started_s: float | None
    joined_s: float | None
    left_s: float | None
    drops: tuple[tuple[float, float | None], ...] = ()
    hears: bool | None = None
    heard: bool | None = None
    gaps: tuple[tuple[float, float], ...] = ()
    due_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Joins:
    """Who came in within that second after the barrier, and how long joining took."""

    second: int
    joined: int
    p95_s: float


@dataclass(frozen=True, slots=True)
class RollCall:
    """The meeting as a whole. `all_in_s` is None while somebody is missing.

    `start_skew_s` is between the most and the least punctual start, each after its own.

    `hear` and `heard` count who heard the centre and whom it heard, of `with_sound`.
    """

    expected: int
    joined: int
    start_skew_s: float
    all_in_s: float | None
    peak_held: int
    hold_s: float
    attendance: tuple[Attendance, ...] = ()
    joins: tuple[Joins, ...] = ()
    with_sound: int = 0
    hear: int = 0
    heard: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """One trial, as the journal knows it. `city` is `twin` when it was the twin city."""

    id: str
    phase: str
    city: str
    started: datetime
    finished: datetime | None = None
    state: str = "running"
    verdict: Decision | None = None
    resumes: int = 0
    reports_to: str = ""
    parameters: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class StageTime:
    """When a stage of a run began and ended, and how it ended (`problem` is ours)."""

    stage: str
    began: datetime
    ended: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything a report may say of a run; a pure function of the journal."""

    run: Run
    city: City
    decision: Decision
    rules: tuple[Rule, ...]
    units: tuple[Standing, ...]
    hubs: tuple[Standing, ...]
    systems: tuple[Standing, ...]
    causes: tuple[Cause, ...]
    roll_call: RollCall | None
    stages: tuple[StageTime, ...] = ()
    inventory_digest: str = ""
    planned: int = 0
    measured: int = 0
    synthetic: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType({"created": 0, "cleaned": 0, "left": 0})
    )
