"""What to look for in the journal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from holdfast.foundation.audit.rules import words
from holdfast.foundation.audit.rules.exports import source_titles


def _choices(names: dict[str, Any], every: Any) -> list[tuple[str, Any]]:
    seen: dict[str, tuple[str, Any]] = {}
    for code, name in names.items():
        seen.setdefault(str(name), (code, name))
    return [("", every), *seen.values()]


def verbs() -> list[tuple[str, Any]]:
    return _choices(words.VERBS, _("所有动作"))


def models() -> list[tuple[str, Any]]:
    return _choices(words.MODELS, _("所有内容"))


class JournalForm(forms.Form):
    """Who, what, from, to."""

    who = forms.CharField(label=_("谁"), required=False, max_length=60)
    model = forms.ChoiceField(label=_("内容"), required=False, choices=models)
    verb = forms.ChoiceField(label=_("动作"), required=False, choices=verbs)
    since = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def sources() -> list[tuple[str, Any]]:
    return _choices(source_titles(), _("所有内容"))


class ExportsForm(forms.Form):
    """Who, what, which of them, from, to."""

    who = forms.CharField(label=_("谁"), required=False, max_length=60)
    what = forms.ChoiceField(label=_("导出了什么"), required=False, choices=sources)
    only = forms.ChoiceField(
        label=_("只看"),
        required=False,
        choices=[("", _("全部导出")), ("unusual", _("数量异常的")), ("raw", _("含完整号码的"))],
    )
    since = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
