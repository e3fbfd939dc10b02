"""The address of the comment list, and what a person reads out of a comment."""

from __future__ import annotations

from typing import Any

from django import forms

from holdfast.insight.voice.queries.comments import SCALE_WORDS, SCORE_GROUPS, STATES
from holdfast.records.commerce.forms.orders import day_input
from holdfast.records.feedback.rules import CHANNELS, TONES, TOPIC_LENGTH

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


class ReadingForm(forms.Form):
    """A tone by one tap, with what else is marked."""

    tone = forms.ChoiceField(choices=lambda: list(TONES.items()))
    is_complaint = forms.BooleanField(required=False)
    topics = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, codes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
