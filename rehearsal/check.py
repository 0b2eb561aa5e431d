"""What must a file in `checks/` fill in to be a check?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.ledger import Store

E = TypeVar("E")
# A tenth of a step's deadline: above this we cannot tell a slow peer from a slow self.
LAG_MAX_S = 0.5


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold with its unit and the reason it has this value."""

    value: float
    unit: str
    why: Text | str

    @property
    def reason(self) -> Text:
        """Why it has this value; what nobody translated reads the same in both languages."""
        return self.why if isinstance(self.why, Text) else Text(self.why, self.why)


@dataclass(frozen=True, slots=True)
class FindingSpec:
    """What a finding says and what the unit should do; `group` sorts it by Dispatch 111.

    `follows` are codes of other checks: where one of them is told of the same target, and
    as gravely, this is its consequence, and no cause of its own. Those of them that it
    `explains` it tells more exactly, where nothing else beside it follows from them: then
    they are its consequence.
    """

    outcome: Outcome
    says: Text
    do: Text
    group: Group = Group.SYSTEMS
    follows: tuple[str, ...] = ()
    explains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """Under this fault of the twin, this check must report exactly this code.

    `expect` is a finding's code or a failure's kind; None means that nothing is wrong.
    """

    fault: str
    expect: str | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a judge may know beside the evidence: never the clock, never the wire.

    `clock_ahead_s` is how far most servers' clocks are ahead of ours: more than some
    seconds, and it is ours that is wrong.
    """

    target: Target
    measured_at: datetime
    go_live: date
    clock_ahead_s: float = 0.0


StoreOf = Callable[[Target, Door], Store]
Judge = Callable[[E, Mapping[str, float], Circumstances], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check(Generic[E]):
    """One question put to one kind of target; `probe` looks, `judge` holds the opinion.

    `schemes` and `protocols` narrow the targets to URLs and bridges of these, `contracts`
    to systems with such an interface, which is then what is reached, `pages` to citizens'
    pages of these sorts. `requires`
    names the checks of the same target whose failure makes this one BLOCKED: all of them,
    also what those themselves require.
    `holds` says that the probe waits for the meeting's barrier and stays to its end.
    `rushes` says that it is put to all its targets at one moment, `door.surge`, for as long
    as that lasts: who is tried again alone is not in the rush any more, so nobody is.
    `through_hub` says that a unit cannot pass while its hub fails: then it is BLOCKED too.
    `by_people` says that no wire leads to the answer: a declaration gives it.
    Over `lag_max_s` of our own event loop's lateness nothing is said of the target.
    `deadline_s` bounds one attempt from the moment it starts, never from its queueing.
    `stores` leads, for each store in which it makes records, to where they are found again
    and taken out; it makes none that `door.ledger` was not told of before.
    `lab` names, for a finding that no twin can bring about, the test that does so against
    real servers: `path::test`.
    """

    id: str
    asks: Text
    kinds: frozenset[TargetKind]
    stage: str
    evidence: type[E]
    probe: Callable[[Target, Door], Awaitable[E]]
    judge: Judge[E]
    deadline_s: float
    examples: tuple[Example, ...]
    findings: Mapping[str, FindingSpec]
    limits: Mapping[str, Limit]
    requires: tuple[str, ...] = ()
    schemes: frozenset[str] | None = None
    contracts: frozenset[str] | None = None
    protocols: frozenset[str] | None = None
    pages: frozenset[str] | None = None
    attempts: int = 1
    holds: bool = False
    rushes: bool = False
    through_hub: bool = False
    by_people: bool = False
    lag_max_s: float = LAG_MAX_S
    phases: frozenset[str] = frozenset({"phase-1"})
    lab: Mapping[str, str] = field(default_factory=dict)
    stores: Mapping[str, StoreOf] = field(default_factory=dict)

    @property
    def standard(self) -> dict[str, float]:
        """Its own limits, by name, before an inventory changes any."""
        return {name: limit.value for name, limit in self.limits.items()}

    def found(self, code: str, **values: object) -> Finding:
        """A finding of this check, with the outcome that its specification gives it."""
        return Finding(code, self.findings[code].outcome, values)

    def covers(self, target: Target) -> bool:
        """Whether this check can be put to that target."""
        if target.kind not in self.kinds:
            return False
        if self.protocols is not None and target.protocol not in self.protocols:
            return False
        if self.contracts is not None:
            return target.api is not None and target.api.contract in self.contracts
        if self.pages is not None:
            return target.page is not None and target.page.sort in self.pages
        return self.schemes is None or target.url.partition(":")[0] in self.schemes

    def is_held(self, target: Target) -> bool:
        """Whether what it would reach there is only a placeholder."""
        if self.contracts is not None and target.api is not None:
            return target.api.placeholder
        return target.placeholder


Registry = Mapping[str, Check[Any]]
