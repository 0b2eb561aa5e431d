"""What is the value behind a reference to a secret? Read late, and never shown."""

from __future__ import annotations

import os

PREFIX = "env:"


def reveal(reference: str) -> str:
    """The value of `env:NAME`; ValueError names what is not set, never a value."""
    if not reference.startswith(PREFIX):
        raise ValueError(f"not a reference to a secret: {reference.partition(':')[0]}:…")
    name = reference.removeprefix(PREFIX)
    value = os.environ.get(name)
    if value is None:
        raise ValueError(f"the environment has no {name}")
    return value
