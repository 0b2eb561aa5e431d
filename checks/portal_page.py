"""Does the unit's own page tell citizens where its centre is and how to call it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.check import Check, Circumstances, Example, FindingSpec
from rehearsal.model import Finding, Group, Outcome, PublicPage, Target, TargetKind, Text
from rehearsal.net.door import Door
from rehearsal.net.unit_page import OfUnit, page_of_unit


async def probe(target: Target, door: Door) -> OfUnit:
    """Open the page as a citizen would."""
    return await page_of_unit(door, target)


def judge(
    seen: OfUnit, _limits: Mapping[str, float], around: Circumstances
) -> Iterator[Finding]:
    """Whose page it is comes first: nobody needs another unit's telephone."""
    if not seen.shows_name:
        if seen.others and not seen.shows_code:
            yield CHECK.found("other_unit_shown", other=seen.others[0])
        else:
            yield CHECK.found("name_missing")
        return
    if not seen.shows_code:
        yield CHECK.found("code_missing", unit_code=around.target.code)
    yield from _contact(seen, around.target.page)
    if seen.plain_links:
        first = ", ".join(seen.first_plain)
        yield CHECK.found("links_in_plain", links=seen.plain_links, first=first)


def _contact(seen: OfUnit, known: PublicPage | None) -> Iterator[Finding]:
    """Where the inventory has the centre's own, it is that which must be shown."""
    if not seen.shows_address:
        is_known = known is not None and known.address
        yield CHECK.found("address_differs" if is_known else "address_missing")
    if not seen.shows_telephone:
        yield CHECK.found("telephone_differs" if seen.telephones else "telephone_missing")


_COMPLETE = Text(
    vi="Bộ phận quản trị trang: bổ sung thông tin của Trung tâm Phục vụ hành chính công ngay "
    "trên trang này, bằng chữ, không chỉ bằng ảnh.",
    en="The page's editors: add it for the Public Administration Service Center, on this page, "
    "as text and not only in a picture.",
)
_CORRECT = Text(
    vi="Đối chiếu trang với danh mục diễn tập, sửa bên nào sai, rồi đo lại.",
    en="Compare the page with the inventory, mend whichever is wrong, and measure again.",
)
_STAFF = Group.PROCEDURES_AND_STAFF

CHECK = Check(
    id="portal.page",
    asks=Text(
        vi="Trang của đơn vị có tên, mã, địa chỉ và điện thoại của Trung tâm không?",
        en="Does the unit's page show its name, its code, the centre's address and telephone?",
    ),
    kinds=frozenset({TargetKind.PAGE}),
    pages=frozenset({"contact"}),
    phases=frozenset({"phase-2"}),
    stage="systems",
    evidence=OfUnit,
    probe=probe,
    judge=judge,
    deadline_s=24.0,
    limits={},
    findings={
        "other_unit_shown": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Trang này là của đơn vị mang mã {other}.",
                en="This is the page of the unit with the code {other}.",
            ),
            do=Text(
                vi="Nhà cung cấp: trỏ tên miền về đúng trang của đơn vị, xóa bộ nhớ đệm.",
                en="Supplier: lead the name to this unit's own page, and clear the cache.",
            ),
        ),
        "name_missing": FindingSpec(
            Outcome.FAIL,
            says=Text(
                vi="Trang không có tên mới của đơn vị.",
                en="The page does not show the unit's new name.",
            ),
            do=_COMPLETE,
            group=_STAFF,
        ),
        "code_missing": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Trang không có mã đơn vị {unit_code}.",
                en="The page does not show the unit's code {unit_code}.",
            ),
            do=_COMPLETE,
            group=_STAFF,
        ),
        "address_missing": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Trang không có địa chỉ của Trung tâm.",
                en="The page does not show the centre's address.",
            ),
            do=_COMPLETE,
            group=_STAFF,
        ),
        "address_differs": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Trang không có địa chỉ của Trung tâm như trong danh mục.",
                en="The page does not show the centre's address as the inventory has it.",
            ),
            do=_CORRECT,
            group=_STAFF,
        ),
        "telephone_missing": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Trang không có số điện thoại nào để gọi Trung tâm.",
                en="The page shows no telephone number at which to call the centre.",
            ),
            do=_COMPLETE,
            group=_STAFF,
        ),
        "telephone_differs": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="Số điện thoại trên trang khác số của Trung tâm trong danh mục.",
                en="The page's telephone is not the one that the inventory has of the centre.",
            ),
            do=_CORRECT,
            group=_STAFF,
        ),
        "links_in_plain": FindingSpec(
            Outcome.WARN,
            says=Text(
                vi="{links} liên kết của trang không mã hóa (http), ví dụ {first}.",
                en="{links} links of the page are not encrypted (http), such as {first}.",
            ),
            do=Text(
                vi="Bộ phận quản trị trang: đổi các liên kết sang https.",
                en="The page's editors: change these links to https.",
            ),
        ),
    },
    examples=(
        Example("none", expect=None),
        Example("page-without-code", expect="code_missing"),
        Example("page-without-name", expect="name_missing"),
        Example("page-without-address", expect="address_missing"),
        Example("page-without-telephone", expect="telephone_missing"),
        Example("page-with-plain-links", expect="links_in_plain"),
        Example("wrong-unit", expect="other_unit_shown"),
        Example("login-page", expect="unauthorized"),
        Example("captive-page", expect="captive_page"),
        Example("empty-body", expect="wrong_content"),
        Example("wrong-content", expect="wrong_content"),
        Example("status-500", expect="unexpected_status"),
    ),
    lab={
        "address_differs": "tests/checks/test_portals.py::"
        "test_what_the_inventory_has_of_the_centre_is_what_must_be_shown",
        "telephone_differs": "tests/checks/test_portals.py::"
        "test_what_the_inventory_has_of_the_centre_is_what_must_be_shown",
    },
)
