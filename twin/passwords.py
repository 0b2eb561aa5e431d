"""Which passwords do the twin's systems take? New ones each time, told in its first line."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator, Mapping

from rehearsal.model import Inventory

_SEED = secrets.token_bytes(32)
_ENVIRONMENT = "env:"


def password_of(reference: str) -> str:
    """What an inventory's reference to a secret stands for in this twin."""
    return hmac.new(_SEED, reference.encode(), "sha256").hexdigest()[:32]


def environment(inventory: Inventory) -> Mapping[str, str]:
    """The passwords of all interfaces, by the name in the environment that leads to each."""
    return {
        reference.removeprefix(_ENVIRONMENT): password_of(reference)
        for reference in _references(inventory)
        if reference.startswith(_ENVIRONMENT)
    }


def _references(inventory: Inventory) -> Iterator[str]:
    for target in inventory.targets():
        if target.api is None:
            continue
        if target.api.account is not None and target.api.account.secret:
            yield target.api.account.secret
        yield from target.api.settings.values()
