"""Does a letter go round at servers that half the world uses: Postfix and Dovecot?"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rehearsal.cleanup import Pace, sweep
from rehearsal.model import Account, Api, Intent, Target, TargetKind
from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Door
from rehearsal.net.mail.round_trip import travel
from rehearsal.net.mail.store import STORE, LetterStore
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped
from tests.servers.certificates import intermediate, issue, root, written
from tests.servers.names import name_server
from tests.servers.post import (
    BARE,
    CRAMPED,
    DOMAIN,
    HOST,
    LOST,
    USER,
    Post,
    post,
)

STRANGE, PLAIN = "strange.example", "plain.example"
SECRET = "mật khẩu 1"
QUICK = Pace(settle_s=0.2)


@dataclass(frozen=True)
class Office:
    """A running post office, and the way to it."""

    post: Post
    door: Door
    trust: Path

    def target(self, *, to: str = USER, url: str = "", imap: str = "", **more: str) -> Target:
        """The mail of a unit, as an inventory has it."""
        told = {
            "imap": imap or f"imap://{HOST}:{self.post.read}",
            "from": f"{USER}@{DOMAIN}",
            "to": f"{to}@{DOMAIN}",
            **more,
        }
        account = Account(USER, "env:MAIL_SECRET")
        api = Api("mail", url or f"smtp://{HOST}:{self.post.submit}", account, told)
        page = f"https://{HOST}/"
        kind = TargetKind.SYSTEM
        return Target("hai-an/mail", "hai-an", "Thư", kind, page, api=api, code="11413")

    def letters(self) -> list[bytes]:
        """All that lies in the inbox, read by another library."""
        trusting = ssl.create_default_context(cafile=str(self.trust))
        trusting.check_hostname = False
        with imaplib.IMAP4("127.0.0.1", self.post.read) as box:
            box.starttls(trusting)
            box.authenticate("PLAIN", lambda _: f"\0{USER}\0{SECRET}".encode())
            box.select()
            found = box.search(None, "ALL")[1][0].split()
            return [box.fetch(uid, "(BODY.PEEK[])")[1][0][1] for uid in found]

    def leave(self, text: bytes) -> None:
        """Somebody else's letter into the inbox."""
        trusting = ssl.create_default_context(cafile=str(self.trust))
        trusting.check_hostname = False
        with imaplib.IMAP4("127.0.0.1", self.post.read) as box:
            box.starttls(trusting)
            box.authenticate("PLAIN", lambda _: f"\0{USER}\0{SECRET}".encode())
            box.append("INBOX", "", None, text)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One post office for all these tests."""
    folder = tmp_path_factory.mktemp("post")
    leaf = issue("Post", by=intermediate(), hosts=[HOST, PLAIN])
    files = written(folder, "post", leaf, intermediate())
    trust = folder / "root.pem"
    trust.write_bytes(root().pem)
    zone = {HOST: ["127.0.0.1"], STRANGE: ["127.0.0.1"], PLAIN: [BARE]}
    with name_server(folder, zone) as names, post(files, SECRET) as found:
        door = Door(
            resolver=Resolver([NameServer("127.0.0.1", names)]),
            tls=context([str(trust)]),
            hosts=frozenset(zone),
        )
        yield Office(found, door, trust)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SECRET", SECRET)


async def failed(office: Office, target: Target) -> tuple[str, str]:
    """On which step, and why."""
    with pytest.raises(Stopped) as ended:
        await travel(target, office.door)
    return str(ended.value.failure.step), ended.value.failure.kind


@pytest.mark.parametrize("way", ["starttls", "tls"])
async def test_a_letter_goes_round_and_is_gone(office: Office, way: str):
    """Handed in, delivered, read, taken out; other people's letters stay."""
    office.leave(b"Subject: somebody's\r\n\r\nhello\r\n")
    before = office.letters()
    sealed = {
        "url": f"smtps://{HOST}:{office.post.implicit}",
        "imap": f"imaps://{HOST}:{office.post.sealed}",
    }
    seen = await travel(office.target(**(sealed if way == "tls" else {})), office.door)

    assert seen.copies == 1
    # Dovecot takes a neighbour's line for safe, and offers there to sign on in the clear.
    assert seen.bares_password is (way == "starttls")
    assert 0 < seen.delivered_s < 30
    assert office.letters() == before


async def test_a_wrong_password_is_told(office: Office, monkeypatch: pytest.MonkeyPatch):
    """Before anything is sent."""
    monkeypatch.setenv("MAIL_SECRET", "khác")

    assert await failed(office, office.target()) == ("sign_on", "credentials_rejected")


@pytest.mark.parametrize("which", ["submission", "mailbox"])
async def test_no_password_goes_out_in_the_clear(office: Office, which: str):
    """Neither to hand in nor to read, whatever the server would take."""
    bare = {
        "submission": {"url": f"smtp://{HOST}:{office.post.bare}"},
        "mailbox": {"imap": f"imap://{PLAIN}:{office.post.read}"},
    }
    found = await failed(office, office.target(**bare[which]))

    assert found == ("tls_handshake", "encryption_not_offered")


@pytest.mark.parametrize("which", ["submission", "mailbox"])
async def test_a_wrong_certificate_is_told(office: Office, which: str):
    """After STARTTLS as everywhere else."""
    strange = {
        "submission": {"url": f"smtp://{STRANGE}:{office.post.submit}"},
        "mailbox": {"imap": f"imap://{STRANGE}:{office.post.read}"},
    }
    found = await failed(office, office.target(**strange[which]))

    assert found == ("tls_handshake", "certificate_wrong_host")


async def test_a_full_mailbox_is_told(office: Office):
    """By the letter that comes back; and that too can be found and taken out."""
    kept = Kept()
    door = replace(office.door, ledger=kept)
    found = await failed(replace(office, door=door), office.target(to=CRAMPED))
    returned = [text for text in office.letters() if kept.marker.encode() in text]
    swept = await sweep(LetterStore(office.target(), office.door), _intent(kept.marker), QUICK)

    assert found == ("transaction", "mailbox_full")
    assert len(returned) == 1
    assert (swept.is_gone, swept.removed, swept.strangers) == (True, 1, 0)
    assert [text for text in office.letters() if kept.marker.encode() in text] == []


async def test_a_letter_that_is_lost_is_told(office: Office):
    """The server took it, and nobody ever sees it."""
    target = office.target(to=LOST, patience_s="2")

    assert await failed(office, target) == ("transaction", "not_stored")


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        ({"from": "no address"}, "sign_on_unprepared"),
        ({"imap": "http://post.example"}, "sign_on_unprepared"),
        ({"to": "a@elsewhere.example"}, "step_rejected"),
    ],
    ids=str,
)
async def test_what_is_not_set_up_is_named(office: Office, settings: dict[str, str], kind: str):
    """An inventory that says too little, a receiver that nobody knows."""
    target = office.target()
    api = replace(target.api, settings={**target.api.settings, **settings})

    assert (await failed(office, replace(target, api=api)))[1] == kind


async def test_only_what_carries_the_marker_is_taken_out(office: Office):
    """A letter that quotes another marker beside ours is somebody else's."""
    marker = "DIENTAP-run-0001"
    other = f"{marker}9"
    for mine in (marker, other):
        office.leave(f"X-Dien-Tap: {mine}\r\nSubject: {mine}\r\n\r\n{marker}\r\n".encode())
    swept = await sweep(LetterStore(office.target(), office.door), _intent(marker), QUICK)
    left = [text for text in office.letters() if marker.encode() in text]

    assert (swept.is_gone, swept.removed, swept.strangers) == (True, 1, 1)
    assert len(left) == 1
    assert other.encode() in left[0]


def _intent(marker: str) -> Intent:
    now = datetime.now(UTC)
    return Intent("run", marker, "mail.round_trip", "hai-an/mail", STORE, now)


class Kept:
    """A ledger that remembers its last marker."""

    marker = ""

    async def intend(self, target: Target, store: str) -> str:
        assert (target.id, store) == ("hai-an/mail", STORE)
        self.marker = "DIENTAP-run-0042"
        return self.marker

    async def acknowledge(self, marker: str, record_id: str) -> None:
        assert marker == self.marker
        assert record_id
