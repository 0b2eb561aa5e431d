"""Which words do packets use? QCVN 102:2016/BTTTT, and the national document axis."""

from __future__ import annotations

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
MEDIA_TYPE = "application/xml"
SENT = "sent"  # on its way: not yet in the receiver's system
ARRIVED = "01"
REFUSED = "02"
ACCEPTED = "03"
ASSIGNED = "04"
HANDLING = "05"
DONE = "06"
ORDER = (SENT, ARRIVED, ACCEPTED, ASSIGNED, HANDLING, DONE)
STATUSES = frozenset({*ORDER, REFUSED})
NEW_DOCUMENT = "0"  # BussinessDocType: a new document, no recall, update or replacement
ADMINISTRATIVE = "2"  # DocumentType/Type


def tag(name: str) -> str:
    """An element's name as the parser gives it, in the regulation's namespace."""
    return f"{{{NAMESPACE}}}{name}"
