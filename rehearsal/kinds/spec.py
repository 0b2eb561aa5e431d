"""What does one kind of failure mean, in words, and who is asked to act on it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rehearsal.model import Group, Outcome, Step, Text

DNS_ADMIN = Text("Quản trị tên miền", "DNS administrator")
NETWORK_ADMIN = Text("Quản trị mạng", "Network administrator")
SERVER_ADMIN = Text("Quản trị máy chủ", "Server administrator")
BRIDGE_ADMIN = Text("Quản trị hệ thống họp", "Meeting system administrator")
PHONE_ADMIN = Text("Quản trị tổng đài", "Switchboard administrator")
ACCOUNT_ADMIN = Text("Quản trị tài khoản", "Account administrator")
SUPPLIER = Text("Nhà cung cấp hệ thống", "System supplier")
UNIT_LEADER = Text("Lãnh đạo đơn vị", "Head of the unit")
OPERATOR = Text("Người vận hành diễn tập", "Rehearsal operator")


@dataclass(frozen=True, slots=True)
class KindSpec:
    """What is said of a failed measurement; its raw detail is shown beside, never inside.

    `outcome` is FAIL, or UNKNOWN where the fault may be ours. `says` is one calm sentence;
    `do` names who acts and how.
    """

    outcome: Outcome
    group: Group
    says: Text
    do: Text


@dataclass(frozen=True, slots=True)
class Chapter:
    """The kinds of neighbouring steps, and other words for a kind met on another step."""

    steps: tuple[Step, ...]
    kinds: Mapping[str, KindSpec]
    on_step: Mapping[tuple[Step, str], KindSpec] = field(default_factory=dict)


def by(who: Text, vi: str, en: str) -> Text:
    """What that person is asked to do."""
    return Text(f"{who.vi}: {vi}", f"{who.en}: {en}")
