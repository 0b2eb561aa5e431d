"""Is nonsense of a mail server data, and never an error or an endless wait of ours?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest

from rehearsal.net.dns import NameServer, Resolver
from rehearsal.net.door import Door
from rehearsal.net.mail.imap import key_for, mailbox
from rehearsal.net.mail.party import Party, Server
from rehearsal.net.mail.smtp import submit
from rehearsal.net.tls import context
from rehearsal.net.trail import Stopped
from tests.servers.certificates import intermediate, issue, root, written
from tests.servers.children import our_server
from tests.servers.names import name_server

HOST = "post.example"
HELLO = "220 hi\r\n"
OFFERS = "250-hi\r\n250 AUTH PLAIN\r\n"
READY = [HELLO, OFFERS, "235 ok\r\n"]
SUBMISSIONS = {
    "closed": ([""], "connection_closed_early"),
    "closed-later": ([HELLO, ""], "connection_closed_early"),
    "no-reply": (["hello\r\n"], "malformed_message"),
    "endless-line": (["2" * 20_000], "malformed_message"),
    "endless-reply": ([HELLO, "250-x\r\n" * 200], "malformed_message"),
    "flood": (["250-" + "x" * 900_000], "malformed_message"),
    "busy": (["421 4.3.2 later\r\n"], "step_rejected"),
    "no-plain": ([HELLO, "250-hi\r\n250 AUTH LOGIN\r\n"], "sign_on_unsupported"),
    "rejected": ([HELLO, OFFERS, "535 5.7.8 no\r\n"], "credentials_rejected"),
    "not-now": ([HELLO, OFFERS, "454 4.7.0 later\r\n"], "step_rejected"),
    "full": ([*READY, "250 ok\r\n", "452 4.2.2 full\r\n"], "mailbox_full"),
    "full-without-state": ([*READY, "250 ok\r\n", "552 full\r\n"], "mailbox_full"),
    "too-many": ([*READY, "250 ok\r\n", "452 4.5.3 many\r\n"], "step_rejected"),
    "spam": ([*READY, *["250 ok\r\n"] * 2, "354 go\r\n", "550 5.7.1 no\r\n"], "step_rejected"),
}
TAKEN = "TAG OK done\r\n"
SIGNED_ON = ["* OK hi\r\n", f"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{TAKEN}", "+ \r\n"]
MAILBOXES = {
    "closed": ([""], "connection_closed_early"),
    "goodbye": (["* BYE no\r\n"], "step_rejected"),
    "web": (["HTTP/1.1 400 Bad Request\r\n"], "step_rejected"),
    "no-plain": (["* OK hi\r\n", f"* CAPABILITY IMAP4rev1\r\n{TAKEN}"], "sign_on_unsupported"),
    "endless": (["* OK hi\r\n", "* x\r\n" * 3000], "malformed_message"),
    "huge-literal": (["* OK hi\r\n", "* 1 FETCH {99999999}\r\n"], "response_too_large"),
    "many-literals": (["* OK hi\r\n", "* x " + "{1}\r\ny" * 20 + "\r\n"], "response_too_large"),
    "rejected": ([*SIGNED_ON, "A0002 NO [AUTHENTICATIONFAILED] x\r\n"], "credentials_rejected"),
    "not-now": ([*SIGNED_ON, "A0002 NO [UNAVAILABLE] x\r\n"], "step_rejected"),
    "no-inbox": (
        [*SIGNED_ON, "A0002 OK\r\n", f"* CAPABILITY x\r\n{TAKEN}", "TAG NO x\r\n"],
        "step_rejected",
    ),
}


@dataclass(frozen=True)
class Street:
    """Where the servers listen, and the door that leads there."""

    ports: Mapping[str, int]
    door: Door

    def party(self, submission: str = "", inbox: str = "") -> Party:
        """An account at one of them."""
        servers = [
            Server(HOST, self.ports.get(name, 1), is_secure=True)
            for name in (f"submission {submission}", f"mailbox {inbox}")
        ]
        return Party(*servers, "u", "u@example", "u@example", "p")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """All of them at once."""
    folder = tmp_path_factory.mktemp("mail")
    files = written(folder, "post", issue("Post", by=root(), hosts=[HOST]), intermediate())
    trust, scripts = folder / "root.pem", folder / "scripts.json"
    trust.write_bytes(root().pem)
    said = {f"submission {name}": script for name, (script, _) in SUBMISSIONS.items()}
    said |= {f"mailbox {name}": script for name, (script, _) in MAILBOXES.items()}
    scripts.write_text(json.dumps(said))
    server = "tests.rehearsal.net.mail.scripted"
    with (
        name_server(folder, {HOST: ["127.0.0.1"]}) as names,
        our_server(server, str(files.chain), str(files.key), str(scripts)) as ports,
    ):
        resolver = Resolver([NameServer("127.0.0.1", names)])
        yield Street(ports, Door(resolver, context([str(trust)]), frozenset({HOST})))


@pytest.mark.parametrize(("name", "kind"), [(n, k) for n, (_, k) in SUBMISSIONS.items()])
async def test_a_submission_server_that_will_not(street: Street, name: str, kind: str):
    """Each way has its kind; its words, which may name people, are not repeated."""
    with pytest.raises(Stopped) as ended:
        await submit(street.door, street.party(submission=name), b"Subject: x\r\n\r\nx\r\n")

    assert ended.value.failure.kind == kind
    assert "later" not in ended.value.failure.detail


@pytest.mark.parametrize(("name", "kind"), [(n, k) for n, (_, k) in MAILBOXES.items()])
async def test_a_mailbox_server_that_will_not(street: Street, name: str, kind: str):
    """Each way has its kind."""
    with pytest.raises(Stopped) as ended:
        async with mailbox(street.door, street.party(inbox=name)):
            pass

    assert ended.value.failure.kind == kind


async def test_only_hosts_of_the_inventory_are_met(street: Street):
    """A mail server elsewhere is our own mistake."""
    party = street.party(submission="busy")
    party = replace(party, submission=replace(party.submission, host="elsewhere.example"))
    with pytest.raises(Stopped) as ended:
        await submit(street.door, party, b"")

    assert ended.value.failure.kind == "bug_in_rehearsal"


def test_nothing_but_a_marker_is_searched_for():
    """What is sent to a mailbox cannot become another command."""
    with pytest.raises(ValueError, match="not a marker"):
        key_for("x\r\nA1 DELETE INBOX")
