"""When our own line loses everything for a moment, is that laid on nobody at a real Janus?"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.net_lab.impairment import Way
from tests.net_lab.janus import TRIAL, janus_in
from tests.net_lab.link import Link, links
from tests.servers.children import START_S

UNITS, MEDIA_S = 6, 6.0
SPEAKING = 900  # packets on their way up when all have spoken for two seconds: 60 a second
CUT_S = 0.6


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """Six bridges through one line that is cut for 0.6 s while all of them are heard."""
    folder: Path = tmp_path_factory.mktemp("line")
    with (
        links() as (link,),
        janus_in(link.bridge, folder) as gateway,
        link.probe.worker("tests.net_lab.sharing") as worker,
    ):
        order = {"check": "bridge.media", "url": gateway.ws, "room": TRIAL.id, "ice_s": 5.0}
        worker.tell({**order, "media_s": MEDIA_S, "units": UNITS})
        await_sent(link, SPEAKING)
        cut = Way(is_cut=True)
        with link.impaired(up=cut, down=cut):
            time.sleep(CUT_S)
        return worker.heard()


def await_sent(link: Link, packets: int) -> None:
    """Wait until so many have left."""
    ends_at = time.monotonic() + START_S
    while link.counts()["up"].offered < packets:
        assert time.monotonic() < ends_at, "nothing is sent"
        time.sleep(0.05)


def test_a_cut_of_our_own_line_is_no_units_fault(told):
    """Each passes when it is heard again."""
    assert [one["failure"] for one in told] == [None] * UNITS
    assert [one["findings"] for one in told] == [{}] * UNITS


def test_it_was_noticed(told):
    """The first attempt of all was laid on us, and taken again."""
    assert min(one["attempts"] for one in told) > 1
