"""What do the documents of a healthy unit show?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rehearsal.net.edxml.journey import Acknowledged, Answered, Exchanged
from rehearsal.net.signatures.evidence import Seal, Signed

NUMBER = "CITY.UB,2025/06/25,7/DT-VP"
EXCHANGED = Exchanged(
    document_id=NUMBER,
    city="CITY.UB",
    unit="11413.UB",
    passed=("sent", "01", "03", "04", "05", "06"),
    arrived_after_s=0.2,
    done_after_s=4.0,
    sent_digest="ab",
    stored_digest="ab",
    copies=1,
    acknowledged=Acknowledged(NUMBER, "11413.UB", "06"),
    answered=Answered(
        answers=(NUMBER,),
        sender="11413.UB",
        receivers=("CITY.UB",),
        quotes_nonce=True,
        quotes_marker=True,
        city_acknowledged=True,
    ),
)
SEAL = Seal(
    document="pdf",
    role="organization",
    unit="11413",
    is_intact=True,
    is_whole=True,
    is_trusted=True,
    digest="sha256",
    signed_at=datetime(2025, 6, 18, 9, 0, tzinfo=UTC),
    valid_from=datetime(2025, 3, 1, tzinfo=UTC),
    valid_until=datetime(2026, 6, 30, tzinfo=UTC),
    revocation="good",
)
SIGNED = Signed(
    "11413",
    (
        replace(SEAL, role="leader"),
        SEAL,
        replace(SEAL, document="packet", signed_at=None),
    ),
)
