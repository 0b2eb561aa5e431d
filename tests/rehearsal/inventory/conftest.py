"""What do the tests of the inventory begin with? A small sound city."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.inventory import Fault, examine

SOUND = """\
version: 1
city: {name: A, timezone: Asia/Ho_Chi_Minh, go_live: 2025-07-01, expect: {units: 2, hubs: 1}}
defaults:
  bridge: {protocol: janus, url: "wss://{slug}.b.example/janus", room: 7}
  systems:
    mail: {bloc: government, url: "https://{slug}.mail.example/", expect: {contains: "{code}"}}
    front: {bloc: front, url: "https://{slug}.front.example/"}
hubs:
  - {slug: central, name: Trung tâm, role: central}
units:
  - {code: "00001", slug: mot, name: Một, kind: ward, former_province: p, tile: [0, 0]}
  - {code: "00002", slug: hai, name: Hai, kind: commune, former_province: p, tile: [0, 1]}
systems:
  hotline: {url: "https://1022.example/", expect: {status: 200, contains: ok}}
"""
Examine = Callable[..., tuple[Fault, ...]]


@pytest.fixture
def sound() -> str:
    return SOUND


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def written(content: str | bytes) -> Path:
        path = tmp_path / "bridges.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def faults_after(write) -> Examine:
    """Examine the sound city after replacing one text in it."""

    def examined(old: str, new: str) -> tuple[Fault, ...]:
        assert old in SOUND
        return examine(write(SOUND.replace(old, new, 1)))[1]

    return examined
