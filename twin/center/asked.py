"""What does a request ask of the centre? Strict: what the contract forbids is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from twin.center.problem import Refused

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
CODE = re.compile(r"[0-9]{5}")
TITLE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
DIGEST = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"[0-9]{1,4}")
KINDS = ("individual", "organization", "business")
STATES = ("submitted", "received", "processing", "processed", "signed", "paid", "returned")
ACTIONS = ("receive", "process", "sign", "pay", "return")
DOCUMENTS_MAX = 20
AMOUNT_MAX = 1_000_000_000
PAGE_MAX, SIZE_MAX, SIZE = 1000, 100, 50
# Method and path, where an id stands as {}: which operation of the contract it is.
OPERATIONS: Mapping[str, Mapping[str, str]] = {
    "procedures": {"GET": "list_procedures"},
    "dossiers": {"POST": "create_dossier", "GET": "find_dossiers"},
    "dossiers/{}": {"GET": "read_dossier", "DELETE": "remove_dossier"},
    "dossiers/{}/transitions": {"POST": "move_dossier"},
    "payments": {"POST": "create_payment", "GET": "find_payments"},
    "payments/{}": {"GET": "read_payment", "DELETE": "remove_payment"},
    "receipts/{}": {"GET": "look_up"},
}
Body = Mapping[str, Any]
Rule = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, found well-formed; `id` is a record's, or a receipt's code."""

    operation: str
    unit: str = ""
    id: str = ""
    marker: str = ""
    tag: str = ""
    page: int = 1
    size: int = SIZE
    body: Body = field(default_factory=lambda: MappingProxyType({}))


async def read(request: web.BaseRequest, below: str) -> Asked:
    """The request below that path; Refused when it is none of the contract's."""
    operation, record_id = _operation(request, below)
    if record_id is not None and not _is(NAME)(record_id):
        raise Refused(400, "id")
    query = request.query
    body: Body = {}
    if operation in _BODIES:
        body = _body(request, await request.read(), _BODIES[operation])
    return Asked(
        operation=operation,
        unit=_one(query, "unit", CODE) if "unit" in query else "",
        id=record_id or "",
        marker=_one(query, "marker", NAME) if operation.startswith("find_") else "",
        tag=_tag(request) if operation.startswith("remove_") else "",
        page=_number(query, "page", 1, PAGE_MAX),
        size=_number(query, "size", SIZE, SIZE_MAX),
        body=body,
    )


def _operation(request: web.BaseRequest, below: str) -> tuple[str, str | None]:
    path = request.rel_url.raw_path
    words = path.removeprefix(below).strip("/").split("/") if path.startswith(below) else [""]
    shape = "/".join("{}" if n == 1 else word for n, word in enumerate(words))
    methods = OPERATIONS.get(shape)
    if methods is None:
        raise Refused(404, "path")
    if request.method not in methods:
        raise Refused(405, "method", {"Allow": ", ".join(methods)})
    return methods[request.method], unquote(words[1]) if len(words) > 1 else None


def _one(query: Mapping[str, str], name: str, pattern: re.Pattern[str]) -> str:
    given: list[str] = query.getall(name, [])  # type: ignore[attr-defined]  # a multidict
    if len(given) != 1 or not pattern.fullmatch(given[0]):
        raise Refused(400, name)
    return given[0]


def _number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    if name not in query:
        return default
    number = int(_one(query, name, NUMBER))
    if not 1 <= number <= most:
        raise Refused(400, name)
    return number


def _tag(request: web.BaseRequest) -> str:
    given = request.headers.getall("If-Match", [])
    if not given:
        raise Refused(428, "If-Match")
    return ", ".join(given)


def _body(request: web.BaseRequest, raw: bytes, is_sound: Rule) -> Body:
    if request.content_type != "application/json":
        raise Refused(415, request.content_type[:80])
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(400, "JSON") from None
    if not is_sound(body):
        raise Refused(400, "body")
    return body  # type: ignore[no-any-return]  # the rule has seen that it is a mapping


def _is(pattern: re.Pattern[str]) -> Rule:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _within(words: tuple[str, ...]) -> Rule:
    return lambda value: isinstance(value, str) and value in words


def _is_amount(value: object) -> bool:
    """JSON knows no integers: 5.0 is one (JSON Schema 2020-12, 6.1.1)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= AMOUNT_MAX and value == int(value)


def _object(rules: Mapping[str, Rule], optional: frozenset[str] = frozenset()) -> Rule:
    def is_sound(value: object) -> bool:
        if not isinstance(value, dict) or not value.keys() <= rules.keys():
            return False
        if not rules.keys() - optional <= value.keys():
            return False
        return all(rules[name](item) for name, item in value.items())

    return is_sound


_is_document = _object({"name": _is(TITLE), "sha256": _is(DIGEST)})


def _are_documents(value: object) -> bool:
    if not isinstance(value, list) or not 1 <= len(value) <= DOCUMENTS_MAX:
        return False
    return all(_is_document(one) for one in value)


_OWN = {"marker": _is(NAME), "nonce": _is(NAME)}
_BODIES: Mapping[str, Rule] = {
    "create_dossier": _object(
        {
            **_OWN,
            "procedure": _is(NAME),
            "receiving_unit": _is(CODE),
            "returning_unit": _is(CODE),
            "applicant": _object({"kind": _within(KINDS), "unit": _is(CODE)}),
            "documents": _are_documents,
        }
    ),
    "move_dossier": _object(
        {"action": _within(ACTIONS), "expected": _within(STATES), "payment": _is(NAME)},
        frozenset({"payment"}),
    ),
    "create_payment": _object(
        {**_OWN, "unit": _is(CODE), "dossier": _is(NAME), "amount": _is_amount}
    ),
}
