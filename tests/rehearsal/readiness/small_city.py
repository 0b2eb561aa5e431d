"""Which small cities, and which mornings in them, do the tests of readiness judge?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase

from checks import CHECKS
from checks.bridge_certificate import Proven
from checks.bridge_h323 import Answered
from checks.bridge_human_roll_call import Called
from checks.bridge_line import Carried
from checks.bridge_reach import Reached
from checks.bridge_roll_call import Attended
from checks.bridge_signalling import Joined
from checks.center_catalogue import Published
from checks.center_dossier import Carried as Dossiers
from checks.center_dossier_elsewhere import Sent
from checks.center_payment import Charged
from checks.system_declared import Said
from rehearsal.model import (
    Assessment,
    City,
    Failure,
    Hub,
    Inventory,
    Measurement,
    Network,
    Observer,
    Run,
    StageTime,
    StatusReport,
    Step,
    Target,
    TargetKind,
    Unit,
)
from rehearsal.net.center import Journey, LookedUp, Passed, Searched
from rehearsal.net.closing import Answer, Closing
from rehearsal.net.content import Visit
from rehearsal.net.mail.round_trip import RoundTrip
from rehearsal.net.media.meter import Heard
from rehearsal.net.media.sounding import Sounded
from rehearsal.net.media.uplink import Told
from rehearsal.net.ndt7.flow import Flow
from rehearsal.net.oidc.walk import SignedOn
from rehearsal.net.open311.journey import Journey as TicketJourney
from rehearsal.net.open311.survey import Surveyed
from rehearsal.net.rtp import SoundSeen
from rehearsal.net.surge import Spread, Surged
from rehearsal.net.unit_page import OfUnit
from rehearsal.net.voice.echo import Returned
from rehearsal.net.voice.ladder import Ladder
from rehearsal.net.voice.menu import Menu, Pressed
from rehearsal.net.voice.number import Called as Rung
from rehearsal.plan import STAGES, PlannedCheck, make_plan
from rehearsal.readiness.assess import assess
from tests.rehearsal.readiness.paperwork import EXCHANGED, SIGNED

MORNING = datetime(2025, 6, 20, 0, 30, tzinfo=UTC)  # 07:30 in the city
GO_LIVE = date(2025, 7, 1)
RUN = Run("r1", "phase-1", "twin", MORNING, parameters={"hold_s": 60.0})
HEARD = Heard(
    received=750,
    expected=750,
    loss=0.0,
    worst_loss=0.0,
    bursts=0,
    mean_burst=0.0,
    longest_burst=0,
    reordered=0,
    duplicates=0,
    jitter_s=0.001,
    trip_p10_s=0.019,
    trip_p50_s=0.02,
    trip_p95_s=0.03,
    first_s=0.3,
    gaps=(),
    gap_count=0,
    longest_gap_s=0.03,
    spoke=750,
    frozen_s=0.0,
)
JOURNEY = Journey(
    "ho-tich", "Hộ tịch", "1.1", (Passed("submit", 0.1),), 0.7, Searched(0.1, 1, 0)
)
ANSWERED = TicketJourney(
    channel="web",
    applicant="individual",
    unit="11413",
    took_s={"number": 0.2, "queue": 0.2, "acknowledged": 9.0, "answered": 60.0, "closed": 5.0},
)
OF_UNIT = OfUnit(
    shows_code=True,
    shows_name=True,
    is_together=True,
    others=(),
    shows_address=True,
    shows_telephone=True,
    telephones=1,
    plain_links=0,
)
SOUND = SoundSeen(
    sent=200,
    received=200,
    lost=0,
    audible=60,
    echoed=0,
    strangers=0,
    jitter_s=0.002,
    longest_gap_s=0.03,
    first_s=0.05,
    round_trip_p50_s=None,
    round_trip_p95_s=None,
    late_s=0.002,
    refused=None,
)
RETURNED = Returned(is_ours=True, by="marks", sound=replace(SOUND, echoed=190))
LADDER = Ladder(limit=4, lines=4, up=4, ended_by="limit", post_dial_s=(0.1,) * 4)
CALLED = Rung(
    post_dial_s=0.2,
    ring_s=0.3,
    menu=Menu(
        is_greeted=True,
        is_endless=False,
        takes_keys=True,
        pressed=(Pressed("1", 0.3), Pressed("2", 0.4)),
    ),
    sound=SOUND,
    echo=RETURNED,
    ladder=LADDER,
)
SURGED = Surged(9, 9, {}, {}, Spread(0.1, 0.2, 0.3, 0.4), Spread(0.1, 0.2, 0.3, 0.4), 0.0)
EVIDENCE = {
    "bridge.reach": Reached("192.0.2.7", 443, ()),
    "bridge.certificate": Proven(
        "TLSv1.3", "AES", "CN=x", "CN=ca", datetime(2026, 1, 1, tzinfo=UTC), "CN=x"
    ),
    "bridge.signalling": Joined(
        0.1, {"create": 0.1, "attach": 0.1, "join": 0.1}, is_listed=True, present=3, enter_s=0.3
    ),
    "bridge.media": Sounded(
        via="direct",
        not_direct="",
        signalling_s=0.02,
        heard=HEARD,
        heavy=HEARD,
        picture=HEARD,
        up=Told(30, 740, 0, 0.0, 0.0, 0.02, 0.03, 0.001, 0.0),
        lost_down=0,
        foreign_packets=0,
        loudness_dbov=-20.0,
        send_late_s=0.001,
    ),
    "bridge.line": Carried(
        up=Flow(20.0, 12_000_000, 5.0, 0.05, "time", own_cpu=0.1),
        down=Flow(40.0, 25_000_000, 5.0, 0.05, "bytes", own_cpu=0.1),
    ),
    "bridge.h323": Answered("alerting", 0.1, is_refusal=False, why="?"),
    "bridge.human_roll_call": Called(hears_centre=True, heard_by_centre=True),
    "bridge.roll_call": Attended(0.001, 0.5, 60.5, 3, ()),
    "center.catalogue": Published(367, 367, {f"f{n}": 30 for n in range(11)}, ()),
    "center.dossier": Dossiers((JOURNEY,)),
    "center.dossier_elsewhere": Sent("a (1)", "b (2)", "c (3)", "", JOURNEY),
    "center.payment": Charged("1.1", 5000, 0.2, 1),
    "center.lookup": LookedUp(0.1, 0.1, is_anything_found=False, wrong_receipt="x"),
    "mail.round_trip": RoundTrip(0.2, 0.5, copies=1, bares_password=False),
    "portal.declared": OF_UNIT,
    "portal.old_closed": Closing((Answer("https://old.example/", 410),), "new.example"),
    "portal.page": OF_UNIT,
    "system.declared": Said(works=True),
    "unit.status": StatusReport(day=date(2025, 6, 20), focal_name="Nguyễn Văn A"),
    "system.reach": Visit(200, 0.1, 300, (), ()),
    "system.sign_on": SignedOn(
        took_s=1.0,
        algorithm="RS256",
        issued_ahead_s=-0.2,
        valid_s=600.0,
        has_logout=True,
        session_ends=True,
        wants_verifier=True,
        refuses_used_code=True,
    ),
    "documents.exchange": EXCHANGED,
    "signature.valid": SIGNED,
    "hotline.feedback": Surveyed("", (ANSWERED, replace(ANSWERED, channel="sms"))),
    "hotline.routing": ANSWERED,
    "hotline.voice": CALLED,
    "center.surge": SURGED,
    "hotline.surge": SURGED,
    "hotline.reach": Visit(200, 0.1, 300, (), ()),
}
Seen = Failure | object | None
"""What a measurement saw: a failure, evidence, or None when it never took place."""


def bridge(slug: str, *, placeholder: bool = False) -> Target:
    url = f"wss://{slug}.bridge.example/janus"
    return Target(
        f"{slug}/bridge", slug, slug, TargetKind.BRIDGE, url, "janus", placeholder=placeholder
    )


def page(owner: str, key: str, kind: TargetKind = TargetKind.SYSTEM) -> Target:
    return Target(f"{owner}/{key}", owner, key, kind, f"https://{owner}.{key}.example/")


def unit(slug: str, province: str = "hai-phong", systems: Iterable[str] = ()) -> Unit:
    targets = (bridge(slug), *(page(slug, key) for key in systems))
    return Unit("00001", slug, slug, "ward", province, None, targets)


def city(
    units: Iterable[Unit], hubs: Iterable[str] = ("central",), shared: Iterable[Target] = ()
) -> Inventory:
    """An inventory of these units; a hub is given by its slug."""
    return Inventory(
        city=City("Hải Phòng", "Asia/Ho_Chi_Minh", GO_LIVE, None),
        network=Network(),
        hubs=tuple(Hub(slug, slug, "central", (bridge(slug),)) for slug in hubs),
        units=tuple(units),
        systems=tuple(shared),
        limits={},
        digest="0" * 64,
    )


def hotline() -> Target:
    return page("city", "hotline", TargetKind.HOTLINE)


def measured(check_id: str, target_id: str, seen: object = ...) -> Measurement[object]:
    """A measurement that saw a failure or evidence; by default what a healthy peer shows."""
    told = EVIDENCE[check_id] if seen is ... else seen
    failure = told if isinstance(told, Failure) else None
    return Measurement(
        check_id=check_id,
        target_id=target_id,
        started_at=MORNING + timedelta(seconds=1),
        elapsed_s=0.1,
        vantage="centre",
        attempts=(),
        observer=Observer(),
        evidence=None if failure else told,
        failure=failure,
    )


def morning(inventory: Inventory, but: Mapping[str, Seen] | None = None) -> list[Measurement]:
    """Everything planned is measured and healthy, but for these.

    A key is a pattern of `check target`, such as `bridge.* hai-an/bridge`; the last one
    that fits counts.
    """
    planned = make_plan(inventory, CHECKS, "phase-1").checks()
    seen = [(item, _seen(item, but or {})) for item in planned]
    return [measured(i.check_id, i.target.id, told) for i, told in seen if told is not None]


def _seen(item: PlannedCheck, but: Mapping[str, Seen]) -> Seen:
    name = f"{item.check_id} {item.target.id}"
    fitting = [told for pattern, told in but.items() if fnmatchcase(name, pattern)]
    return fitting[-1] if fitting else EVIDENCE[item.check_id]


def assessed(
    inventory: Inventory,
    measurements: Iterable[Measurement],
    *,
    selftest: str | None = "",
    registry: Mapping = CHECKS,
) -> Assessment:
    """The assessment; `selftest` is the instrument's problem, None when it was not tried."""
    tried = {} if selftest is None else {"selftest": selftest}
    stages = [StageTime(s, MORNING, MORNING, tried[s]) for s in STAGES["phase-1"] if s in tried]
    plan = make_plan(inventory, registry, "phase-1")
    return assess(RUN, inventory, plan, measurements, stages=stages, registry=registry)


def light_of(found: Assessment, slug: str) -> str:
    """The light of a unit, hub or shared system."""
    everybody = (*found.units, *found.hubs)
    return next(s.light.value for s in everybody if s.owner.slug == slug)


def refused(detail: str = "") -> Failure:
    return Failure(Step.CONNECT, "connection_refused", detail)
