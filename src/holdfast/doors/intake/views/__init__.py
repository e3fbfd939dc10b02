"""The pages of imports: history, upload, columns, check and preview, writing, result."""

from holdfast.doors.intake.views.actions import apply, cancel, correct, discard, mapping, options, sheet, undo
from holdfast.doors.intake.views.files import errors, template_file
from holdfast.doors.intake.views.mappings import mapping_edit, mapping_remove, mappings
from holdfast.doors.intake.views.pages import columns, history, import_page, upload

__all__ = [
    "apply", "cancel", "columns", "correct", "discard", "errors", "history", "import_page", "mapping", "mapping_edit",
    "mapping_remove", "mappings", "options", "sheet", "template_file", "undo", "upload",
]  # fmt: skip
