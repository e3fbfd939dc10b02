"""Reading comments and topics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.feedback.models import Comment, Topic
from holdfast.records.timeline.rules import EntryRow

SOURCE = "feedback.comment"
CHANGE_DAYS = 7


def visible_comments(viewer: User) -> QuerySet[Comment]:
    """Comments of visible customers, the last one first, with what a list shows beside them."""
    found: QuerySet[Comment] = Comment.objects.visible_to(viewer)
    return found.select_related("customer", "contact", "author", "order", "product", "confirmed_by")


def may_change(viewer: User, comment: Comment) -> bool:
    """Who wrote a comment down may correct the words for a few days; later they stand."""
    is_fresh = timezone.now() - comment.created_at < timedelta(days=CHANGE_DAYS)
    return is_fresh and comment.author_id == viewer.pk and viewer.may(Permission.FEEDBACK_EDIT)


def comments_by_source(sources: Iterable[str]) -> dict[str, Comment]:
    """Comments by what brought them in; for writers, so without a viewer."""
    wanted = sorted(set(sources) - {""})
    found: dict[str, Comment] = {}
    for start in range(0, len(wanted), 500):
        found |= {row.source: row for row in Comment.objects.filter(source__in=wanted[start : start + 500])}
    return found


def topics() -> dict[str, Topic]:
    """Every topic by its code."""
    return {topic.code: topic for topic in Topic.objects.select_related("merged_into")}


def roots(known: Mapping[str, Topic] | None = None) -> dict[str, str]:
    """Code → the code it counts as, merges followed to their end."""
    given = known if known is not None else topics()
    by_key = {topic.pk: topic for topic in given.values()}

    def root(topic: Topic) -> str:
        seen = set()
        while topic.merged_into_id in by_key and topic.pk not in seen:
            seen.add(topic.pk)
            topic = by_key[topic.merged_into_id]
        return topic.code

    return {code: root(topic) for code, topic in given.items()}


# --- the lines of the history -------------------------------------------------------------------------------------
def entry_rows(comments: Iterable[Comment]) -> Iterator[EntryRow]:
    """The lines of the history that tell of comments."""
    for row in comments:
        yield {
            "customer_id": row.customer_id, "source": SOURCE, "source_id": row.pk, "kind": "service", "at": row.said_at,
            "payload": {"channel": row.channel, "nps": row.nps, "csat": row.csat, "tone": row.confirmed_tone},
            "text": row.text, "author_id": row.author_id,
        }  # fmt: skip


def all_entry_rows() -> Iterator[EntryRow]:
    """The lines of all comments, for the doctor."""
    return entry_rows(Comment.objects.order_by("pk").iterator(2000))
