"""The address of the comment list, and what a person reads out of a comment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from holdfast.insight.voice.queries.comments import SCALE_WORDS, SCORE_GROUPS, STATES
from holdfast.insight.voice.rules import BASES
from holdfast.records.commerce.forms.orders import day_input
from holdfast.records.feedback.rules import CHANNELS, TONES, TOPIC_LENGTH


def step_field(label: Any, default: str) -> forms.FloatField:
    """A step of severity."""
    return forms.FloatField(
        label=label, min_value=0.1, max_value=10, widget=forms.NumberInput(attrs={"step": "0.1"}),
        help_text=format_lazy("{} {}", _("默认"), default),
    )  # fmt: skip


STARS = ("5", "4", "3", "2", "1", "none")


def _choice(codes: Any) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=lambda: [(code, code) for code in codes])


class CommentFilters(forms.Form):
    """The address of the list, cleaned; whatever does not fit is left out rather than refused."""

    q = forms.CharField(required=False, max_length=60)
    tone = _choice(TONES)
    complaint = forms.BooleanField(required=False)
    topic = forms.CharField(required=False, max_length=TOPIC_LENGTH)
    channel = _choice(CHANNELS)
    since = forms.DateField(required=False, widget=day_input())
    until = forms.DateField(required=False, widget=day_input())
    stars = _choice(STARS)
    owner = forms.CharField(required=False, max_length=20)
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    state = _choice(STATES)
    scored = _choice(SCALE_WORDS)
    group = _choice(SCORE_GROUPS)
    alike = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    found = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    every = forms.BooleanField(required=False)
    after = forms.CharField(required=False, max_length=80)
    before = forms.CharField(required=False, max_length=80)

    def clean_owner(self) -> str:
        text: str = self.cleaned_data["owner"]
        is_key = text.isascii() and text.isdecimal() and len(text) < 19
        return text if text == "me" or is_key else ""

    def params(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def conditions(self) -> dict[str, Any]:
        """What narrows the list, without its paging."""
        return {name: value for name, value in self.params().items() if name not in ("after", "before")}


class WeightForm(forms.Form):
    """How a voice is weighed."""

    basis = forms.ChoiceField(
        label=_("客户值多少"), choices=lambda: list(BASES.items()),
        help_text=_("没有看毛利权限的人，看到的一律按收入。"),
    )  # fmt: skip
    floor = forms.FloatField(
        label=_("小客户至少算几个人头"), min_value=0, max_value=1, widget=forms.NumberInput(attrs={"step": "0.05"}),
        help_text=_("默认 0.25：再小的客户，也算四分之一个人头，不会听不见。"),
    )  # fmt: skip
    half_life_days = forms.IntegerField(
        label=_("多少天减半"), min_value=7, max_value=3650,
        help_text=_("默认 180：半年前说的只算一半，一年前的算四分之一，与看一年的页面相配。事情变得快就改短。"),
    )  # fmt: skip
    complaint = step_field(_("投诉"), "3")
    negative = step_field(_("不满"), "2")
    neutral = step_field(_("平"), "1")
    positive = step_field(_("满意"), "0.5")
    note = forms.CharField(label=_("为什么改"), required=False, max_length=200)


class ReadingForm(forms.Form):
    """A tone by one tap, with what else is marked."""

    tone = forms.ChoiceField(choices=lambda: list(TONES.items()))
    is_complaint = forms.BooleanField(required=False)
    topics = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, codes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
