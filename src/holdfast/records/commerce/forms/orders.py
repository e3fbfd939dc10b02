"""What people type about orders and products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import money
from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.records.commerce import queries, rules
from holdfast.records.commerce.models import ORDER_KINDS, Order, OrderLine, Product
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import named_customer

# Suggestions while typing; without a script the code or the full name does as well.
PICKER = {
    "list": "customer-options", "autocomplete": "off", "hx-get": "/search/?part=options", "hx-target": "#customer-options",
    "hx-trigger": "input changed delay:200ms", "hx-sync": "this:replace", "hx-swap": "innerHTML",
}  # fmt: skip
COSTS = ("freight", "rebate", "service_cost")  # direct costs of an order, for those who may see profit
EXTRA_LINES = 3
MOST_LINES = 500
STATES = {"standing": gettext_lazy("有效"), "late": gettext_lazy("逾期未交"), "voided": gettext_lazy("已作废")}


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def decimal_field(label: Any, places: int, **more: Any) -> forms.DecimalField:
    """A figure of any sensible size; the database keeps `places` decimals."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"})
    return forms.DecimalField(label=label, max_digits=18, decimal_places=places, required=False, widget=widget, **more)


def customer_named(viewer: User, text: str) -> Customer:
    """The visible customer whose code, or code and name as its option shows them, or whole name this is."""
    try:
        return named_customer(viewer, text)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.message) from refusal


class OrderFilters(forms.Form):
    """The address of the order list, cleaned; whatever does not fit is left out rather than refused."""

    q = forms.CharField(required=False, max_length=60)
    kind = forms.ChoiceField(required=False, choices=lambda: list(ORDER_KINDS.items()))
    state = forms.ChoiceField(required=False, choices=list(STATES.items()))
    since = forms.DateField(required=False, widget=day_input())
    until = forms.DateField(required=False, widget=day_input())
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    product = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in queries.ORDER_SORTS])
    after = forms.CharField(required=False, max_length=60)
    before = forms.CharField(required=False, max_length=60)

    def params(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class OrderForm(forms.Form):
    """An order's own fields; its lines stand in a formset beside it."""

    customer = forms.CharField(
        label=gettext_lazy("客户"), max_length=200, help_text=gettext_lazy("客户编号或全名，输入两个字就有提示")
    )
    number = forms.CharField(
        label=gettext_lazy("订单号"), max_length=60, required=False, help_text=gettext_lazy("留空则自动编号")
    )
    ordered_on = forms.DateField(label=gettext_lazy("下单日期"), widget=day_input())
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=lambda: list(ORDER_KINDS.items()))
    returns = forms.CharField(
        label=gettext_lazy("原订单号"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("退货时填写；不清楚可留空"),
    )
    currency = forms.CharField(label=gettext_lazy("币种"), max_length=3, min_length=3)
    rate = decimal_field(gettext_lazy("汇率"), 8, help_text=gettext_lazy("一单位外币折合多少本币"))
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)
    freight = decimal_field(gettext_lazy("运费"), 2, min_value=0, help_text=gettext_lazy("我方承担的，不含税"))
    rebate = decimal_field(gettext_lazy("折扣与返利"), 2, min_value=0, help_text=gettext_lazy("成交价之外另给的"))
    service_cost = decimal_field(gettext_lazy("服务费"), 2, min_value=0, help_text=gettext_lazy("安装、培训等直接花费"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: User, order: Order | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.order = viewer, order
        self.fields["customer"].widget.attrs.update(PICKER)
        if not viewer.sees_profit:
            for name in COSTS:
                del self.fields[name]
        if order is not None:
            self.fields["number"].required = True
            self.fields["number"].help_text = ""

    def clean_customer(self) -> Customer:
        return customer_named(self.viewer, self.cleaned_data["customer"])

    def clean_ordered_on(self) -> Any:
        day = self.cleaned_data["ordered_on"]
        if day > today():
            raise forms.ValidationError(str(rules.PROBLEMS["future"]))
        return day

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()

    def clean_returns(self) -> Order | None:
        number = self.cleaned_data["returns"].strip()
        if not number:
            return None
        found = queries.visible_orders(self.viewer).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("没有找到订单 %(number)s，请核对号码，或留空。") % {"number": number})
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_own = data.get("currency") == settings.CURRENCY
        if is_own:
            data["rate"] = Decimal(1)
        elif data.get("currency") and not data.get("rate"):
            self.add_error("rate", _("外币订单请填写当日汇率。"))
        if data.get("returns") and data.get("kind") != "return":
            self.add_error("returns", _("只有退货才填原订单号；销售订单请留空。"))
        return data

    def fields_for_service(self) -> dict[str, Any]:
        names = ("customer", "ordered_on", "kind", "returns", "currency", "rate", "note")
        given = {name: self.cleaned_data[name] for name in names}
        costs = {f"{name}_minor": self.cleaned_data[name] for name in COSTS if name in self.fields}
        given |= {
            name: None if cost is None else money.to_minor(cost, settings.CURRENCY) for name, cost in costs.items()
        }
        return given | {
            "number": self.cleaned_data["number"] or queries.next_number(given["ordered_on"], given["kind"])
        }


class LineForm(forms.Form):
    """One line. Cost is asked only from those who may see it; others leave the kept one as it is."""

    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    product = forms.CharField(label=gettext_lazy("产品"), max_length=280, required=False)
    text = forms.CharField(label=gettext_lazy("商品说明"), max_length=200, required=False)
    quantity = decimal_field(gettext_lazy("数量"), 3)
    price = decimal_field(gettext_lazy("成交单价"), 6)
    list_price = decimal_field(gettext_lazy("目录单价"), 6)
    cost_price = decimal_field(gettext_lazy("单位成本"), 6)
    tax_percent = decimal_field(gettext_lazy("税率 %"), 2, min_value=0, max_value=99)
    is_tax_included = forms.BooleanField(label=gettext_lazy("含税"), required=False, initial=True)
    promised_on = forms.DateField(label=gettext_lazy("承诺日"), required=False, widget=day_input())
    shipped_on = forms.DateField(label=gettext_lazy("发货日"), required=False, widget=day_input())
    delivered_on = forms.DateField(label=gettext_lazy("送达日"), required=False, widget=day_input())
    shipped_quantity = decimal_field(gettext_lazy("发货数量"), 3, min_value=0)
    delivered_quantity = decimal_field(gettext_lazy("送达数量"), 3, min_value=0)

    def __init__(
        self, *args: Any, sees_profit: bool = False, kept: Mapping[int, OrderLine] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept or {}
        self.fields["product"].widget.attrs.update({"list": "product-options", "autocomplete": "off"})
        if not sees_profit:
            del self.fields["cost_price"]

    @property
    def has_more(self) -> bool:
        """Whether something stands in the folded part, so that it is shown open."""
        names = ("list_price", "promised_on", "shipped_on", "delivered_on", "shipped_quantity", "delivered_quantity")
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def is_empty(self) -> bool:
        asked = ("product", "text", "quantity", "price")
        return not any((self.data.get(self.add_prefix(name)) or "").strip() for name in asked)

    def clean_product(self) -> Product | None:
        text = self.cleaned_data["product"].strip()
        if not text:
            return None
        found = queries.product_named(text)
        if found is None:
            raise forms.ValidationError(
                _("没有编码为「%(text)s」的产品，请从提示里选，或写在商品说明里。") % {"text": text}
            )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["tax_rate"] = (data.pop("tax_percent", None) or Decimal(0)) / 100
        if self.is_empty or self.errors:
            return data
        if problem := rules.line_problem(data):
            self.add_error(FIELD_OF.get(problem, "product"), str(rules.PROBLEMS[problem]))
        return data

    def row(self) -> dict[str, Any]:
        """As the service wants it; the cost nobody could see stays."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "line"}
        old = self.kept.get(self.cleaned_data.get("line") or 0)
        product = data["product"]
        if old is not None and old.product_id == (product.pk if product else None):
            data.setdefault("cost_price", old.cost_price)
        return data


FIELD_OF = {
    "no_quantity": "quantity", "no_price": "price", "too_large": "quantity", "bad_tax": "tax_percent",
    "shipped_early": "shipped_on", "delivered_early": "delivered_on",
}  # fmt: skip


class BaseLineForms(BaseFormSet):
    """The lines of an order; empty ones are left out."""

    def rows(self) -> list[dict[str, Any]]:
        return [form.row() for form in self.forms if not form.is_empty]

    def check_signs(self, kind: str, ordered_on: Any) -> bool:
        """What a line can only be asked beside its order; True when nothing is wrong."""
        for form in self.forms:
            if form.is_empty or form.errors:
                continue
            if kind == "sale" and form.cleaned_data["quantity"] < 0:
                form.add_error("quantity", str(rules.PROBLEMS["negative_sale"]))
            elif problem := rules.line_problem(form.cleaned_data, ordered_on=ordered_on):
                form.add_error(FIELD_OF.get(problem, "product"), str(rules.PROBLEMS[problem]))
        return not any(form.errors for form in self.forms)


LineForms: Any = formset_factory(LineForm, formset=BaseLineForms, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES)


def line_forms(order: Order | None, *, sees_profit: bool, data: Any = None, more: bool = False) -> BaseLineForms:
    """Bound to `data`, else to an order's lines with room for more."""
    lines = list(queries.order_lines(order)) if order else []
    kwargs = {"sees_profit": sees_profit, "kept": {line.pk: line for line in lines}}
    if data is None:
        first = [line_initial(line) for line in lines]
        return LineForms(initial=[*first, *[{} for _n in range(EXTRA_LINES)]], prefix="lines", form_kwargs=kwargs)
    return LineForms(_with_more(data) if more else data, prefix="lines", form_kwargs=kwargs)


def _with_more(data: Any) -> Any:
    """The same answers with some more empty lines."""
    grown = data.copy()
    have = grown.get("lines-TOTAL_FORMS", "0")
    grown["lines-TOTAL_FORMS"] = str(min((int(have) if have.isdecimal() else 0) + EXTRA_LINES, MOST_LINES))
    return grown


def plain(value: Decimal | None) -> str:
    """12.500000 → 12.5, for a box that somebody edits."""
    return "" if value is None else f"{value.normalize():f}"


def line_initial(line: OrderLine) -> dict[str, Any]:
    figures = ("quantity", "price", "list_price", "cost_price", "shipped_quantity", "delivered_quantity")
    return {
        "line": line.pk,
        "product": str(line.product) if line.product else "",
        "text": line.text,
        "tax_percent": plain(line.tax_rate * 100),
        "is_tax_included": line.is_tax_included,
        "promised_on": line.promised_on,
        "shipped_on": line.shipped_on,
        "delivered_on": line.delivered_on,
        **{name: plain(getattr(line, name)) for name in figures},
    } | ({"quantity": plain(abs(line.quantity))} if line.order.is_return else {})


def _major(minor: int | None) -> str:
    return "" if minor is None else plain(money.to_major(minor, settings.CURRENCY))


def order_initial(order: Order) -> dict[str, Any]:
    return {
        "customer": f"{order.customer.code} {order.customer.name}",
        "number": order.number,
        "ordered_on": order.ordered_on,
        "kind": order.kind,
        "returns": order.returns.number if order.returns else "",
        "currency": order.currency,
        "rate": plain(order.rate),
        "note": order.note,
        **{name: _major(getattr(order, f"{name}_minor")) for name in COSTS},
        "seen": order.updated_at.isoformat(),
    }


class ProductFilters(forms.Form):
    q = forms.CharField(required=False, max_length=60)
    category = forms.CharField(required=False, max_length=80)
    active = forms.ChoiceField(required=False, choices=[("yes", "yes"), ("no", "no")])
    after = forms.CharField(required=False, max_length=120)
    before = forms.CharField(required=False, max_length=120)

    def params(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ProductForm(forms.Form):
    """Cost and grade only for those who may see profit."""

    code = forms.CharField(label=gettext_lazy("编码"), max_length=60)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    category = forms.CharField(label=gettext_lazy("类别"), max_length=80, required=False)
    unit = forms.CharField(label=gettext_lazy("单位"), max_length=20, required=False)
    price = decimal_field(gettext_lazy("目录单价"), 6, min_value=0)
    cost = decimal_field(
        gettext_lazy("单位成本"), 6, min_value=0, help_text=gettext_lazy("不含税；以后的订单照此计成本，旧订单不变")
    )
    grade = forms.TypedChoiceField(
        label=gettext_lazy("利润等级"), required=False, coerce=int, empty_value=None,
        choices=[("", "—"), (1, "1"), (2, "2"), (3, "3"), (4, "4")], help_text=gettext_lazy("1 最高，4 最低"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("在售"), required=False, initial=True)

    def __init__(self, *args: Any, sees_profit: bool = False, categories: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].widget.attrs["list"] = "category-options"
        if not sees_profit:
            del self.fields["cost"], self.fields["grade"]


def product_initial(product: Product) -> dict[str, Any]:
    return {
        **{name: getattr(product, name) for name in ("code", "name", "category", "unit", "grade", "is_active")},
        "price": plain(product.price),
        "cost": plain(product.cost),
    }
