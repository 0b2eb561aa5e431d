"""Does the centre take in for another unit's citizen, and give back at a third unit?

Each unit receives for the citizen of the next one in the inventory, and has the result
given back at the one after that: over all units, each is once in each role.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec
from rehearsal.model import Finding, Group, Outcome, Step, Target, TargetKind, Text
from rehearsal.net.center import (
    Journey,
    Route,
    dossiers_of,
    journey,
    payments_of,
    procedures_of,
    raise_shared,
)
from rehearsal.net.door import Door
from rehearsal.net.trail import keep_brief, stop

ROLES = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """A dossier's way between three units, each as `slug (code)`.

    `landed` is the unit that got it instead, where another did.
    """

    receiving: str
    home: str
    returning: str
    landed: str
    journey: Journey


async def probe(target: Target, door: Door) -> Sent:
    """Hand in here, for the next unit's citizen, and fetch the result at the third unit."""
    keep_brief()
    peers = _peers(target, door)
    at = peers.index(target)
    home, returning = peers[(at + 1) % len(peers)], peers[(at + 2) % len(peers)]
    procedures = (await procedures_of(target, door)).one_of_each()
    if not procedures:
        raise stop(Step.HTTP_EXCHANGE, "wrong_content", "no procedure is published")
    procedure = procedures[at % len(procedures)]
    gone = await journey(door, procedure, Route(target, home.code, returning))
    sent = Sent(
        receiving=_named(target),
        home=_named(home),
        returning=_named(returning),
        landed=next((_named(peer) for peer in peers if peer.code == gone.landed), ""),
        journey=gone,
    )
    if not gone.landed:
        _raise_but_of_others(sent, target)
    return sent


def _peers(target: Target, door: Door) -> tuple[Target, ...]:
    """Everybody who takes part in the exchange; UNKNOWN where there are too few."""
    peers = tuple(peer for peer in door.peers.get(target.key, ()) if peer.api is not None)
    if len(peers) < ROLES or target not in peers:
        told = f"{len(peers)} centres with an interface in this trial, {ROLES} are needed"
        raise stop(Step.OBSERVE, "too_few_units", told)
    return peers


def _raise_but_of_others(sent: Sent, target: Target) -> None:
    """A failure of the unit that gives back is its own, and not the receiving unit's."""
    gone = sent.journey
    if gone.trouble and gone.stopped_by != target.code:
        told = f"{sent.returning}: {gone.trouble.step}/{gone.trouble.kind}"
        raise stop(Step.TRANSACTION, "other_unit_failed", told)
    raise_shared([gone])


def _named(target: Target) -> str:
    return f"{target.owner} ({target.code})"


def judge(
    seen: Sent, _limits: Mapping[str, float], _around: Circumstances
) -> Iterator[Finding]:
    """Whatever else stopped it has a name of its own."""
    if seen.landed:
        yield CHECK.found("misdelivered", got=seen.landed, expected=seen.returning)


CHECK = Check(
    id="center.dossier_elsewhere",
    asks=Text(
        vi="Trung tâm có nhận được hồ sơ của dân đơn vị khác và trả ở đơn vị thứ ba không?",
        en="Does the centre take in for another unit's citizen and give back at a third unit?",
    ),
    kinds=frozenset({TargetKind.SYSTEM}),
    contracts=frozenset({"dossiers"}),
    phases=frozenset({"phase-2"}),
    stage="transactions",
    evidence=Sent,
    probe=probe,
    judge=judge,
    deadline_s=120.0,
    requires=("system.reach",),
    stores={"dossiers": dossiers_of, "payments": payments_of},
    limits={},
    findings={
        "misdelivered": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Kết quả phải trả ở {expected} nhưng lại tới {got}.",
                en="The result was to be given back at {expected}, but went to {got}.",
            ),
            do=Text(
                vi="Nhà cung cấp: sửa bảng đơn vị trả kết quả theo địa giới mới (Nghị định "
                "118/2025: nộp và nhận không phụ thuộc địa giới), rồi đo lại.",
                en="Supplier: mend the table of returning units for the new boundaries (Decree "
                "118/2025: regardless of boundaries), then measure again.",
            ),
            group=Group.SYSTEMS,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("refuses-elsewhere", expect="step_rejected"),
        Example("returned-elsewhere", expect="misdelivered"),
        Example("forgets-dossier", expect="not_stored"),
        Example("cut-after-commit", expect="reply_lost"),
        Example("reply-of-other-id", expect="wrong_record"),
        Example("other-unit-code", expect="wrong_unit"),
        Example("other-units-record", expect="wrong_record"),
        Example("no-nonce", expect="wrong_record"),
        Example("stuck-in-processing", expect="overdue"),
    ),
)
