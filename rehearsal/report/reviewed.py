"""What does `results.json` say of a review?"""

from __future__ import annotations

from rehearsal.model.review import Moment, Review
from rehearsal.report.compared import calibration_document
from rehearsal.report.document import Document, jsonable


def review_document(review: Review | None) -> Document:
    """The story of both trials, what changed between them, and what came true.

    It stands in the document as `review`; nothing does where it was no review.
    """
    return {"review": dict(jsonable(_document(review)))} if review else {}


def _document(review: Review) -> Document:
    compared = review.comparison
    told = review.calibration
    return {
        "moments": [_moment(one) for one in review.moments],
        "missing": list(review.missing),
        "changes": {m.value: n for m, n in compared.counts.items()} if compared else None,
        "calibration": calibration_document(told) if told else None,
    }


def _moment(one: Moment) -> Document:
    return {
        "run": one.run_id,
        "phase": one.phase,
        "round": one.round,
        "at": one.at.isoformat(),
        "verdict": one.decision.value,
        "units": {light.value: count for light, count in one.lights.items()},
        "asked": one.asked,
        "measured": one.measured,
        "created": one.created,
        "left": one.left,
        "doubt": one.doubt,
    }
