"""Can a participant join the trial's room at this bridge, and is it seen there?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rehearsal.check import Check, Circumstances, Example, FindingSpec, Limit
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net import conference
from rehearsal.net.door import Door

ROOM_OF_THE_ADDRESS = ""  # a SIP address is itself what one calls


@dataclass(frozen=True, slots=True)
class Joined:
    """How long each request took, and whether the bridge lists us among the present.

    `is_listed` and `present` are None where the protocol has no such list.
    """

    upgrade_s: float
    requests_s: Mapping[str, float]
    is_listed: bool | None
    present: int | None
    enter_s: float

    @property
    def join_s(self) -> float:
        """From the upgrade until we were in the room."""
        return self.upgrade_s + self.enter_s


async def probe(target: Target, door: Door) -> Joined:
    """Join the room under a marked name, look at who is present, and leave."""
    room = target.room or ROOM_OF_THE_ADDRESS
    clock = asyncio.get_running_loop().time
    participant = await conference.arrive(door, target)
    try:
        began_s = clock()
        await participant.enter(room, f"{door.marker}-{target.owner}")
        enter_s = clock() - began_s
        present = await participant.listed(room)
        await participant.leave()
    finally:
        participant.abort()
    return Joined(
        upgrade_s=participant.upgrade_s,
        requests_s=participant.times_s,
        is_listed=None if present is None else str(participant.own_id) in present,
        present=None if present is None else len(present),
        enter_s=enter_s,
    )


def judge(
    seen: Joined, limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """Being let in is not enough: the others must see us, and soon."""
    del around
    if seen.is_listed is False:
        yield CHECK.found("not_listed", present=seen.present)
    if seen.join_s > limits["join"]:
        yield CHECK.found("join_slow", took_s=round(seen.join_s, 1), limit_s=limits["join"])


CHECK = Check(
    id="bridge.signalling",
    asks=Text(
        vi="Đơn vị có vào được phòng họp và có tên trong danh sách không?",
        en="Can the unit join the meeting and be seen in it?",
    ),
    kinds=frozenset({TargetKind.BRIDGE}),
    protocols=frozenset(conference.PROTOCOLS),
    stage="bridges",
    phases=frozenset({"phase-1", "phase-2"}),
    evidence=Joined,
    probe=probe,
    judge=judge,
    deadline_s=30.0,
    requires=("bridge.reach", "bridge.certificate"),
    limits={
        "join": Limit(
            3.0,
            "s",
            Text(
                "chờ lâu hơn lúc 07:30, người ta vào lại và dồn tải lên hệ thống họp",
                "who waits longer at 07:30 tries again and loads the bridge",
            ),
        ),
    },
    findings={
        "not_listed": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Đã vào phòng nhưng không có tên trong danh sách {present} người dự.",
                en="Let in, but not among the {present} participants that the bridge lists.",
            ),
            do=Text(
                vi="Kiểm tra máy chủ cầu truyền hình; khởi động lại phòng họp.",
                en="Check the conference server; restart the room.",
            ),
        ),
        "join_slow": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Vào phòng mất {took_s} giây (ngưỡng {limit_s} giây).",
                en="Joining took {took_s} s (limit {limit_s} s).",
            ),
            do=Text(
                vi="Kiểm tra độ trễ đường truyền và tải của máy chủ cầu truyền hình.",
                en="Check the line's delay and the conference server's load.",
            ),
            group=Group.INFRASTRUCTURE,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("not-listed", expect="not_listed"),
        Example("slow-signalling", expect="join_slow"),
        Example("upgrade-refused", expect="upgrade_refused"),
        Example("upgrade-not-found", expect="upgrade_refused"),
        Example("upgrade-plain-200", expect="upgrade_refused"),
        Example("upgrade-stall", expect="response_timeout"),
        Example("wrong-subprotocol", expect="wrong_subprotocol"),
        Example("no-subprotocol", expect="wrong_subprotocol"),
        Example("wrong-accept", expect="wrong_accept"),
        Example("no-such-room", expect="no_such_room"),
        Example("room-full", expect="room_full"),
        Example("join-denied", expect="join_denied"),
        Example("signalling-mute", expect="signalling_timeout"),
        Example("signalling-mute-join", expect="signalling_timeout"),
        Example("malformed-message", expect="malformed_message"),
        Example("oversized-message", expect="response_too_large"),
        Example("ping-flood", expect="malformed_message"),
        Example("closed-1011", expect="closed_1011"),
        Example("closed-abruptly", expect="closed_1006"),
        Example("plugin-missing", expect="plugin_missing"),
        Example("client-certificate-required", expect="client_certificate_required"),
        Example("room-locked", expect="join_denied"),
    ),
)
