"""What customers' voices weigh, and what was decided on their needs, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404
from pydantic import Field

from holdfast.common.api import (
    Asked,
    Day,
    In,
    Key,
    Out,
    Problem,
    Room,
    Sort,
    Text,
    Whole,
    choice,
    day,
    etag_of,
    listed,
    moment,
    page_of,
    seen,
    text,
    whole,
)
from holdfast.common.months import Month, today
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.quality.models import Process
from holdfast.insight.voice import queries, services
from holdfast.insight.voice.models import Need
from holdfast.insight.voice.rules import DECISIONS, KINDS
from holdfast.records.customers.models import Customer
from holdfast.records.feedback.models import Topic
from holdfast.records.feedback.rules import TOPIC_LENGTH

router = Room("voice")
VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT
NEWEST, SINCE = Sort("new", "pk", is_falling=True), Sort("since", "updated_at")
MONTHS = 12
Figure = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]


class VoiceTopicOut(Out):
    id: str
    name: str = ""
    kind: str = ""
    comments: int = 0
    complaints: int = 0
    customers: int = 0
    head_share: float = 0
    heads: float = 0
    weight: float = 0
    cumulative: float = 0
    is_vital: bool = False


@router.lists(
    "/voice/topics", "list_voice_topics", "List topics by weight", gives=VoiceTopicOut, words=[VIEW],
    params=[day("since"), day("until")],
)  # fmt: skip
def list_voice_topics(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """What your customers talk about, the weightiest first, of the last twelve months or of the days asked for; weighed by
    worth, severity and recency, beside the count of heads. A handful of rows."""
    until = min(asked.get("until") or today(), today())
    first = asked.get("since") or Month.of(until).plus(1 - MONTHS).first
    board = queries.topic_board(request.user, {"since": first, "until": until}, until=until)
    return listed([_topic(row) for row in board.by_weight[: asked.limit]], asked.cut)


def _topic(row: queries.TopicRow) -> dict[str, Any]:
    names = (
        "name", "kind", "comments", "complaints", "head_share", "heads", "weight", "cumulative", "is_vital",
    )  # fmt: skip
    return {"id": row.code, "customers": len(row.customers), **{name: getattr(row, name) for name in names}}


class VoiceNeedOut(Out):
    id: int
    topic: str = ""
    kind: str = ""
    customer_id: int | None = None
    text: str = ""
    driver: str = ""
    decision: str = ""
    reason: str = ""
    process_id: int | None = None
    measure: str = ""
    unit: str = ""
    target: float | None = None
    limit: float | None = None
    owner_id: int | None = None
    review_on: date | None = None
    decided_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class VoiceNeedPatch(In):
    """What is given changes; a measure is either a kept process or words with target and limit."""

    kind: Literal["common", "individual"] | None = None
    customer_id: Key | None = None
    text: Text(200) | None = None  # type: ignore[valid-type]
    driver: Text(200) | None = None  # type: ignore[valid-type]
    decision: Literal["", "process", "agreement", "declined"] | None = None
    reason: Text(300) | None = None  # type: ignore[valid-type]
    process_id: Key | None = None
    measure: Text(60) | None = None  # type: ignore[valid-type]
    unit: Text(20) | None = None  # type: ignore[valid-type]
    target: Figure | None = None
    limit: Figure | None = None
    owner_id: Key | None = None
    review_on: Day | None = None


class VoiceNeedIn(VoiceNeedPatch):
    topic: Annotated[str, Field(max_length=TOPIC_LENGTH)]
    kind: Literal["common", "individual"]
    text: Text(200)  # type: ignore[valid-type]


def _shown(need: Need) -> dict[str, Any]:
    return {name: getattr(need, name) for name in VoiceNeedOut.model_fields if name != "topic"} | {
        "topic": need.topic.code
    }


@router.lists(
    "/voice/needs", "list_voice_needs", "List needs", gives=VoiceNeedOut, words=[VIEW],
    params=[
        text("topic"), whole("customer"), choice("kind", list(KINDS)), choice("decision", list(DECISIONS)),
        moment("updated_since"),
    ],
)  # fmt: skip
def list_voice_needs(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Needs of many customers, and those of single customers of yours, with what was decided; the newest first."""
    found = queries.visible_needs(request.user)
    fields = {
        "topic": "topic__code", "customer": "customer", "kind": "kind", "decision": "decision",
        "updated_since": "updated_at__gte",
    }  # fmt: skip
    found = found.filter(**{fields[name]: value for name, value in asked.values.items() if name in fields})
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row)), page.next)


def _need(request: StaffRequest, pk: int) -> Need:
    found = queries.visible_needs(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _whole(need: Need) -> Whole:
    return Whole(_shown(need), etag_of(need), f"/api/v1/voice/needs/{need.pk}")


@router.gets("/voice/needs/{int:pk}", "get_voice_need", "Read a need", gives=VoiceNeedOut, words=[VIEW])
def get_voice_need(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One need with its measure and what was decided."""
    found = _need(request, pk)
    return Whole(asked.cut(_shown(found)), etag_of(found))


def _values(viewer: User, given: dict[str, Any]) -> dict[str, Any]:
    """What the services take: rows for keys, as far as the viewer sees them. Errors: Problem naming the field."""
    known: dict[str, Any] = {
        "customer_id": Customer.objects.visible_to(viewer),
        "process_id": Process.objects.filter(archived_at=None),
        "owner_id": assignable_users(viewer),
    }
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            values[name] = value
            continue
        row = known[name].filter(pk=value).first() if value is not None else None
        if value is not None and row is None:
            raise Problem("not_known", 422, field=name, name=f"{name} {value}")
        values[name.removesuffix("_id")] = row
    return values


@router.adds("/voice/needs", "create_voice_need", "Write a need down", gives=VoiceNeedOut, words=[VIEW, EDIT])
def create_voice_need(request: StaffRequest, body: VoiceNeedIn) -> Whole:
    """Write down what customers need under a topic, and what is done about it."""
    given = body.given()
    topic = Topic.objects.filter(code=given.pop("topic")).first()
    if topic is None:
        raise Problem("not_known", 422, field="topic", name=f"topic {body.topic}")
    values = {name: value for name, value in _values(request.user, given).items() if value is not None}
    return _whole(services.keep_need(None, by=request.user, topic=topic, **values))


@router.changes("/voice/needs/{int:pk}", "update_voice_need", "Change a need", gives=VoiceNeedOut, words=[VIEW, EDIT])
def update_voice_need(request: StaffRequest, pk: int, body: VoiceNeedPatch) -> Whole:
    """Change what was written down or decided; null empties a key, a number or a day."""
    with transaction.atomic():
        found = _need(request, pk)
        seen(request, found)
        values = _values(request.user, body.given())
        empties = ("customer", "process", "owner", "target", "limit", "review_on")
        kept = {name: value for name, value in values.items() if value is not None or name in empties}
        done = services.keep_need(found, by=request.user, **kept)
    return _whole(done)
