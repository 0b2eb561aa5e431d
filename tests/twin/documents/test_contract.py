"""Does the twin's document system keep its own contract? Schemathesis asks, from the file."""

import time
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rehearsal.net.edxml.writing import Organ, write_document, write_status
from tests.rehearsal.net.edxml.test_reading import AT, letter
from tests.servers.offices import offices

FILE = Path(__file__).parents[3] / "docs/contracts/documents.openapi.yaml"
CONTRACT = schemathesis.openapi.from_path(FILE)
MARKER = "DIENTAP-selftest-contract"
CITY = Organ("CITY", "Thành phố")
ACKNOWLEDGEMENT = "/packets/{id}/acknowledgement"
SHAPES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
GENTLY = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What one sends who never saw a packet, and who did; and what the answer must be.
SENT = {
    "a document": (write_document(letter()), "application/xml", {201, 409}),
    "the same again": (write_document(letter()), "application/xml", {409}),
    "a status": (write_status(CITY, "n-1", "10001.UB", "03", AT), "application/xml", {422}),
    "an empty root": (b"<edXML/>", "application/xml", {422}),
    "a declaration": (b"<!DOCTYPE e [<!ENTITY a 'b'>]><e>&a;</e>", "application/xml", {422}),
    "nothing": (b"", "application/xml", {422}),
    "no XML": (b"{}", "application/json", {415}),
}


@pytest.fixture(scope="module")
def unit(tmp_path_factory):
    """One healthy unit, on whose shelf a document lies that it has answered."""
    with offices(tmp_path_factory.mktemp("contract"), []) as running:
        base = running.base()
        ask(
            base,
            "POST",
            "/packets",
            write_document(letter(number="8", subject=f"[{MARKER}] Diễn tập")),
        )
        yield base


def ask(unit, method, path, body=None, kind="application/xml", **headers):
    """One request by a client of somebody else's."""
    base, host = unit
    told = {"Host": host, "Content-Type": kind, **headers}
    return requests.request(method, base + path, data=body, headers=told, timeout=10)


def shelved(unit):
    """The document and the unit's answer to it, once the clerk is through."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        listed = ask(unit, "GET", f"/packets?marker={MARKER}").json()["packets"]
        if len(listed) == 2:
            return [one["id"] for one in listed]
        time.sleep(0.1)
    raise AssertionError(listed)


@CONTRACT.exclude(method="POST").parametrize()
@GENTLY
def test_it_answers_as_the_contract_says(case: schemathesis.Case, unit):
    """Whatever is asked: documented statuses, types, headers and shapes, and no 500."""
    base, host = unit
    case.call_and_validate(base_url=base, headers={"Host": host}, timeout=10)


@pytest.mark.parametrize("path", ["/packets/{id}", "/packets/{id}/content", ACKNOWLEDGEMENT])
def test_what_lies_there_is_shown_as_the_contract_says(unit, path):
    """Not only a 404 has the shape that was promised."""
    for packet_id in shelved(unit):
        case = CONTRACT[path]["GET"].Case(path_parameters={"id": packet_id})
        answer = case.call(base_url=unit[0], headers={"Host": unit[1]}, timeout=10)

        case.validate_response(answer, checks=SHAPES)
        assert answer.status_code == 200


def test_the_lists_are_as_the_contract_says(unit):
    """By the marker both, by the number of what was asked the answer."""
    number = ask(unit, "GET", f"/packets/{shelved(unit)[0]}").json()["document_id"]
    for path, query in (("/packets", {"marker": MARKER}), ("/inbox", {"response_for": number})):
        case = CONTRACT[path]["GET"].Case(query=query)
        answer = case.call(base_url=unit[0], headers={"Host": unit[1]}, timeout=10)

        case.validate_response(answer, checks=SHAPES)
        assert answer.json()["packets"]


@pytest.mark.parametrize("sent", SENT)
def test_what_is_handed_in_is_judged_as_the_contract_says(unit, sent):
    """A packet is stored once; what is none is refused with the reason."""
    body, kind, allowed = SENT[sent]
    case = CONTRACT["/packets"]["POST"].Case(body="", media_type="application/xml")
    answer = ask(unit, "POST", "/packets", body, kind)

    case.validate_response(answer, checks=SHAPES)
    assert answer.status_code in allowed


def test_the_city_acknowledges(unit):
    """Only what came from the unit, and only by a status packet."""
    ours, answer = shelved(unit)
    status = write_status(CITY, "n-1", "10001.UB", "03", AT)
    case = CONTRACT[ACKNOWLEDGEMENT]["POST"].Case(
        path_parameters={"id": answer}, body="", media_type="application/xml"
    )
    seen = [
        ask(unit, "POST", f"/packets/{name}/acknowledgement", body)
        for name, body in (
            (answer, status),
            (ours, status),
            (answer, status.replace(b">03<", b">99<")),
            ("p-none", status),
        )
    ]
    for one in seen:
        case.validate_response(one, checks=SHAPES)

    assert [one.status_code for one in seen] == [200, 422, 422, 404]
    assert seen[0].json()["status"] == "03"


def test_nothing_is_withdrawn_by_its_number_alone(unit):
    """Without the version 428, with another 412, with the right one gone for good."""
    kept = write_document(letter(number="9", subject="[DIENTAP-withdrawn] Diễn tập"))
    packet_id = ask(unit, "POST", "/packets", kept).json()["id"]
    time.sleep(0.5)  # the clerk is through: the version rests
    tag = ask(unit, "GET", f"/packets/{packet_id}").headers["ETag"]
    path = f"/packets/{packet_id}"
    seen = [
        ask(unit, "DELETE", path),
        ask(unit, "DELETE", path, **{"If-Match": '"old"'}),
        ask(unit, "DELETE", path, **{"If-Match": tag}),
        ask(unit, "DELETE", path, **{"If-Match": tag}),
    ]

    assert [one.status_code for one in seen] == [428, 412, 204, 404]
