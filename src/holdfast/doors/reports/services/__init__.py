"""Draft, review, sign; decide actions."""

from holdfast.doors.reports.services.actions import (
    add_action,
    change_action,
    finish_action,
    propose_actions,
    remove_action,
)
from holdfast.doors.reports.services.history import make_history
from holdfast.doors.reports.services.reports import comment_report, draft_report, review_report, sign_report

__all__ = [
    "add_action",
    "change_action",
    "comment_report",
    "draft_report",
    "finish_action",
    "make_history",
    "propose_actions",
    "remove_action",
    "review_report",
    "sign_report",
]
