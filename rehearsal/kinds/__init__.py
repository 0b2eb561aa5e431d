"""What do people read when a measurement failed?"""

from rehearsal.kinds.catalogue import KINDS, spec_of
from rehearsal.kinds.spec import KindSpec

__all__ = ["KINDS", "KindSpec", "spec_of"]
