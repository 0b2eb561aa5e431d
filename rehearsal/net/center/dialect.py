"""What does this supplier call the contract's paths, fields, states and actions?

The inventory's `api.settings` says so: `path.dossiers`, `field.receiving_unit`,
`state.returned`, `action.receive`, `auth.header`. What is not named there is called as
the contract calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from rehearsal.model import Account, Api
from rehearsal.net.secret import reveal

STATES = ("submitted", "received", "processing", "processed", "signed", "paid", "returned")
# action -> the state that it needs, the state that it leads to
MOVES: Mapping[str, tuple[str, str]] = {
    "receive": ("submitted", "received"),
    "process": ("received", "processed"),
    "sign": ("processed", "signed"),
    "pay": ("signed", "paid"),
    "return": ("paid", "returned"),
}
_PATHS = {
    "procedures": "/procedures",
    "dossiers": "/dossiers",
    "payments": "/payments",
    "receipts": "/receipts",
    "transitions": "transitions",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One supplier's names for the contract's words, each way."""

    base: str
    settings: Mapping[str, str]
    states: Mapping[str, str]  # the supplier's word -> the contract's
    headers: Mapping[str, str]

    def url(self, name: str, *rest: str, **query: object) -> str:
        """The address of a collection, or of something in it."""
        path = self.settings.get(f"path.{name}", _PATHS[name]).strip("/")
        parts = (self.base, path, *(quote(part, safe="") for part in rest))
        asked = {self.field(key): value for key, value in query.items()}
        return "/".join(parts) + (f"?{urlencode(asked)}" if asked else "")

    def transitions(self, record_id: str, unit: str) -> str:
        """Where the steps of a dossier are asked for."""
        word = self.settings.get("path.transitions", _PATHS["transitions"]).strip("/")
        return self.url("dossiers", record_id, word, unit=unit)

    def field(self, name: str) -> str:
        """What the supplier calls a field."""
        return self.settings.get(f"field.{name}", name)

    def state(self, name: str) -> str:
        """What the supplier calls a state."""
        return self.settings.get(f"state.{name}", name)

    def action(self, name: str) -> str:
        """What the supplier calls an action."""
        return self.settings.get(f"action.{name}", name)

    def body(self, told: Mapping[str, object]) -> dict[str, object]:
        """What is sent, in the supplier's words, also inside of it."""
        return {self.field(name): self._inner(value) for name, value in told.items()}

    def _inner(self, value: object) -> object:
        if isinstance(value, Mapping):
            return self.body(value)
        return [self._inner(one) for one in value] if isinstance(value, list) else value


def dialect_of(api: Api) -> Dialect:
    """The dialect of an interface; ValueError when its account's secret is not at hand."""
    return Dialect(
        base=api.url.rstrip("/"),
        settings=api.settings,
        states={api.settings.get(f"state.{name}", name): name for name in STATES},
        headers=_headers(api.account, api.settings.get("auth.header", "")),
    )


def _headers(account: Account | None, header: str) -> Mapping[str, str]:
    """The account's token: as a bearer (RFC 6750 2.1), or as a key in a header of its own."""
    if account is None or account.secret is None:
        return {}
    token = reveal(account.secret)
    return {header: token} if header else {"Authorization": f"Bearer {token}"}
