"""Does the twin's centre do what a real one would, unit by unit?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.twin.calling import Twin, twin
from tests.twin.center.serving import (
    FREE,
    Said,
    call,
    code_of,
    draft,
    inventory_text,
    stored,
    strangers,
)

ONE, TWO, THREE = (code_of(number) for number in range(3))
HOST, OTHER, THIRD = "mot.center.example", "hai.center.example", "ba.center.example"


def handed_in(city: Twin, marker: str, **other: object) -> Said:
    """A dossier of the first unit, just handed in."""
    return call(city, HOST, "POST", "/dossiers", draft(ONE, marker, **other))


def moved(city: Twin, host: str, record_id: str, action: str, expected: str) -> Said:
    """One step on."""
    body = {"action": action, "expected": expected}
    return call(city, host, "POST", f"/dossiers/{record_id}/transitions", body)


def test_a_dossier_is_kept_as_it_was_handed_in(centers: Twin):
    """The twin's own database holds what was sent, with the marker to find it by."""
    said = handed_in(centers, "kept")
    kept = stored(centers, "dossiers", "marker = 'kept'")

    assert said.status == 201
    assert [one["id"] for one in kept] == [said.body["id"]]
    assert kept[0].items() >= draft(ONE, "kept").items()
    assert said.body["unit"] == ONE


@pytest.mark.parametrize(("host", "status"), [(HOST, 200), (THIRD, 200), (OTHER, 404)])
def test_a_dossier_is_seen_where_it_concerns_the_unit(centers: Twin, host: str, status: int):
    """At the receiving and at the returning unit, and nowhere else."""
    marker = f"seen-{status}-{host}"
    said = handed_in(centers, marker, returning_unit=THREE)
    read = call(centers, host, "GET", f"/dossiers/{said.body['id']}")
    found = call(centers, host, "GET", f"/dossiers?marker={marker}")

    assert read.status == status
    assert len(found.body["items"]) == (status == 200)


def test_a_step_needs_the_state_that_it_expects(centers: Twin):
    """Two clerks cannot both take the same step."""
    record_id = handed_in(centers, "steps").body["id"]

    assert moved(centers, HOST, record_id, "sign", "processed").status == 409
    assert moved(centers, HOST, record_id, "receive", "received").status == 409
    assert moved(centers, HOST, record_id, "receive", "submitted").body["state"] == "received"
    assert moved(centers, HOST, record_id, "receive", "submitted").status == 409


def test_only_the_returning_unit_gives_back(centers: Twin):
    """Who took it in cannot give it out where another was asked for."""
    said = handed_in(centers, "back", returning_unit=THREE, procedure=FREE)
    record_id, state = said.body["id"], "submitted"
    for action in ("receive", "process", "sign", "pay"):
        state = moved(centers, HOST, record_id, action, state).body["state"]

    assert moved(centers, HOST, record_id, "return", state).status == 409
    assert moved(centers, THIRD, record_id, "return", state).body["state"] == "returned"


def test_what_has_a_fee_is_not_paid_without_a_payment(centers: Twin):
    """The step needs a payment of this dossier, and enough of it."""
    record_id, state = handed_in(centers, "fee").body["id"], "submitted"
    for action in ("receive", "process", "sign"):
        state = moved(centers, HOST, record_id, action, state).body["state"]
    sent = {"marker": "fee-p", "nonce": "n", "unit": ONE, "dossier": record_id, "amount": 5000}
    paid = call(centers, HOST, "POST", "/payments", sent)
    step = {"action": "pay", "expected": "signed", "payment": paid.body["id"]}

    assert moved(centers, HOST, record_id, "pay", "signed").status == 409
    done = call(centers, HOST, "POST", f"/dossiers/{record_id}/transitions", step)
    assert done.body["state"] == "paid"


@pytest.mark.parametrize(
    ("tag", "status"), [(None, 428), ('"another.1"', 412), ("*", 412), ("", 412)]
)
def test_nothing_is_removed_that_was_not_read(centers: Twin, tag: str | None, status: int):
    """A removal names the version that was read."""
    record_id = handed_in(centers, "tagged").body["id"]
    headers = {} if tag is None else {"If-Match": tag}
    said = call(centers, HOST, "DELETE", f"/dossiers/{record_id}", headers=headers)

    assert said.status == status
    assert call(centers, HOST, "GET", f"/dossiers/{record_id}").status == 200


def test_what_has_changed_since_is_not_removed(centers: Twin):
    """The tag of an older version is refused, that of the present one is not."""
    said = handed_in(centers, "changed")
    path = f"/dossiers/{said.body['id']}"
    now = moved(centers, HOST, said.body["id"], "receive", "submitted")

    assert call(centers, HOST, "DELETE", path, headers={"If-Match": said.tag}).status == 412
    assert call(centers, HOST, "DELETE", path, headers={"If-Match": now.tag}).status == 204
    assert call(centers, HOST, "GET", path).status == 404


def test_citizens_were_there_before(centers: Twin):
    """Each unit has records that nobody marked, which a search for a marker never shows."""
    there = strangers(centers)

    assert sum(one.startswith(ONE) for one in there) == 3
    assert f"P{ONE}-2025.0001" in there
    assert call(centers, HOST, "GET", "/dossiers?marker=x").body["items"] == []


def test_the_catalogue_is_as_large_as_a_wards(centers: Twin):
    """367 procedures in 11 fields, over all pages."""
    pages = [
        call(centers, HOST, "GET", f"/procedures?page={n}&size=100").body for n in (1, 2, 3, 4)
    ]
    found = [one for page in pages for one in page["items"]]

    assert {page["total"] for page in pages} == {367} == {len(found)}
    assert len({one["field"] for one in found}) == 11
    assert all(one["documents"] for one in found)


def test_one_address_may_serve_every_unit(tmp_path: Path):
    """Without a unit's name in it, an address is the city's: the code says whose desk."""
    inventory = tmp_path / "bridges.yaml"
    url = "http://center.example/api/v1"
    inventory.write_text(inventory_text(["mot", "hai"], url), encoding="utf-8")
    with twin(inventory, "--directory", tmp_path / "twin") as city:
        said = [
            call(city, "center.example", "POST", "/dossiers", draft(code, f"m-{code}"))
            for code in (ONE, TWO)
        ]
        marker = f"/dossiers?marker=m-{TWO}"
        found = call(city, "center.example", "GET", f"{marker}&unit={TWO}")
        hidden = call(city, "center.example", "GET", f"{marker}&unit={ONE}")

    assert [one.body["unit"] for one in said] == [ONE, TWO]
    assert len(found.body["items"]) == 1
    assert hidden.body["items"] == []


def test_an_account_is_asked_for_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Bearer or key; whoever looks up a receipt needs neither."""
    monkeypatch.setenv("CENTER_TEST_TOKEN", "mat-ma")
    inventory = tmp_path / "bridges.yaml"
    text = inventory_text(["mot"]).replace(
        "contract: dossiers,",
        'contract: dossiers, account: {user: thu, secret: "env:CENTER_TEST_TOKEN"},',
    )
    inventory.write_text(text, encoding="utf-8")
    shown = [{}, {"Authorization": "Bearer sai"}, {"Authorization": "Bearer mat-ma"}]
    shown.append({"X-Api-Key": "mat-ma"})
    with twin(inventory, "--directory", tmp_path / "twin") as city:
        said = [call(city, HOST, "GET", "/procedures", headers=headers) for headers in shown]
        public = call(city, HOST, "GET", f"/receipts/H{ONE}-2025.0001")

    assert [one.status for one in said] == [401, 401, 200, 200]
    assert public.status == 200
    assert "mat-ma" not in json.dumps([one.body for one in said])
