"""What may be asked of the lists: unknown or broken values are left out, never an error."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SORT_WORDS = {
    "risk": _("先看金额 × 可能"), "chance": _("先看可能大的"), "due": _("先看先到期的"), "amount": _("先看金额大的"),
}  # fmt: skip


class Filters(forms.Form):
    """A form whose broken fields count as not given."""

    def params(self) -> dict[str, Any]:
        """What is set and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}


class RiskFilters(Filters):
    q = forms.CharField(required=False, max_length=60)
    week = forms.RegexField(r"^(later|\d{4}-\d{2}-\d{2})$", required=False)
    owner = forms.RegexField(r"^(me|[1-9]\d{0,17})$", required=False)
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    high = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=list(SORT_WORDS.items()))


class DemandFilters(Filters):
    q = forms.CharField(required=False, max_length=60)
    owner = forms.RegexField(r"^(me|none|[1-9]\d{0,17})$", required=False)
    department = forms.RegexField(r"^(none|[1-9]\d{0,17})$", required=False)
    sort = forms.ChoiceField(required=False, choices=[("next", "next")])
