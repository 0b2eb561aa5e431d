"""By which rules does a city decide? (`criteria.yaml`, checked.)"""

from rehearsal.criteria.limits import load_limits
from rehearsal.criteria.loading import (
    NAME,
    SHIPPED,
    CriteriaError,
    beside,
    examine,
    load,
    shipped,
)
from rehearsal.criteria.shape import json_schema

__all__ = [
    "NAME",
    "SHIPPED",
    "CriteriaError",
    "beside",
    "examine",
    "json_schema",
    "load",
    "load_limits",
    "shipped",
]
