"""Is this something that a citizen may hand in? Strict: what is not understood is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from twin.hotline.wording import Refusal

FORM = "application/x-www-form-urlencoded"
FORM_MAX_BYTES = 64 * 1024
FIELDS_MAX = 64
TEXT_MAX_CHARS = 4000  # GeoReport v2: "description"
CHANNELS = ("web", "sms", "voice")
APPLICANTS = ("organization", "individual", "business")
CODE = re.compile(r"[0-9]{5}")
_MARKER = re.compile(r"DIENTAP-[A-Za-z0-9-]+")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_LENGTHS = {
    "jurisdiction_id": 100,
    "api_key": 120,
    "service_code": 40,
    "address_string": 500,
    "address_id": 100,
    "email": 200,
    "device_id": 200,
    "account_id": 200,
    "first_name": 200,
    "last_name": 200,
    "phone": 50,
    "description": TEXT_MAX_CHARS,
    "media_url": 500,
    "attribute[unit]": 5,
    "attribute[channel]": 5,
    "attribute[applicant]": 12,
}
_NEVER_EMPTY = ("jurisdiction_id", "api_key", "service_code", "address_string", "address_id")
_SHOWN = ("address_string", "address_id", "media_url")
_HALF_TURN = {"lat": 90.0, "long": 180.0}
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was handed in, understood."""

    service: str
    unit: str
    description: str
    channel: str | None
    applicant: str | None
    shown: Mapping[str, Any]

    @property
    def marker(self) -> str:
        """What its maker wrote into it to find it again; a citizen's own has none."""
        found = _MARKER.search(self.description)
        return found[0] if found else ""


async def form_of(request: web.BaseRequest, known: frozenset[str]) -> Form:
    """The fields of a form; Refusal when it is none, or has others."""
    if request.content_type != FORM:
        raise Refusal(415, f"the body must be {FORM}")
    if (request.content_length or 0) > FORM_MAX_BYTES:
        raise Refusal(413, f"the body is over {FORM_MAX_BYTES} bytes")
    try:
        body = (await request.read()).decode("ascii")
        pairs = parse_qsl(
            body, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
        )
    except web.HTTPRequestEntityTooLarge as problem:
        raise Refusal(413, f"the body is over {FORM_MAX_BYTES} bytes") from problem
    except ValueError as problem:
        raise Refusal(400, "the body is no form in UTF-8") from problem
    return only(pairs, known)


def only(pairs: list[tuple[str, str]], known: frozenset[str]) -> Form:
    """Each field once, and none that nobody knows."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refusal(400, "a field was given twice")
    if unknown := sorted(set(found) - known):
        raise Refusal(400, f"{unknown[0][:40]!r} is no field here")
    return found


NEW_FIELDS = frozenset({*_LENGTHS, *_HALF_TURN})


def draft_of(form: Form) -> Draft:
    """A new ticket, if all of it is in order; who is named in it is not looked up here."""
    for name, longest in _LENGTHS.items():
        if len(form.get(name, "")) > longest:
            raise Refusal(400, f"{name} is longer than {longest} characters")
    for name in _NEVER_EMPTY:
        if form.get(name) == "":
            raise Refusal(400, f"{name} is empty")
    if "service_code" not in form:
        raise Refusal(400, "service_code was not provided")
    position = {name: _degrees(form, name) for name in _HALF_TURN if name in form}
    if not ({"address_id", "address_string"} & set(form) or len(position) == 2):  # noqa: PLR2004 - both
        raise Refusal(400, "a location was not provided")
    return Draft(
        service=form["service_code"],
        unit=_unit(form),
        description=form.get("description", ""),
        channel=_one_of(form, "attribute[channel]", CHANNELS),
        applicant=_one_of(form, "attribute[applicant]", APPLICANTS),
        shown={name: form[name] for name in _SHOWN if name in form} | position,
    )


def _unit(form: Form) -> str:
    """The unit that is named, by the service's own attribute or as the address."""
    named = form.get("attribute[unit]", form.get("address_id", ""))
    if not CODE.fullmatch(named):
        raise Refusal(400, "attribute[unit] must be a unit's code")
    return named


def _one_of(form: Form, name: str, allowed: tuple[str, ...]) -> str | None:
    value = form.get(name)
    if value is not None and value not in allowed:
        raise Refusal(400, f"{name} must be one of {', '.join(allowed)}")
    return value


def _degrees(form: Form, name: str) -> float:
    written = form[name]
    value = float(written) if _NUMBER.fullmatch(written) else math.nan
    if not abs(value) <= _HALF_TURN[name]:  # also refuses what is no number
        raise Refusal(400, f"{name} must be in degrees")
    return value


def moment_of(written: str, name: str) -> datetime:
    """A point in time with its zone (GeoReport v2: "Date/time format")."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = datetime.min  # noqa: DTZ901 - refused in the next line, for it has no zone
    if found.tzinfo is None:
        raise Refusal(400, f"{name} must be a date and time with its zone")
    return found
