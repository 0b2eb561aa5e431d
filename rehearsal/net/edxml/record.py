"""What does a document system say of a packet that it holds? Foreign JSON enters here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from rehearsal.model import Step
from rehearsal.net.edxml import vocabulary
from rehearsal.net.trail import Stopped, stop

HISTORY_MAX = 100  # entries: six statuses, and a system that notes each hand
LISTED_MAX = 200  # records of one marker: two are expected
_STATES = {
    "sent": vocabulary.SENT,
    "arrived": vocabulary.ARRIVED,
    "refused": vocabulary.REFUSED,
    "accepted": vocabulary.ACCEPTED,
    "assigned": vocabulary.ASSIGNED,
    "handling": vocabulary.HANDLING,
    "done": vocabulary.DONE,
}
_FIELDS = ("id", "direction", "document_id", "marker", "unit", "sender", "receiver")
_MORE_FIELDS = ("subject", "answers", "status", "history", "version")
_WRITTEN = {"sender": "from", "receiver": "to", "answers": "response_for"}

Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Told = Annotated[str, StringConstraints(max_length=300)]
Subject = Annotated[str, StringConstraints(max_length=2000)]
_MARKED = re.compile(r"\[([^\]\s]{8,120})\]")


class Foreign(BaseModel):
    """What a supplier says: of the right types, and no more than we can hold."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class PacketRecord(Foreign):
    """One packet as a system shows it; `history` are its statuses, oldest first.

    `marker` is read from the subject where a system has no field for it.
    """

    id: Name
    direction: Literal["in", "out"]
    document_id: Name
    marker: Told = ""
    unit: Told = ""
    sender: Told = ""
    receiver: Told = ""
    subject: Subject = ""
    answers: Told = ""
    status: Told = ""
    history: tuple[Told, ...] = Field(default=(), max_length=HISTORY_MAX, strict=False)
    version: Told = ""


class Dialect:
    """How one supplier calls what the contract calls otherwise (`api.settings`)."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        """Turn its names around, once."""
        self._fields = {
            name: settings.get(f"field.{name}", _WRITTEN.get(name, name))
            for name in (*_FIELDS, *_MORE_FIELDS)
        }
        self._list = settings.get("field.packets", "packets")
        self._states = {
            settings.get(f"state.{name}", code): code for name, code in _STATES.items()
        }

    def record(self, said: Any) -> PacketRecord:
        """One record; Stopped with `malformed_response` when it is none."""
        if not isinstance(said, dict):
            raise _malformed(f"no object: {str(said)[:80]!r}")
        found = {name: said[key] for name, key in self._fields.items() if key in said}
        found["status"] = self._state(found.get("status", ""))
        found["history"] = self._passed(found.get("history", ()))
        found.setdefault("marker", _marker(found.get("subject")))
        try:
            return PacketRecord.model_validate(found)
        except ValidationError as problem:
            first = problem.errors()[0]
            raise _malformed(f"{first['loc']}: {first['msg']}") from problem

    def records(self, said: Any) -> tuple[PacketRecord, ...]:
        """A list of records."""
        listed = said.get(self._list) if isinstance(said, dict) else None
        if not isinstance(listed, list) or len(listed) > LISTED_MAX:
            raise _malformed(f"no list {self._list!r} of at most {LISTED_MAX} packets")
        return tuple(self.record(one) for one in listed)

    def _state(self, said: object) -> object:
        return self._states.get(said, said) if isinstance(said, str) else said

    def _passed(self, said: object) -> object:
        """The statuses of a history, be they bare or with when and by whom."""
        if not isinstance(said, Iterable) or isinstance(said, (str, dict)):
            return said
        key = self._fields["status"]
        bare = (one.get(key) if isinstance(one, dict) else one for one in said)
        return tuple(self._state(one) for one in bare)


def _marker(subject: object) -> str:
    """The marker that a subject begins with."""
    marked = _MARKED.match(subject) if isinstance(subject, str) else None
    return marked[1] if marked else ""


def _malformed(told: str) -> Stopped:
    return stop(Step.HTTP_EXCHANGE, "malformed_response", f"the packet's record: {told}")
