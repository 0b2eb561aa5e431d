"""What is the value behind a reference to a secret? Read late, and never shown."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

SERVICE = "rehearsal"  # under which a keyring keeps ours: `keyring set rehearsal NAME`


def is_reference(text: str) -> bool:
    """Whether a text of the inventory leads to a secret."""
    return text.startswith(("env:", "keyring:"))


def reveal(reference: str) -> str:
    """The value of `env:NAME` or `keyring:NAME`; ValueError says what is missing, no value."""
    kind, _, name = reference.partition(":")
    if kind == "env":
        return _found(os.environ.get(name), f"the environment has no {name}")
    if kind == "keyring":
        return _found(_kept(name), f"the keyring has no {name} of {SERVICE}")
    raise ValueError(f"not a reference to a secret: {kind}:…")


@contextmanager
def lent(secrets: Mapping[str, str]) -> Iterator[None]:
    """In this block the environment holds these; afterwards what it held before."""
    before = {name: os.environ.get(name) for name in secrets}
    os.environ.update(secrets)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _found(value: str | None, missing: str) -> str:
    if value is None:
        raise ValueError(missing)
    return value


def _kept(name: str) -> str | None:
    """What the system's keyring keeps under that name."""
    keyring = library()
    try:
        value: str | None = keyring.get_password(SERVICE, name)
    except keyring.errors.KeyringError as problem:
        raise ValueError(f"the keyring did not give {name}: {problem}") from problem
    return value


@cache
def library() -> Any:
    """The package `keyring`, which few need: it starts slowly, and wants the desktop's."""
    try:
        importlib.import_module("keyring.errors")
        return importlib.import_module("keyring")
    except ImportError as problem:
        raise ValueError("keyring: needs `pip install 'rehearsal[keyring]'`") from problem
