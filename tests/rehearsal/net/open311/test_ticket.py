"""Is our ticket known again, and nothing else taken for it?"""

import pytest

from rehearsal.net.open311.ticket import draft, marker_in

MARKER = "DIENTAP-r1-0b0e"
OWN = draft(MARKER, "11413", "web", "individual")


def test_it_says_that_it_is_no_citizens():
    """Whoever reads it at the unit knows what it is, and what to do."""
    assert "không phải phản ánh của người dân" in OWN.description
    assert len(OWN.description) < 4000  # GeoReport v2


def test_each_has_a_nonce_of_its_own():
    """A page that was stored before cannot show it."""
    assert draft(MARKER, "11413", "web", "individual").nonce != OWN.nonce


@pytest.mark.parametrize(
    ("text", "is_in", "is_cut"),
    [
        (OWN.description, True, False),
        (f"SMS: {OWN.description} (gửi từ 09…)", True, False),
        (OWN.description[:20], False, True),
        ("", False, False),
        (f"[{MARKER}] [{'0' * 16}] …", False, False),
        (f"[{MARKER}1] [{OWN.nonce}]", False, False),
        ("Đèn đường không sáng", False, False),
    ],
    ids=["own", "wrapped", "cut", "empty", "other nonce", "longer marker", "stranger"],
)
def test_a_text_is_ours_only_with_marker_and_nonce(text, is_in, is_cut):
    """The marker alone could come from a search page that repeats the question."""
    assert (OWN.is_in(text), OWN.is_cut_in(text)) == (is_in, is_cut)


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        (OWN.description, MARKER),
        (OWN.description[:10], ""),
        (f"q={MARKER}", ""),
        ("Đèn đường không sáng", ""),
    ],
)
def test_a_marker_is_read_whole_or_not_at_all(text, marker):
    """Half a marker might be another record's."""
    assert marker_in(text) == marker
