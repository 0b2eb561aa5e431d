"""Is each of the twenty failures of a bridge provoked at a real server, and named?

The rows are in the order and the words of the specification of bridges as meetings.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

import pytest

from checks import CHECKS
from rehearsal.kinds import spec_of
from rehearsal.kinds.ours import UNFORESEEN
from rehearsal.model import Step
from tests.servers.children import ROOT

CITY, BRIDGES = "tests/servers/test_phase_one.py", "tests/servers/test_bridges.py"
MEDIA, LINES = "tests/net_lab/test_media.py", "tests/net_lab/test_routes.py"
GATEWAY, HALLS = "tests/servers/test_janus_media.py", "tests/servers/test_roll_call.py"
SIP, XMPP = "tests/servers/test_sip.py", "tests/servers/test_xmpp.py"
IN_THE_CITY = f"{CITY}::test_a_broken_unit_is_red_for_the_right_reason"
OF_A_HALL = f"{HALLS}::test_what_a_hall_does_is_told_apart_from_what_its_line_does"
BY_EACH_LINE = f"{HALLS}::test_each_line_is_named_by_what_it_does_to_the_sound"
A_ROOM = f"{GATEWAY}::test_why_a_room_refuses"


@dataclass(frozen=True)
class Named:
    """A kind of failure or a finding, and the test that provokes it."""

    name: str
    test: str

    @property
    def path(self) -> str:
        """The file of the test."""
        return self.test.partition("::")[0]

    @property
    def function(self) -> str:
        """The test in that file."""
        return self.test.partition("::")[2]


TWENTY = {
    "line down": (
        Named("connect_timeout", f"{BRIDGES}::test_a_line_that_is_down"),
        Named("host_unreachable", f"{LINES}::test_a_route_that_leads_nowhere"),
        Named("network_unreachable", f"{LINES}::test_a_route_that_leads_nowhere"),
    ),
    "DNS wrong or old": (
        Named("nxdomain", f"{BRIDGES}::test_a_name_that_is_wrong_or_old"),
        Named("certificate_wrong_host", f"{BRIDGES}::test_a_name_that_is_wrong_or_old"),
        Named("connection_refused", f"{BRIDGES}::test_a_name_that_is_wrong_or_old"),
    ),
    "certificate expired / wrong name / missing CA": (
        Named("certificate_expired", IN_THE_CITY),
        Named("certificate_wrong_host", IN_THE_CITY),
        Named("certificate_unknown_authority", IN_THE_CITY),
        Named("certificate_chain_incomplete", IN_THE_CITY),
    ),
    "clock skew": (
        Named("certificate_not_yet_valid", IN_THE_CITY),
        Named("clock_wrong", f"{CITY}::test_a_server_of_another_hour_is_told"),
    ),
    "proxy strips WebSocket": (
        Named("upgrade_refused", f"{BRIDGES}::test_a_proxy_that_strips_the_websocket"),
    ),
    "UDP blocked": (
        Named("ice_failed", f"{MEDIA}::test_udp_blocked"),
        Named("via_relay_only", f"{MEDIA}::test_the_way_round"),
    ),
    "TURN missing or stale credentials": (
        Named("turn_credentials_rejected", f"{MEDIA}::test_stale_credentials"),
        Named("turn_credentials_rejected", f"{GATEWAY}::test_relays_that_do_not_help"),
        Named("turn_unreachable", f"{GATEWAY}::test_relays_that_do_not_help"),
    ),
    "RTP range partly closed (one-way)": (
        Named("one_way_media", f"{MEDIA}::test_one_way"),
        Named("does_not_hear_centre", BY_EACH_LINE),
        Named("not_heard_at_centre", BY_EACH_LINE),
    ),
    "uplink saturated": (Named("uplink_saturated", f"{MEDIA}::test_a_narrow_line"),),
    "burst loss": (Named("loss_bursts", f"{MEDIA}::test_bursts"),),
    "long delay": (Named("round_trip_slow", f"{BRIDGES}::test_a_long_line"),),
    "room full / wrong / locked": (
        Named("room_full", A_ROOM),
        Named("no_such_room", A_ROOM),
        Named("join_denied", A_ROOM),
        Named("room_full", f"{XMPP}::test_a_full_room_is_named"),
    ),
    "two units on one account": (
        Named("account_in_use", OF_A_HALL),
        Named("account_in_use", f"{XMPP}::test_two_units_on_one_account_are_named"),
    ),
    "bridge process dead behind an open port": (
        Named("response_timeout", f"{BRIDGES}::test_a_dead_process_behind_an_open_port"),
        Named("handshake_timeout", f"{BRIDGES}::test_a_dead_process_behind_an_open_port"),
        Named("signalling_timeout", f"{XMPP}::test_a_server_that_hangs_is_noticed"),
    ),
    "bridge overloaded (delay rises for all together)": (
        Named("bridge_overloaded", f"{BRIDGES}::test_an_overloaded_bridge_is_no_units_fault"),
    ),
    "joined but silent": (Named("silent_when_called", OF_A_HALL),),
    "frozen video": (Named("picture_frozen", f"{BRIDGES}::test_a_frozen_picture"),),
    "echo": (Named("echo_from_hall", OF_A_HALL),),
    "cut in mid-meeting without return": (
        Named("media_stalled", f"{MEDIA}::test_a_cut_for_good"),
        Named("closed_1006", f"{XMPP}::test_a_server_that_dies_is_noticed"),
    ),
    "SIP trunk busy (503/486)": (
        Named("sip_503", f"{SIP}::test_an_overloaded_bridge_says_when_to_come_again"),
        Named("sip_486", f"{SIP}::test_a_refusal_is_named"),
    ),
}
EACH = pytest.mark.parametrize(
    "named",
    [
        pytest.param(named, id=f"{failure}-{named.name}-{named.function}")
        for failure, rows in TWENTY.items()
        for named in rows
    ],
)


@cache
def _written(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


@cache
def _tests(path: str) -> dict[str, str]:
    """Each test of a file, with its decorators and what it reads at the file's top."""
    text = _written(path)
    body = ast.parse(text).body
    shared = {
        target.id: ast.get_source_segment(text, node) or ""
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {
        node.name: _source(text, node, shared)
        for node in body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _source(
    text: str, node: ast.FunctionDef | ast.AsyncFunctionDef, shared: dict[str, str]
) -> str:
    own = [*node.decorator_list, node]
    read = {name.id for part in own for name in ast.walk(part) if isinstance(name, ast.Name)}
    parts = [ast.get_source_segment(text, part) or "" for part in own]
    return "\n".join([*parts, *(shared[name] for name in sorted(read & set(shared)))])


def test_there_are_twenty():
    """As many as were asked for, each with a name."""
    assert len(TWENTY) == 20
    assert all(TWENTY.values())


@EACH
def test_its_name_is_one_that_people_read(named: Named):
    """A kind of failure, or a finding of a check: both have words and say who mends it."""
    findings = {code for check in CHECKS.values() for code in check.findings}
    is_kind = spec_of(Step.SIGNALLING, named.name) is not UNFORESEEN

    assert is_kind or named.name in findings


@EACH
def test_it_is_provoked_and_named(named: Named):
    """The test is there, and expects this name."""
    tests = _tests(named.path)

    assert named.function in tests
    assert re.search(rf"\b{named.name}\b", tests[named.function])
