"""Rows out for insight, read-only: `.values()` querysets whose SQL takes no parameters."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.db.models import F, Q, QuerySet

from holdfast.records.feedback.models import Comment

Rows: TypeAlias = QuerySet[Any, Any]


def comments() -> Rows:
    """One row a comment: comment_id, customer_id, day, channel, nps (0–10, null), csat (1–5, null), is_complaint (what
    a person said; null: nobody has yet), tone (what a person said; "": nobody), order_id, product_id."""
    return Comment.objects.order_by().values(
        "customer_id", "channel", "nps", "csat", "order_id", "product_id",
        comment_id=F("pk"), day=F("said_on"), is_complaint=F("confirmed_complaint"), tone=F("confirmed_tone"),
    )  # fmt: skip


def complaints() -> Rows:
    """One row a complaint: comment_id, customer_id, day. One that came as a complaint, unless a person said it is none,
    and any other that a person said is one; what a model believes of it does not count."""
    came = Q(channel="complaint", confirmed_complaint__isnull=True)
    return (
        Comment.objects.filter(came | Q(confirmed_complaint=True))
        .order_by()
        .values("customer_id", comment_id=F("pk"), day=F("said_on"))
    )


def texts() -> Rows:
    """One row a comment with words: comment_id, customer_id, text; read for tone and topics."""
    return Comment.objects.exclude(text="").order_by().values("customer_id", "text", comment_id=F("pk"))
