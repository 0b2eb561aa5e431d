"""Does nothing that a centre may answer get past us unread, or break us?"""

from __future__ import annotations

import json

import pytest

from rehearsal.model import Api
from rehearsal.net.center.dialect import dialect_of
from rehearsal.net.center.reading import Reader
from rehearsal.net.http import Page
from rehearsal.net.trail import Stopped

DIALECT = dialect_of(Api("dossiers", "https://x.example/", settings={"state.paid": "DA_NOP"}))
DOSSIER = {
    "unit": "10001",
    "id": "H1",
    "receipt": "R1",
    "marker": "m",
    "nonce": "n",
    "receiving_unit": "10001",
    "returning_unit": "10002",
    "state": "DA_NOP",
    "documents": [{"name": "Tờ khai", "sha256": "0" * 64}],
}
WRONG = (None, 1, True, [], {}, "", "x" * 501)


def reader(told: object) -> Reader:
    """What reads that answer."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return Reader(Page("https://x.example/", 200, {}, body, 0.0), DIALECT)


def read(told: object):
    """The dossier in that answer."""
    found = reader(told)
    return found.dossier(found.whole(), version='"1"')


def test_a_dossier_is_read_in_the_contracts_words():
    """The supplier's word for a state becomes ours, an unknown one is told as it is."""
    found = read(DOSSIER)

    assert (found.receiving, found.returning, found.state) == ("10001", "10002", "paid")
    assert found.documents == (("Tờ khai", "0" * 64),)
    assert found.version == '"1"'
    assert read({**DOSSIER, "state": "LA_GI"}).state == "LA_GI"


@pytest.mark.parametrize("name", ["marker", "nonce"])
def test_a_citizens_record_has_no_mark(name: str):
    """Null, empty or absent: it is not ours, and no error."""
    told = {**DOSSIER}
    del told[name]

    for other in (told, {**DOSSIER, name: None}, {**DOSSIER, name: ""}):
        assert getattr(read(other), name) == ""


@pytest.mark.parametrize("name", ["unit", "id", "receipt", "receiving_unit", "state"])
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_what_is_no_text_is_malformed(name: str, value: object):
    """A number, a list or nothing where a text belongs stops the reading, and no more."""
    with pytest.raises(Stopped, match="http_exchange/malformed_response"):
        read({**DOSSIER, name: value})


@pytest.mark.parametrize("value", [None, "x", 1, [1], [{}], [{"name": "x"}], {"0": 1}])
def test_what_is_no_list_of_documents_is_malformed(value: object):
    """Each document has a name and a digest."""
    with pytest.raises(Stopped, match="malformed_response"):
        read({**DOSSIER, "documents": value})


@pytest.mark.parametrize("value", [None, "1", 1.5, True, -1, [1]])
def test_what_is_no_amount_is_malformed(value: object):
    """An amount is a whole number of đồng."""
    told = {
        "unit": "1",
        "id": "P",
        "marker": "m",
        "nonce": "n",
        "dossier": "H",
        "amount": value,
    }
    with pytest.raises(Stopped, match="malformed_response"):
        reader(told).payment(told)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"<html>", b"\xff\xfe", b"[" * 10_000])
def test_what_is_no_object_is_malformed(body: bytes):
    """Whatever bytes come, the reading ends in a failure of the exchange."""
    with pytest.raises(Stopped, match="http_exchange/malformed_response"):
        reader(body).whole()
