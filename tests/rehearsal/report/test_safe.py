"""Foreign text reaches readers, files and parsers only in a form that cannot act."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.report.safe import anchor, excerpt, page_name, visible

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANY_TEXT)
def test_everything_shown_can_be_seen_and_encoded(text: str):
    """No control, format or surrogate character survives but newline and tab."""
    shown = visible(text)

    assert shown.encode().decode() == shown
    assert not {c for c in shown if c < " " and c not in "\n\t"}
    assert not set(shown) & set("\x7f\u202e\u2066\u200b\ufeff\u2028")


def test_vietnamese_is_left_alone():
    """Composed and decomposed letters pass unchanged."""
    assert visible("Điểm cầu Thủy Nguyên\u0301\n\tẫ") == "Điểm cầu Thủy Nguyên\u0301\n\tẫ"


def test_a_bidi_override_is_spelled_out():
    """A name cannot be turned round by U+202E."""
    assert visible("\u202egnp.exe") == "⟨U+202E⟩gnp.exe"


def test_an_excerpt_is_cut_and_keeps_the_digest_of_the_whole():
    """The digest is that of all the bytes, not of the shown head."""
    whole = excerpt("ế" * 5000)

    assert len(whole.text.encode()) <= 4096
    assert whole.is_cut
    assert whole.total_bytes == 15000
    assert whole.digest != excerpt("ế" * 4999).digest


@pytest.mark.parametrize(
    "bad", ["", "..", "a/b", "A", "a--b", "-a", "a\n", "ă", "a.html", "x" * 81]
)
def test_only_a_slug_becomes_a_file_name(bad: str):
    """Anything else is our own bug, and stops us."""
    with pytest.raises(ValueError, match="not a slug"):
        page_name(bad)


def test_an_anchor_holds_only_letters_digits_and_dashes():
    """A fragment needs no escaping."""
    assert anchor("target", 'hai-an/<b>"x') == "target-hai-an-b-x"
