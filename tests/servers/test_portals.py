"""Are citizens' pages read right at nginx: a list, a unit's own, an old and closed one?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from checks import CHECKS
from rehearsal.check import Circumstances
from rehearsal.model import Expect, PublicPage, Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Door
from rehearsal.net.talks import Talks
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped
from tests.rehearsal.readiness.small_city import GO_LIVE, MORNING
from tests.servers.certificates import intermediate, issue, root, written
from tests.servers.children import free_ports
from tests.servers.names import name_server
from tests.servers.nginx import Site, nginx

NEW, OLD, DEAD = "portal.example", "old.example", "dead.example"
LIST = """<html><head><meta charset="utf-8"></head><body><h1>Cổng Dịch vụ công quốc gia</h1><ul>
<li>11411 – Phường Ngô Quyền</li><li>11413 – Phường Hải An</li></ul></body></html>"""
PAGE = """<html><head><meta charset="utf-8"></head><body><h1>UBND PHƯỜNG HẢI AN</h1>
<p>Mã: 11413</p><p>Địa chỉ: số 8 đường Lê Thánh Tông</p>
<p>ĐT: 0225 3123 456</p></body></html>"""
CLOSED = """
location = /gone { return 410; }
location = /led { return 301 https://portal.example/; }
location = /round { return 302 /led; }
location = /away { return 302 https://portal.example.evil.example/; }
location = /open { return 200 '<form method="post"></form>'; }
location = /locked { auth_basic "old"; auth_basic_user_file /dev/null; return 200; }
location = /broken { return 503; }
location = / { return 404; }
"""


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The way to one nginx with the national portal and an old interface."""
    folder = tmp_path_factory.mktemp("portals")
    port, unused = free_ports(2)
    leaf = issue("Portals", by=intermediate(), hosts=[NEW, OLD, DEAD])
    files = written(folder, "portals", leaf, intermediate())
    trust = folder / "root.pem"
    trust.write_bytes(root().pem)
    (folder / "list.html").write_text(LIST, encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    pages = f"location ~ html$ {{ root {folder}; }} {CLOSED}"
    zone = {name: ["127.0.0.1"] for name in (NEW, OLD, DEAD)} | {
        "nowhere.example": "nxdomain",
        "empty.example": [],
        "broken.example": "servfail",
    }
    with (
        name_server(folder, zone) as names,
        nginx(folder, [Site("127.0.0.1", port, files, pages)]),
    ):
        yield Door(
            resolver=Resolver([NameServer("127.0.0.1", names)]),
            tls=context([str(trust)]),
            hosts=frozenset(zone),
            ports={443: port, 444: unused},
        )


def target(url: str, sort: str, code: str = "11413", unit: str = "Hải An") -> Target:
    """A unit's page of that sort."""
    page = PublicPage(sort, unit, leads_to=f"https://{NEW}/")
    return Target(f"hai-an/{sort}", "hai-an", sort, TargetKind.PAGE, url, code=code, page=page)


async def told(check_id: str, at: Target, door: Door) -> list[str]:
    """What the check says of it: its findings, or why there are none."""
    check = CHECKS[check_id]
    others = replace(at, id="ngo-quyen/x", code="11411")
    own = replace(door, peers={at.key: (at, others)}, talks=Talks())
    try:
        seen = await check.probe(at, own)
    except Stopped as ended:
        return [ended.failure.kind]
    finally:
        own.talks.close()
    around = Circumstances(at, MORNING, GO_LIVE)
    return [found.code for found in check.judge(seen, check.standard, around)]


@pytest.mark.parametrize(
    ("code", "unit", "expected"),
    [
        ("11413", "Hải An", []),
        ("11413", "Ngô Quyền", ["listed_under_other_name"]),
        ("11999", "Ngô Quyền", ["other_unit_listed"]),
    ],
)
async def test_a_list_is_read_row_by_row(door: Door, code: str, unit: str, expected: list[str]):
    """Who stands in it under the own code and name is declared."""
    listed = target(f"https://{NEW}/list.html", "listed", code, unit)
    marked = replace(listed, expect=Expect(200, "Cổng Dịch vụ công quốc gia"))

    assert await told("portal.declared", marked, door) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("page.html", []), ("missing.html", ["unexpected_status"]), ("open", ["wrong_content"])],
)
async def test_a_units_own_page_tells_the_way(door: Door, path: str, expected: list[str]):
    """Its name in capitals, its code, an address and a telephone."""
    assert (
        await told("portal.page", target(f"https://{NEW}/{path}", "contact"), door) == expected
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://{OLD}/gone", []),
        (f"https://{OLD}/led", []),
        (f"https://{OLD}/round", []),
        (f"https://{OLD}/away", ["led_elsewhere"]),
        (f"https://{OLD}/open", ["still_takes_dossiers"]),
        (f"https://{OLD}/locked", ["not_closed"]),
        (f"https://{OLD}/broken", ["closing_unproven"]),
        (f"https://{DEAD}:444/", ["nobody_led_on"]),
        ("https://nowhere.example/", ["nobody_led_on"]),
        ("https://empty.example/", ["nobody_led_on"]),
        ("https://broken.example/", ["closing_unproven"]),
    ],
)
async def test_a_closed_interface_is_gone_or_leads_on(
    door: Door, url: str, expected: list[str]
):
    """What is open, led astray or only broken is told apart from it."""
    assert await told("portal.old_closed", target(url, "closed"), door) == expected
