"""Are a supplier's own names used wherever the contract's would stand?"""

from __future__ import annotations

import pytest

from rehearsal.model import Account, Api
from rehearsal.net.center.dialect import dialect_of

SETTINGS = {
    "path.dossiers": "/units/10001/ho-so/",
    "path.transitions": "buoc",
    "field.unit": "maDonVi",
    "field.marker": "ghiChu",
    "field.applicant": "nguoiNop",
    "state.returned": "DA_TRA",
    "action.receive": "tiep-nhan",
}
PLAIN = dialect_of(Api("dossiers", "https://x.example/api/v1/"))
MAPPED = dialect_of(Api("dossiers", "https://x.example/api", settings=SETTINGS))


def test_without_settings_the_contracts_own_words_are_used():
    """Nobody has to map what is called as the contract calls it."""
    url = PLAIN.url("payments", "P1", unit="10001")

    assert url == "https://x.example/api/v1/payments/P1?unit=10001"
    assert PLAIN.body({"marker": "m"}) == {"marker": "m"}
    assert (PLAIN.state("paid"), PLAIN.action("pay")) == ("paid", "pay")


def test_paths_and_queries_are_the_suppliers():
    """Also the names of what is asked for."""
    url = MAPPED.url("dossiers", marker="m", unit="10001")

    assert url == "https://x.example/api/units/10001/ho-so?ghiChu=m&maDonVi=10001"
    assert MAPPED.transitions("H1", "1").endswith("/units/10001/ho-so/H1/buoc?maDonVi=1")


def test_an_id_cannot_lead_elsewhere():
    """A server's id is foreign text: it stays one part of the path."""
    assert PLAIN.url("dossiers", "../payments/1?x#y").endswith(
        "/dossiers/..%2Fpayments%2F1%3Fx%23y"
    )


def test_bodies_are_mapped_to_their_depth():
    """A field has its name also inside an object or a list."""
    told = {
        "marker": "m",
        "applicant": {"unit": "1"},
        "documents": [{"unit": "2", "name": "n"}],
    }

    assert MAPPED.body(told) == {
        "ghiChu": "m",
        "nguoiNop": {"maDonVi": "1"},
        "documents": [{"maDonVi": "2", "name": "n"}],
    }


def test_states_are_mapped_both_ways():
    """What is sent in the supplier's word is read back in the contract's."""
    assert MAPPED.state("returned") == "DA_TRA"
    assert MAPPED.states["DA_TRA"] == "returned"
    assert MAPPED.action("receive") == "tiep-nhan"


@pytest.mark.parametrize(
    ("settings", "header", "value"),
    [
        ({}, "Authorization", "Bearer mat-ma"),
        ({"auth.header": "X-Api-Key"}, "X-Api-Key", "mat-ma"),
    ],
)
def test_the_account_is_shown_as_the_supplier_wants(
    monkeypatch: pytest.MonkeyPatch, settings: dict, header: str, value: str
):
    """A bearer token (RFC 6750), or a key in a header; the secret comes by its reference."""
    monkeypatch.setenv("CENTER_TEST_TOKEN", "mat-ma")
    account = Account("thu", "env:CENTER_TEST_TOKEN")
    found = dialect_of(Api("dossiers", "https://x.example/", account, settings))

    assert found.headers == {header: value}
    assert PLAIN.headers == {}
