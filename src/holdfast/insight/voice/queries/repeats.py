"""Groups of comments that say the same in almost the same words, as far as the viewer sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min

from holdfast.foundation.accounts.models import User
from holdfast.insight.voice.queries.comments import visible_comments
from holdfast.records.feedback.models import Comment

MOST_GROUPS = 200


@dataclass(frozen=True)
class AlikeGroup:
    """One group: its key, the newest of its comments, how many there are, of how many customers, from when to when."""

    key: int
    comment: Comment
    comments: int
    customers: int
    first: date
    last: date

    @property
    def repeated(self) -> int:
        """Comments that figures leave out, for the same customer said it again."""
        return self.comments - self.customers


def alike_groups(viewer: User) -> list[AlikeGroup]:
    """The largest groups with at least two visible comments; a fixed number of queries."""
    seen = Comment.objects.visible_to(viewer).filter(reading__same_as__isnull=False).order_by()
    counted = seen.values("reading__same_as").annotate(
        n=Count("pk"),
        whose=Count("customer", distinct=True),
        first=Min("said_on"),
        last=Max("said_on"),
        newest=Max("pk"),
    )
    rows = list(counted.filter(n__gt=1).order_by("-n", "-last", "reading__same_as")[:MOST_GROUPS])
    inside = seen.filter(reading__same_as__in=[row["reading__same_as"] for row in rows])
    newest = dict(inside.order_by("said_at", "pk").values_list("reading__same_as", "pk"))
    comments = visible_comments(viewer).in_bulk(list(newest.values()))
    return [_group(row, comments[newest[row["reading__same_as"]]]) for row in rows]


def _group(row: dict[str, Any], newest: Comment) -> AlikeGroup:
    return AlikeGroup(row["reading__same_as"], newest, row["n"], row["whose"], row["first"], row["last"])
