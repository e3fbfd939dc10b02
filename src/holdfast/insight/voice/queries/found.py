"""Topics that the machine found, with what visible customers said; and how topics were merged so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit.models import Change
from holdfast.insight.voice.models import FoundTopic
from holdfast.insight.voice.queries.comments import filtered
from holdfast.insight.voice.queries.names import Names, topic_names
from holdfast.records.feedback.models import Comment, Topic

EXAMPLES = 3
BACK = timedelta(days=364)  # as far as proposals are looked for
MERGES = 12


@dataclass(frozen=True)
class Found:
    """A proposal with the newest visible comments that hold its words, and how many visible ones do."""

    topic: FoundTopic
    examples: list[Comment]
    comments: int


def found_topics(viewer: User) -> list[Found]:
    """Every proposal and decision, the most spoken of first."""
    rows = FoundTopic.objects.select_related("topic", "decided_by")
    return [_found(viewer, row) for row in rows]


def _found(viewer: User, row: FoundTopic) -> Found:
    said = filtered(viewer, {"found": row.pk, "since": row.found_on - BACK}).exclude(text="")
    examples = list(said.order_by("-said_at", "-pk")[:EXAMPLES]) if row.state == "open" else []
    return Found(row, examples, said.order_by().count() if row.state != "dismissed" else 0)


def open_proposals() -> int:
    return FoundTopic.objects.filter(state="open").count()


def words_of(pk: Any) -> list[str]:
    """The words of a found topic."""
    row = FoundTopic.objects.filter(pk=pk).first()
    return list(row.words) if row else []


@dataclass(frozen=True)
class Merge:
    """A topic that was merged or taken apart: when, by whom, what, and whether that was undone."""

    at: datetime
    who: str
    what: str
    is_undone: bool


def merges() -> list[Merge]:
    """How topics were merged and taken apart, the last first."""
    told = Change.objects.filter(model="feedback.topic", verb__in=("merge", "split")).select_related("actor", "batch")
    rows = list(told[:MERGES])
    if not rows:
        return []
    names = topic_names()
    by_key = {topic.pk: topic for topic in names.topics.values()}
    return [_merge(row, names, by_key) for row in rows]


def _merge(row: Change, known: Names, topics: dict[int, Topic]) -> Merge:
    topic = topics.get(int(row.object_id))
    words = {"name": known.own(topic.code) if topic else row.label}
    into = topics.get((row.after or {}).get("merged_into_id") or 0)
    what = _("拆开「%(name)s」") % words
    if row.verb == "merge":
        what = _("「%(name)s」并入「%(into)s」") % {**words, "into": known.own(into.code) if into else _("已删的主题")}
    return Merge(row.at, getattr(row.actor, "name", "") or "", what, bool(row.batch and row.batch.undone_at))
