"""Who signs the city's documents? A small certification service, and what it signs."""

from twin.signing.bureau import ROOT_FILE, Bureau, bureau_in
from twin.signing.specimens import OCSP, Specimens, Whose

__all__ = ["OCSP", "ROOT_FILE", "Bureau", "Specimens", "Whose", "bureau_in"]
