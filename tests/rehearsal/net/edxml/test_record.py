"""Is a supplier's own way to speak of packets understood?"""

import pytest

from rehearsal.net.edxml.record import Dialect
from rehearsal.net.trail import Stopped

RECORD = {
    "id": "p-1",
    "direction": "in",
    "document_id": "CITY,2025/06/25,7/DT",
    "marker": "DIENTAP-1-2",
    "unit": "10507",
    "from": "CITY",
    "to": "10507",
    "status": "03",
    "history": ["sent", "01", "03"],
    "version": '"1"',
}


def test_the_contracts_own_words():
    """Without settings the contract's names count."""
    record = Dialect({}).record(RECORD)

    assert (record.sender, record.receiver) == ("CITY", "10507")
    assert record.history == ("sent", "01", "03")


def test_a_suppliers_words():
    """Names of fields and states are translated, in the history too."""
    said = dict(RECORD, ma="p-9", status="DA_TIEP_NHAN")
    del said["id"]
    said["history"] = [{"status": "DEN"}, {"status": "DA_TIEP_NHAN"}]
    settings = {"field.id": "ma", "state.arrived": "DEN", "state.accepted": "DA_TIEP_NHAN"}

    record = Dialect(settings).record(said)

    assert record.id == "p-9"
    assert record.status == "03"
    assert record.history == ("01", "03")


def test_a_system_without_markers():
    """The marker then stands in front of the subject."""
    said = {key: value for key, value in RECORD.items() if key != "marker"}
    said["subject"] = "[DIENTAP-1-2] Diễn tập"

    assert Dialect({}).record(said).marker == "DIENTAP-1-2"
    assert Dialect({}).record(dict(said, subject="Về việc [DIENTAP-1-2]")).marker == ""


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        None,
        "p-1",
        {},
        dict(RECORD, id=7),
        dict(RECORD, id=""),
        dict(RECORD, direction="sideways"),
        dict(RECORD, history=["01"] * 200),
        dict(RECORD, history="01"),
        dict(RECORD, history=[None]),
        dict(RECORD, marker="x" * 400),
    ],
)
def test_what_is_no_record_is_malformed(wrong: object):
    """Foreign JSON of another shape ends the attempt, and is not ours."""
    with pytest.raises(Stopped) as ended:
        Dialect({}).record(wrong)

    assert ended.value.failure.kind == "malformed_response"


@pytest.mark.parametrize("wrong", [[], {"packets": "p"}, {"packets": [RECORD] * 201}, None])
def test_what_is_no_list_is_malformed(wrong: object):
    """So does a list that is none, or endless."""
    with pytest.raises(Stopped) as ended:
        Dialect({}).records(wrong)

    assert ended.value.failure.kind == "malformed_response"
