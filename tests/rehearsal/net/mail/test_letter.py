"""Is a letter of ours known by what it carries?"""

from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from rehearsal.net.mail.letter import Letter, mark_in, read, written
from rehearsal.net.mail.smtp import stuffed

OURS = Letter("DIENTAP-run-0a1b", "n0nce", "11413")


def sent(letter=OURS):
    now = datetime(2025, 6, 25, 7, 30, tzinfo=UTC)
    return written(letter, "a@unit.example", "b@unit.example", now)


def test_it_is_read_as_it_was_written():
    """Marker, nonce and unit, also where no unit owns the mailbox."""
    nobodys = Letter("DIENTAP-run-0a1b", "n0nce", "")

    assert read(sent()) == OURS
    assert read(sent(nobodys)) == nobodys


def test_it_is_plain_mail():
    """ASCII, its marker in subject and text, and no robot answers it."""
    text = sent()
    message = message_from_bytes(text)

    assert text.isascii()
    assert message["Subject"] == "[DIEN TAP] DIENTAP-run-0a1b"
    assert message["Auto-Submitted"] == "auto-generated"
    assert mark_in(message.get_payload(decode=True)) == OURS.marker
    assert all(len(line) < 998 for line in text.split(b"\r\n"))


def test_a_long_marker_stays_on_its_line():
    """Not every server's search looks at what is folded (RFC 5322 2.2.3)."""
    marker = f"DIENTAP-phase-2-20250625-073000-abcd-{'0' * 36}"

    assert f"X-Dien-Tap: {marker}\r\n".encode() in sent(Letter(marker, "n", "11413"))
    assert read(sent(Letter(marker, "n", "11413"))).marker == marker


@pytest.mark.parametrize("header", [b"", b"\x00\xff", b": :\r\n", b"X-Dien-Tap\r\n\r\n"])
def test_a_strange_header_says_nothing(header):
    """It is no letter of ours, and no error."""
    assert read(header) == Letter("", "", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a\r\n\r\n", b"a\r\n.\r\n"),
        (b".\r\n..\r\na.b", b"..\r\n...\r\na.b\r\n.\r\n"),
    ],
)
def test_a_line_with_a_dot_ends_nothing(text, expected):
    """RFC 5321 4.5.2: a letter cannot end itself and go on as a command."""
    assert stuffed(text) == expected
