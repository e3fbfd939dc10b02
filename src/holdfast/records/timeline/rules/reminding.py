"""When a task reminds. No database."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A task without a time of day is due when work begins; its reminder counts from there.
DAY_BEGINS = dt.time(9)
# Minutes before it is due → the words for it; None = no reminder.
REMINDERS: dict[int | None, Promise] = {
    0: _("到期时"),
    15: _("提前 15 分钟"),
    60: _("提前 1 小时"),
    24 * 60: _("提前 1 天"),
    3 * 24 * 60: _("提前 3 天"),
    7 * 24 * 60: _("提前 7 天"),
    None: _("不提醒"),
}


def due_moment(day: dt.date, clock: dt.time | None) -> dt.datetime:
    """The moment at which a task is due, in the company's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, clock or DAY_BEGINS))


def reminder_at(day: dt.date, clock: dt.time | None, minutes: int | None, now: dt.datetime) -> dt.datetime | None:
    """When to remind; None without a wish, or when that moment had passed before the task was there.

    A reminder ahead of time that came too late is made up for when the task is due.
    """
    if minutes is None:
        return None
    due = due_moment(day, clock)
    ahead = due - dt.timedelta(minutes=minutes)
    return next((moment for moment in (ahead, due) if moment > now), None)
