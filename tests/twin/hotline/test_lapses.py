"""Does each fault of a unit's tickets look on the wire as it is called?

Those of the interface itself, and all through the prober's eyes, are the checks' examples.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.twin.calling import Twin
from tests.twin.hotline.serving import (
    KEY,
    call,
    code_of,
    form,
    numbered,
    playing,
    shown,
    stored,
    until,
)

LAPSES = (
    *("none", "not-stored", "reply-dropped", "token-stuck", "token-strange", "wrong-id"),
    *("text-cut", "text-mixed", "sms-lost", "business-refused", "misrouted", "never-routed"),
    *("queue-cached", "queue-of-another", "never-acknowledged", "never-answered"),
    *("never-closed", "closed-unanswered", "answered-late", "delete-kept", "search-loose"),
)
SLUGS = tuple(LAPSES)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    """Each unit has the fault that it is called after; all share one hotline."""
    faults = {f"{name}/feedback": f"ticket-{name}" for name in LAPSES if name != "none"}
    with playing(tmp_path_factory.mktemp("lapses"), faults, SLUGS) as running:
        yield running


def code(lapse: str) -> str:
    return code_of(lapse, SLUGS)


def marker() -> str:
    return f"DIENTAP-test-{uuid4()}"


def final(city: Twin, lapse: str, stage: str) -> dict:
    """A ticket of that unit, once it has come so far, and a while longer."""
    number = numbered(city, code(lapse), marker())
    until(lambda: shown(city, number)["extended_attributes"]["stage"] == stage)
    closed = numbered(city, code("none"), marker())
    until(lambda: shown(city, closed)["status"] == "closed")
    return shown(city, number)


def test_neighbours_are_left_alone(city: Twin):
    """A unit without a fault is served well by the hotline that all share."""
    assert final(city, "none", "closed")["status_notes"]


def test_a_number_may_stand_for_nothing(city: Twin):
    """The token leads to a number, the number to nothing, and nothing is stored."""
    mark = marker()
    number = numbered(city, code("not-stored"), mark)

    assert call(city, "GET", f"/requests/{number}.json").status == 404
    assert stored(city, f"marker = '{mark}'") == []


def test_a_reply_may_be_lost(city: Twin):
    """The connection ends without an answer, and the ticket is there."""
    mark = marker()
    with pytest.raises(http.client.RemoteDisconnected):
        call(city, "POST", "/requests.json", form(code("reply-dropped"), mark))

    assert len(stored(city, f"marker = '{mark}'")) == 1


def test_a_token_may_never_lead_anywhere(city: Twin):
    """A sound one handed in later has its number, and this one still has none."""
    said = call(city, "POST", "/requests.json", form(code("token-stuck"), marker()))
    numbered(city, code("none"), marker())
    token = said.rows[0]["token"]

    assert call(city, "GET", f"/tokens/{token}.json").rows[0]["service_request_id"] == ""


def test_a_token_may_lead_to_a_citizens_ticket(city: Twin):
    """The number is real, and somebody else's."""
    number = numbered(city, code("token-strange"), marker())

    assert [t["marker"] for t in stored(city, f"id = '{number}'")] == [""]


def test_a_number_may_be_wrong(city: Twin):
    """The reply names at once a number that is not the ticket's."""
    mark = marker()
    said = call(city, "POST", "/requests.json", form(code("wrong-id"), mark))

    assert said.rows[0]["service_request_id"] != stored(city, f"marker = '{mark}'")[0]["id"]


@pytest.mark.parametrize("lapse", ["text-cut", "text-mixed"])
def test_a_text_may_lose_its_marker(city: Twin, lapse: str):
    """Neither reading nor searching shows it, and the records know whose it is."""
    mark = marker()
    number = numbered(city, code(lapse), mark)

    assert mark not in shown(city, number)["description"]
    rows = call(city, "GET", f"/requests.json?q={mark}").rows
    assert number not in {row["service_request_id"] for row in rows}
    assert stored(city, f"id = '{number}'")[0]["marker"] == mark


@pytest.mark.parametrize(("channel", "left"), [("web", 1), ("sms", 0), ("voice", 1)])
def test_one_channel_may_lose_everything(city: Twin, channel: str, left: int):
    """Only what comes through the SMS gateway is not stored."""
    mark = marker()
    numbered(city, code("sms-lost"), mark, **{"attribute[channel]": channel})

    assert len(stored(city, f"marker = '{mark}'")) == left


@pytest.mark.parametrize(("applicant", "status"), [("business", 400), ("individual", 200)])
def test_one_kind_of_sender_may_be_refused(city: Twin, applicant: str, status: int):
    """Only businesses are."""
    told = form(code("business-refused"), marker(), **{"attribute[applicant]": applicant})

    assert call(city, "POST", "/requests.json", told).status == status


def test_a_ticket_may_go_to_the_neighbour(city: Twin):
    """It says so itself, and stands in the next unit's queue."""
    ticket = final(city, "misrouted", "closed")
    rows = call(city, "GET", f"/queues/{code('never-routed')}.json").rows

    assert ticket["extended_attributes"]["unit"] == code("never-routed")
    assert ticket["service_request_id"] in {row["service_request_id"] for row in rows}


@pytest.mark.parametrize("lapse", ["queue-cached", "queue-of-another"])
def test_a_queue_may_not_show_what_is_in_it(city: Twin, lapse: str):
    """The ticket says that it is at the unit, whose page has others."""
    ticket = final(city, lapse, "closed")
    rows = call(city, "GET", f"/queues/{code(lapse)}.json").rows

    assert ticket["extended_attributes"]["unit"] == code(lapse)
    assert ticket["service_request_id"] not in {row["service_request_id"] for row in rows}
    assert rows


@pytest.mark.parametrize(
    ("lapse", "stage"),
    [
        ("never-routed", "received"),
        ("never-acknowledged", "routed"),
        ("never-answered", "acknowledged"),
        ("never-closed", "answered"),
    ],
)
def test_a_ticket_may_rest_for_ever(city: Twin, lapse: str, stage: str):
    """While a sound one is closed, this one is where it was."""
    assert final(city, lapse, stage)["extended_attributes"]["stage"] == stage


def test_the_unit_may_do_by_hand_what_its_officer_does_not(city: Twin):
    """In the contract's order, and an answer needs words."""
    unit = code("never-acknowledged")
    number = final(city, "never-acknowledged", "routed")["service_request_id"]

    def act(name: str, **other: str) -> int:
        told = {"api_key": KEY, "unit": unit, **other}
        return call(city, "POST", f"/requests/{number}/{name}.json", told).status

    assert [act("closure"), act("acknowledgement"), act("acknowledgement")] == [409, 200, 409]
    assert [act("answer"), act("answer", status_notes="Đã sửa"), act("closure")] == [
        400,
        200,
        200,
    ]
    assert (shown(city, number)["status"], shown(city, number)["status_notes"]) == (
        "closed",
        "Đã sửa",
    )


def test_a_ticket_may_be_closed_without_an_answer(city: Twin):
    """Its state is right, and its answer empty."""
    assert final(city, "closed-unanswered", "closed")["status_notes"] is None


def test_the_books_may_tell_of_a_late_answer(city: Twin):
    """More than a day between two stamps of the hotline's own clock."""
    own = final(city, "answered-late", "closed")["extended_attributes"]

    assert own["answered_datetime"][:10] > own["acknowledged_datetime"][:10]


def test_a_search_may_show_strangers(city: Twin):
    """Whatever is asked for, this unit's citizens are among what comes."""
    rows = call(city, "GET", f"/requests.json?q={marker()}").rows

    assert len(rows) >= 2
    assert {row["extended_attributes"]["unit"] for row in rows} == {code("search-loose")}
