"""How many people must a service centre have on a given day? Every rule carries its dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rehearsal.model import Text


@dataclass(frozen=True, slots=True)
class StaffingRule:
    """`answer` of a status report must be at least so many, from `begins` to `ends`.

    `at_least` is None where it is known that the rule changed, and not to what: then
    nobody is judged. `ends` is the last day; None where no end is known.
    """

    code: str
    answer: str
    at_least: int | None
    begins: date
    ends: date | None
    source: Text


_AT_GO_LIVE = Text(
    "Biên chế Trung tâm Phục vụ hành chính công áp dụng từ 01/07/2025",
    "The service centres' staffing as of 1 July 2025",
)
_CHANGED = Text(
    "Quy định thay đổi từ 15/10/2025; mức mới chưa được nhập vào sản phẩm này",
    "The rule changed on 15 October 2025; the new figure has not been entered here",
)
_FIRST, _LAST, _SINCE = date(2025, 7, 1), date(2025, 10, 14), date(2025, 10, 15)
STAFFING = (
    StaffingRule(
        *("director_not_vice_chair", "director_is_vice_chair", 1),
        *(_FIRST, _LAST, _AT_GO_LIVE),
    ),
    StaffingRule(
        *("no_full_time_deputy", "full_time_deputies", 1), *(_FIRST, _LAST, _AT_GO_LIVE)
    ),
    StaffingRule(*("civil_servants_short", "civil_servants", 5), *(_FIRST, _LAST, _AT_GO_LIVE)),
    StaffingRule(
        *("director_not_vice_chair", "director_is_vice_chair", None), *(_SINCE, None, _CHANGED)
    ),
    StaffingRule(
        *("no_full_time_deputy", "full_time_deputies", None), *(_SINCE, None, _CHANGED)
    ),
    StaffingRule(*("civil_servants_short", "civil_servants", None), *(_SINCE, None, _CHANGED)),
)


def rules_on(day: date) -> tuple[StaffingRule, ...]:
    """The rules in force on that day, those of an unknown figure included."""
    return tuple(
        rule
        for rule in STAFFING
        if rule.begins <= day and (rule.ends is None or day <= rule.ends)
    )


def counted_day(reported: date, go_live: date) -> date:
    """A report before the go-live is held against the rule of the go-live's day."""
    return max(reported, go_live)
