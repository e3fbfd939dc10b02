"""Comments are read by the machine in sets; what counts of a reading follows what people say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from holdfast.foundation.audit.services import ERASED
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import enqueue
from holdfast.insight.voice import readers
from holdfast.insight.voice.models import FoundTopic, Mention, Reading
from holdfast.insight.voice.rules import COMPLAINT_FROM, has_words
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment

CHUNK = 500
JOB = "voice.read"
MACHINE = [
    "tone",
    "p_negative",
    "p_complaint",
    "aspects",
    "topics",
    "model",
    "read_at",
    "shown_tone",
    "shown_complaint",
]
Tell = Callable[[int, int], None]
Thing = TypeVar("Thing")


def follow(ids: Sequence[int], what: str) -> None:
    """Comments are new or say something else ("text"): to be read; a person said what they are: that counts now."""
    if what == "text":
        for some in _chunks(ids):
            Reading.objects.filter(comment__in=some).delete()
    if what != "reading":
        ask_to_read()
    settle(ids)


def ask_to_read() -> Job | None:
    """Have the machine read what waits, once; None when somebody asked already."""
    if Job.objects.filter(name=JOB, state="queued").exists():
        return None
    return enqueue(JOB)


def unread(version: str) -> QuerySet[Comment]:
    """Comments with words that this model has not read."""
    with_words = Comment.objects.exclude(text="").exclude(text=ERASED)
    return with_words.filter(Q(reading=None) | ~Q(reading__model=version)).order_by("pk")


def read_comments(*, tell: Tell | None = None) -> dict[str, int | str]:
    """Read every comment that the model in use has not read yet, 500 a transaction; safe to run twice.

    Result: {"read": how many, "model": by which}. Topics that are new enter the company's word list.
    """
    model = readers.model_in_use()
    waiting = unread(model.version)
    total, done, last = waiting.count(), 0, 0
    while some := list(waiting.filter(pk__gt=last)[:CHUNK]):
        with transaction.atomic():
            _write(some, model.read([comment.text for comment in some]), model.version)
        last, done = some[-1].pk, done + len(some)
        if tell is not None:
            tell(done, total)
    return {"read": done, "model": model.version}


def _write(comments: list[Comment], found: list[readers.Read], version: str) -> None:
    now = timezone.now()
    rows = [
        Reading(
            comment=comment, tone=read.tone, p_negative=read.p_negative, p_complaint=read.p_complaint,
            aspects=read.aspects, topics=read.topics, model=version, read_at=now,
        )
        for comment, read in zip(comments, found, strict=True)
    ]  # fmt: skip
    feedback.ensure_topics({topic for read in found for topic in read.topics})
    _settle(rows)


def settle(ids: Iterable[int]) -> int:
    """Let readings of these comments show what counts: a person's word before the machine's; how many."""
    settled = 0
    for some in _chunks(ids):
        comments = Comment.objects.filter(pk__in=some).select_related("reading")
        rows = [_reading(comment) for comment in comments if comment.is_confirmed or hasattr(comment, "reading")]
        _settle(rows)
        settled += len(rows)
        gone = Reading.objects.filter(comment__in=some, model="", comment__confirmed_at=None)
        gone.delete()  # a score without words, and nobody's reading any more
    return settled


def _reading(comment: Comment) -> Reading:
    found = comment.reading if hasattr(comment, "reading") else Reading()
    found.comment = comment
    found.read_at = timezone.now() if found.read_at is None else found.read_at
    return found


def _settle(rows: list[Reading]) -> None:
    for row in rows:
        row.shown_tone, row.shown_complaint = shown(row)
    Reading.objects.bulk_create(rows, update_conflicts=True, unique_fields=["comment"], update_fields=MACHINE)
    Mention.objects.filter(reading__in=[row.pk for row in rows]).delete()
    found = accepted_topics()
    Mention.objects.bulk_create(Mention(reading=row, topic=topic) for row in rows for topic in shown_topics(row, found))


def shown(row: Reading) -> tuple[str, bool]:
    """(tone, whether it is a complaint) that count."""
    comment = row.comment
    if comment.is_confirmed:
        return comment.confirmed_tone, bool(comment.confirmed_complaint)
    return row.tone or "neutral", (row.p_complaint or 0) >= COMPLAINT_FROM


def accepted_topics() -> list[tuple[list[str], str]]:
    """(words, topic's code) of the found topics that people accepted."""
    accepted = FoundTopic.objects.filter(state="accepted", topic__isnull=False).order_by("pk")
    return list(accepted.values_list("words", "topic__code"))


def shown_topics(row: Reading, found: Sequence[tuple[Sequence[str], str]] = ()) -> list[str]:
    """Topics that count: a person's; else the machine's, and found ones whose words stand in the comment."""
    if row.comment.is_confirmed:
        return sorted(set(row.comment.confirmed_topics or []))
    held = {code for words, code in found if has_words(row.comment.text, words)}
    return sorted({*(row.topics or []), *held})


def _chunks(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    rows = iter(things)
    while some := list(islice(rows, CHUNK)):
        yield some
