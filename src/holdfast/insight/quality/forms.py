"""What somebody wants to see, and under which name it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.insight.quality.models import Process
from holdfast.insight.quality.queries import Asked
from holdfast.insight.quality.rules import PAIRS, Pair

MONTHS = [(3, _("近 3 个月")), (6, _("近 6 个月")), (12, _("近 12 个月")), (24, _("近 24 个月")), (0, _("全部"))]
FIRST = "order_delivered"


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AskForm(forms.Form):
    """Pair of dates, target and limit, how far back, which reasons are grey, when something was changed."""

    pair = forms.ChoiceField(label=_("从哪天到哪天"))
    target = forms.FloatField(label=_("承诺（天）"), min_value=0.01, max_value=3650, help_text=_("此内客户惊喜。"))
    limit = forms.FloatField(label=_("底线（天）"), min_value=0.01, max_value=3650, help_text=_("超过客户愤怒。"))
    months = forms.TypedChoiceField(label=_("看多久"), choices=MONTHS, coerce=int)
    grey = forms.MultipleChoiceField(label=_("算作灰区的原因"), required=False, widget=forms.CheckboxSelectMultiple)
    changed_on = forms.DateField(
        label=_("改进日"), required=False, widget=DayInput(), help_text=_("选填：比较这一天前后。")
    )

    def __init__(self, data: Any, *, pairs: Mapping[str, Pair]) -> None:
        super().__init__(data)
        self.pairs = pairs
        cast(forms.ChoiceField, self.fields["pair"]).choices = [(code, one.title) for code, one in pairs.items()]
        chosen = pairs.get(str(data.get("pair", "")))
        if chosen is not None and chosen.reasons:
            cast(forms.MultipleChoiceField, self.fields["grey"]).choices = list(chosen.reasons.items())
        else:
            del self.fields["grey"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        target, limit = data.get("target"), data.get("limit")
        if target is not None and limit is not None and target > limit:
            self.add_error("limit", _("底线不能短于承诺。"))
        return data

    def asked(self) -> Asked:
        data = self.cleaned_data
        return Asked(
            pair=self.pairs[data["pair"]],
            target_days=data["target"],
            limit_days=data["limit"],
            months=data["months"],
            grey=tuple(data.get("grey") or ()),
            changed_on=data["changed_on"],
        )


def start_of(pair: Pair) -> dict[str, Any]:
    """The form's values for a pair nobody has said more about."""
    return {"pair": pair.code, "target": f"{pair.target:g}", "limit": f"{pair.limit:g}", "months": "12", "grey": []}


def values_of(process: Process) -> dict[str, Any]:
    """The form's values for a kept process."""
    return {
        "pair": process.pair,
        "target": f"{process.target_days:g}",
        "limit": f"{process.limit_days:g}",
        "months": str(process.months),
        "grey": list(process.grey),
        "changed_on": process.changed_on.isoformat() if process.changed_on else "",
    }


def default_pair() -> Pair:
    return PAIRS[FIRST]


class NameForm(forms.Form):
    """The name a process is kept under."""

    name = forms.CharField(label=_("名字"), max_length=60)
