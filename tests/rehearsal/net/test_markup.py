"""Is a page read as a person would see it, whatever it is made of?"""

import pytest

from rehearsal.net.markup import read

BASE = "https://unit.example/page"
MUCH = 256 * 1024
ENDLESS = (
    "<a ",
    "<!--",
    "</",
    "<a b='",
    '<a b="',
    "<![",
    "<?",
    "<",
    "<a = ",
    "<form a b ",
    "&",
)


def test_only_text_is_visible():
    """A code in a comment, a script or an attribute is not on the page."""
    page = (
        "<p title='11413 >'>A&amp;B<!-- 11413 > --> <script>'</p>11413'</script>"
        "<STYLE>11413</STYLE ><noscript>11413</noscript>x <3 y"
    )

    assert read(page, BASE).visible == "A&B x <3 y"


def test_elements_part_words():
    """Two cells of a table are no one number."""
    assert read("<td>114</td><td>13</td>", BASE).visible == "114 13"


def test_a_stray_quote_hides_nothing():
    """Browsers read a quote as such only where a value begins."""
    assert read("<p title=don't>11413</p>", BASE).visible == "11413"


def test_a_password_field_is_seen():
    """In any case, in any order of attributes."""
    assert read('<INPUT value=">" TYPE = Password>', BASE).asks_password
    assert not read("<!-- <input type=password> -->", BASE).asks_password


def test_ways_to_other_hosts_are_seen():
    """A captive portal sends its reader away by a form or a refresh."""
    page = (
        "<noscript><meta http-equiv=refresh content=\"0; url='http://portal.example/'\">"
        "</noscript><form action='/search'><form action='//login.example/in'>"
    )

    assert read(page, BASE).leads_to == ("portal.example", "login.example")


@pytest.mark.parametrize("piece", ENDLESS)
@pytest.mark.parametrize("before", ["", "<script>", "<form "])
def test_a_hostile_page_is_read_in_one_pass(piece, before):
    """`html.parser` takes hours over some of these, and everybody else waits."""
    page = (before + piece * MUCH)[:MUCH]

    shown = read(page, BASE)

    assert not shown.asks_password
    assert shown.leads_to == ()


def test_an_impossible_character_is_left_as_it_stands():
    """Python refuses numbers of more than 4,300 digits."""
    assert read("&#" + "9" * 5000 + ";", BASE).visible.startswith("&#999")
