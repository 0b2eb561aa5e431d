"""How is a Public Administration Service Centre spoken to? `docs/contracts/dossiers`."""

from rehearsal.net.center.catalogue import Catalogue, Procedure, procedures_of
from rehearsal.net.center.errands import Charge, LookedUp, charge, look_up_one
from rehearsal.net.center.journey import (
    EACH_STEP,
    ENDS_ONLY,
    Care,
    Journey,
    Passed,
    Route,
    Searched,
    at_home,
    journey,
    raise_shared,
)
from rehearsal.net.center.stores import dossiers_of, payments_of

__all__ = [
    "EACH_STEP",
    "ENDS_ONLY",
    "Care",
    "Catalogue",
    "Charge",
    "Journey",
    "LookedUp",
    "Passed",
    "Procedure",
    "Route",
    "Searched",
    "at_home",
    "charge",
    "dossiers_of",
    "journey",
    "look_up_one",
    "payments_of",
    "procedures_of",
    "raise_shared",
]
