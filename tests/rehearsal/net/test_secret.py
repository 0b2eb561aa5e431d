"""Is a secret read where it is kept, and told to nobody?"""

import pytest

from rehearsal.net.secret import reveal


def test_a_reference_is_read_from_the_environment(monkeypatch):
    """`env:NAME` is the value of NAME."""
    monkeypatch.setenv("BRIDGE_PASSWORD", "hop-giao-ban")

    assert reveal("env:BRIDGE_PASSWORD") == "hop-giao-ban"


def test_what_is_not_set_is_named(monkeypatch):
    """Somebody must know what to set."""
    monkeypatch.delenv("BRIDGE_PASSWORD", raising=False)

    with pytest.raises(ValueError, match="BRIDGE_PASSWORD"):
        reveal("env:BRIDGE_PASSWORD")


def test_a_password_written_down_is_not_repeated():
    """Whoever writes the secret itself does not read it again in a log."""
    with pytest.raises(ValueError, match="not a reference") as caught:
        reveal("hunter2:very-secret")

    assert "very-secret" not in str(caught.value)
