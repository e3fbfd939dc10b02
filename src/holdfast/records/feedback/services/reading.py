"""What a person reads out of a comment; it stands beside the machine's reading and counts before it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.feedback import queries, rules
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.services.comments import forget_reading, subject_of
from holdfast.records.feedback.services.following import tell
from holdfast.records.timeline import services as timeline

COLUMNS = ["confirmed_tone", "confirmed_complaint", "confirmed_topics", "confirmed_by", "confirmed_at", "updated_at"]


@transaction.atomic
def confirm_reading(
    comment: Comment, *, tone: str, is_complaint: bool, topics: Iterable[str], by: User | None
) -> Comment:
    """Say what a comment is: its tone, whether it holds a complaint, and its topics by code. Errors: Refusal."""
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    wanted = sorted(set(topics))
    _check(tone, wanted)
    if (locked.confirmed_tone, locked.confirmed_complaint, locked.confirmed_topics) == (tone, is_complaint, wanted):
        return locked
    before = audit.snapshot(locked)
    locked.confirmed_tone, locked.confirmed_complaint, locked.confirmed_topics = tone, bool(is_complaint), wanted
    locked.confirmed_by, locked.confirmed_at = by, timezone.now()
    return _written(locked, before, "confirm", by)


@transaction.atomic
def withdraw_reading(comment: Comment, *, by: User | None) -> Comment:
    """Take a person's reading back: the machine's counts again."""
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not locked.is_confirmed:
        return locked
    before = audit.snapshot(locked)
    forget_reading(locked)
    return _written(locked, before, "change", by)


def _check(tone: str, topics: list[str]) -> None:
    if tone not in rules.TONES:
        raise Refusal(str(rules.PROBLEMS["bad_tone"]), field="tone")
    if len(topics) > rules.MOST_TOPICS:
        raise Refusal(str(rules.PROBLEMS["too_many_topics"]) % {"most": rules.MOST_TOPICS}, field="topics")
    known = queries.topics() if topics else {}
    for code in topics:
        if code not in known:
            raise Refusal(str(rules.PROBLEMS["bad_topic"]) % {"text": code[:40]}, field="topics")


def _written(comment: Comment, before: dict, verb: str, by: User | None) -> Comment:
    comment.save(update_fields=COLUMNS)
    audit.record(
        actor=by, verb=verb, target=comment, before=before, after=audit.snapshot(comment), subject=subject_of(comment)
    )
    timeline.push_rows(queries.entry_rows([comment]))
    tell([comment.pk], "reading")
    return comment
