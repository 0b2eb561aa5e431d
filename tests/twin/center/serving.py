"""How do the tests reach a centre's interface, and what lies in its city's records?"""

from __future__ import annotations

import http.client
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from tests.twin.calling import PATIENCE_S, Twin

PATH = "/api/v1"
PROCEDURE, FREE = "1.000001", "1.000004"
HEAD = """
version: 1
city:
  name: Thử
  timezone: Asia/Ho_Chi_Minh
  go_live: 2025-07-01
  expect: {units: UNITS, hubs: 1}
defaults:
  bridge: {protocol: janus, url: "wss://{slug}.bridge.example/janus", room: 1}
  systems:
    procedures:
      bloc: government
      url: "http://{slug}.center.example/health"
      expect: {status: 200, contains: "{code}"}
      api: {contract: dossiers, url: "URL"}
hubs:
  - {slug: central, name: Trung tâm, role: central}
units:
"""


def code_of(number: int) -> str:
    """The code of a unit by its place in the inventory."""
    return f"{10001 + number}"


def inventory_text(slugs: list[str], url: str = f"http://{{slug}}.center.example{PATH}") -> str:
    """A city of such units, each with a centre at that address."""
    rows = (
        f'  - {{code: "{code_of(n)}", slug: {slug}, name: Đơn vị {n}, kind: ward, '
        "former_province: hai-phong}\n"
        for n, slug in enumerate(slugs)
    )
    return HEAD.replace("UNITS", str(len(slugs))).replace("URL", url) + "".join(rows)


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """Its entity tag."""
        return self.headers.get("ETag", "")


def call(
    city: Twin,
    host: str,
    method: str,
    path: str,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> Said:
    """One request to a host's interface, by a client of its own."""
    told = {"Host": host, **(headers or {})}
    raw = None
    if body is not None:
        raw, told["Content-Type"] = json.dumps(body).encode(), "application/json"
    line = http.client.HTTPConnection(city.address(host), city.port(80), timeout=PATIENCE_S)
    with closing(line):
        line.request(method, f"{PATH}{path}", body=raw, headers=told)
        answer = line.getresponse()
        read = answer.read()
    return Said(answer.status, json.loads(read) if read else None, dict(answer.getheaders()))


def draft(unit: str, marker: str, **other: object) -> dict[str, object]:
    """A dossier that a centre takes."""
    return {
        "marker": marker,
        "nonce": f"n-{marker}",
        "procedure": PROCEDURE,
        "receiving_unit": unit,
        "returning_unit": unit,
        "applicant": {"kind": "individual", "unit": unit},
        "documents": [{"name": "Tờ khai", "sha256": "0" * 64}],
        **other,
    }


def stored(city: Twin, store: str, where: str = "1 = 1") -> list[dict[str, Any]]:
    """What the twin's own database holds, asked independently."""
    with closing(sqlite3.connect(f"file:{city.said['records']}?mode=ro", uri=True)) as base:
        rows = base.execute(
            f"SELECT id, marker, body FROM record WHERE store = ? AND {where}", (store,)
        )
        return [{**json.loads(body), "id": i, "marker": m} for i, m, body in rows]


def strangers(city: Twin) -> list[str]:
    """The ids of the citizens' own records."""
    return sorted(
        r["id"] for s in ("dossiers", "payments") for r in stored(city, s, "marker=''")
    )
