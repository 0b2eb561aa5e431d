"""Which faults can the twin have? Adding one is adding a line to its layer's table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rehearsal.model import Text
from twin.fault import Fault, Works, is_any
from twin.faults import (
    certificate,
    connect,
    crowd,
    device,
    documents,
    dossiers,
    exchange,
    hotline_tickets,
    lines,
    media,
    meeting,
    pages,
    portals,
    post,
    resolve,
    sign_on,
    signalling,
    tls,
    upgrade,
    voice,
)

HEALTHY = "none"
FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        HEALTHY: Fault("Không có lỗi nào", "Nothing is wrong", Works(), is_any),
        **resolve.FAULTS,
        **connect.FAULTS,
        **certificate.FAULTS,
        **tls.FAULTS,
        **exchange.FAULTS,
        **pages.FAULTS,
        **portals.FAULTS,
        **upgrade.FAULTS,
        **signalling.FAULTS,
        **meeting.FAULTS,
        **media.FAULTS,
        **lines.FAULTS,
        **device.FAULTS,
        **dossiers.FAULTS,
        **documents.FAULTS,
        **hotline_tickets.FAULTS,
        **sign_on.FAULTS,
        **post.FAULTS,
        **crowd.FAULTS,
        **voice.FAULTS,
    }
)


def fault_names() -> Mapping[str, Text]:
    """Every fault, in the order of the layers, with its sentence."""
    return {name: fault.says for name, fault in FAULTS.items()}
