"""Windows, shares of a standard, working days, festivals. No database."""

from holdfast.actions.care.rules.festivals import FESTIVALS, Festival, festivals_between
from holdfast.actions.care.rules.kinds import CHANNELS_OF, EVERY, KINDS, LEVELS, SERVED_KINDS, TASK_KIND_OF
from holdfast.actions.care.rules.progress import Progress, progress_of
from holdfast.actions.care.rules.spreading import spread
from holdfast.actions.care.rules.windows import Window, owed, window_of
from holdfast.actions.care.rules.workdays import is_workday, workday_on_or_before, workdays

__all__ = [
    "CHANNELS_OF", "EVERY", "FESTIVALS", "KINDS", "LEVELS", "SERVED_KINDS", "TASK_KIND_OF", "Festival", "Progress", "Window",
    "festivals_between", "is_workday", "owed", "progress_of", "spread", "window_of", "workday_on_or_before", "workdays",
]  # fmt: skip
