"""What do people declare, and where is what they wrote not clear?"""

from rehearsal.declaring.faults import SheetError, SheetFault
from rehearsal.declaring.reports import Asked, Taken, asked_units, take_all
from rehearsal.declaring.sheets import (
    ROLL_CALL,
    SYSTEMS,
    roll_call_sheet,
    systems_sheet,
    systems_template,
)
from rehearsal.declaring.templates import TEMPLATES
from rehearsal.model.questions import STATUS
from rehearsal.spreadsheet import SHEET_MAX_BYTES

__all__ = [
    "ROLL_CALL",
    "SHEET_MAX_BYTES",
    "STATUS",
    "SYSTEMS",
    "TEMPLATES",
    "Asked",
    "SheetError",
    "SheetFault",
    "Taken",
    "asked_units",
    "roll_call_sheet",
    "systems_sheet",
    "systems_template",
    "take_all",
]
