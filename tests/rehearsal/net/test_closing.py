"""What answers at an address that should be closed?"""

from __future__ import annotations

import pytest

from rehearsal.model import Step
from rehearsal.net.closing import _host, _joined, _read
from rehearsal.net.http import Page
from rehearsal.net.trail import Stopped

OLD, NEW = "https://old.example/nop", "new.example"


def answered(body: str, status: int = 200):
    """What is made of a page at the old address."""
    page = Page(OLD, status, {"content-type": "text/html"}, body.encode(), 0.1)
    return _read(page, OLD, NEW)


@pytest.mark.parametrize(
    ("body", "takes"),
    [
        ('<form method="post">', True),
        ("<form method=POST action=/x>", True),
        ('<input type="file">', True),
        ('<input type="PASSWORD">', True),
        ('<form><input type="search"></form>', False),
        ('<!-- <form method="post"> -->', False),
        ("", False),
    ],
)
def test_a_form_takes_something_in(body: str, *, takes: bool):
    """A search asks, and takes nothing."""
    assert answered(body).takes is takes


@pytest.mark.parametrize(
    ("body", "names_new"),
    [
        (f'<a href="https://{NEW}/x">x</a>', True),
        (f'<a href="//{NEW.upper()}/x">x</a>', True),
        (f'<meta http-equiv="refresh" content="0; url=https://{NEW}/">', True),
        (f'<a href="https://{NEW}.evil.example/">x</a>', False),
        ('<a href="http://[">x</a><a href="/">x</a>', False),
        (f"https://{NEW}/", False),
    ],
)
def test_a_way_on_is_one_that_can_be_followed(body: str, *, names_new: bool):
    """An address that stands in the text leads nobody."""
    assert answered(body).names_new is names_new


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_who_is_in_trouble_proves_nothing(status: int):
    """What is broken today may be open tomorrow."""
    with pytest.raises(Stopped) as caught:
        answered("", status)

    assert caught.value.failure.step is not Step.OBSERVE


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("/x", "old.example"),
        ("https://NEW.example/x", NEW),
        ("//new.example", NEW),
        ("https://old.example@new.example/", NEW),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("https://new.example:99999/", ""),
        ("https://new.example:0/", ""),
    ],
)
def test_where_a_redirect_leads(location: str, host: str):
    """By its host alone; what is no page's address leads nowhere."""
    assert _host(_joined(OLD, location)) == host
