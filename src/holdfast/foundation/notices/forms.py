"""What people choose about being told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.foundation.notices.models import Preference, mail_modes


def clock_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class PreferenceForm(forms.Form):
    mail = forms.ChoiceField(label=_("邮件提醒"), choices=mail_modes, widget=forms.RadioSelect)
    digest_at = forms.TimeField(label=_("每日摘要几点发"), widget=clock_input())
    quiet_from = forms.TimeField(label=_("免打扰从几点"), widget=clock_input())
    quiet_until = forms.TimeField(
        label=_("到几点"), widget=clock_input(), help_text=_("这段时间不发邮件，结束后一起发；两头填一样就是不设。")
    )

    def __init__(self, *args: Any, preference: Preference, **kwargs: Any) -> None:
        names = ("mail", "digest_at", "quiet_from", "quiet_until")
        kwargs.setdefault("initial", {name: getattr(preference, name) for name in names})
        super().__init__(*args, **kwargs)
