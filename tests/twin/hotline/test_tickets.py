"""Does the twin's hotline do with a ticket what the contract says?"""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.twin.calling import Twin
from tests.twin.hotline.serving import (
    CITY,
    KEY,
    SERVICE,
    call,
    code_of,
    form,
    numbered,
    shown,
    stored,
    until,
)

MOT, HAI = code_of("mot"), code_of("hai")


def marker() -> str:
    return f"DIENTAP-test-{uuid4()}"


def stage(city: Twin, ticket_id: str) -> str:
    return shown(city, ticket_id)["extended_attributes"]["stage"]


def test_a_ticket_goes_its_whole_way(hotline: Twin):
    """It gets a number, comes to the unit named in it, is answered and closed."""
    mark = marker()
    number = numbered(hotline, MOT, mark, **{"attribute[channel]": "sms"})
    until(lambda: stage(hotline, number) == "closed")
    ticket = shown(hotline, number)
    own = ticket["extended_attributes"]

    assert (ticket["status"], own["unit"], own["channel"]) == ("closed", MOT, "sms")
    assert ticket["status_notes"]
    assert mark in ticket["description"]
    assert (
        ticket["requested_datetime"]
        < own["acknowledged_datetime"]
        < own["answered_datetime"]
        < own["closed_datetime"]
    )
    assert [t["marker"] for t in stored(hotline, f"id = '{number}'")] == [mark]


def test_a_token_leads_to_nothing_at_first(hotline: Twin):
    """The number exists after a moment: who asks at once is told so, not refused."""
    token = call(hotline, "POST", "/requests.json", form(MOT, marker())).rows[0]["token"]
    said = call(hotline, "GET", f"/tokens/{token}.json")

    assert said.rows == [{"token": token, "service_request_id": ""}]


def test_a_ticket_is_in_one_queue_only(hotline: Twin):
    """The named unit's, once it is routed, and no other's."""
    number = numbered(hotline, HAI, marker())

    def queue(code: str) -> set[str]:
        rows = call(hotline, "GET", f"/queues/{code}.json").rows
        return {row["service_request_id"] for row in rows}

    assert until(lambda: number in queue(HAI))
    assert number not in queue(MOT)


def test_both_formats_say_the_same(hotline: Twin):
    """XML and JSON differ in nothing but their form; what is empty is an empty element."""
    number = numbered(hotline, MOT, marker(), address_string="Số 1 <&> Đường A\x08")
    until(lambda: stage(hotline, number) == "closed")
    plain = shown(hotline, number)
    [element] = call(hotline, "GET", f"/requests/{number}.xml").xml
    nested = plain.pop("extended_attributes")

    assert element.tag == "request"
    assert {e.tag: e.text or None for e in element if not len(e)} == plain | {
        "address": "Số 1 <&> Đường A\ufffd"
    }
    assert {e.tag: e.text for e in element.find("extended_attributes")} == nested


def test_a_search_finds_what_carries_the_text(hotline: Twin):
    """By marker, exactly what we made."""
    mark = marker()
    number = numbered(hotline, MOT, mark)
    rows = call(hotline, "GET", f"/requests.json?q={quote(mark)}").rows

    assert [row["service_request_id"] for row in rows] == [number]
    assert call(hotline, "GET", f"/requests.json?q={quote(marker())}").rows == []


def test_the_unit_deals_with_a_ticket_in_its_order(hotline: Twin):
    """Not before it is there, not another unit, no closure before the answer."""
    token = call(hotline, "POST", "/requests.json", form(MOT, marker())).rows[0]["token"]
    path = f"/tokens/{token}.json"
    number = until(lambda: call(hotline, "GET", path).rows[0]["service_request_id"])

    def act(name: str, unit: str = MOT, **other: str) -> int:
        told = {"api_key": KEY, "unit": unit, **other}
        return call(hotline, "POST", f"/requests/{number}/{name}.json", told).status

    until(lambda: stage(hotline, number) == "closed")
    assert act("acknowledgement") == act("closure") == act("acknowledgement", HAI) == 409
    assert act("answer", status_notes="Đã xử lý") == 409


def test_who_withdraws_must_have_read_it(hotline: Twin):
    """If-Match is needed and must be the ticket's tag; then it is gone everywhere."""
    number = numbered(hotline, MOT, marker())
    until(lambda: stage(hotline, number) == "closed")
    path, key = f"/requests/{number}.json", {"X-Api-Key": KEY}
    tag = call(hotline, "GET", path).headers["ETag"]

    def withdraw(**headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return call(hotline, "DELETE", path, headers=key | named).status

    assert withdraw() == 428
    assert withdraw(If_Match="*") == 400
    assert withdraw(If_Match='"00000000"') == 412
    assert call(hotline, "DELETE", path, headers={"If-Match": tag}).status == 403
    assert withdraw(If_Match=tag) == 204
    assert call(hotline, "GET", path).status == 404
    assert stored(hotline, f"id = '{number}'") == []


def test_citizens_have_tickets_too(hotline: Twin):
    """Each unit has some from before, closed, answered and without a marker."""
    for code in (MOT, HAI):
        rows = call(hotline, "GET", f"/queues/{code}.json").rows
        own = [row for row in rows if "DIENTAP" not in row["description"]]

        assert len(own) == 2
        assert {row["status"] for row in own} == {"closed"}


REFUSED = {
    "no key": ({"api_key": ""}, 400),
    "wrong key": ({"api_key": "x"}, 403),
    "no service": ({"service_code": "x"}, 404),
    "other city": ({"jurisdiction_id": "danang.gov.vn"}, 404),
    "unknown unit": ({"attribute[unit]": "99999"}, 404),
    "no code": ({"attribute[unit]": "Hải An"}, 400),
    "unknown field": ({"admin": "1"}, 400),
    "too long": ({"description": "x" * 4001}, 400),
    "off the earth": ({"lat": "91", "long": "0"}, 400),
    "no number": ({"lat": "nan", "long": "0"}, 400),
    "unknown channel": ({"attribute[channel]": "fax"}, 400),
}


@pytest.mark.parametrize(("change", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_in_order_is_refused(hotline: Twin, change: dict, status: int):
    """GeoReport v2's codes, as a list of errors, and nothing is stored."""
    before = len(stored(hotline))
    said = call(hotline, "POST", "/requests.json", form(MOT, marker(), **change))

    assert (said.status, said.rows[0]["code"]) == (status, status)
    assert len(stored(hotline)) == before


@pytest.mark.parametrize(
    "body", [b"\xff", b"%ff=1", b"a=1&a=2", b"service_code=" + b"x" * 70_000]
)
def test_what_is_no_form_is_refused(hotline: Twin, body: bytes):
    """Bytes, double fields and floods are told apart from tickets."""
    host = "1022.example"
    head = (
        f"POST /open311/v2/requests.xml HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with hotline.connect(host, 80) as line:
        line.sendall(head.encode() + body)
        answer = line.recv(4096)

    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/services.yaml", 406),
        ("GET", "/services", 404),
        ("GET", "/elsewhere.json", 404),
        ("PUT", "/services.json", 405),
        ("GET", "/services.json?jurisdiction_id=danang.gov.vn", 404),
        ("GET", "/services/unknown.json", 404),
        ("GET", "/queues/99999.json", 404),
        ("GET", "/tokens/00000001000000000000.json", 404),
        ("GET", "/requests.json?start_date=yesterday", 400),
    ],
)
def test_other_paths_and_cities_are_refused(hotline: Twin, method, path, status):
    """What the contract does not have is not there."""
    assert call(hotline, method, path).status == status


def test_the_hotlines_page_is_its_list_of_services(hotline: Twin):
    """What `hotline.reach` reads is what the interface says, for this city only."""
    said = call(hotline, "GET", f"/services.json?jurisdiction_id={CITY}")

    assert SERVICE in {row["service_code"] for row in said.rows}
    assert all(row["type"] == "batch" for row in said.rows)


def test_a_unit_has_a_page_of_its_queue(hotline: Twin):
    """`system.reach` finds the unit's code on it."""
    with hotline.connect("1022.example", 80) as line:
        line.sendall(f"GET /queues/{HAI} HTTP/1.0\r\nHost: 1022.example\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.0 200")
    assert HAI.encode() in answer
