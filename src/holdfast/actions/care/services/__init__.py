"""Write standards, open and close duties, make their tasks, keep gifts and plans of focus customers."""

from holdfast.actions.care.services.closing import close_duties
from holdfast.actions.care.services.counting import count_duties
from holdfast.actions.care.services.defaults import ensure_defaults
from holdfast.actions.care.services.focus import add_focus, change_focus, count_focus, end_focus, hand_over_focus
from holdfast.actions.care.services.gifts import add_gift, answer_gift
from holdfast.actions.care.services.greetings import open_birthdays, open_festivals, open_thanks
from holdfast.actions.care.services.nightly import care_for
from holdfast.actions.care.services.opening import backfill, open_duties
from holdfast.actions.care.services.owners import follow_owners
from holdfast.actions.care.services.planning import plan_tasks
from holdfast.actions.care.services.standards import StandardRow, add_version, change_switches

__all__ = [
    "StandardRow",
    "add_focus",
    "add_gift",
    "add_version",
    "answer_gift",
    "backfill",
    "care_for",
    "change_focus",
    "change_switches",
    "close_duties",
    "count_duties", "count_focus",
    "end_focus",
    "ensure_defaults",
    "follow_owners",
    "hand_over_focus",
    "open_birthdays",
    "open_duties",
    "open_festivals",
    "open_thanks",
    "plan_tasks",
]  # fmt: skip
