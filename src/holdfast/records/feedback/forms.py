"""What people type about what a customer said."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from holdfast.common.months import today
from holdfast.records.commerce.models import Order
from holdfast.records.customers.models import Contact
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.rules import CHANNELS, FACTOR_RANGE, FACTORS, SCALES, TEXT_LENGTH
from holdfast.records.timeline.forms.base import ForCustomer, day_input
from holdfast.records.timeline.forms.interactions import Picks

ORDERS_OFFERED = 20
GIVEN = ("channel", "text", "csat", "nps", *FACTORS, "contact", "order")


def score_field(scale: str, label: Any) -> forms.TypedChoiceField:
    """A score by one tap; nothing where none was given."""
    least, most = SCALES.get(scale, FACTOR_RANGE)
    return forms.TypedChoiceField(
        label=label, required=False, coerce=int, empty_value=None, widget=Picks,
        choices=[(n, str(n)) for n in range(least, most + 1)],
    )  # fmt: skip


class CommentForm(ForCustomer):
    """One thing a customer said: the words and where they were heard; the rest if there is more to say."""

    text = forms.CharField(
        label=gettext_lazy("客户怎么说"), max_length=TEXT_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("尽量写原话；语气和主题会自动读出来，读错了点一下就能改"),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=gettext_lazy("从哪里听到"), widget=Picks, choices=lambda: list(CHANNELS.items()), initial="phone"
    )
    said_on = forms.DateField(label=gettext_lazy("哪一天"), widget=day_input())
    csat = score_field("csat", gettext_lazy("满意度（1–5）"))
    nps = score_field("nps", gettext_lazy("愿意推荐我们吗（0–10）"))
    attitude = score_field("attitude", FACTORS["attitude"])
    quality = score_field("quality", FACTORS["quality"])
    communication = score_field("communication", FACTORS["communication"])
    timeliness = score_field("timeliness", FACTORS["timeliness"])
    contact = forms.ModelChoiceField(
        label=gettext_lazy("谁说的"), queryset=Contact.objects.none(), required=False, empty_label=gettext_lazy("不记")
    )
    order = forms.ModelChoiceField(
        label=gettext_lazy("说的是哪张订单"), queryset=Order.objects.none(), required=False,
        empty_label=gettext_lazy("不记"),
    )  # fmt: skip

    def __init__(self, *args: Any, comment: Comment | None = None, **kwargs: Any) -> None:
        if comment is not None:
            kwargs["customer"] = comment.customer
            said = {name: getattr(comment, name) for name in ("text", "channel", "said_on", "csat", "nps", *FACTORS)}
            kwargs["initial"] = {**said, "contact": comment.contact_id, "order": comment.order_id}
        super().__init__(*args, **kwargs)
        self.comment = comment
        if self.given is None:
            del self.fields["contact"], self.fields["order"]
            self.fields["customer"].widget.attrs["autofocus"] = True
            return
        self.fields["text"].widget.attrs["autofocus"] = True
        self.fields["contact"].queryset = self.given.contacts.all()  # type: ignore[attr-defined]
        newest = self.given.orders.filter(voided_at=None).order_by("-ordered_on", "-pk").values("pk")
        wanted = [*newest.values_list("pk", flat=True)[:ORDERS_OFFERED]]
        wanted += [comment.order_id] if comment is not None and comment.order_id else []
        self.fields["order"].queryset = Order.objects.filter(pk__in=wanted).order_by("-ordered_on", "-pk")  # type: ignore[attr-defined]

    def moment(self) -> datetime:
        """When it was said: today is now, another day its noon; a day that stays keeps its hour."""
        day = self.cleaned_data["said_on"]
        if self.comment is not None and day == self.comment.said_on:
            return self.comment.said_at
        return timezone.now() if day == today() else timezone.make_aware(datetime.combine(day, time(12)))

    def fields_for_service(self) -> dict[str, Any]:
        data = self.cleaned_data
        kept: dict[str, Any] = {name: data[name] for name in GIVEN if name in data}
        return {**kept, "said_at": self.moment()}
