"""A need and what was decided about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.quality.models import Process
from holdfast.insight.quality.rules import Pair
from holdfast.insight.voice.models import Need
from holdfast.insight.voice.rules import DECISIONS, KINDS
from holdfast.records.commerce.forms.orders import day_input
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.forms.interactions import Picks

REVIEW = timedelta(days=90)
PLAIN = ("text", "driver", "kind", "customer", "decision", "reason", "process", "measure", "unit", "target", "limit")
PROMISE = ("pair", "target_days", "limit_days")


class NeedForm(forms.Form):
    """What customers need, and what is done about it: a promise about time in the same step."""

    text = forms.CharField(
        label=_("客户要什么"), max_length=200, help_text=_("一句话写清楚，例如：停线的时候，件要当天送到。")
    )
    kind = forms.ChoiceField(label=_("共性还是个性"), widget=Picks, choices=lambda: list(KINDS.items()))
    customer = forms.ModelChoiceField(
        label=_("哪一位客户"), queryset=Customer.objects.none(), required=False, empty_label=_("不止一位"),
        help_text=_("个性需求要选；列的是说过这个主题的客户。"),
    )  # fmt: skip
    driver = forms.CharField(
        label=_("取决于公司的哪一环"), max_length=200, required=False, help_text=_("例如：仓库下午四点后不再发货。")
    )
    decision = forms.ChoiceField(
        label=_("怎么办"), widget=Picks, required=False, choices=lambda: [*DECISIONS.items(), ("", _("以后再定"))]
    )
    reason = forms.CharField(
        label=_("理由"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("不做的，一定写明为什么。"),
    )  # fmt: skip
    process = forms.ModelChoiceField(
        label=_("用哪个流程的承诺"), queryset=Process.objects.none(), required=False, empty_label=_("不选")
    )
    pair = forms.ChoiceField(label=_("新定一个：从哪天到哪天"), required=False)
    target_days = forms.FloatField(label=_("承诺（天）"), min_value=0.01, max_value=3650, required=False)
    limit_days = forms.FloatField(label=_("底线（天）"), min_value=0.01, max_value=3650, required=False)
    measure = forms.CharField(label=_("别的指标"), max_length=60, required=False, help_text=_("例如：一次装好的比例"))
    unit = forms.CharField(label=_("单位"), max_length=20, required=False)
    target = forms.FloatField(label=_("目标"), required=False)
    limit = forms.FloatField(label=_("底线"), required=False)
    owner = forms.ModelChoiceField(
        label=_("谁负责"), queryset=User.objects.none(), required=False, empty_label=_("还没有人")
    )
    review_on = forms.DateField(label=_("哪天复核"), required=False, widget=day_input())

    def __init__(
        self, *args: Any, viewer: User, need: Need | None, customers: QuerySet[Customer], pairs: Mapping[str, Pair],
        asked: str = "", **kwargs: Any,
    ) -> None:  # fmt: skip
        kwargs["initial"] = _values(need) if need else _start(viewer, asked)
        super().__init__(*args, **kwargs)
        known = Customer.objects.filter(pk=need.customer_id) if need and need.customer_id else customers.none()
        self._offer("customer", (customers | known).distinct() if need and need.customer_id else customers)
        self._offer("process", Process.objects.filter(archived_at=None))
        self._offer("owner", assignable_users(viewer))
        cast(forms.ChoiceField, self.fields["pair"]).choices = [
            ("", _("不新定")), *((code, str(one.title)) for code, one in pairs.items())
        ]  # fmt: skip
        if not viewer.may(Permission.STANDARD_EDIT):
            for name in PROMISE:
                del self.fields[name]

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        cast(forms.ModelChoiceField, self.fields[name]).queryset = rows

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        target, limit = data.get("target_days"), data.get("limit_days")
        if data.get("pair") and (target is None or limit is None):
            self.add_error("pair", _("新定承诺要写明几天，底线几天。"))
        elif data.get("pair") and target > limit:  # type: ignore[operator]
            self.add_error("limit_days", _("底线不能短于承诺。"))
        elif data.get("pair"):
            data["process"], data["decision"] = None, data.get("decision") or "process"
        return data

    def promise(self) -> dict[str, Any] | None:
        """A promise about time to be made with the need."""
        data = self.cleaned_data
        return {name: data[name] for name in PROMISE} if data.get("pair") else None

    def fields_for_service(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in (*PLAIN, "owner", "review_on")}
        return {**values, "customer": values["customer"] if values["kind"] == "individual" else None}


def _values(need: Need) -> dict[str, Any]:
    return {name: getattr(need, name) for name in PLAIN} | {"owner": need.owner_id, "review_on": need.review_on}


def _start(viewer: User, asked: str) -> dict[str, Any]:
    is_one = asked.isdecimal() and len(asked) < 19
    return {
        "kind": "individual" if is_one else "common", "customer": int(asked) if is_one else None, "decision": "process",
        "owner": viewer.pk, "review_on": today() + REVIEW,
    }  # fmt: skip
