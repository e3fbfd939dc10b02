"""What people may write here: a star set by hand, and how scores are made."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.analysis.accounts import AnalyzeParams
from holdfast.analysis.matrix import CELLS, PolicyParams
from holdfast.common.months import Month, today
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.rules.columns import PARTS

STARS = [(5, _("5 星")), (4, _("4 星")), (3, _("3 星")), (2, _("2 星")), (1, _("1 星"))]
WEIGHT_NAMES = {
    "revenue": _("收入"), "profit": _("利润"), "efficiency": _("人均效能"), "integrity": _("诚信度"), "difficulty": _("难易度"),
}  # fmt: skip
# form field → (group, parameter)
NUMBERS = {
    "window_days": ("grading", "window_days"),
    "min_tenure_days": ("grading", "min_tenure_days"),
    "margin": ("grading", "margin"),
    "jump": ("grading", "jump"),
    "rise_percent": ("movement", "rise_percent"),
    "fall_percent": ("movement", "fall_percent"),
    "standard_hours": ("grading", "standard_hours"),
    "min_effort_hours": ("grading", "min_effort_hours"),
    "min_invoices": ("integrity", "min_invoices"),
    "full_invoices": ("integrity", "full_invoices"),
    "gate_days": ("integrity", "gate_days"),
    "write_off_days": ("integrity", "write_off_days"),
}
WORD_NAMES = {
    "payment": _("付款指数"), "promises": _("兑现承诺"), "disputes": _("争议"), "returns": pgettext_lazy("integrity", "退货"),
}  # fmt: skip
STAR_LINES = ("line_2", "line_3", "line_4", "line_5")


POLICY_NAMES = {
    "protect": _("守住"), "cost_engineer": _("降成本"), "relationship": _("维系"), "develop": pgettext_lazy("policy", "开发"),
    "review_terms": _("重谈条件"), "standard": _("标准供应"), "exit_review": _("评估退出"),
}  # fmt: skip
POLICY_MEANINGS = {
    "protect": _("货留足、人盯牢，价格可以让，不丢一单。"),
    "cost_engineer": _("一起把规格、包装、批量、运输的成本做下来，再谈价。"),
    "relationship": _("不挣多少钱，是陪好客户买的；少让价，保持供应。"),
    "develop": _("好产品遇上小客户，多介绍、多试用，把量做起来。"),
    "review_terms": _("起订量、运费、账期重新谈，让这一格不再亏。"),
    "standard": _("按目录价、按常规交期，不另外投入人手。"),
    "exit_review": _("由人评估：提价、换产品、转渠道，或不再供。"),
}


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class OverrideForm(forms.Form):
    """Ask for another star."""

    stars = forms.TypedChoiceField(label=_("调整为"), choices=STARS, coerce=int)
    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明模型没看到的事实，批准人据此判断。"),
    )  # fmt: skip
    expires_on = forms.DateField(
        label=_("有效到"), widget=DayInput(), help_text=_("到期后自动回到评出的星级，最长一年。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = today() + timedelta(days=90)


class DefinitionForm(forms.Form):
    """A new version of the definition: weights, star lines, hysteresis, windows."""

    starts_month = forms.ChoiceField(label=_("从哪个月起"), help_text=_("以前的月份仍用当时的口径。"))
    note = forms.CharField(label=_("改了什么，为什么"), max_length=200)
    window_days = forms.IntegerField(label=_("看多长时间（天）"), min_value=90, max_value=1096)
    min_tenure_days = forms.IntegerField(label=_("首单多少天后才评星"), min_value=0, max_value=730)
    line_2 = forms.FloatField(label=_("2 星从几分起"), min_value=1, max_value=99)
    line_3 = forms.FloatField(label=_("3 星从几分起"), min_value=1, max_value=99)
    line_4 = forms.FloatField(label=_("4 星从几分起"), min_value=1, max_value=99)
    line_5 = forms.FloatField(label=_("5 星从几分起"), min_value=1, max_value=99)
    margin = forms.FloatField(label=_("升降星要超出界线几分"), min_value=0, max_value=20)
    jump = forms.FloatField(label=_("一次超出几分可立即升降"), min_value=0, max_value=50)
    months = forms.IntegerField(label=_("连续几个月才升降"), min_value=1, max_value=6)
    rise_percent = forms.IntegerField(label=_("上升：超过上期的百分之几"), min_value=101, max_value=300)
    fall_percent = forms.IntegerField(label=_("下降：不到上期的百分之几"), min_value=1, max_value=99)

    standard_hours = forms.FloatField(
        label=_("全年标准工时（小时）"), min_value=100, max_value=4000, help_text=_("人均效能按它把小时折成人年。")
    )
    min_effort_hours = forms.FloatField(label=_("满几小时才评人均效能"), min_value=0, max_value=200)
    min_invoices = forms.IntegerField(label=_("满几张发票才评诚信"), min_value=1, max_value=50)
    full_invoices = forms.IntegerField(
        label=_("满几张发票不再向平均靠拢"), min_value=1, max_value=200, help_text=_("不足的按全体平均补足。")
    )
    gate_days = forms.IntegerField(
        label=_("逾期超过几天压到 2 星"), min_value=1, max_value=720, help_text=_("立即生效，收清后放开。")
    )
    write_off_days = forms.IntegerField(label=_("核销后几天内压到 2 星"), min_value=0, max_value=3660)

    def __init__(self, *args: Any, params: dict[str, Any], **kwargs: Any) -> None:
        # An earlier version does not name what came later: that takes its default.
        self.params = params = AnalyzeParams.from_dict(params).to_dict()
        super().__init__(*args, **kwargs)
        self.initial = _initial(params)
        for part in WORD_NAMES:
            self.fields[f"word_{part}"] = forms.FloatField(label=WORD_NAMES[part], min_value=0, max_value=100)
            self.fields[f"word_{part}"].initial = _short(params["integrity"]["weights"][part] * 100)
        for part in PARTS:
            self.fields[f"weight_{part}"] = forms.FloatField(label=WEIGHT_NAMES[part], min_value=0, max_value=100)
            self.fields[f"weight_{part}"].initial = _short(params["grading"]["weights"][part] * 100)
        cast(forms.ChoiceField, self.fields["starts_month"]).choices = [(month, month) for month in months_ahead()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        weights = [float(data[f"weight_{part}"]) for part in PARTS if data.get(f"weight_{part}") is not None]
        if len(weights) == len(PARTS) and abs(sum(weights) - 100) > 1e-6:
            self.add_error("weight_revenue", _("五项权重之和应是 100，现在是 %(sum)s。") % {"sum": f"{sum(weights):g}"})
        self._check_word(data)
        lines = [float(data[name]) for name in STAR_LINES if data.get(name) is not None]
        if len(lines) == len(STAR_LINES) and sorted(set(lines)) != lines:
            self.add_error("line_2", _("界线应从 2 星到 5 星依次升高。"))
        return data

    def _check_word(self, data: dict[str, Any]) -> None:
        word = [float(data[f"word_{part}"]) for part in WORD_NAMES if data.get(f"word_{part}") is not None]
        if len(word) == len(WORD_NAMES) and abs(sum(word) - 100) > 1e-6:
            self.add_error("word_payment", _("诚信四项之和应是 100，现在是 %(sum)s。") % {"sum": f"{sum(word):g}"})
        least, full = data.get("min_invoices"), data.get("full_invoices")
        if least is not None and full is not None and full < least:
            self.add_error("full_invoices", _("不能少于评诚信所需的张数。"))

    def changed_params(self) -> dict[str, Any]:
        """The whole set of parameters with what was entered here."""
        data, params = self.cleaned_data, copy.deepcopy(self.params)
        for name, (group, key) in NUMBERS.items():
            params[group][key] = data[name]
        params["rfm"]["window_days"] = params["integrity"]["window_days"] = data["window_days"]
        params["integrity"]["weights"] = {part: round(data[f"word_{part}"] / 100, 6) for part in WORD_NAMES}
        params["grading"]["months"] = data["months"]
        params["grading"]["thresholds"] = [data[name] for name in STAR_LINES]
        params["grading"]["weights"] = {part: round(data[f"weight_{part}"] / 100, 6) for part in PARTS}
        return params


class PolicyForm(forms.Form):
    """How each of the sixteen cells is served: policy, highest discount, stock promise, whether it acts by itself."""

    guard_stars = forms.IntegerField(
        label=_("几星以上不自动评估退出"), min_value=1, max_value=5, help_text=_("这些客户一律由人决定。")
    )
    note = forms.CharField(label=_("改了什么，为什么"), max_length=200)

    def __init__(self, *args: Any, params: PolicyParams, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guard_stars"].initial = params.guard_stars
        for cell in CELLS:
            policy = getattr(params, cell)
            self.fields[f"{cell}_policy"] = forms.ChoiceField(label=_("策略"), choices=list(POLICY_NAMES.items()))
            self.fields[f"{cell}_policy"].initial = policy.policy
            for name, label, value in (
                ("discount", _("最高折让"), policy.discount_ceiling),
                ("availability", _("备货保证"), policy.availability),
            ):
                field = forms.FloatField(label=label, min_value=0, max_value=100)
                self.fields[f"{cell}_{name}"] = field
                field.initial = _short(value * 100)
            self.fields[f"{cell}_automatic"] = forms.BooleanField(label=_("自动执行"), required=False)
            self.fields[f"{cell}_automatic"].initial = policy.automatic

    def fields_of(self, cell: str) -> dict[str, Any]:
        """The four fields of a cell, for the table."""
        return {name: self[f"{cell}_{name}"] for name in ("policy", "discount", "availability", "automatic")}

    def params(self) -> dict[str, Any]:
        """What was entered, as `PolicyParams` takes it."""
        data = self.cleaned_data
        cells = {
            cell: {
                "policy": data[f"{cell}_policy"],
                "discount_ceiling": round(data[f"{cell}_discount"] / 100, 6),
                "availability": round(data[f"{cell}_availability"] / 100, 6),
                "automatic": data[f"{cell}_automatic"],
            }
            for cell in CELLS
        }
        return {**cells, "guard_stars": data["guard_stars"]}


def _initial(params: dict[str, Any]) -> dict[str, Any]:
    found = {name: _short(params[group][key]) for name, (group, key) in NUMBERS.items()}
    lines = {name: _short(line) for name, line in zip(STAR_LINES, params["grading"]["thresholds"], strict=True)}
    return {**found, **lines, "months": params["grading"]["months"]}


def _short(value: float) -> float:
    """25 rather than 25.0."""
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def months_ahead() -> list[str]:
    """Months a new definition may start with: from the first one not signed, at most a year back, to three ahead."""
    now = Month.of(today())
    signed = Run.objects.filter(state="signed").order_by("-month").first()
    start = now.plus(-11) if signed is None else max(Month.parse(signed.month).next, now.plus(-11))
    found = [str(start)]
    while start < now.plus(3):
        start = start.next
        found.append(str(start))
    newest_first = [str(now), *(month for month in found if month > str(now))]
    return newest_first + [month for month in reversed(found) if month < str(now)]
