"""What does a public page say of a unit, however it is written?"""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.model import PublicPage
from rehearsal.net import markup
from rehearsal.net.http import Page
from rehearsal.net.unit_page import OfUnit, _folded, _found, _names, _readable

BASE = "https://hai-an.example/"
CODE = "11413"
OTHERS = ("11411", "11414")
ROWS = "<tr><td>{0}</td><td>{1}</td></tr><tr><td>{2}</td><td>{3}</td></tr>"


def found(page: str, name: str = "Hải An", **known: str) -> OfUnit:
    """What a page shows of the unit 11413."""
    return _found(markup.read(page, BASE), CODE, PublicPage("contact", name, **known), OTHERS)


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("UBND PHƯỜNG HẢI AN.", "Hải An"),
        ("Xã Thuỷ Nguyên, Hải Phòng", "Thủy Nguyên"),
        ("Xã Thủy Nguyên", "Thuỷ Nguyên"),
        (unicodedata.normalize("NFD", "phường Hải\nAn!"), "Hải An"),
        ("Xã Nguyễn Bỉnh Khiêm", unicodedata.normalize("NFD", "Nguyễn Bỉnh Khiêm")),
    ],
)
def test_a_name_is_known_however_it_is_written(shown: str, name: str):
    """In capitals, with the tone on another vowel, decomposed, at a sentence's end."""
    assert found(shown, name).shows_name


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Xã Cẩm Giàng", "Cẩm Giang"),
        ("Xã Cẩm Giang", "Cẩm Giàng"),
        ("Hải Anh", "Hải An"),
        ("Thái Hải An", "Hái Hải An"),
        ("Hai An", "Hải An"),
        ("", "Hải An"),
        ('<a title="Hải An" href="/">x</a><!-- Hải An -->', "Hải An"),
    ],
)
def test_what_only_looks_like_a_name_is_none(shown: str, name: str):
    """A tone tells two communes apart; what nobody sees is not shown."""
    assert not found(shown, name).shows_name


@pytest.mark.parametrize(
    ("shown", "count"),
    [
        ("ĐT: 0225 3 123 456", 1),
        ("(0225) 3123456, 0912.345.678", 1),
        ("+84 225 3123 456 hoặc 1900 1022", 2),
        ("Mã 11413, ngày 01/07/2025, 1022", 0),
        ("00011413", 0),
    ],
)
def test_a_telephone_is_a_number_that_can_be_dialled(shown: str, count: int):
    """Codes, days and the city's hotline are none of the centre's."""
    assert found(shown).telephones >= count
    assert found(shown).shows_telephone is (count > 0)


@pytest.mark.parametrize(
    ("shown", "is_shown"),
    [("Địa chỉ: số 8 Lê Thánh Tông", True), ("TRỤ SỞ số 8 Lê Lợi", True), ("Địa chỉ: ", False)],
)
def test_an_address_is_more_than_its_label(shown: str, *, is_shown: bool):
    """Somebody who looks for the centre must be able to go there."""
    assert found(shown).shows_address is is_shown


@pytest.mark.parametrize(
    ("page", "is_together"),
    [
        ("<h1>Hải An</h1><p>Mã: 11413</p>", True),
        (ROWS.format("11411", "Ngô Quyền", "11413", "Hải An"), True),
        (ROWS.format("11411", "Hải An", "11413", "Ngô Quyền"), False),
        ("11411 Ngô Quyền 11413 Hải An", False),  # no rows: nobody can say whose is whose
        ("<h1>Hải An</h1>" + ROWS.format("11411", "Ngô Quyền", "11413", "Tên Cũ"), False),
        ("<h1>Hải An</h1><p>Mã: 114130</p>", False),
    ],
)
def test_name_and_code_stand_together(page: str, *, is_together: bool):
    """In a list of many units both are somewhere: only one row says that they belong."""
    assert found(page).is_together is is_together


def test_a_list_in_json_is_read_without_its_escapes():
    """A portal may answer its own page's script."""
    units = [{"code": "11411", "name": "Ngô Quyền"}, {"code": CODE, "name": "Hải An"}]
    body = json.dumps({"units": units}).encode()
    page = Page(BASE, 200, {"content-type": "application/json"}, body, 0.1)
    seen = _found(_readable(page), CODE, PublicPage("listed", "Hải An"), OTHERS)

    assert (seen.is_together, seen.others) == (True, ("11411",))


def test_links_without_encryption_are_counted():
    """Those that a reader follows; what a script or a comment says is no link."""
    page = (
        '<a href="http://a.example/">a</a><img src=" HTTP://b.example/x.png"><a href="/c">c</a>'
        '<a href="https://d.example/?to=http://e.example/">d</a>'
        "<script>x = '<a href=\"http://f.example/\">'</script><!-- <a href='http://g/'> -->"
    )
    seen = found(page)

    assert seen.plain_links == 2
    assert seen.first_plain == ("http://a.example/", "HTTP://b.example/x.png")


@given(st.text(max_size=200), st.text(max_size=30))
def test_any_text_can_be_searched(text: str, name: str):
    """Whatever letters there are, a word is found in itself, and nothing is raised."""
    _names(_folded(text), f"x{name}")

    assert _names(_folded(f"{text} Hải An {text}"), "Hải An")


@pytest.mark.parametrize(
    "piece", ["địa chỉ" + " " * 500, "hải ", "0 " * 100, "{11413 ", "<tr>"]
)
def test_a_long_page_is_read_to_its_end(piece: str):
    """No expression turns back: else this would take hours, and the time-out would strike."""
    assert not found(piece * (200_000 // len(piece))).is_together
