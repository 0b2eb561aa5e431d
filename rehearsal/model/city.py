"""Who takes part in a rehearsal, and what is reached? Every type is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from rehearsal.model.run import phases_of
from rehearsal.model.words import TargetKind


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
class Api:
    """The interface through which a system takes transactions.

    `contract` names what is spoken (`docs/contracts/`), `settings` what this supplier
    calls things: paths, names of fields and states, by the contract's own name for them.
    `placeholder` as in Target.
    """

    contract: str
    url: str
    account: Account | None = None
    settings: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}), hash=False
    )
    placeholder: bool = False


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What a page for citizens must show of its unit, or where a closed one must lead.

    `sort` is `contact`, `listed` or `closed`; `unit` is the unit's name. `address` and
    `telephone` are empty where nobody entered the centre's own.
    """

    sort: str
    unit: str
    address: str = ""
    telephone: str = ""
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What is reached. `id` is `slug/bridge`, `slug/<system>` or `city/<system>`.

    `owner` is the slug of a unit or hub, or `city`; `name` is for people. `placeholder`
    says that the address is a stand-in (RFC 2606) which no route leads to, so that it
    must not be measured. `code` is that of the unit which owns it, if one does. What only
    people can tell of has no address. `supplier` is who delivers it, where that is known.
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
    api: Api | None = None
    code: str = ""
    page: PublicPage | None = None
    supplier: str = ""

    @property
    def key(self) -> str:
        """What it is to its owner: `bridge`, or the system's key in the inventory."""
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune, ward or special zone; `code` is the statistics office's, as text.

    `hub` is the slug of the hub that connects it to the meeting, `provider` who runs its
    line, where that is known.
    """

    code: str
    slug: str
    name: str
    kind: str
    former_province: str
    tile: tuple[int, int] | None
    targets: tuple[Target, ...]
    hub: str | None = None
    provider: str = ""


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
class Load:
    """What transactions may ask: requests a second, at one time, and in the whole trial.

    `slow_s`: an answer that takes longer counts as one that hurt.
    """

    per_s: float
    at_once: int
    in_all: int
    slow_s: float = 4.0


@dataclass(frozen=True, slots=True)
class Loads:
    """What may be asked of each host, and of all of the city's together.

    A host's own: what a dozen counters ask that work fast, and a tenth of what a small
    server bears. The city's: what our own two cores can watch without being late.
    """

    host: Load = Load(per_s=50.0, at_once=16, in_all=50_000)
    city: Load = Load(per_s=800.0, at_once=12, in_all=200_000)


USUAL_LOADS = Loads()


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who mends something: a person or a post, by whose authority, within how many hours."""

    who: str
    authority: str = ""
    within_h: float | None = None


@dataclass(frozen=True, slots=True)
class Owners:
    """Who mends what: by supplier, by key of the target, by group of Dispatch 111.

    The narrowest that names somebody counts, in that order.
    """

    suppliers: Mapping[str, Responsible] = field(default_factory=lambda: MappingProxyType({}))
    systems: Mapping[str, Responsible] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, Responsible] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, group: str, key: str = "", supplier: str = "") -> Responsible | None:
        """Who mends a fault of that group at such a target; None when nobody is named."""
        named = self.suppliers.get(supplier), self.systems.get(key), self.groups.get(group)
        return next((one for one in named if one is not None), None)


NO_OWNERS = Owners()


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
    loads: Loads = USUAL_LOADS
    owners: Owners = field(default_factory=Owners)  # a run of an earlier release has none

    def limits_in(self, phase: str) -> Mapping[str, Mapping[str, float]]:
        """Which limits are set otherwise than the checks do, by check, in a run of that phase.

        In a review those of the later phase count where both set some.
        """
        found: dict[str, Mapping[str, float]] = {}
        for name in dict.fromkeys((*phases_of(phase), phase)):
            found |= self.limits.get(name, {})
        return found

    def targets(self) -> tuple[Target, ...]:
        """Every target: the hubs' first, then the units', then the shared systems."""
        owners: tuple[Hub | Unit, ...] = (*self.hubs, *self.units)
        return (*(t for owner in owners for t in owner.targets), *self.systems)
