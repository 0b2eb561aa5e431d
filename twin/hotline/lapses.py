"""In which ways can the hotline fail a citizen? The words that `Lapses` knows."""

from __future__ import annotations

import enum


class Lapse(enum.StrEnum):
    """One way each; NONE is how it should be."""

    NONE = ""
    # The receipt and the number
    KEY_REFUSED = "key-refused"
    ERRORS_IN_200 = "errors-in-200"
    NOT_STORED = "not-stored"
    REPLY_DROPPED = "reply-dropped"
    TOKEN_STUCK = "token-stuck"  # noqa: S105 - a lapse, no secret
    TOKEN_LATE = "token-late"  # noqa: S105 - a lapse, no secret
    TOKEN_STRANGE = "token-strange"  # noqa: S105 - a lapse, no secret
    WRONG_ID = "wrong-id"
    TEXT_CUT = "text-cut"
    TEXT_MIXED = "text-mixed"
    SMS_LOST = "sms-lost"
    BUSINESS_REFUSED = "business-refused"
    ONE_LOST = "one-lost"
    # The way to the unit
    MISROUTED = "misrouted"
    NEVER_ROUTED = "never-routed"
    QUEUE_CACHED = "queue-cached"
    QUEUE_OF_ANOTHER = "queue-of-another"
    QUEUE_LATE = "queue-late"
    # What the unit makes of it
    NEVER_ACKNOWLEDGED = "never-acknowledged"
    NEVER_ANSWERED = "never-answered"
    NEVER_CLOSED = "never-closed"
    ONE_UNANSWERED = "one-unanswered"
    CLOSED_UNANSWERED = "closed-unanswered"
    ACKNOWLEDGED_LATE = "acknowledged-late"
    ANSWERED_LATE = "answered-late"
    CLOSED_LATE = "closed-late"
    STATE_STALE = "state-stale"
    # The interface itself
    ANOTHER_JURISDICTION = "another-jurisdiction"
    XML_BROKEN = "xml-broken"
    XML_REFUSED = "xml-refused"
    XML_WITH_ENTITIES = "xml-with-entities"
    # What only a clean-up meets
    DELETE_KEPT = "delete-kept"
    SEARCH_LATE = "search-late"
    SEARCH_LOOSE = "search-loose"
