"""What does an inventory of any size look like, in the shape of the real one?"""

from __future__ import annotations

import math
import random

UNITS_MAX = 99_999  # codes have five digits
PROVINCES = 34  # as many as the country has had since 1 July 2025

_HEAD = """\
# Dữ liệu sinh tự động để thử quy mô; không có đơn vị nào là thật.
# Generated to try a size; no unit is real.
version: 1
city:
  name: Thành phố thử nghiệm
  timezone: Asia/Ho_Chi_Minh
  go_live: 2025-07-01
  expect: {units: UNITS, hubs: 2}
defaults:
  bridge:
    protocol: janus
    url: "wss://{slug}.bridge.city.example/janus"
    room: 20250620
  systems:
"""
_TAIL = """\
hubs:
  - {slug: central, name: Điểm cầu trung tâm, role: central}
  - {slug: main, name: Điểm cầu chính, role: main}
systems:
  hotline:
    url: "https://1022.city.example/open311/v2/services.json"
    expect: {status: 200, contains: "service_code"}
  national-portal:
    url: "https://dichvucong.national.example/health"
    expect: {status: 200, contains: "national-portal"}
  sign-on:
    url: "https://sign-on.national.example/.well-known/openid-configuration"
    expect: {status: 200, contains: "issuer"}
"""
_SYSTEMS = (
    ("documents-party", "party", "docs.party"),
    ("documents-government", "government", "docs"),
    ("procedures", "government", "center"),
    ("mail", "government", "mail"),
    ("reporting", "government", "reporting"),
    ("portal", "government", "portal"),
    ("front", "front", "front"),
)
_APIS = {"procedures": ("dossiers", "https://{slug}.center.city.example/api/v1")}


def generate(units: int, seed: int = 0) -> str:
    """Write the YAML of a city of that many units; the same seed gives the same text."""
    if not 0 <= units <= UNITS_MAX:
        raise ValueError(f"0 to {UNITS_MAX} units, not {units}")
    head = _HEAD.replace("UNITS", str(units))
    systems = "".join(_system(*row) for row in _SYSTEMS)
    chance = random.Random(seed)  # noqa: S311 - variety, not secrecy
    width = math.isqrt(units) + 1
    rows = "".join(_unit(number, width, chance) for number in range(1, units + 1))
    return f"{head}{systems}{_TAIL}units:{rows or ' []'}\n"


def _system(key: str, bloc: str, host: str) -> str:
    return (
        f"    {key}:\n"
        f"      bloc: {bloc}\n"
        f'      url: "https://{{slug}}.{host}.city.example/health"\n'
        '      expect: {status: 200, contains: "{code}"}\n'
        f"{_api(*_APIS[key]) if key in _APIS else ''}"
    )


def _api(contract: str, url: str) -> str:
    return f'      api: {{contract: {contract}, url: "{url}"}}\n'


def _unit(number: int, width: int, chance: random.Random) -> str:
    row, column = divmod(number - 1, width)
    kind = "commune" if chance.random() < 2 / 3 else "ward"  # roughly the nation's mix
    return (
        f'\n  - {{code: "{number:05}", slug: unit-{number:05}, name: Đơn vị {number:05}, '
        f"kind: {kind}, former_province: province-{chance.randint(1, PROVINCES):02}, "
        f"tile: [{column}, {row}]}}"
    )
