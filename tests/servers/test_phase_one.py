"""Are the verdicts of a whole Phase 1 trial right on nginx and Janus, which are not ours?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checks import CHECKS
from rehearsal.opening import open_trial
from rehearsal.order import Order
from tests.servers.children import ROOT
from tests.servers.city import ELSEWHERE, FRONTED, GOOD, LATE, UNITS, City, real_city

TRIAL_S = 220
# slug -> check -> (step, kind) of its failure; every other check of these units must pass.
TLS, HTTP = "tls_handshake", "http_exchange"


def _both(kind: str) -> dict[str, tuple[str, str]]:
    """What the certificate of a unit's only server does to its bridge and to its page."""
    return {"bridge.certificate": (TLS, kind), "system.reach": (TLS, kind)}


def _mutual() -> dict[str, tuple[str, str]]:
    failed = (TLS, "client_certificate_required")
    return {"bridge.signalling": failed, "system.reach": failed}


def _page(kind: str) -> dict[str, tuple[str, str]]:
    return {"system.reach": (HTTP, kind)}


EXPECTED = {
    "expired": _both("certificate_expired"),
    "not-yet-valid": _both("certificate_not_yet_valid"),
    "wrong-host": _both("certificate_wrong_host"),
    "self-signed": _both("certificate_self_signed"),
    "chainless": _both("certificate_chain_incomplete"),
    "unknown-authority": _both("certificate_unknown_authority"),
    "unknown-alone": _both("certificate_unknown_authority"),
    "intermediate-expired": _both("certificate_expired"),
    "mutual-tls12": _mutual(),
    "mutual-tls13": _mutual(),
    "page-404": _page("unexpected_status"),
    "page-500": _page("unexpected_status"),
    "page-503": _page("maintenance"),
    "page-401": _page("unauthorized"),
    "page-loop": _page("redirect_loop"),
    "page-outside": _page("redirect_refused"),
    "page-downgraded": _page("redirect_refused"),
    "page-big": _page("response_too_large"),
    "page-bomb": _page("decompression_bomb"),
    "page-silent": _page("connection_closed_early"),
    "page-empty": _page("wrong_content"),
    "page-wrong": _page("wrong_content"),
    ELSEWHERE: {
        "bridge.media": ("ice", "candidates_refused"),
        "bridge.roll_call": ("ice", "candidates_refused"),
    },
    "no-room": {"bridge.signalling": ("signalling", "no_such_room")},
    "pin-room": {"bridge.signalling": ("signalling", "join_denied")},
    "plain-at-tls": _both("peer_not_tls"),
    "tls-at-plain": _page("peer_is_tls"),
    "refused": {
        "bridge.reach": ("connect", "connection_refused"),
        "system.reach": ("connect", "connection_refused"),
    },
}
BELOW_SOUND = ("bridge.reach", "bridge.certificate", "bridge.signalling")
WITHOUT_SIGNALLING = [slug for slug, why in EXPECTED.items() if set(why) & set(BELOW_SOUND)]
PRESENT = {"central", "main", *GOOD, *FRONTED}  # all others are kept out, or have no bridge


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Both servers at work, and we with them in a network where sound can pass."""
    with real_city(tmp_path_factory.mktemp("city")) as running:
        yield running


@pytest.fixture(scope="module")
def results(city: City, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `rehearse phase-1` wrote, and its exit code beside it."""
    out = tmp_path_factory.mktemp("runs")
    ended = subprocess.run(
        [
            *(Path(sys.executable).with_name("rehearse"), "phase-1", "--no-prefect", "--json"),
            *("--inventory", city.inventory, "--hold", "8s", "--media", "3s", "--out", out),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TRIAL_S,
        check=False,
    )
    files = list(out.glob("*/results.json"))
    assert files, ended.stderr
    return {**json.loads(files[0].read_text()), "exit": ended.returncode}


def _unit(results: dict[str, Any], slug: str) -> dict[str, Any]:
    return next(unit for unit in results["units"] if unit["slug"] == slug)


def _failure(check: dict[str, Any]) -> tuple[str, str]:
    return check["failure"]["step"], check["failure"]["kind"]


def _failures(unit: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The checks of a unit that failed by themselves, each with its step and kind."""
    return {
        check["id"]: _failure(check)
        for check in unit["checks"]
        if check["outcome"] not in ("pass", "blocked")
    }


def test_the_trial_ends_with_no_go(results: dict[str, Any]):
    """Broken units make it a no-go, with the exit code that scripts rely on."""
    assert (results["exit"], results["verdict"]) == (10, "no-go")


def test_the_instrument_had_proved_itself(results: dict[str, Any]):
    """No stage had trouble: the verdicts below are those of a fit instrument."""
    assert [stage["problem"] for stage in results["stages"]] == [""] * len(results["stages"])


@pytest.mark.parametrize("slug", EXPECTED)
def test_a_broken_unit_is_red_for_the_right_reason(results: dict[str, Any], slug: str):
    """Exactly the broken layer is named, with its kind, and nothing else fails."""
    unit = _unit(results, slug)

    assert _failures(unit) == EXPECTED[slug]
    assert unit["readiness"] == "red"


@pytest.mark.parametrize("slug", WITHOUT_SIGNALLING)
def test_nobody_is_blamed_twice_for_one_cause(results: dict[str, Any], slug: str):
    """Sound is not asked of a bridge that lets nobody in, and the roll call met the same."""
    checks = {check["id"]: check for check in _unit(results, slug)["checks"]}
    cause = next(EXPECTED[slug][name] for name in BELOW_SOUND if name in EXPECTED[slug])

    assert checks["bridge.media"]["outcome"] == "blocked"
    assert checks["bridge.media"]["steps"] == []
    assert checks["bridge.roll_call"]["outcome"] == "blocked"
    assert _failure(checks["bridge.roll_call"]) == cause


@pytest.mark.parametrize("slug", [slug for slug in UNITS if slug not in {LATE, *EXPECTED}])
def test_a_sound_unit_passes_everything(results: dict[str, Any], slug: str):
    """No fault is invented: TLS 1.3 only, gzip and an inner redirect are all well."""
    outcomes = {check["id"]: check["outcome"] for check in _unit(results, slug)["checks"]}

    assert set(outcomes.values()) == {"pass"}, outcomes


def test_a_server_of_another_hour_is_told(results: dict[str, Any]):
    """Nginx passes on the clock of what stands behind it; all others agree with ours."""
    unit = _unit(results, LATE)
    (finding,) = (finding for check in unit["checks"] for finding in check["findings"])

    assert finding["code"] == "clock_wrong"
    assert -3605 <= int(finding["values"]["ahead_s"]) <= -3595
    assert unit["readiness"] == "yellow"


@pytest.mark.parametrize("slug", sorted(PRESENT))
def test_sound_passes_at_every_bridge_that_lets_us_in(results: dict[str, Any], slug: str):
    """Its own media path was opened and measured, and no relay was needed."""
    owner = next(o for o in (*results["hubs"], *results["units"]) if o["slug"] == slug)
    (sound,) = (check for check in owner["checks"] if check["id"] == "bridge.media")

    assert (sound["outcome"], sound["findings"]) == ("pass", [])
    assert {"ice", "dtls", "media"} <= {step["step"] for step in sound["steps"]}


def test_hubs_and_hotline_pass(results: dict[str, Any]):
    """Both hubs join the meeting, and the hotline's page is the hotline's."""
    owners = [*results["hubs"], *results["systems"]]

    assert {c["outcome"] for owner in owners for c in owner["checks"]} == {"pass"}


def test_the_roll_call_counts_one_janus(results: dict[str, Any]):
    """Everybody whose name leads to Janus is in, at one barrier, and stays to the end."""
    call = results["roll_call"]
    present = {a["slug"] for a in call["attendance"] if a["joined_s"] is not None}

    assert present == PRESENT
    assert call["joined"] == call["peak_held"] == len(PRESENT)
    assert call["start_skew_s"] < 0.5
    assert not any(a["drops"] for a in call["attendance"])


def test_the_roll_call_is_heard_both_ways(results: dict[str, Any]):
    """The centre and everybody else hear one another at the real gateway, without a gap."""
    call = results["roll_call"]
    others = {a["slug"]: a for a in call["attendance"] if a["slug"] in PRESENT - {"central"}}

    assert call["with_sound"] == call["hear"] == call["heard"] == len(others)
    assert all(a["hears"] and a["heard"] and not a["gaps"] for a in others.values())


async def test_the_same_trial_runs_inside_a_program(city: City, tmp_path: Path):
    """Without the command, through the product's own door: the room empties in between."""
    only = ("bridge.reach", "bridge.certificate", "bridge.signalling")
    order = Order(
        inventory=str(city.inventory),
        only=only,
        units=("unit-01", "no-room"),
        out=str(tmp_path),
    )
    async with open_trial(order, CHECKS) as trial:
        trial.stages = ("bridges", "judge", "reports")
        await trial.carry_out()
        found = {s.owner.slug: s.light.value for s in trial.assessment().units}

    # Its systems were not asked: what is well so far is no green.
    assert found == {"unit-01": "grey", "no-room": "red"}
