"""Read the journal and the register of exports."""

from holdfast.foundation.audit.queries.changes import PAGE, Difference, Line, Page, history, journal, line_of
from holdfast.foundation.audit.queries.exports import ExportLine, ExportPage, export_register

__all__ = [
    "PAGE",
    "Difference",
    "ExportLine",
    "ExportPage",
    "Line",
    "Page",
    "export_register",
    "history",
    "journal",
    "line_of",
]
