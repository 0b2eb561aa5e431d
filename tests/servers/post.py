"""How do the tests get a real post office: Postfix to submit to, Dovecot to read at?"""

from __future__ import annotations

import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers.certificates import Files
from tests.servers.children import daemon, free_ports, needed

HOST, DOMAIN = "post.example", "unit.example"
USER, CRAMPED, LOST = "dien-tap", "chat-choi", "that-lac"
ADDRESS = "127.0.0.1"
BARE = "127.0.0.2"  # where the mailbox offers no encryption
OWNER = "mail"  # Debian's user for letters; servers refuse to write as root
_MASTER_PROGRAM = "/usr/lib/postfix/sbin/master"  # `postfix` would leave our session
_MAIN = """
compatibility_level = 3.6
maillog_file = /dev/stdout
queue_directory = FOLDER/queue
data_directory = FOLDER/data
inet_interfaces = ADDRESS
inet_protocols = ipv4
myhostname = HOST
mydestination =
virtual_mailbox_domains = DOMAIN
virtual_mailbox_maps = static:all
virtual_transport = box
transport_maps = inline:{LOST@DOMAIN=discard:}
alias_maps =
relayhost =
default_transport = error:outside
notify_classes =
smtpd_tls_chain_files = KEY, CHAIN
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = FOLDER/run/auth-submission
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
message_size_limit = 100000
"""
_MASTER = """
ADDRESS:SUBMIT inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
ADDRESS:IMPLICIT inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes
ADDRESS:BARE inet n - n - - smtpd
  -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=no
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
box unix - n n - - pipe
  flags=DRhu user=mail
  argv=/usr/lib/dovecot/dovecot-lda -c FOLDER/dovecot.conf -e -f ${sender} -d ${user}
"""
_MAILBOX = """
base_dir = FOLDER/run
state_dir = FOLDER/run
log_path = /dev/stderr
auth_verbose = yes
protocols = imap
listen = ADDRESS, BARED
ssl = required
ssl_cert = <CHAIN
ssl_key = <KEY
ssl_min_protocol = TLSv1.2
local BARED {
  ssl = no
}
disable_plaintext_auth = yes
mail_location = maildir:FOLDER/letters/%u
first_valid_uid = 1
mail_plugins = quota
protocol imap {
  mail_plugins = quota imap_quota
}
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=1M
}
passdb {
  driver = passwd-file
  args = FOLDER/passwords
}
userdb {
  driver = passwd-file
  args = FOLDER/passwords
}
service imap-login {
  inet_listener imap {
    port = READ
  }
  inet_listener imaps {
    port = SEALED
    ssl = yes
  }
}
service auth {
  unix_listener auth-userdb {
    mode = 0666
  }
  unix_listener auth-submission {
    mode = 0666
  }
}
"""


_WORD = re.compile(
    r"\b(FOLDER|CHAIN|KEY|ADDRESS|BARED|BARE|DOMAIN|HOST|LOST|SUBMIT|IMPLICIT|READ|SEALED)\b"
)


@dataclass(frozen=True)
class Post:
    """Where a running post office listens."""

    submit: int
    implicit: int
    bare: int
    read: int
    sealed: int


def _settings(folder: Path, files: Files, post: Post, secret: str) -> None:
    owner = pwd.getpwnam(OWNER)
    people = (USER, CRAMPED, LOST)
    rows = (
        f"{p}:{{PLAIN}}{secret}:{owner.pw_uid}:{owner.pw_gid}::{folder}/letters::"
        + ("userdb_quota_rule=*:bytes=100" if p == CRAMPED else "")
        for p in people
    )
    (folder / "passwords").write_text("".join(f"{row}\n" for row in rows))
    words = {
        "FOLDER": folder,
        "CHAIN": files.chain,
        "KEY": files.key,
        "ADDRESS": ADDRESS,
        "BARED": BARE,
        "DOMAIN": DOMAIN,
        "HOST": HOST,
        "LOST": LOST,
        "SUBMIT": post.submit,
        "IMPLICIT": post.implicit,
        "BARE": post.bare,
        "READ": post.read,
        "SEALED": post.sealed,
    }
    written = {
        "taking/main.cf": _MAIN,
        "taking/master.cf": _MASTER,
        "dovecot.conf": _MAILBOX,
    }
    for name, text in written.items():
        (folder / name).write_text(_WORD.sub(lambda word: str(words[word[0]]), text))


@contextmanager
def post(files: Files, secret: str) -> Iterator[Post]:
    """A post office where `USER` has that secret; gone with its letters afterwards."""
    postfix, dovecot = needed("postfix"), needed("dovecot")
    found = Post(*free_ports(5))
    with TemporaryDirectory(prefix="post-") as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # both give up being root
        for room in ("letters", "queue", "data", "taking"):
            (folder / room).mkdir()
        shutil.chown(folder / "letters", OWNER, OWNER)
        shutil.chown(folder / "data", "postfix")
        _settings(folder, files, found, secret)
        reading = [dovecot, "-F", "-c", str(folder / "dovecot.conf")]
        listens = [(ADDRESS, found.read), (ADDRESS, found.sealed), (BARE, found.read)]
        stack.enter_context(daemon(reading, listens, folder / "read.log"))
        set_up = [postfix, "-c", str(folder / "taking"), "check"]  # makes the queue's rooms
        subprocess.run(set_up, check=True, capture_output=True, timeout=30)
        taking = [_MASTER_PROGRAM, "-c", str(folder / "taking"), "-d"]
        listens = [(ADDRESS, port) for port in (found.submit, found.implicit, found.bare)]
        stack.enter_context(daemon(taking, listens, folder / "submit.log"))
        yield found
