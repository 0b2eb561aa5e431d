"""Is a secret read where it is kept, and told to nobody?"""

import sys

import keyring
import keyring.backend
import keyring.errors
import pytest

from rehearsal.net import secret
from rehearsal.net.secret import lent, reveal


def test_a_reference_is_read_from_the_environment(monkeypatch):
    """`env:NAME` is the value of NAME."""
    monkeypatch.setenv("BRIDGE_PASSWORD", "hop-giao-ban")

    assert reveal("env:BRIDGE_PASSWORD") == "hop-giao-ban"


def test_what_is_not_set_is_named(monkeypatch):
    """Somebody must know what to set."""
    monkeypatch.delenv("BRIDGE_PASSWORD", raising=False)

    with pytest.raises(ValueError, match="BRIDGE_PASSWORD"):
        reveal("env:BRIDGE_PASSWORD")


class Kept(keyring.backend.KeyringBackend):
    """A keyring of two entries; the second one cannot be opened."""

    priority = 1

    def get_password(self, service, username):
        if username == "sealed":
            raise keyring.errors.KeyringLocked("locked")
        return {("rehearsal", "bridge"): "hop-giao-ban"}.get((service, username))

    def set_password(self, service, username, password):
        raise NotImplementedError

    def delete_password(self, service, username):
        raise NotImplementedError


@pytest.fixture
def kept():
    """The system's keyring, for as long as a test takes."""
    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("kept")
def test_a_reference_is_read_from_the_keyring():
    """`keyring:NAME` is what the system keeps for `rehearsal` under NAME."""
    assert reveal("keyring:bridge") == "hop-giao-ban"


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("name", "why"), [("other", "has no other"), ("sealed", "locked")])
def test_what_the_keyring_does_not_give_is_named(name, why):
    """Not there, or not to be opened."""
    with pytest.raises(ValueError, match=why):
        reveal(f"keyring:{name}")


def test_without_the_package_it_is_named(monkeypatch):
    """Few need it, so it is not installed with us."""
    monkeypatch.setitem(sys.modules, "keyring.errors", None)
    secret.library.cache_clear()

    with pytest.raises(ValueError, match="pip install"):
        reveal("keyring:bridge")


def test_a_password_written_down_is_not_repeated():
    """Whoever writes the secret itself does not read it again in a log."""
    with pytest.raises(ValueError, match="not a reference") as caught:
        reveal("hunter2:very-secret")

    assert "very-secret" not in str(caught.value)


def test_what_is_lent_is_taken_back(monkeypatch):
    """A twin's passwords outrank real ones while it runs, and leave nothing behind."""
    monkeypatch.setenv("BRIDGE_PASSWORD", "hop-giao-ban")
    monkeypatch.delenv("TWIN_PASSWORD", raising=False)
    with lent({"BRIDGE_PASSWORD": "a", "TWIN_PASSWORD": "b"}):
        during = reveal("env:BRIDGE_PASSWORD"), reveal("env:TWIN_PASSWORD")

    assert during == ("a", "b")
    assert reveal("env:BRIDGE_PASSWORD") == "hop-giao-ban"
    with pytest.raises(ValueError, match="TWIN_PASSWORD"):
        reveal("env:TWIN_PASSWORD")
