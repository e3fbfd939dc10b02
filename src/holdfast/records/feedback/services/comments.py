"""The writers of what customers said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from django.db import transaction
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce.models import Order, Product
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.feedback import rules
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.queries import SOURCE, comments_by_source, entry_rows
from holdfast.records.feedback.services.following import tell
from holdfast.records.timeline import services as timeline

CHUNK = 1000
GIVEN = ("channel", "said_at", "text", "nps", "csat", *rules.FACTORS, "contact", "order", "product")


class CommentRow(TypedDict, total=False):
    """customer*, said_at*, and text or a score*. `source` names what brought it in: the same again stays one."""

    customer: Customer
    said_at: datetime
    text: str
    channel: str
    nps: int | None
    csat: int | None
    attitude: int | None
    quality: int | None
    communication: int | None
    timeliness: int | None
    contact: Contact | None
    order: Order | None
    product: Product | None
    author: User | None
    source: str


def add_comment(
    customer: Customer, *, said_at: datetime, by: User | None, text: str = "", batch: Batch | None = None, **fields: Any
) -> Comment:
    """Keep one thing a customer said; further fields as in CommentRow. Errors: Refusal naming the field."""
    row: CommentRow = {"customer": customer, "said_at": said_at, "text": text, **fields}  # type: ignore[typeddict-item]
    return add_comments([row], by=by, batch=batch)[0]


@transaction.atomic
def add_comments(rows: Iterable[Mapping[str, Any]], *, by: User | None, batch: Batch | None = None) -> list[Comment]:
    """Many comments, all or none, in the order of `rows`; those whose source is known come back as they are.

    The first row that cannot stand refuses all. Each gets its line in the journal and in its customer's history.
    """
    given = list(rows)
    known = comments_by_source(row.get("source") or "" for row in given)
    fresh: list[Comment] = []
    made = []
    for row in given:
        source = row.get("source") or ""
        if source not in known or not source:
            comment = _built(row, by)
            fresh.append(comment)
            known[source] = comment
        made.append(known[source])
    Comment.objects.bulk_create(fresh, batch_size=CHUNK)
    entries = [(one, None, audit.snapshot(one), subject_of(one)) for one in fresh]
    audit.record_many(entries, actor=by, verb="add", batch=batch)
    timeline.push_rows(entry_rows(fresh))
    tell([one.pk for one in fresh], "text")
    return made


def _built(row: Mapping[str, Any], by: User | None) -> Comment:
    comment = Comment(customer=row["customer"], author=row.get("author") or by, source=row.get("source") or "")
    fill(comment, row)
    return comment


def fill(comment: Comment, row: Mapping[str, Any]) -> None:
    """Put checked values on a comment. Errors: Refusal naming the field."""
    if problem := rules.comment_problem({**row, "customer": comment.customer}, now=timezone.now()):
        code, field, facts = problem
        raise Refusal(str(rules.PROBLEMS[code]) % facts if facts else str(rules.PROBLEMS[code]), field=field)
    comment.channel = row.get("channel") or "other"
    comment.said_at = row["said_at"]
    comment.said_on = timezone.localdate(comment.said_at)
    comment.text = str(row.get("text") or "").strip()
    for score in (*rules.SCALES, *rules.FACTORS):
        setattr(comment, score, row.get(score))
    comment.contact, comment.order, comment.product = row.get("contact"), row.get("order"), row.get("product")


@transaction.atomic
def correct_comment(comment: Comment, *, by: User | None, **fields: Any) -> Comment:
    """Correct what was written down (fields of CommentRow). New words take back what a person had read in the old."""
    locked = _locked(comment)
    before = audit.snapshot(locked)
    old_text = locked.text
    fill(locked, {**{name: getattr(locked, name) for name in GIVEN}, **fields})
    is_said_anew = locked.text != old_text
    if is_said_anew:
        forget_reading(locked)
    after = audit.snapshot(locked)
    if after != before:
        locked.save()
        audit.record(
            actor=by, verb="change", target=locked, before=before, after=audit.snapshot(locked),
            subject=subject_of(locked),
        )  # fmt: skip
        timeline.push_rows(entry_rows([locked]))
        tell([locked.pk], "text" if is_said_anew else "reading")
    return locked


@transaction.atomic
def remove_comment(comment: Comment, *, by: User | None) -> None:
    """Take back a comment written down by mistake; what it said stays in the journal."""
    locked = _locked(comment)
    before, subject = audit.snapshot(locked), subject_of(locked)
    audit.record(actor=by, verb="delete", target=locked, before=before, subject=subject)
    timeline.remove_entry(SOURCE, locked.pk)
    locked.delete()


def forget_reading(comment: Comment) -> None:
    comment.confirmed_tone, comment.confirmed_complaint, comment.confirmed_topics = "", None, None
    comment.confirmed_by, comment.confirmed_at = None, None


def _locked(comment: Comment) -> Comment:
    found = Comment.objects.select_for_update(of=("self",)).select_related("customer", "contact", "order", "product")
    return found.get(pk=comment.pk)


def subject_of(comment: Comment) -> str:
    return f"customers.customer:{comment.customer_id}"
