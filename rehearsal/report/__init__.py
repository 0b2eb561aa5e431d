"""How does a judged trial become pages, tables and files that people can act on?"""

from rehearsal.report.document import RESULTS_SCHEMA, results_document
from rehearsal.report.wording import Wording
from rehearsal.report.write import write_comparison, write_reports

__all__ = ["RESULTS_SCHEMA", "Wording", "results_document", "write_comparison", "write_reports"]
