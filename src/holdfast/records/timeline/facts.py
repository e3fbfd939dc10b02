"""Rows out for insight, read-only: `.values()` querysets."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    OuterRef,
    PositiveSmallIntegerField,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from holdfast.records.timeline.models import Participant, UsualMinutes
from holdfast.records.timeline.rules import USUAL_MINUTES

Rows: TypeAlias = QuerySet[Any, Any]


def effort() -> Rows:
    """One row a contact and colleague who took part: interaction_id, customer_id, user_id, day, minutes, channel,
    is_estimated.

    `minutes` is never null: where nobody noted them, the company's usual minutes of the channel stand (page 联系用时)
    and `is_estimated` is true.
    """
    usual = UsualMinutes.objects.filter(channel=OuterRef("interaction__channel")).order_by().values("minutes")
    built_in = Case(
        *[When(interaction__channel=channel, then=minutes) for channel, minutes in USUAL_MINUTES.items()],
        default=USUAL_MINUTES["other"],
        output_field=PositiveSmallIntegerField(),
    )
    is_estimated = ExpressionWrapper(Q(interaction__minutes__isnull=True), output_field=BooleanField())
    return Participant.objects.order_by().values(
        "interaction_id", "user_id",
        customer_id=F("interaction__customer_id"), day=F("interaction__on"), channel=F("interaction__channel"),
        minutes=Coalesce("interaction__minutes", Subquery(usual), built_in), is_estimated=is_estimated,
    )  # fmt: skip
