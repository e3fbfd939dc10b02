"""What customers said, what a person read out of it, and what it can be about."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce.models import Order, Product
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.feedback.rules import CHANNELS, FACTORS, TONES, TOPIC_LENGTH
from holdfast.records.timeline.models.entries import OfCustomerQuerySet


def channels() -> list[tuple[str, Any]]:
    return list(CHANNELS.items())


def tones() -> list[tuple[str, Any]]:
    return list(TONES.items())


class Topic(Base):
    """What comments can be about: a company's word list. `code` is what readings name; `name` empty: the built-in name.

    `is_own`: made by a person; the machine does not know it.

    A topic merged into another counts as that one everywhere; nothing of what was read is rewritten.
    """

    code = models.CharField(max_length=TOPIC_LENGTH, unique=True)
    name = models.CharField(max_length=TOPIC_LENGTH, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    is_own = models.BooleanField(default=False)

    personal_fields = {"name": "keep"}

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk")), name="topic_not_merged_into_itself"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Comment(Base):
    """One thing a customer said or wrote, or an answer to a survey: a text, a score, or both.

    `said_on` is the company's day of `said_at`. `nps`: would recommend us, 0–10; `csat`: how satisfied, 1–5; attitude,
    quality, communication and timeliness: the parts of it, 1–5 each. The
    `confirmed_` columns are what a person read out of it, apart from any machine's reading; tone "" = nobody has yet.
    `source` names what brought it in from elsewhere, once only.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="comments")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="comments")
    order = models.ForeignKey(Order, models.SET_NULL, null=True, blank=True, related_name="comments")
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="comments")
    channel = models.CharField(max_length=10, choices=channels, default="other")
    said_at = models.DateTimeField()
    said_on = models.DateField(editable=False)
    text = models.TextField(blank=True)
    nps = models.PositiveSmallIntegerField(null=True, blank=True)
    csat = models.PositiveSmallIntegerField(null=True, blank=True)
    attitude = models.PositiveSmallIntegerField(null=True, blank=True)
    quality = models.PositiveSmallIntegerField(null=True, blank=True)
    communication = models.PositiveSmallIntegerField(null=True, blank=True)
    timeliness = models.PositiveSmallIntegerField(null=True, blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=80, blank=True)
    confirmed_tone = models.CharField(max_length=8, choices=tones, blank=True)
    confirmed_complaint = models.BooleanField(null=True, blank=True)
    confirmed_topics = models.JSONField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = OfCustomerQuerySet.as_manager()
    # A bar stays where words were: a comment without words or score would be none.
    personal_fields = {"text": "blank"}

    class Meta:
        ordering = ["-said_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-said_at", "-id"], name="comment_of_customer"),
            models.Index(fields=["-said_at", "-id"], name="comment_by_time"),
            models.Index(fields=["said_on"], name="comment_by_day"),
            models.Index(
                fields=["said_on", "nps", "csat"],
                name="comment_scored",
                condition=Q(nps__isnull=False) | Q(csat__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="comment_source_once"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(nps__isnull=False) | Q(csat__isnull=False), name="comment_says_something"
            ),
            models.CheckConstraint(condition=Q(nps=None) | Q(nps__lte=10), name="comment_nps_0_to_10"),
            models.CheckConstraint(condition=Q(csat=None) | Q(csat__gte=1, csat__lte=5), name="comment_csat_1_to_5"),
            *(
                models.CheckConstraint(
                    condition=Q(**{factor: None}) | Q(**{f"{factor}__gte": 1, f"{factor}__lte": 5}),
                    name=f"comment_{factor}_1_to_5",
                )
                for factor in FACTORS
            ),
            models.CheckConstraint(
                condition=Q(confirmed_tone="", confirmed_complaint=None, confirmed_at=None)
                | Q(confirmed_complaint__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_tone=""),
                name="comment_confirmed_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60] or f"{self.channel} {self.said_on}"

    def get_absolute_url(self) -> str:
        return f"/voice/comments/{self.pk}/"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None
