"""Do the twin's pages for citizens, and their faults, show what they are called?"""

from __future__ import annotations

import pytest

from tests.twin.calling import Twin
from twin.faults import FAULTS

CODES = {fault: str(10001 + n) for n, fault in enumerate(FAULTS)}


def shown(city: Twin, fault: str, sort: str, path: str = "/start") -> str:
    """Everything that a unit's page of that sort answers."""
    return city.get(f"{fault}.{sort}.example", path).decode()


def name_of(fault: str) -> str:
    """What the unit that bears the fault's name is called."""
    return f"Đơn vị {list(FAULTS).index(fault)}<"


@pytest.mark.parametrize("sort", ["contact", "listed"])
def test_a_sound_page_shows_the_unit(city: Twin, sort: str):
    """Its name and its code."""
    page = shown(city, "none", sort)

    assert page.startswith("HTTP/1.1 200")
    assert CODES["none"] in page
    assert name_of("none") in page


@pytest.mark.parametrize("path", ["/start", "/"])
def test_a_closed_page_is_gone_everywhere(city: Twin, path: str):
    """At its address and at the host's first page."""
    assert shown(city, "none", "closed", path).startswith("HTTP/1.1 410")


@pytest.mark.parametrize(
    ("fault", "sort", "lacks"),
    [
        ("unlisted", "listed", "code"),
        ("listed-under-other-name", "listed", "name"),
        ("page-without-code", "contact", "code"),
        ("page-without-name", "contact", "name"),
        ("page-without-address", "contact", "Địa chỉ"),
        ("page-without-telephone", "contact", "tel:"),
        ("page-with-plain-links", "contact", 'href="https:'),
    ],
)
def test_a_fault_takes_one_thing_from_the_page(city: Twin, fault: str, sort: str, lacks: str):
    """That one is gone, and the sound page has it."""
    mark = {"code": CODES, "name": {f: name_of(f) for f in FAULTS}}.get(lacks, {})

    assert mark.get(fault, lacks) not in shown(city, fault, sort)
    assert mark.get("none", lacks) in shown(city, "none", sort)


@pytest.mark.parametrize(
    ("fault", "is_right"), [("listed-among-others", True), ("listed-with-names-swapped", False)]
)
def test_a_list_of_two_has_both(city: Twin, fault: str, *, is_right: bool):
    """Each with its own name, or with the other's."""
    following = list(FAULTS)[list(FAULTS).index(fault) + 1]
    page = shown(city, fault, "listed")
    row = f"<tr><td>{CODES[fault]}</td><td>UBND {name_of(fault)}"

    assert all(text in page for text in (CODES[following], name_of(following), name_of(fault)))
    assert (row in page) is is_right


@pytest.mark.parametrize(
    ("fault", "path", "start", "mark"),
    [
        ("old-portal-open", "/start", "HTTP/1.1 200", 'method="post"'),
        ("old-portal-moved", "/start", "HTTP/1.1 404", ""),
        ("old-portal-moved", "/", "HTTP/1.1 200", 'method="post"'),
        ("old-portal-notice", "/start", "HTTP/1.1 200", 'href="https://portal.example/"'),
        ("old-portal-led-on", "/start", "HTTP/1.1 301", "Location: https://portal.example/\r"),
        (
            "old-portal-led-elsewhere",
            "/start",
            "HTTP/1.1 301",
            "Location: https://portal.example.elsewhere.invalid/\r",
        ),
    ],
)
def test_an_old_portal_lives_on(city: Twin, fault: str, path: str, start: str, mark: str):
    """As the fault says, at the address that it says."""
    page = shown(city, fault, "closed", path)

    assert page.startswith(start)
    assert mark in page
