"""What does the hotline show of a ticket? GeoReport v2: "GET Service Request"."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from twin.hotline.lapses import Lapse
from twin.hotline.register import Register
from twin.hotline.services import SERVICES
from twin.hotline.ticket import EXPECTED_IN, Stage, Standing, Ticket

CUT_CHARS = 24
MIXED = "Hồ sơ của gia đình tôi nộp từ tuần trước chưa được trả kết quả."
_NAMES = {service["service_code"]: service["service_name"] for service in SERVICES}


def row(standing: Standing, lapse: Lapse, register: Register) -> dict[str, Any]:
    """One ticket, with what the standard leaves open under `extended_attributes`."""
    ticket = standing.ticket
    unit = ticket.desk if standing.stage >= Stage.ROUTED else ""
    latest = max((ticket.requested, *standing.stamps.values()))
    return {
        "service_request_id": ticket.id,
        "status": "closed" if standing.stage is Stage.CLOSED else "open",
        "status_notes": standing.answer,
        "service_name": _NAMES[ticket.service],
        "service_code": ticket.service,
        "description": description(ticket, lapse),
        "agency_responsible": register.name(unit),
        "service_notice": None,
        "requested_datetime": ticket.requested.isoformat(),
        "updated_datetime": latest.isoformat(),
        "expected_datetime": (ticket.requested + EXPECTED_IN).isoformat(),
        "address": ticket.fields.get("address_string"),
        "address_id": ticket.fields.get("address_id"),
        "zipcode": None,
        "lat": ticket.fields.get("lat"),
        "long": ticket.fields.get("long"),
        "media_url": ticket.fields.get("media_url"),
        "extended_attributes": {
            "unit": unit,
            "stage": standing.stage.name.lower(),
            "channel": ticket.channel,
            "applicant": ticket.applicant,
            "acknowledged_datetime": _told(standing.stamps.get(Stage.ACKNOWLEDGED)),
            "answered_datetime": _told(standing.stamps.get(Stage.ANSWERED)),
            "closed_datetime": _told(standing.stamps.get(Stage.CLOSED)),
        },
    }


def description(ticket: Ticket, lapse: Lapse) -> str:
    """The text as it is kept: what is cut there can be neither read nor found."""
    if lapse is Lapse.TEXT_CUT and ticket.marker:
        return ticket.description[:CUT_CHARS]
    if lapse is Lapse.TEXT_MIXED and ticket.marker:
        return MIXED
    return ticket.description


def _told(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
