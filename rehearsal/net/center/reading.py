"""What does a centre's answer say? Foreign bytes become nouns of ours here, or Stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal.model import Step
from rehearsal.net.center.dialect import Dialect
from rehearsal.net.http import Page
from rehearsal.net.talk import as_json
from rehearsal.net.trail import Stopped, stop

TEXT_MAX = 500
Document = tuple[str, str]  # name, SHA-256 in hexadecimal


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as a centre shows it; `unit` is who shows it, `state` the contract's word.

    `marker` and `nonce` are empty where it shows none; `version` is an entity tag.
    """

    unit: str
    id: str
    receipt: str
    marker: str
    nonce: str
    receiving: str
    returning: str
    state: str
    documents: tuple[Document, ...] | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as a centre shows it; the amount in đồng."""

    unit: str
    id: str
    marker: str
    nonce: str
    dossier: str
    amount: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one page in a supplier's words."""

    page: Page
    dialect: Dialect

    def whole(self) -> Mapping[str, Any]:
        """The answer's JSON object."""
        return self.mapping(as_json(self.page))

    def mapping(self, value: object) -> Mapping[str, Any]:
        """A JSON object; Stopped when it is none."""
        if not isinstance(value, dict):
            raise self.refusal("an object")
        return value

    def dossier(self, told: Mapping[str, Any], *, version: str = "") -> Dossier:
        """A dossier in what was told."""
        return Dossier(
            unit=self.text(told, "unit"),
            id=self.text(told, "id"),
            receipt=self.text(told, "receipt"),
            marker=self.optional(told, "marker"),
            nonce=self.optional(told, "nonce"),
            receiving=self.text(told, "receiving_unit"),
            returning=self.text(told, "returning_unit"),
            state=self.state(told),
            documents=tuple(self._document(d) for d in self.items(told, "documents")),
            version=version,
        )

    def receipt(self, told: Mapping[str, Any]) -> Dossier:
        """What a citizen is shown of a dossier: it has neither id nor documents there."""
        return Dossier(
            unit=self.text(told, "unit"),
            id="",
            receipt=self.text(told, "receipt"),
            marker=self.optional(told, "marker"),
            nonce=self.optional(told, "nonce"),
            receiving=self.text(told, "receiving_unit"),
            returning=self.text(told, "returning_unit"),
            state=self.state(told),
        )

    def payment(self, told: Mapping[str, Any], *, version: str = "") -> Payment:
        """A payment in what was told."""
        return Payment(
            unit=self.text(told, "unit"),
            id=self.text(told, "id"),
            marker=self.optional(told, "marker"),
            nonce=self.optional(told, "nonce"),
            dossier=self.text(told, "dossier"),
            amount=self.number(told, "amount"),
            version=version,
        )

    def text(self, told: Mapping[str, Any], name: str) -> str:
        """A text that must be there."""
        value = told.get(self.dialect.field(name))
        if not isinstance(value, str) or not value or len(value) > TEXT_MAX:
            raise self.refusal(f"a text {self.dialect.field(name)}")
        return value

    def optional(self, told: Mapping[str, Any], name: str) -> str:
        """A text, or empty where there is none."""
        value = told.get(self.dialect.field(name))
        if value is None:
            return ""
        return self.text(told, name) if value != "" else ""

    def number(self, told: Mapping[str, Any], name: str) -> int:
        """A whole number from 0 on."""
        value = told.get(self.dialect.field(name))
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.refusal(f"a number {self.dialect.field(name)}")
        return value

    def items(self, told: Mapping[str, Any], name: str) -> Sequence[Any]:
        """A list."""
        value = told.get(self.dialect.field(name))
        if not isinstance(value, list):
            raise self.refusal(f"a list {self.dialect.field(name)}")
        return value

    def state(self, told: Mapping[str, Any]) -> str:
        """The contract's word for the state; one that nobody mapped is told as it is."""
        word = self.text(told, "state")
        return self.dialect.states.get(word, word)

    def _document(self, value: object) -> Document:
        told = self.mapping(value)
        return self.text(told, "name"), self.text(told, "sha256")

    def refusal(self, wanted: str) -> Stopped:
        """What to raise where something else was wanted."""
        told = f"no {wanted} in {self.page.text[:200]!r}"
        return stop(Step.HTTP_EXCHANGE, "malformed_response", told)
