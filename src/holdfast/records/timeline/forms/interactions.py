"""What people type about contacts that have taken place."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import formats
from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.rules import NEED_KINDS
from holdfast.records.timeline.forms.base import ForCustomer, day_input
from holdfast.records.timeline.models import Interaction, UsualMinutes
from holdfast.records.timeline.queries import colleagues_of
from holdfast.records.timeline.rules import CHANNELS, DIRECTIONS, MOST_MINUTES, SUMMARY_LENGTH

PRESETS = (5, 10, 15, 30, 60, 120)


def _short(minutes: int) -> str:
    """15 分钟, 1 小时."""
    return formats.length(minutes) if minutes < 60 else _("%(n)s 小时") % {"n": minutes // 60}


class Picks(forms.RadioSelect):
    """One of a few, as chips to tap."""

    template_name = "timeline/picks.html"


class ManyPicks(forms.CheckboxSelectMultiple):
    """Some of a few, as chips to tap."""

    template_name = "timeline/picks.html"


class MinutesMixin(forms.Form):
    """How long it took: one tap, or a number; nothing where nobody remembers."""

    minutes = forms.TypedChoiceField(
        label=gettext_lazy("用了多久"), required=False, coerce=int, empty_value=None, widget=Picks,
        choices=lambda: [(n, _short(n)) for n in PRESETS],
    )  # fmt: skip
    other_minutes = forms.IntegerField(
        label=gettext_lazy("或者填分钟数"), required=False, min_value=1, max_value=MOST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    def the_minutes(self) -> int | None:
        """The number typed, else the chip tapped."""
        typed, tapped = self.cleaned_data.get("other_minutes"), self.cleaned_data.get("minutes")
        return typed if typed else tapped


class InteractionForm(ForCustomer, MinutesMixin):
    """A contact that has taken place: how and how long, and if there is more to say, what was said."""

    channel = forms.ChoiceField(label=gettext_lazy("怎么联系的"), widget=Picks, choices=lambda: list(CHANNELS.items()))
    direction = forms.ChoiceField(
        label=gettext_lazy("谁联系谁"), widget=Picks, choices=lambda: list(DIRECTIONS.items()), required=False
    )
    summary = forms.CharField(
        label=gettext_lazy("谈了什么"), max_length=SUMMARY_LENGTH, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    on = forms.DateField(label=gettext_lazy("哪一天"), required=False, widget=day_input())
    clock = forms.TimeField(
        label=gettext_lazy("几点"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    contact = forms.ModelChoiceField(
        label=gettext_lazy("和谁"), queryset=Contact.objects.none(), required=False, empty_label=gettext_lazy("不记")
    )
    participants = forms.ModelMultipleChoiceField(
        label=gettext_lazy("一同参加的同事"), queryset=User.objects.none(), required=False, widget=ManyPicks
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = colleagues_of(self.viewer)
        self.fields["participants"].queryset = colleagues  # type: ignore[attr-defined]
        if not colleagues.exists():
            del self.fields["participants"]
        if self.given is None:
            del self.fields["contact"]
        else:
            self.fields["contact"].queryset = self.given.contacts.all()  # type: ignore[attr-defined]

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"] or today()
        if day > today():
            raise forms.ValidationError(_("联系日期在未来；还没做的事请派成任务。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("on") == today() and data.get("clock") and self.moment() > timezone.now():
            self.add_error("clock", _("这个时刻还没有到，请检查时间。"))
        return data

    def moment(self) -> datetime:
        """When it was: today without a clock is now, another day without one its noon."""
        day, clock = self.cleaned_data["on"], self.cleaned_data.get("clock")
        if day == today() and clock is None:
            return timezone.now()
        return timezone.make_aware(datetime.combine(day, clock or time(12)))

    def fields_for_service(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "channel": data["channel"], "direction": data.get("direction") or "out", "at": self.moment(),
            "minutes": self.the_minutes(), "summary": data["summary"], "contact": data.get("contact"),
            "participants": [self.viewer, *data.get("participants", [])],
        }  # fmt: skip


class LogForm(InteractionForm):
    """A new contact, perhaps with a need overheard and the next step."""

    need = forms.CharField(
        label=gettext_lazy("听到的需求"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("对方要什么、在意什么，写下来就进了需求档案"),
    )  # fmt: skip
    need_kind = forms.ChoiceField(
        label=gettext_lazy("属于"), required=False, choices=lambda: list(NEED_KINDS.items()), initial="need"
    )
    next_title = forms.CharField(label=gettext_lazy("下一步"), max_length=200, required=False)
    next_on = forms.DateField(label=gettext_lazy("下次哪天联系"), required=False, widget=day_input())

    def clean_next_on(self) -> Any:
        day = self.cleaned_data["next_on"]
        if day and day < today():
            raise forms.ValidationError(_("到期日已经过去，请选今天或以后。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("next_title") and not data.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("下一步要有日期，请选哪天之前。"))
        return data

    @property
    def the_customer(self) -> Customer:
        return self.given or self.cleaned_data["customer"]


class ChangeForm(InteractionForm):
    """A contact to be corrected."""

    def __init__(self, *args: Any, interaction: Interaction, **kwargs: Any) -> None:
        local = timezone.localtime(interaction.at)
        is_preset = interaction.minutes in PRESETS
        initial = {
            "channel": interaction.channel, "direction": interaction.direction, "summary": interaction.summary,
            "minutes": interaction.minutes if is_preset else None, "contact": interaction.contact_id,
            "other_minutes": None if is_preset else interaction.minutes, "on": local.date(), "clock": local.time(),
            "participants": [seat.user_id for seat in interaction.participants.all()],
        }  # fmt: skip
        super().__init__(*args, initial=initial, customer=interaction.customer, **kwargs)
        self.interaction = interaction

    def fields_for_service(self) -> dict[str, Any]:
        fields = super().fields_for_service()
        if "clock" not in self.changed_data and "on" not in self.changed_data:
            fields["at"] = self.interaction.at
        offered = set(self.fields["participants"].queryset) if "participants" in self.fields else set()  # type: ignore[attr-defined]
        kept = [seat.user for seat in self.interaction.participants.all() if seat.user not in offered]
        return {**fields, "participants": [*kept, *self.cleaned_data.get("participants", [])]}


class UsualMinutesForm(forms.Form):
    """How long a contact takes where nobody noted it, channel by channel."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in UsualMinutes.objects.order_by("pk"):
            self.fields[row.channel] = forms.IntegerField(
                label=str(CHANNELS[row.channel]), initial=row.minutes, min_value=1, max_value=MOST_MINUTES
            )
