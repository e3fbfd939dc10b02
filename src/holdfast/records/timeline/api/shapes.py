"""What a task, a contact that took place and a line of the history look like from outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from holdfast.common.api import Day, In, Key, Out, Problem, Room, Text
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.timeline.models import Interaction, Task

router = Room("timeline")
VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.TASK_EDIT
Minutes = Annotated[int, Field(ge=1, le=1440)]
OF_TASK = (
    "id", "customer_id", "kind", "title", "assignee_id", "due_on", "due_time", "remind_minutes", "done_at", "done_by_id",
    "outcome", "opened_by_id", "created_at", "updated_at",
)  # fmt: skip
OF_INTERACTION = (
    "id", "customer_id", "channel", "direction", "at", "on", "minutes", "summary", "contact_id", "author_id", "task_id",
    "created_at", "updated_at",
)  # fmt: skip


class TaskOut(Out):
    id: int
    customer_id: int = 0
    kind: str = ""
    title: str = ""
    assignee_id: int = 0
    due_on: date | None = None
    due_time: time | None = None
    remind_minutes: int | None = None
    is_overdue: bool = False
    done_at: datetime | None = None
    done_by_id: int | None = None
    outcome: str = ""
    opened_by_id: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class TaskIn(In):
    """Without `assignee_id` it is yours."""

    customer_id: Key
    title: Text(200, 1)  # type: ignore[valid-type]
    due_on: Day
    kind: Literal["call", "visit", "win_back", "stop_decline", "thank", "other"] = "call"
    assignee_id: Key | None = None


class TaskPatch(In):
    """Hand an open task to somebody else, or give it another day."""

    assignee_id: Key | None = None
    due_on: Day | None = None


class FinishIn(In):
    outcome: Text(400, 1)  # type: ignore[valid-type]
    on: Day | None = None
    minutes: Minutes | None = None


class InteractionOut(Out):
    id: int
    customer_id: int = 0
    channel: str = ""
    direction: str = ""
    at: datetime | None = None
    on: date | None = None
    minutes: int | None = None
    summary: str = ""
    contact_id: int | None = None
    author_id: int | None = None
    participant_ids: list[int] = []
    task_id: int | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class InteractionPatch(In):
    channel: Literal["call", "visit", "wechat", "email", "meeting", "other"] = "call"
    direction: Literal["in", "out"] = "out"
    at: AwareDatetime = datetime(2000, 1, 1)
    minutes: Minutes | None = None
    summary: Text(2000) = ""  # type: ignore[valid-type]
    contact_id: Key | None = None
    participant_ids: Annotated[list[Key], Field(max_length=50)] = []


class InteractionIn(InteractionPatch):
    """Without `participant_ids` you alone took part; `minutes` may stay unknown."""

    customer_id: Key
    channel: Literal["call", "visit", "wechat", "email", "meeting", "other"]
    at: AwareDatetime


class EntryOut(Out):
    id: int
    customer_id: int = 0
    kind: str = ""
    at: datetime | None = None
    words: str = ""
    text: str = ""
    source: str = ""
    source_id: int = 0
    payload: dict[str, Any] = {}
    author_id: int | None = None


def task_out(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in OF_TASK} | {"is_overdue": task.is_overdue}


def interaction_out(row: Interaction) -> dict[str, Any]:
    """Needs `participants` prefetched."""
    people = sorted(seat.user_id for seat in row.participants.all())
    return {name: getattr(row, name) for name in OF_INTERACTION} | {"participant_ids": people}


class Known:
    """Customers, people and contacts that rows (not yet checked) name, looked up once and within reach."""

    def __init__(self, viewer: User, rows: Iterable[Mapping[str, Any]]) -> None:
        self.viewer = viewer
        given = [row for row in rows if isinstance(row, Mapping)]
        seen = Customer.objects.visible_to(viewer)
        self._customers = seen.in_bulk(_keys(given, "customer_id"))
        contacts = Contact.objects.filter(customer__in=seen.order_by().values("pk"))
        self._contacts = contacts.in_bulk(_keys(given, "contact_id"))
        people = _keys(given, "assignee_id") | {
            key for row in given for key in _whole(row.get("participant_ids") if _is_list(row) else ())
        }
        self._people = accounts.assignable_users(viewer).in_bulk(people)

    def customer(self, key: int) -> Customer:
        return _named(self._customers, key, "customer_id")

    def contact(self, key: int) -> Contact:
        return _named(self._contacts, key, "contact_id")

    def person(self, key: int, field: str) -> User:
        return self.viewer if key == self.viewer.pk else _named(self._people, key, field)


def _is_list(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("participant_ids"), list)


def _whole(values: Any) -> set[int]:
    return {value for value in values if isinstance(value, int) and not isinstance(value, bool)}


def _keys(rows: Iterable[Mapping[str, Any]], name: str) -> set[int]:
    return _whole([row.get(name) for row in rows])


def _named(found: Mapping[int, Any], key: int, field: str) -> Any:
    if key not in found:
        raise Problem("not_known", 422, field=field, name=f"{field} {key}")
    return found[key]
