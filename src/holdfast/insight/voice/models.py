"""What machines read out of comments, what counts of it, and the company's own model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.rules import TONES, TOPIC_LENGTH


def tones() -> list[tuple[str, Any]]:
    return list(TONES.items())


class Reading(models.Model):
    """One row a comment that was read. Derived: made anew by the job, so not journalled.

    `tone`, the chances (0–1), `aspects` [{aspect, opinion, polarity}] and `topics` are the machine's, with the version of
    its model ("" = no words for a machine to read); the `shown_` columns are what counts: a person's reading before it.
    """

    comment = models.OneToOneField(Comment, models.CASCADE, primary_key=True, related_name="reading")
    tone = models.CharField(max_length=8, choices=tones, blank=True)
    p_negative = models.FloatField(null=True)
    p_complaint = models.FloatField(null=True)
    aspects = models.JSONField(default=list)
    topics = models.JSONField(default=list)
    model = models.CharField(max_length=60, blank=True)
    read_at = models.DateTimeField(auto_now=True)
    shown_tone = models.CharField(max_length=8, choices=tones)
    shown_complaint = models.BooleanField(default=False)

    personal_fields = {"aspects": "erase"}

    class Meta:
        indexes = [
            models.Index(fields=["shown_tone"], name="reading_tone"),
            models.Index(fields=["shown_complaint"], name="reading_complaint"),
            models.Index(fields=["model"], name="reading_model"),
        ]

    def __str__(self) -> str:
        return f"{self.shown_tone} {self.comment_id}"


class Mention(models.Model):
    """A topic that a comment is about, as it counts: a person's topics, else the machine's."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="mentions")
    topic = models.CharField(max_length=TOPIC_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "topic"], name="mention_once")]
        indexes = [models.Index(fields=["topic", "reading"], name="mention_topic")]

    def __str__(self) -> str:
        return f"{self.topic} {self.reading_id}"


class CompanyModel(Base):
    """A model trained on what the company's people confirmed, with how it did on comments it had not seen.

    `measured`: {"company": {…}, "built_in": {…}, "held_out": n}. It is used only when somebody says so, and may be said
    so only when it did better than the built-in one.
    """

    version = models.CharField(max_length=60, unique=True)
    labelled = models.PositiveIntegerField()
    measured = models.JSONField(default=dict)
    path = models.CharField(max_length=200)
    trained_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_better = models.BooleanField(default=False)
    used_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.version

    @property
    def file(self) -> Path:
        return Path(settings.DATA) / self.path
