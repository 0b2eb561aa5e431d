"""Does the twin's post misbehave on the wire as each of its faults is called?"""

from __future__ import annotations

import imaplib
import smtplib
import sqlite3
from contextlib import contextmanager

import pytest

from tests.twin.calling import PATIENCE_S, Twin

LETTER = (
    "From: a@example\r\nX-Dien-Tap: DIENTAP-1\r\nX-Dien-Tap-Nonce: n\r\n"
    "X-Dien-Tap-Unit: 10001\r\nSubject: thu\r\n\r\nDIENTAP-1\r\n.a line that begins so\r\n"
)


class Here:
    """Python's own mail clients resolve a name where the twin says that it lives."""

    def __init__(self, city: Twin, fault: str) -> None:
        self.city, self.fault = city, fault
        self.host = f"{fault}.mail.example"
        self.secret = city.said["secrets"]["REHEARSAL_mail"]

    def submission(self) -> smtplib.SMTP:
        """A conversation with the server to submit to, before STARTTLS."""
        server = smtplib.SMTP(timeout=PATIENCE_S)
        server._host = self.host  # what the certificate must name
        server.connect(self.city.address(self.host), self.city.port(587))
        return server

    def submit(self, text: str = LETTER) -> None:
        """A letter, handed in by the book."""
        with self.submission() as server:
            server._host = self.host
            server.starttls(context=self.city.context())
            server.login("thu", self.secret)
            server.sendmail("a@example", ["b@example"], text.encode())

    @contextmanager
    def box(self):
        """The mailbox, signed on."""
        box = imaplib.IMAP4(self.city.address(self.host), self.city.port(143), PATIENCE_S)
        try:
            box.host = self.host
            box.starttls(self.city.context())
            box.authenticate("PLAIN", lambda _: f"\0thu\0{self.secret}".encode())
            box.select()
            yield box
        finally:
            box.shutdown()

    def letters(self) -> list[tuple[str, str]]:
        """Marker and text of what the twin itself knows to lie there."""
        with sqlite3.connect(self.city.said["records"]) as base:
            query = "SELECT marker, body FROM record WHERE store = 'letters' AND owner = ?"
            return base.execute(query, (self.fault,)).fetchall()


def test_a_letter_is_kept_read_and_taken_out(city: Twin):
    """By Python's own clients, and the twin's records agree."""
    here = Here(city, "none")
    here.submit()
    kept = here.letters()
    with here.box() as box:
        (uid,) = box.uid("SEARCH", "HEADER", "X-Dien-Tap", "DIENTAP-1")[1][0].split()
        head = box.uid("FETCH", uid, "(UID BODY.PEEK[HEADER]<0.4096>)")[1][0][1]
        text = box.uid("FETCH", uid, "(UID BODY.PEEK[TEXT]<0.4096>)")[1][0][1]
        box.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
        box.uid("EXPUNGE", uid)

    assert [marker for marker, _ in kept] == ["DIENTAP-1"]
    assert b"X-Dien-Tap-Unit: 10001" in head
    assert text == b"DIENTAP-1\r\n.a line that begins so\r\n"
    assert here.letters() == []


@pytest.mark.parametrize(
    ("fault", "encrypts", "signs_on"),
    [
        ("none", True, False),
        ("mail-no-starttls", False, False),
        ("mail-bare", True, True),
    ],
)
def test_what_is_offered_in_the_clear(city: Twin, fault: str, encrypts: bool, signs_on: bool):  # noqa: FBT001
    """STARTTLS, and nothing to sign on with before it."""
    with Here(city, fault).submission() as server:
        server.ehlo()

        assert (server.has_extn("starttls"), server.has_extn("auth")) == (encrypts, signs_on)


def test_a_mailbox_without_encryption(city: Twin):
    """It neither offers nor begins one."""
    here = Here(city, "mail-box-no-starttls")

    with pytest.raises(imaplib.IMAP4.abort, match="TLS not supported"), here.box():
        pass


@pytest.mark.parametrize(("fault", "code"), [("mail-full", 552), ("mail-refused", 550)])
def test_a_receiver_is_refused(city: Twin, fault: str, code: int):
    """With the status of RFC 5321 and RFC 3463."""
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        Here(city, fault).submit()

    assert refused.value.recipients["b@example"][0] == code


def test_a_changed_password_is_refused(city: Twin):
    """At both servers."""
    here = Here(city, "mail-wrong-password")

    with pytest.raises(smtplib.SMTPAuthenticationError):
        here.submit()
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"), here.box():
        pass


@pytest.mark.parametrize(
    ("fault", "count", "shows"),
    [
        ("mail-lost", 0, ""),
        ("mail-twice", 2, "X-Dien-Tap-Nonce: n"),
        ("mail-other", 1, "X-Dien-Tap-Nonce: 0123456789abcdef"),
        ("mail-other-unit", 1, "X-Dien-Tap-Unit: 99999"),
        ("mail-returned", 1, "5.2.2"),
    ],
)
def test_what_becomes_of_a_letter(city: Twin, fault: str, count: int, shows: str):
    """In the twin's own records, apart from what its mailbox says."""
    here = Here(city, fault)
    here.submit()
    letters = here.letters()

    assert len(letters) == count
    assert all(shows in body for _, body in letters)
