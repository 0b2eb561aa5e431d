"""What does this supplier call the paths, fields, values and states of the contract?

Every name is the contract's own unless the inventory's `api.settings` says another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from rehearsal.model import Api

XML, JSON = "xml", "json"
CHANNELS = ("web", "sms", "voice")
APPLICANTS = ("organization", "individual", "business")
STEPS = ("number", "queue", "acknowledged", "answered", "closed")
STATES = ("acknowledged", "answered", "closed")
WAIT_MAX_S = 600.0  # nobody at a rehearsal watches one ticket for longer
# 1022's own deadlines are not known: these hold until the inventory names better ones.
_DEADLINES_S = {
    "number": 10.0,
    "queue": 20.0,
    "acknowledged": 60.0,
    "answered": 120.0,
    "closed": 60.0,
}
_OWN = {
    "jurisdiction_id": "",
    "service_code": "phan-anh-hien-truong",
    "format": XML,
    "path.services": "services.{format}",
    "path.requests": "requests.{format}",
    "path.request": "requests/{id}.{format}",
    "path.token": "tokens/{token}.{format}",
    "path.queue": "queues/{code}.{format}",
    "path.search": "requests.{format}?q={marker}",
    "send.description": "description",
    "send.unit": "attribute[unit]",
    "send.location": "address_id",
    "send.channel": "attribute[channel]",
    "send.applicant": "attribute[applicant]",
    "field.service": "service_code",
    "field.id": "service_request_id",
    "field.token": "token",
    "field.description": "description",
    "field.unit": "extended_attributes.unit",
    "field.state": "extended_attributes.stage",
    "field.answer": "status_notes",
    "field.requested": "requested_datetime",
    **{f"field.{state}": f"extended_attributes.{state}_datetime" for state in STATES},
    **{f"state.{state}": state for state in STATES},
    **{f"channel.{channel}": channel for channel in CHANNELS},
    **{f"applicant.{applicant}": applicant for applicant in APPLICANTS},
}
_INTAKES = frozenset(f"intake.{channel}" for channel in CHANNELS)
_WAITS = frozenset(f"deadline.{name}" for name in STEPS)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The names of one supplier; ValueError for a setting that nobody would read."""

    url: str
    names: Mapping[str, str]
    deadlines_s: Mapping[str, float]

    def path(self, name: str, suffix: str, **values: str) -> str:
        """The whole address of a resource."""
        return self._filled(self.names[f"path.{name}"], suffix, values)

    def intake(self, channel: str, suffix: str) -> str:
        """Where what comes by that channel is handed in."""
        own = self.names.get(f"intake.{channel}", self.names["path.requests"])
        return self._filled(own, suffix, {})

    def value(self, row: Mapping[str, object], name: str) -> str:
        """What a row says under our name for a field; empty when it says nothing."""
        found: object = row
        for part in self.names[f"field.{name}"].split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return "" if found is None or isinstance(found, Mapping | list) else str(found)

    def has_reached(self, row: Mapping[str, object], state: str) -> bool:
        """Whether its state is that one, or one that comes after it."""
        said = self.value(row, "state")
        later = STATES[STATES.index(state) :]
        return any(said == self.names[f"state.{one}"] for one in later)

    def _filled(self, template: str, suffix: str, values: Mapping[str, str]) -> str:
        for name, value in {"format": suffix, **values}.items():
            template = template.replace(f"{{{name}}}", quote(value, safe=""))
        jurisdiction = self.names["jurisdiction_id"]
        joined = f"{self.url}/{template}"
        if not jurisdiction:
            return joined
        mark = "&" if "?" in template else "?"
        return f"{joined}{mark}jurisdiction_id={quote(jurisdiction, safe='')}"


def dialect_of(api: Api) -> Dialect:
    """How that interface is spoken with."""
    known = {*_OWN, *_INTAKES, *_WAITS}
    if unknown := sorted(set(api.settings) - known):
        raise ValueError(f"no such setting of open311: {', '.join(unknown)}")
    names = MappingProxyType({**_OWN, **api.settings})
    waits = {
        name: min(float(api.settings.get(f"deadline.{name}", own_s)), WAIT_MAX_S)
        for name, own_s in _DEADLINES_S.items()
    }
    return Dialect(api.url.rstrip("/"), names, MappingProxyType(waits))
