"""How do the tests reach a hotline of the twin, and what lies in its records?"""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from tests.twin.calling import PATIENCE_S, Twin, twin

HOST, PATH = "1022.example", "/open311/v2"
KEY, CITY = "dien-tap", "haiphong.gov.vn"
SERVICE = "phan-anh-hien-truong"
SLUGS = ("mot", "hai", "ba")
_API = f"""{{contract: open311, url: "http://{HOST}{PATH}", account: {{user: {KEY}}}}}"""
_HEAD = f"""
version: 1
city:
  name: Thử
  timezone: Asia/Ho_Chi_Minh
  go_live: 2025-07-01
  expect: {{units: UNITS, hubs: 1}}
defaults:
  bridge: {{protocol: janus, url: "wss://{{slug}}.bridge.example/janus", room: 1}}
  systems:
    feedback:
      bloc: government
      url: "http://{HOST}/queues/{{code}}"
      expect: {{status: 200, contains: "{{code}}"}}
      api: {_API}
hubs:
  - {{slug: central, name: Trung tâm, role: central}}
systems:
  hotline:
    url: "http://{HOST}{PATH}/services.json"
    expect: {{status: 200, contains: service_code}}
    api: {_API}
units:
"""


def code_of(slug: str, slugs: Sequence[str] = SLUGS) -> str:
    """The code of a unit."""
    return f"{10001 + slugs.index(slug)}"


def inventory_text(slugs: Sequence[str] = SLUGS) -> str:
    """Units whose feedback comes through one hotline."""
    rows = (
        f'  - {{code: "{code_of(slug, slugs)}", slug: {slug}, name: Đơn vị {slug}, '
        "kind: ward, former_province: hai-phong}\n"
        for slug in slugs
    )
    return _HEAD.replace("UNITS", str(len(slugs))) + "".join(rows)


@contextmanager
def playing(
    folder: Path, faults: Mapping[str, str] | None = None, slugs: Sequence[str] = SLUGS
) -> Iterator[Twin]:
    """A twin of that city, in which targets have these faults."""
    inventory, assigned = folder / "bridges.yaml", folder / "faults.json"
    inventory.write_text(inventory_text(slugs), encoding="utf-8")
    assigned.write_text(json.dumps(faults or {}))
    with twin(inventory, "--assign", assigned, "--directory", folder / "twin") as running:
        yield running


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What it lists, in JSON."""
        return json.loads(self.body)

    @property
    def xml(self) -> ET.Element:
        """The root of what it says in XML."""
        return ET.fromstring(self.body)


def call(
    city: Twin,
    method: str,
    path: str,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Said:
    """One request to the hotline, by a client of its own."""
    told = {"Host": HOST, **(headers or {})}
    raw = None
    if form is not None:
        raw = urlencode(form).encode()
        told.setdefault("Content-Type", "application/x-www-form-urlencoded")
    line = http.client.HTTPConnection(city.address(HOST), city.port(80), timeout=PATIENCE_S)
    with closing(line):
        line.request(method, f"{PATH}{path}", body=raw, headers=told)
        answer = line.getresponse()
        return Said(answer.status, dict(answer.getheaders()), answer.read())


def form(unit: str, marker: str = "", **other: str) -> dict[str, str]:
    """A ticket that the hotline takes."""
    return {
        "api_key": KEY,
        "jurisdiction_id": CITY,
        "service_code": SERVICE,
        "address_id": unit,
        "attribute[unit]": unit,
        "description": f"[{marker}] thử",
        **other,
    }


def until(tell: Callable[[], Any], limit_s: float = PATIENCE_S) -> Any:
    """What is told at last, once it is anything."""
    ends_at = time.monotonic() + limit_s
    while time.monotonic() < ends_at:
        if found := tell():
            return found
        time.sleep(0.05)
    raise AssertionError("nothing came of it")


def numbered(city: Twin, unit: str, marker: str, **other: str) -> str:
    """Hand a ticket in and wait for its number."""
    said = call(city, "POST", "/requests.json", form(unit, marker, **other))
    assert said.status == 200, said.body
    path = f"/tokens/{said.rows[0]['token']}.json"
    return until(lambda: call(city, "GET", path).rows[0]["service_request_id"])


def shown(city: Twin, ticket_id: str) -> dict[str, Any]:
    """A ticket as the hotline shows it now."""
    return call(city, "GET", f"/requests/{ticket_id}.json").rows[0]


def stored(city: Twin, where: str = "1 = 1") -> list[dict[str, Any]]:
    """What the twin's own database holds, asked independently."""
    with closing(sqlite3.connect(f"file:{city.said['records']}?mode=ro", uri=True)) as base:
        rows = base.execute(
            f"SELECT id, marker, body FROM record WHERE store = 'tickets' AND {where}"
        )
        return [{**json.loads(body), "id": i, "marker": m} for i, m, body in rows]
