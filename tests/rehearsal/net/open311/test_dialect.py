"""Is a hotline spoken with in the names that the inventory gives its things?"""

import pytest

from rehearsal.model import Api
from rehearsal.net.open311.dialect import WAIT_MAX_S, dialect_of

URL = "https://1022.example/v2"


def speaking(**settings):
    """The dialect with these settings; two underscores stand for a dot."""
    named = {name.replace("__", "."): value for name, value in settings.items()}
    return dialect_of(Api("open311", f"{URL}/", settings=named))


def test_the_contracts_own_names_hold_unless_told():
    """An inventory without settings speaks GeoReport v2 and our extensions."""
    found = speaking()

    assert found.path("services", "xml") == f"{URL}/services.xml"
    assert found.path("token", "json", token="t1") == f"{URL}/tokens/t1.json"
    assert found.path("queue", "xml", code="11413") == f"{URL}/queues/11413.xml"


def test_a_supplier_may_call_everything_otherwise():
    """Paths, fields and states are mapped; fields may lie in one another."""
    found = speaking(path__queue="unit/{code}/inbox", field__state="a.b", state__answered="OK")

    assert found.path("queue", "xml", code="11413") == f"{URL}/unit/11413/inbox"
    assert found.value({"a": {"b": "OK"}}, "state") == "OK"
    assert found.has_reached({"a": {"b": "OK"}}, "answered")
    assert not found.has_reached({"a": {"b": "answered"}}, "answered")


def test_a_later_state_has_passed_the_earlier():
    """What is closed was acknowledged; what is acknowledged is not answered."""
    closed = {"extended_attributes": {"stage": "closed"}}
    acknowledged = {"extended_attributes": {"stage": "acknowledged"}}

    assert speaking().has_reached(closed, "acknowledged")
    assert not speaking().has_reached(acknowledged, "answered")


def test_each_channel_may_have_its_own_way_in():
    """The SMS gateway is often another system than the web form."""
    found = speaking(intake__sms="sms/in.{format}")

    assert found.intake("sms", "xml") == f"{URL}/sms/in.xml"
    assert found.intake("web", "xml") == found.intake("voice", "xml") == f"{URL}/requests.xml"


@pytest.mark.parametrize(
    ("path", "expected"),
    [("services", "services.xml?jurisdiction_id=a%26b"),
     ("search", "requests.xml?q=m%2Fn&jurisdiction_id=a%26b")],
)  # fmt: skip
def test_values_cannot_change_the_address(path, expected):
    """What is filled in is escaped; the jurisdiction is added where there is one."""
    found = speaking(jurisdiction_id="a&b")

    assert found.path(path, "xml", marker="m/n") == f"{URL}/{expected}"


@pytest.mark.parametrize("row", [{}, {"extended_attributes": None}, {"extended_attributes": 7}])
def test_a_field_that_is_not_there_is_empty(row):
    """Foreign answers may lack anything, or have it in another shape."""
    assert speaking().value(row, "unit") == ""


def test_a_setting_that_nobody_reads_is_refused():
    """A misspelt setting would be believed in."""
    with pytest.raises(ValueError, match=r"path\.quue"):
        speaking(path__quue="x")


def test_nobody_waits_longer_than_ten_minutes_for_a_step():
    """The check's own deadline holds five such steps."""
    assert speaking(deadline__answered="86400").deadlines_s["answered"] == WAIT_MAX_S
