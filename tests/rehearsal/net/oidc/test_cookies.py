"""Do cookies go back to who set them, and to nobody else?"""

from datetime import UTC, datetime

import pytest

from rehearsal.net.door import Place
from rehearsal.net.oidc.cookies import COOKIES_MAX, Jar

NOW = datetime(2025, 6, 25, 7, 30, tzinfo=UTC)


def place(path="/", host="login.example", scheme="https"):
    url = f"{scheme}://{host}{path}"
    return Place(url, scheme, host, 443, path, host)


def sent(*lines, to, by=None):
    """What a request to one place carries, once another has set these."""
    jar = Jar()
    jar.take(by or place("/auth/login?x=1"), lines, NOW)
    return jar.header(to)


@pytest.mark.parametrize(
    ("line", "to", "expected"),
    [
        ("a=1; Path=/", place("/x"), "a=1"),
        ("a=1", place("/auth/next"), "a=1"),
        ("a=1", place("/authority"), ""),
        ("a=1; Path=/auth", place("/auth"), "a=1"),
        ("a=1; Path=/auth/", place("/auth/x?y=/z"), "a=1"),
        ("a=1; Path=/auth", place("/authors"), ""),
        ("a=1; Path=nowhere", place("/auth/x"), "a=1"),
        ("a=1; Path=/; Domain=example", place("/", "other.example"), ""),
        ("a=1; Path=/; Domain=other.example", place("/", "other.example"), ""),
        ("a=1; Path=/; Secure", place("/", scheme="http"), ""),
        ("a=1; Path=/", place("/", scheme="http"), "a=1"),
        ("a=x=y; Path=/", place("/"), "a=x=y"),
        ("=1; Path=/", place("/"), ""),
        (f"a={'x' * 5000}; Path=/", place("/"), ""),
    ],
)
def test_a_cookie_goes_home_alone(line, to, expected):
    """Its host, its path, its kind of line: all must fit (RFC 6265 5.4)."""
    assert sent(line, to=to) == expected


@pytest.mark.parametrize(
    ("ends", "stays"),
    [
        ("Max-Age=0", False),
        ("Max-Age=-1", False),
        ("Max-Age=60", True),
        ("Max-Age=soon", True),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
        ("Expires=Thu, 01-Jan-1970 00:00:00 GMT", False),
        ("Expires=Fri, 01 Jan 2100 00:00:00 GMT", True),
        ("Expires=never", True),
        ("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
    ],
)
def test_a_server_takes_its_cookie_back(ends, stays):
    """By either way; `Max-Age` outranks `Expires` (RFC 6265 5.3)."""
    lines = ("a=1; Path=/", f"a=2; Path=/; {ends}")

    assert sent(*lines, to=place("/")) == ("a=2" if stays else "")


def test_longer_paths_come_first():
    """As servers expect it (RFC 6265 5.4)."""
    assert sent("a=1; Path=/", "b=2; Path=/auth", to=place("/auth/x")) == "b=2; a=1"


def test_nobody_fills_the_jar():
    """A page that sets a thousand costs us fifty."""
    lines = [f"c{number}=1; Path=/" for number in range(1000)]

    assert len(sent(*lines, to=place("/")).split("; ")) == COOKIES_MAX
