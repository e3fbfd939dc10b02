"""How notices about tasks read, and what the daily digest says of tasks. Titles are looked up when they are shown."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import formats
from holdfast.foundation.accounts.models import User
from holdfast.foundation.notices.rules import Line, Payload, register_digest, register_wording
from holdfast.records.timeline import queries
from holdfast.records.timeline.models import Task
from holdfast.records.timeline.services.reminding import LATE
from holdfast.records.timeline.services.telling import GIVEN
from holdfast.records.timeline.services.writing import DUE

MOST_LINES = 60


def register() -> None:
    """Called once, when the program starts."""
    register_wording(DUE, due_words, icon="alarm", detail=_about, load=_with_tasks)
    register_wording(GIVEN, given_words, icon="user-share", detail=_about, load=_with_tasks_and_people)
    register_wording(LATE, late_words, icon="alert-triangle", load=_with_people)
    register_digest("timeline.tasks", gettext_lazy("到期的任务"), due_lines)


def due_words(payload: Payload) -> str:
    """「任务到期：致电王建国」."""
    task = payload.get("found")
    if task is None:
        return _("任务到期，但它已不在您能看到的任务里")
    return _("任务到期：%(title)s") % {"title": task.title}


def given_words(payload: Payload) -> str:
    """「林晚秋交给您一项任务：致电王建国」, 「林晚秋交给您 12 项任务」."""
    task, facts = payload.get("found"), {"by": payload.get("name", ""), "n": payload["n"]}
    if payload["n"] == 1 and task is not None:
        return _("%(by)s 交给您一项任务：%(title)s") % {**facts, "title": task.title}
    return _("%(by)s 交给您 %(n)s 项任务") % facts


def late_words(payload: Payload) -> str:
    """「周琪有 3 项任务逾期 3 天以上」."""
    facts = {"name": payload.get("name", ""), "n": payload["n"], "days": formats.days(payload["days"])}
    return _("%(name)s 有 %(n)s 项任务逾期至少 %(days)s") % facts


def _about(payload: Payload) -> str:
    """The customer and the day; nothing about several tasks."""
    task: Task | None = payload.get("found")
    if task is None or payload.get("n", 1) > 1:
        return ""
    words = [task.customer.name, _("%(day)s 到期") % {"day": due_text(task)}]
    return " · ".join(words if task.is_open else [*words, _("已完成")])


def due_text(task: Task) -> str:
    """「11-25」, 「11-25 15:00」."""
    day = formats.day(task.due_on, "plain")
    return f"{day} {task.due_time:%H:%M}" if task.due_time else day


def _with_tasks(reader: User, payloads: list[Payload]) -> list[Payload]:
    """Each with the task it is about, if the reader still sees it."""
    keys = {_key(payload) for payload in payloads}
    found = queries.visible_tasks(reader).in_bulk(keys)
    return [{**payload, "found": found.get(_key(payload))} for payload in payloads]


def _key(payload: Payload) -> int:
    return payload["task"] if "task" in payload else payload["tasks"][0]


def _with_people(reader: User, payloads: list[Payload]) -> list[Payload]:
    """Each with the name of the person it is about."""
    names = dict(User.objects.filter(pk__in={_person(payload) for payload in payloads}).values_list("pk", "name"))
    return [{**payload, "name": names.get(_person(payload), "")} for payload in payloads]


def _person(payload: Payload) -> int:
    return payload["by"] if "by" in payload else payload["person"]


def _with_tasks_and_people(reader: User, payloads: list[Payload]) -> list[Payload]:
    return _with_people(reader, _with_tasks(reader, payloads))


def due_lines(person: User, day: dt.date) -> list[Line]:
    """A person's own open tasks of the day and of the days before, for the digest."""
    lines = []
    for task in queries.open_tasks(person, assignee=person, until=day)[:MOST_LINES]:
        words = [task.customer.name, due_text(task), *([_("逾期")] if task.due_on < day else [])]
        lines.append(Line(task.title, " · ".join(words), reverse("timeline:task", args=[task.pk])))
    return lines
