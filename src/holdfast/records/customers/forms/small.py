"""Forms of the small pages that hang on a customer: what it said, where it is, whom it knows, what it agreed to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.models.consent import consent_channels, purposes, request_kinds
from holdfast.records.customers.models.needs import need_kinds, need_sources
from holdfast.records.customers.models.relations import address_kinds, relation_kinds
from holdfast.records.customers.rules.needs import LONGEST_TEXT

# Suggestions while typing; without a script the code or the full name does as well.
PICKER = {
    "list": "customer-options", "autocomplete": "off", "hx-get": "/search/?part=options", "hx-target": "#customer-options",
    "hx-trigger": "input changed delay:200ms", "hx-sync": "this:replace", "hx-swap": "innerHTML",
}  # fmt: skip


def day_field(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
    return forms.DateField(label=label, widget=widget, **options)


def text_field(label: Any, most: int, **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    widget = options.pop("widget", None) or forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


def choice_field(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.Select(attrs={"class": "form-select"}), **options
    )


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"})


class PeopleField(forms.ModelChoiceField):
    """One of the customer's contacts, or nobody."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            queryset=Contact.objects.none(), required=False, label=label, empty_label="—",
            widget=forms.Select(attrs={"class": "form-select"}),
        )  # fmt: skip


class CustomerBox(forms.CharField):
    """Another customer by code or full name, among those the viewer sees."""

    viewer: User

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        seen = Customer.objects.visible_to(self.viewer).filter(merged_into=None)
        found = list(seen.filter(code__iexact=text.split(" ")[0])[:1]) or list(seen.filter(name=text)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("有几位客户叫这个名字，请改填客户编号。"))
        raise forms.ValidationError(_("没有找到「%(text)s」，请填客户编号或全名。") % {"text": text})


def customer_box(label: Any) -> CustomerBox:
    return CustomerBox(
        label=label, max_length=240, widget=forms.TextInput(attrs={"class": "form-control", **PICKER}),
        help_text=gettext_lazy("客户编号或全名，输入两个字就有提示"),
    )  # fmt: skip


class OfCustomer(forms.Form):
    """A form about one customer, whose people it offers."""

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer
        if "contact" in self.fields:
            self.fields["contact"].queryset = customer.contacts.all()  # type: ignore[attr-defined]


class NeedForm(OfCustomer):
    kind = choice_field(gettext_lazy("哪一类"), need_kinds)
    text = text_field(gettext_lazy("说了什么"), LONGEST_TEXT, required=True, widget=area(2))
    source = choice_field(gettext_lazy("从哪里知道"), need_sources, initial="visit", required=False)
    said_on = day_field(pgettext_lazy("statement", "哪一天"), required=False)
    contact = PeopleField(gettext_lazy("谁说的"))

    def clean_said_on(self) -> Any:
        return self.cleaned_data["said_on"] or today()


class NewWordsForm(OfCustomer):
    """What is so now instead."""

    text = text_field(gettext_lazy("现在是这样"), LONGEST_TEXT, required=True, widget=area(3))
    source = choice_field(gettext_lazy("从哪里知道"), need_sources, initial="visit", required=False)
    said_on = day_field(pgettext_lazy("statement", "哪一天"), required=False)
    contact = PeopleField(gettext_lazy("谁说的"))

    clean_said_on = NeedForm.clean_said_on


class AddressForm(OfCustomer):
    kind = choice_field(gettext_lazy("地址类型"), address_kinds)
    province = text_field(gettext_lazy("省份"), 40)
    city = text_field(gettext_lazy("城市"), 40)
    address = text_field(gettext_lazy("地址"), 200, required=True)
    postcode = text_field(gettext_lazy("邮编"), 12)
    contact = PeopleField(gettext_lazy("到了找谁"))
    note = text_field(gettext_lazy("备注"), 200, help_text=gettext_lazy("例如：三号门卸货，叉车限高两米"))


class RelationForm(OfCustomer):
    kind = choice_field(gettext_lazy("对方是它的"), relation_kinds)
    other = customer_box(gettext_lazy("对方"))
    since_on = day_field(gettext_lazy("从哪天起"), required=False)
    note = text_field(gettext_lazy("备注"), 200)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].viewer = viewer  # type: ignore[attr-defined]


class ConsentForm(OfCustomer):
    is_given = forms.TypedChoiceField(
        label=gettext_lazy("客户表示"),
        choices=[("1", pgettext_lazy("the customer", "同意")), ("0", pgettext_lazy("the customer", "拒绝或撤回"))],
        coerce=lambda value: value == "1", widget=forms.RadioSelect, initial="1",
    )  # fmt: skip
    purpose = choice_field(gettext_lazy("用途"), purposes)
    channel = choice_field(gettext_lazy("联系渠道"), consent_channels)
    contact = PeopleField(gettext_lazy("谁说的"))
    on = day_field(pgettext_lazy("statement", "哪一天"))
    how = text_field(
        gettext_lazy("怎样表示的"), 80, required=True, help_text=gettext_lazy("例如：签在合同第 3 页、回复短信、当面说")
    )
    note = text_field(gettext_lazy("凭据说明"), 200)


class MergeWithForm(forms.Form):
    other = customer_box(gettext_lazy("另一份档案"))

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].viewer = viewer  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """Everything of one colleague to another."""

    from_user = forms.ModelChoiceField(
        label=gettext_lazy("谁离开"), queryset=User.objects.none(), widget=forms.Select(attrs={"class": "form-select"})
    )
    to_user = forms.ModelChoiceField(
        label=gettext_lazy("交给谁"), queryset=User.objects.none(), widget=forms.Select(attrs={"class": "form-select"})
    )
    reason = text_field(gettext_lazy("原因"), 200)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = assignable_users(viewer)
        self.fields["to_user"].queryset = people  # type: ignore[attr-defined]
        self.fields["from_user"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            pk__in=[*people.values_list("pk", flat=True), *_leavers(viewer)]
        )


def _leavers(viewer: User) -> list[int]:
    """Owners of customers in the viewer's scope whose account is switched off already."""
    rows = Customer.objects.visible_to(viewer).filter(owner__is_active=False).order_by()
    return list(rows.values_list("owner", flat=True).distinct())


class RequestForm(OfCustomer):
    """A request of the person concerned."""

    kind = choice_field(gettext_lazy("请求"), request_kinds)
    contact = PeopleField(gettext_lazy("针对哪位联系人"))
    asked_on = day_field(gettext_lazy("哪天提出"))
    identity_check = text_field(
        gettext_lazy("怎样核实的身份"), 200, required=True, help_text=gettext_lazy("例如：回拨档案中的电话核对")
    )
    note = text_field(gettext_lazy("备注"), 200)
