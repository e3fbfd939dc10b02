"""What machines read out of comments, what counts of it, and the company's own model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.insight.quality.models import Process
from holdfast.insight.voice.rules import BASES, DECISIONS, FOUND_STATES, KINDS
from holdfast.records.customers.models import Customer
from holdfast.records.feedback.models import Comment, Topic
from holdfast.records.feedback.rules import TONES, TOPIC_LENGTH


def tones() -> list[tuple[str, Any]]:
    return list(TONES.items())


class Reading(models.Model):
    """One row a comment that was read. Derived: made anew by the job, so not journalled.

    `tone`, the chances (0–1), `aspects` [{aspect, opinion, polarity}] and `topics` are the machine's, with the version of
    its model ("" = no words for a machine to read); the `shown_` columns are what counts: a person's reading before it.
    `same_as`: key of the first comment that says the same in almost the same words, of all customers; null: none does.
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
    same_as = models.BigIntegerField(null=True, blank=True)

    personal_fields = {"aspects": "erase", "same_as": "erase"}

    class Meta:
        indexes = [
            models.Index(fields=["shown_tone"], name="reading_tone"),
            models.Index(fields=["shown_complaint"], name="reading_complaint"),
            models.Index(fields=["model"], name="reading_model"),
            models.Index(fields=["same_as"], name="reading_alike", condition=Q(same_as__isnull=False)),
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


def bases() -> list[tuple[str, Any]]:
    return list(BASES.items())


def found_states() -> list[tuple[str, Any]]:
    return list(FOUND_STATES.items())


def kinds() -> list[tuple[str, Any]]:
    return list(KINDS.items())


def decisions() -> list[tuple[str, Any]]:
    return list(DECISIONS.items())


class WeightRule(Base):
    """How voices are weighed; the newest row counts, older ones stay as they were.

    `basis`: what a customer is worth (profit or revenue of 12 months); `floor`: the part of a head's share that the
    smallest customer still has; steps of severity by tone and for a complaint; days after which a voice weighs half.
    """

    basis = models.CharField(max_length=8, choices=bases, default="profit")
    floor = models.FloatField(default=0.25)
    half_life_days = models.PositiveSmallIntegerField(default=180)
    complaint = models.FloatField(default=3.0)
    negative = models.FloatField(default=2.0)
    neutral = models.FloatField(default=1.0)
    positive = models.FloatField(default=0.5)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(half_life_days__gt=0, floor__gte=0, floor__lte=1) & Q(complaint__gt=0, negative__gt=0)
                & Q(neutral__gt=0, positive__gt=0),
                name="weight_rule_makes_sense",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.basis} {self.half_life_days}"


class FoundTopic(Base):
    """A topic that comments have in common, proposed by the machine for a person to decide on.

    `words`: a comment is about it when it holds two of them (or the one, where there is but one). Words are such as at
    least three customers used. `comments`, `customers`: how many of the whole company when it was found; `overlap`:
    topic code → share of its comments that are about that one already. Accepted: `topic` is what they count as.
    """

    key = models.CharField(max_length=80, unique=True)
    words = models.JSONField(default=list)
    comments = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    overlap = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=found_states, default="open")
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, blank=True, related_name="found")
    found_on = models.DateField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    personal_fields = {"words": "keep"}

    class Meta:
        ordering = ["-comments", "pk"]

    def __str__(self) -> str:
        return " · ".join(self.words[:3])


class NeedQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: User) -> Any:
        """Needs of many, and those of one customer whom the viewer sees."""
        if not viewer.may(Permission.CUSTOMER_VIEW):
            return self.none()
        if viewer.scope == Scope.ALL:
            return self
        seen = Customer.objects.visible_to(viewer).order_by().filter(pk=OuterRef("customer_id"))
        return self.filter(Q(customer=None) | Exists(seen))


class Need(Base):
    """What customers need, out of what they say, and what the company decided to do about it.

    `topic`: under which the voices stand; `customer`: whose need, for an individual one. `driver`: what of ours it hangs
    on. Its measure: a kept `process` (days from date to date), else `measure`, `unit`, `target` and `limit` in words and
    numbers. `owner` keeps it until `review_on`.
    """

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=10, choices=kinds)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, blank=True, related_name="voice_needs")
    text = models.CharField(max_length=200)
    driver = models.CharField(max_length=200, blank=True)
    decision = models.CharField(max_length=10, choices=decisions, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    process = models.ForeignKey(Process, models.PROTECT, null=True, blank=True, related_name="needs")
    measure = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    target = models.FloatField(null=True, blank=True)
    limit = models.FloatField(null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    review_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = NeedQuerySet.as_manager()
    personal_fields = {"text": "blank", "driver": "erase", "reason": "erase", "measure": "keep"}

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["topic", "archived_at"], name="need_of_topic")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="common", customer=None) | Q(kind="individual", customer__isnull=False),
                name="need_is_of_one_or_of_many",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"/voice/needs/{self.pk}/"
