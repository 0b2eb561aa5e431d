"""Does the national portal's public list show the unit's centre, under its code and name?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec
from rehearsal.model import Finding, Group, Outcome, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.unit_page import OfUnit, page_of_unit


async def probe(target: Target, door: Door) -> OfUnit:
    """Open the list where a citizen looks for the unit's centre."""
    return await page_of_unit(door, target)


def judge(
    seen: OfUnit, _limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """Somebody else's page is told apart from a list without this unit."""
    code = around.target.code
    if not seen.shows_code:
        if seen.others:
            yield CHECK.found("other_unit_listed", unit_code=code, other=seen.others[0])
        else:
            yield CHECK.found("not_listed", unit_code=code)
    elif not seen.is_together:
        yield CHECK.found("listed_under_other_name", unit_code=code)


_DECLARE = Text(
    vi="Đầu mối Cổng Dịch vụ công của thành phố: khai báo đơn vị với đúng mã và tên, xóa bộ "
    "nhớ đệm, rồi mở lại trang như người dân.",
    en="The city's focal point for the national portal: declare the unit under its own code "
    "and name, clear the cache, and open the page again as a citizen would.",
)

CHECK = Check(
    id="portal.declared",
    asks=Text(
        vi="Cổng Dịch vụ công quốc gia có công khai Trung tâm của đơn vị, đúng mã và đúng tên?",
        en="Does the national portal list the unit's centre, under its own code and name?",
    ),
    kinds=frozenset({TargetKind.PAGE}),
    pages=frozenset({"listed"}),
    phases=frozenset({"phase-2"}),
    stage="systems",
    evidence=OfUnit,
    probe=probe,
    judge=judge,
    deadline_s=24.0,
    limits={},
    findings={
        "not_listed": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Cổng Dịch vụ công quốc gia chưa có đơn vị mang mã {unit_code}.",
                en="The national portal does not list a unit with the code {unit_code}.",
            ),
            do=_DECLARE,
            group=Group.PROCEDURES_AND_STAFF,
        ),
        "other_unit_listed": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Trang của mã {unit_code} lại hiện đơn vị mang mã {other}.",
                en="The page of the code {unit_code} shows the unit with the code {other}.",
            ),
            do=_DECLARE,
        ),
        "listed_under_other_name": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Mã {unit_code} có trên Cổng, nhưng không đứng cùng tên của đơn vị.",
                en="The code {unit_code} is on the portal, but not under the unit's name.",
            ),
            do=_DECLARE,
            group=Group.PROCEDURES_AND_STAFF,
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("listed-among-others", expect=None),
        Example("unlisted", expect="not_listed"),
        Example("listed-under-other-name", expect="listed_under_other_name"),
        Example("listed-with-names-swapped", expect="listed_under_other_name"),
        Example("wrong-unit", expect="other_unit_listed"),
        Example("login-page", expect="unauthorized"),
        Example("captive-page", expect="captive_page"),
        Example("empty-body", expect="wrong_content"),
        Example("wrong-content", expect="wrong_content"),
        Example("status-404", expect="unexpected_status"),
        Example("status-503", expect="maintenance"),
        Example("response-timeout", expect="response_timeout"),
    ),
)
