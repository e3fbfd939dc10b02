"""Take a file in, match its columns, check it, write it, take it back."""

from holdfast.doors.intake.services.applying import apply_import, cancel, open_import, start_apply
from holdfast.doors.intake.services.checking import check_import, correct_row, start_check
from holdfast.doors.intake.services.naming import (
    choose_mapping,
    may_manage,
    name_mapping,
    remove_mapping,
    rename_mapping,
)
from holdfast.doors.intake.services.receiving import (
    discard,
    receive,
    refuse_missing,
    set_columns,
    set_options,
    set_sheet,
    tidy,
)
from holdfast.doors.intake.services.undoing import start_undo, undo_import

__all__ = [
    "apply_import", "cancel", "check_import", "choose_mapping", "correct_row", "discard", "may_manage", "name_mapping",
    "open_import", "receive", "refuse_missing", "remove_mapping", "rename_mapping", "set_columns", "set_options",
    "set_sheet", "start_apply", "start_check", "start_undo", "tidy", "undo_import",
]  # fmt: skip
