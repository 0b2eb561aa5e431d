"""Is GeoReport's XML read right, and can no document hurt us?"""

import pytest

from rehearsal.net.open311.markup import DEPTH_MAX, ELEMENTS_MAX, MarkupError, rows

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def test_rows_are_read_with_what_stands_inside():
    """A list of tickets is a root and its children; a field may have fields in turn."""
    text = f"""{HEAD}<service_requests>
      <request><id>7</id><note/><text> Đèn &amp; đường </text>
        <more><unit>11413</unit></more></request>
      <request><id>8</id></request>
    </service_requests>"""

    assert rows(text.encode()) == (
        "service_requests",
        [
            {"id": "7", "note": "", "text": "Đèn & đường", "more": {"unit": "11413"}},
            {"id": "8"},
        ],
    )


def test_no_rows_are_no_failure():
    """A queue may be empty."""
    assert rows(b"<service_requests/>") == ("service_requests", [])


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE r [<!ENTITY a0 "lol">{LAUGHS}]><r>&a9;</r>',
        '<!DOCTYPE r SYSTEM "file:///etc/hostname"><r/>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1/">]><r>&x;</r>',
        "<!DOCTYPE r><r/>",
        "<r>&undeclared;</r>",
        "<r><a></r>",
        "<r/><r/>",
        "",
        "{}",
        f"{'<a>' * (DEPTH_MAX + 1)}{'</a>' * (DEPTH_MAX + 1)}",
        f"<r>{'<a/>' * ELEMENTS_MAX}</r>",
    ],
    ids=[
        *("laughs", "file", "network", "doctype", "undeclared", "mismatch", "two roots"),
        *("nothing", "json", "deep", "long"),
    ],
)
def test_what_is_broken_or_hostile_is_refused(text):
    """No type is declared, nothing is expanded, fetched or built without bound."""
    with pytest.raises(MarkupError):
        rows(text.encode())


def test_only_utf_8_is_read():
    """GeoReport v2: "UTF-8 is required everywhere", whatever a document says of itself."""
    with pytest.raises(MarkupError):
        rows('<?xml version="1.0" encoding="latin-1"?><r><a>Đ\u1ea1</a></r>'.encode("utf-16"))
