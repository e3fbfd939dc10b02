"""What people may write here: the standards, the switches, a gift, a plan for a focus customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from holdfast.actions.care.models import Standard, Switches
from holdfast.actions.care.queries import Table
from holdfast.actions.care.rules import EVERY, FESTIVALS, LEVELS
from holdfast.common import formats, money
from holdfast.common.months import Month, today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.records.customers.models import Contact, Customer

STARS = (5, 4, 3, 2, 1)
MONTHS_AHEAD = 12
OWN = "distributor"  # the channel that may have a table of its own


def star_choices() -> list[tuple[int, str]]:
    return [(stars, gettext("%(stars)s 星以上") % {"stars": stars}) for stars in STARS]


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _number(most: int, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(min_value=least, max_value=most, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))


def _row_fields() -> dict[str, forms.Field]:
    """The cells of one star's row, in the order of the table."""
    every = list(EVERY.items())
    return {
        "visits": _number(60),
        "visits_every": forms.ChoiceField(choices=every),
        "contacts": _number(60),
        "contacts_every": forms.ChoiceField(choices=every),
        "reply_hours": _number(720, 1),
        "gift_budget": forms.DecimalField(min_value=0, max_digits=12, decimal_places=2),
        "discount_percent": forms.DecimalField(min_value=0, max_value=99, max_digits=4, decimal_places=1),
        "service_hours": forms.DecimalField(min_value=0, max_value=720, max_digits=5, decimal_places=2),
        "owner_level": forms.ChoiceField(choices=list(LEVELS.items())),
    }


CELLS = tuple(_row_fields())
CELL_NAMES = {
    "visits": _("拜访次数"), "visits_every": _("拜访的时段"), "contacts": _("联系次数"), "contacts_every": _("联系的时段"),
    "reply_hours": _("回复时限（小时）"), "gift_budget": _("礼品预算（元/年）"), "discount_percent": _("折扣上限（%）"),
    "service_hours": _("服务工时（小时/月）"), "owner_level": _("由谁负责"),
}  # fmt: skip


class StandardForm(forms.Form):
    """A new version of the whole table: from when, why, and a row a star; distributors may have rows of their own."""

    starts_on = forms.TypedChoiceField(
        label=_("从哪个月起"), coerce=date.fromisoformat, help_text=_("本月和过去的应做不改写。")
    )
    note = forms.CharField(label=_("改了什么，为什么"), max_length=200)
    has_own = forms.BooleanField(label=_("分销商另定一张表"), required=False)

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ahead = [Month.of(today()).plus(step) for step in range(1, MONTHS_AHEAD + 1)]
        self.fields["starts_on"].choices = [(one.first.isoformat(), formats.month(one.first)) for one in ahead]  # type: ignore[attr-defined]
        self.fields["has_own"].initial = OWN in table.channels
        for channel in ("", OWN):
            for stars in STARS:
                self._add_row(channel, stars, table.rows.get((channel, stars)) or table.rows["", stars])

    def _add_row(self, channel: str, stars: int, standard: Standard) -> None:
        initial = {name: getattr(standard, name, None) for name in CELLS} | {
            "gift_budget": _plain(money.to_major(standard.gift_budget_minor, settings.CURRENCY)),
            "discount_percent": _plain(standard.discount_percent),
            "service_hours": _plain(Decimal(standard.service_minutes) / 60),
        }
        for name, field in _row_fields().items():
            field.initial, field.required = initial[name], not channel
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.label = f"{stars} ★ {CELL_NAMES[name]}"
            self.fields[_key(channel, stars, name)] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("has_own"):
            for stars in STARS:
                for name in CELLS:
                    key = _key(OWN, stars, name)
                    if key not in self.errors and data.get(key) in (None, ""):
                        self.add_error(key, _("这一格要填。"))
        return data

    def rows(self) -> list[dict[str, Any]]:
        """What the service takes."""
        channels = ("", OWN) if self.cleaned_data["has_own"] else ("",)
        return [self._row(channel, stars) for channel in channels for stars in STARS]

    def _row(self, channel: str, stars: int) -> dict[str, Any]:
        row = {name: self.cleaned_data[_key(channel, stars, name)] for name in CELLS}
        budget, hours = row.pop("gift_budget"), row.pop("service_hours")
        return row | {
            "stars": stars,
            "channel": channel,
            "gift_budget_minor": money.to_minor(budget, settings.CURRENCY),
            "service_minutes": round(hours * 60),
        }

    def lines(self, channel: str = "") -> Iterator[tuple[int, dict[str, Any]]]:
        """(stars, cell name → bound field) for the page."""
        for stars in STARS:
            yield stars, {name: self[_key(channel, stars, name)] for name in CELLS}

    @property
    def own_lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        return self.lines(OWN)


def _key(channel: str, stars: int, name: str) -> str:
    return f"{channel or 'all'}_{stars}_{name}"


def _plain(value: Decimal) -> str:
    """Without zeros that say nothing: 2000, 1.5, 0.17."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


class SwitchesForm(forms.ModelForm):
    """What the house does by itself."""

    festivals = forms.MultipleChoiceField(
        label=_("哪些节日"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(code, one.name) for code, one in FESTIVALS.items()],
    )  # fmt: skip
    birthday_stars = forms.TypedChoiceField(label=_("几星以上送生日祝福"), coerce=int, choices=star_choices)
    birthday_days = forms.IntegerField(label=_("提前几天派任务"), min_value=0, max_value=30)
    festival_stars = forms.TypedChoiceField(label=_("几星以上送节日问候"), coerce=int, choices=star_choices)
    festival_days = forms.IntegerField(label=_("提前几天派任务"), min_value=1, max_value=30)
    thank_count = forms.IntegerField(label=_("每季致谢多少位"), min_value=1, max_value=500)

    class Meta:
        model = Switches
        fields = [
            "use_provisional", "open_tasks", "greet_birthdays", "birthday_stars", "birthday_days", "greet_festivals",
            "festivals", "festival_stars", "festival_days", "thank", "thank_count",
        ]  # fmt: skip
        labels = {
            "use_provisional": _("暂定星级也按标准服务"),
            "open_tasks": _("把应做变成任务"),
            "greet_birthdays": _("生日前派任务"),
            "greet_festivals": _("节日前派任务"),
            "thank": _("每季给贡献最大的客户打致谢电话"),
        }


class GiftForm(forms.Form):
    item = forms.CharField(label=_("送了什么"), max_length=120)
    cost = forms.DecimalField(label=_("花了多少（元）"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2)
    on = forms.DateField(label=_("哪天送的"), widget=day_input())
    contact = forms.ModelChoiceField(
        label=_("送给谁"), queryset=Contact.objects.none(), required=False, empty_label=_("没有特指")
    )
    occasion = forms.CharField(label=_("为什么送"), max_length=60, required=False, help_text=_("例如：中秋、搬新厂"))
    reason = forms.CharField(
        label=_("超出预算的理由"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("没有超出就不用填。"),
    )  # fmt: skip

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()
        self.fields["contact"].queryset = customer.contacts.order_by("-is_primary", "pk")  # type: ignore[attr-defined]

    def for_service(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return data | {"cost_minor": money.to_minor(data.pop("cost"), settings.CURRENCY)}


class FocusForm(forms.Form):
    goal = forms.CharField(label=_("目标"), max_length=200, help_text=_("想和这位客户做到什么，什么时候"))
    plan = forms.CharField(
        label=_("怎么做"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("一行一步，写明谁、哪天"),
    )  # fmt: skip
    leader = forms.ModelChoiceField(label=_("负责人"), queryset=User.objects.none(), empty_label=None)
    review_on = forms.DateField(label=_("哪天复查"), widget=day_input())

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = assignable_users(viewer)  # type: ignore[attr-defined]
