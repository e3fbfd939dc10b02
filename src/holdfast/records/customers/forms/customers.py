"""What people type about a customer and the people there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from holdfast.common.masking import PERSONAL, is_mask
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import rules
from holdfast.records.customers.forms.fields import form_field, read_custom, typed_value
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.models.customer import calendars, channels, kinds
from holdfast.records.customers.queries.custom import editable_fields
from holdfast.records.customers.queries.masks import sees_raw, shown_value
from holdfast.records.customers.rules.reveals import LONGEST_NOTE, REASONS
from holdfast.records.customers.rules.rows import CONTACT_LENGTHS, LENGTHS

TEXT = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
MONTHS = [("", pgettext_lazy("unit", "月")), *((str(month), str(month)) for month in range(1, 13))]
DAYS = [("", pgettext_lazy("unit", "日")), *((str(day), str(day)) for day in range(1, 32))]


def _text(label: Any, name: str, lengths: Mapping[str, int] = LENGTHS, **options: Any) -> forms.CharField:
    """A line of text; its length is judged by the rules, in their words."""
    attrs = {"class": "form-control", "autocomplete": "off", **options.pop("attrs", {})}
    field = forms.CharField(label=label, required=False, widget=forms.TextInput(attrs=attrs), **options)
    field.widget.attrs["maxlength"] = lengths[name]
    return field


def _choice(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=False, widget=forms.Select(attrs={"class": "form-select"}), **options
    )


class CustomerForm(forms.Form):
    """One customer; contacts stand in their own forms."""

    name = _text(gettext_lazy("名称"), "name")
    short_name = _text(gettext_lazy("简称"), "short_name")
    kind = _choice(gettext_lazy("类型"), kinds)
    channel = _choice(gettext_lazy("渠道"), channels)
    uscc = forms.CharField(
        label=gettext_lazy("统一社会信用代码"), required=False,
        widget=forms.TextInput(attrs={"class": "form-control num", "autocomplete": "off", "maxlength": 30}),
    )  # fmt: skip
    phone = _text(gettext_lazy("电话"), "phone", attrs={"inputmode": "tel"})
    email = _text(gettext_lazy("邮箱"), "email", attrs={"inputmode": "email"})
    province = _text(gettext_lazy("省份"), "province")
    city = _text(gettext_lazy("城市"), "city")
    address = _text(gettext_lazy("地址"), "address")
    industry = _text(gettext_lazy("行业"), "industry")
    source = _text(gettext_lazy("来源"), "source", help_text=gettext_lazy("从哪里认识的：展会、介绍人、官网…"))
    first_seen_on = forms.DateField(
        label=gettext_lazy("首次接触"), required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("请写一个日期，如 2026-01-05。")},
    )  # fmt: skip
    tags = forms.CharField(
        label=gettext_lazy("标签"), required=False, max_length=400, help_text=gettext_lazy("用逗号分开"),
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "list": "known-tags"}),
    )  # fmt: skip
    special_requirements = forms.CharField(
        label=gettext_lazy("特别要求"), required=False, help_text=gettext_lazy("送货、开票、忌讳……打开档案的人都会先看到"),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )  # fmt: skip
    code = _text(gettext_lazy("编号"), "code", help_text=gettext_lazy("留空由系统编号"))
    owner = forms.ModelChoiceField(
        label=gettext_lazy("归属人"), queryset=User.objects.none(), required=False, empty_label=gettext_lazy("无归属"),
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": gettext_lazy("请选择一位在岗的同事。")},
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, viewer: User, customer: Customer | None = None) -> None:
        self.masks = masks_of(viewer, customer) if customer and not sees_raw(viewer, customer) else {}
        initial = (
            {**initial_of(customer), **self.masks}
            if customer
            else {"owner": viewer.pk, "kind": "company", "channel": "end"}
        )
        super().__init__(data, initial=initial)
        if viewer.may(Permission.CUSTOMER_ASSIGN):
            self.fields["owner"].queryset = accounts.assignable_users(viewer)  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]
        self.custom = editable_fields(viewer)
        kept = (customer.custom if customer else None) or {}
        for custom in self.custom:
            self.fields[custom.param] = form_field(custom)
            self.initial[custom.param] = typed_value(custom, kept.get(custom.code))
        for name in self.masks:
            self.fields[name].help_text = _("已打码；不改它，保存时原号码不变")
        for name in self.errors if self.is_bound else ():
            self.fields[name].widget.attrs["aria-invalid"] = "true"

    def clean(self) -> dict[str, Any]:
        """The rules of a row, in their own words, on the field they are about."""
        values = super().clean() or {}
        values["tags"] = _names(values.get("tags") or "")
        kept = unmasked(values, self.masks)
        row = rules.clean_row({name: value for name, value in kept.items() if name not in ("version", "owner")})
        if problem := rules.row_problem({**row, "contacts": ()}):
            self.add_error(problem[1] if problem[1] in self.fields else None, str(rules.PROBLEMS[problem[0]]))
        return {**values, **row, "custom": read_custom(self, self.custom, values)}

    @property
    def custom_groups(self) -> list[tuple[str, list[Any]]]:
        """(group, bound fields) of the company's own fields, in their order; those without a group first."""
        groups: dict[str, list[Any]] = {"": []}
        for custom in self.custom:
            groups.setdefault(custom.group, []).append(self[custom.param])
        return [(name, fields) for name, fields in groups.items() if fields]

    def row(self) -> dict[str, Any]:
        """Fields as the services take them; where the mask came back, the field stays away and nothing changes."""
        left_out = {"version", *(custom.param for custom in self.custom)}
        values = unmasked(self.cleaned_data, self.masks)
        return {name: value for name, value in values.items() if name not in left_out}


def initial_of(customer: Customer) -> dict[str, Any]:
    names = [name for name in CustomerForm.base_fields if name not in ("tags", "owner")]
    values = {name: getattr(customer, name) for name in names}
    tags = "，".join(tag.name for tag in customer.tags.all())
    return {**values, "tags": tags, "owner": customer.owner_id}


def masks_of(viewer: User, who: Customer | Contact) -> dict[str, str]:
    """Field → the mask of its value, for those that have one."""
    shown = {name: shown_value(viewer, who, name) for name in PERSONAL if getattr(who, name, "")}
    return {name: text for name, text in shown.items() if is_mask(text)}


def unmasked(values: Mapping[str, Any], masks: Mapping[str, str]) -> dict[str, Any]:
    """The values without those that are still the mask which was shown."""
    return {name: value for name, value in values.items() if name not in masks or value != masks[name]}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.replace("，", ",").replace("、", ",").split(",") if name.strip()]


class ContactForm(forms.Form):
    """One person; a row without a name and without anything else is no person."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = _text(gettext_lazy("姓名"), "name", CONTACT_LENGTHS)
    title = _text(gettext_lazy("职务"), "title", CONTACT_LENGTHS)
    phone = _text(gettext_lazy("电话"), "phone", CONTACT_LENGTHS, attrs={"inputmode": "tel"})
    email = _text(gettext_lazy("邮箱"), "email", CONTACT_LENGTHS, attrs={"inputmode": "email"})
    wechat = _text(gettext_lazy("微信号"), "wechat", CONTACT_LENGTHS)
    birth_calendar = _choice(gettext_lazy("历法"), calendars)
    birth_year = forms.IntegerField(
        label=pgettext_lazy("unit", "年"), required=False,
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": gettext_lazy("年，可空"), "min": 1880, "max": 2200}),
        error_messages={"invalid": gettext_lazy("年份请写四位数字。")},
    )  # fmt: skip
    birth_month = forms.TypedChoiceField(
        label=pgettext_lazy("unit", "月"), choices=MONTHS, coerce=int, empty_value=None, required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    birth_day = forms.TypedChoiceField(
        label=pgettext_lazy("unit", "日"), choices=DAYS, coerce=int, empty_value=None, required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    birth_is_leap_month = forms.BooleanField(label=gettext_lazy("闰月"), required=False)
    note = _text(gettext_lazy("备注"), "note", CONTACT_LENGTHS)
    is_primary = forms.BooleanField(label=gettext_lazy("主要联系人"), required=False)

    def __init__(self, *args: Any, masks: Mapping[int, Mapping[str, str]] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.masks = masks or {}
        for name in self.masks.get(self.initial.get("pk") or 0, {}):
            self.fields[name].help_text = _("已打码；不改它，保存时原号码不变")

    def row(self) -> dict[str, Any]:
        """The person as the services take it, without what is still a mask."""
        return unmasked(self.cleaned_data, self.masks.get(self.cleaned_data.get("pk") or 0, {}))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.is_blank(values) or values.get("DELETE"):
            return values
        row = unmasked(values, self.masks.get(values.get("pk") or 0, {}))
        if problem := rules.contact_problem(rules.clean_contact(row)):
            wrong = next((name for name in PERSONAL if is_mask(row.get(name))), None)
            self.add_error(wrong if problem == "is_mask" else FIELD_OF.get(problem), str(rules.PROBLEMS[problem]))
        return values

    @staticmethod
    def is_blank(values: Mapping[str, Any]) -> bool:
        return not any(values.get(name) for name in (*CONTACT_LENGTHS, "birth_month", "birth_day", "birth_year"))


FIELD_OF = {"contact_no_name": "name", "contact_bad_email": "email", "bad_birthday": "birth_day"}
ContactForms = forms.formset_factory(ContactForm, extra=0, can_delete=True, max_num=200, absolute_max=210)
CONTACT_NAMES = [name for name in ContactForm.base_fields if name != "pk"]


def contact_forms(data: Any = None, *, viewer: User, customer: Customer | None = None, add: int = 0) -> Any:
    """The people's forms: as typed, with `add` empty ones more; else those on file (one empty one for a new customer)."""
    people = list(customer.contacts.all()) if customer else []
    is_raw = customer is None or sees_raw(viewer, customer)
    masks = {} if is_raw else {person.pk: masks_of(viewer, person) for person in people}
    options: dict[str, Any] = {"prefix": "people", "form_kwargs": {"masks": masks}}
    if data is not None:
        if add:
            data = data.copy()
            total = str(data.get("people-TOTAL_FORMS", "0"))
            data["people-TOTAL_FORMS"] = str(min(int(total) if total.isdecimal() and len(total) < 4 else 0, 199) + add)
        return ContactForms(data, **options)
    initial = [_initial_contact(person) | masks.get(person.pk, {}) for person in people]
    return ContactForms(initial=initial if customer else [{}], **options)


def _initial_contact(contact: Contact) -> dict[str, Any]:
    return {"pk": contact.pk, **{name: getattr(contact, name) for name in CONTACT_NAMES}}


def contact_rows(forms_of_people: Any) -> list[dict[str, Any]]:
    """Rows as the services take them: neither removed nor blank."""
    found = [form for form in forms_of_people if form.cleaned_data]
    kept = [form for form in found if not form.cleaned_data.get("DELETE") and not form.is_blank(form.cleaned_data)]
    return [{name: value for name, value in form.row().items() if name != "DELETE"} for form in kept]


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(
        label=gettext_lazy("转交给"), queryset=User.objects.none(), empty_label=gettext_lazy("请选择"),
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": gettext_lazy("请选择一位同事。"), "invalid_choice": gettext_lazy("请选择一位在岗的同事。")},
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, viewer: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = accounts.assignable_users(viewer)  # type: ignore[attr-defined]


class RevealForm(forms.Form):
    """Why somebody looks at a whole number."""

    why = forms.ChoiceField(
        label=gettext_lazy("为什么要看"), choices=list(REASONS.items()), widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("请选一个原因，再看完整号码。")),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("补充说明"), required=False, max_length=LONGEST_NOTE,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )  # fmt: skip


class TagForm(forms.Form):
    tag = forms.CharField(
        label=gettext_lazy("标签"), max_length=40,
        widget=forms.TextInput(attrs={"class": "form-control", "list": "known-tags", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("请写一个标签。")},
    )  # fmt: skip


class ViewForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=40, widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"required": gettext_lazy("请给视图起个名称。")},
    )  # fmt: skip
    shared = forms.BooleanField(label=gettext_lazy("同事也能看到"), required=False)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: User, **options: Any) -> None:
        super().__init__(*args, **options)
        if not viewer.may(Permission.VIEW_SHARE):
            del self.fields["shared"]


def focus_first_wrong(form: forms.Form, people: Any) -> None:
    """The first field with an error gets the focus, by `autofocus`."""
    for each in (form, *people):
        for name, field in each.fields.items():
            if name in each.errors:
                field.widget.attrs["autofocus"] = True
                return


__all__ = [
    "AssignForm",
    "ContactForm",
    "CustomerForm",
    "RevealForm",
    "TagForm",
    "ViewForm",
    "contact_forms",
    "contact_rows",
    "focus_first_wrong",
    "initial_of",
]
