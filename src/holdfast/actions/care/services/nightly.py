"""The night's work of this room, in order."""

from __future__ import annotations

from datetime import date

from holdfast.actions.care.models import Duty
from holdfast.actions.care.services.closing import close_duties
from holdfast.actions.care.services.counting import count_duties
from holdfast.actions.care.services.greetings import open_birthdays, open_festivals, open_thanks
from holdfast.actions.care.services.opening import open_duties
from holdfast.actions.care.services.owners import follow_owners
from holdfast.actions.care.services.planning import plan_tasks
from holdfast.common.months import Month


def care_for(on: date) -> dict[str, int]:
    """Close what is over, open what is due, turn it into tasks, and count. Safe to run twice.

    In the month in which the house begins with it, nothing is owed for the days before.
    """
    since = None if Duty.objects.exists() else on
    closed, moved = close_duties(on), follow_owners(on)
    opened = open_duties(Month.of(on), since=since)
    tasks = plan_tasks(on)
    count_duties()
    greetings = open_birthdays(on) + open_festivals(on) + open_thanks(on)
    return {"closed": closed, "moved": moved, **opened, **tasks, "greetings": greetings}
