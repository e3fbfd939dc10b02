"""The company's own fields: how they stand in the customer's form, and the form that makes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts import queries as accounts
from holdfast.records.customers.models import CustomField
from holdfast.records.customers.models.custom import field_kinds
from holdfast.records.customers.rules import custom as rules

LINE = {"class": "form-control", "autocomplete": "off"}


def form_field(field: CustomField) -> forms.Field:
    """A custom field as people fill it in; what they write is read by `rules.custom.clean`."""
    return forms.CharField(label=field.title, required=False, help_text=field.help, strip=True, widget=_widget(field))


def _widget(field: CustomField) -> forms.Widget:
    if field.kind == "choice":
        pairs = [("", "—"), *rules.choice_pairs(field)]
        return forms.Select(attrs={"class": "form-select"}, choices=pairs)
    if field.kind == "yes_no":
        return forms.Select(attrs={"class": "form-select"}, choices=[("", "—"), ("1", _("是")), ("0", _("否"))])
    if field.kind == "date":
        return forms.DateInput(attrs={**LINE, "type": "date"}, format="%Y-%m-%d")
    if field.kind == "number":
        return forms.TextInput(attrs={**LINE, "class": "form-control num", "inputmode": "decimal", "maxlength": 40})
    return forms.TextInput(attrs={**LINE, "maxlength": rules.LONGEST_TEXT})


def typed_value(field: CustomField, value: Any) -> Any:
    """A kept value as it stands in the form."""
    return {True: "1", False: "0"}[value] if field.kind == "yes_no" and isinstance(value, bool) else value


def read_custom(form: forms.Form, fields: Sequence[CustomField], values: Mapping[str, Any]) -> dict[str, Any]:
    """Code → cleaned value; what is wrong, or missing though required, stands on its field."""
    read: dict[str, Any] = {}
    for field in fields:
        try:
            read[field.code] = rules.clean(field, values.get(field.param))
        except Refusal as refusal:
            form.add_error(field.param, refusal.message)
            continue
        if field.is_required and read[field.code] is None:
            form.add_error(field.param, _("请填写%(field)s。") % {"field": field.title})
    return read


class FieldForm(forms.Form):
    """A custom field: what it is called, what it holds, where it shows, and who may see and fill it."""

    label = forms.CharField(
        label=gettext_lazy("名称"), max_length=40, widget=forms.TextInput(attrs=LINE),
        error_messages={"required": gettext_lazy("请给字段起个名称。")},
    )  # fmt: skip
    label_en = forms.CharField(
        label=gettext_lazy("英文名"), max_length=60, required=False, widget=forms.TextInput(attrs=LINE)
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("类型"), choices=field_kinds, widget=forms.Select(attrs={"class": "form-select"})
    )
    choices = forms.CharField(
        label=gettext_lazy("可选项"), required=False, max_length=20_000,
        help_text=gettext_lazy("单选才用：一行一项，英文写在等号后，如：年度合同 = Annual contract"),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 5}),
    )  # fmt: skip
    group = forms.CharField(
        label=gettext_lazy("分组"), max_length=40, required=False, help_text=gettext_lazy("同一组的字段排在一起"),
        widget=forms.TextInput(attrs={**LINE, "list": "known-groups"}),
    )  # fmt: skip
    help = forms.CharField(
        label=gettext_lazy("填写说明"), max_length=200, required=False, widget=forms.TextInput(attrs=LINE)
    )
    is_required = forms.BooleanField(label=gettext_lazy("必填"), required=False)
    is_filterable = forms.BooleanField(label=gettext_lazy("可筛选"), required=False)
    in_list = forms.BooleanField(label=gettext_lazy("列表默认显示"), required=False)
    view_roles = forms.MultipleChoiceField(
        label=gettext_lazy("哪些角色可见"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("都不勾：能看客户的人都能看到"),
    )  # fmt: skip
    edit_roles = forms.MultipleChoiceField(
        label=gettext_lazy("哪些角色可填"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("都不勾：能看到它、又能改客户的人都可填"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, field: CustomField | None = None) -> None:
        super().__init__(data, initial=initial_of_field(field) if field else {"kind": "text"})
        roles = [(role.code, str(role)) for role in accounts.roles()]
        for name in ("view_roles", "edit_roles"):
            self.fields[name].choices = roles  # type: ignore[attr-defined]


def initial_of_field(field: CustomField) -> dict[str, Any]:
    values = {name: getattr(field, name) for name in FieldForm.base_fields if name != "choices"}
    return {**values, "choices": rules.lines_of(field.choices)}
