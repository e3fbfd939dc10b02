"""What a line amounts to, and what may stand on an order. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.common import money

# Why an order or a line is refused: code → sentence. The intake keeps the code, the page shows the sentence.
PROBLEMS: Mapping[str, Promise] = {
    "no_number": _("缺少订单号，请填写后再试。"),
    "number_taken": _("订单号已经用过，请换一个，或打开原来的订单修改。"),
    "no_lines": _("订单至少要有一行商品，请补上后再试。"),
    "no_day": _("缺少下单日期，请填写后再试。"),
    "no_product": _("这一行既没有产品也没有说明，请选一个产品或写明是什么。"),
    "no_quantity": _("数量不能为空或为零，请写明数量。"),
    "no_price": _("缺少价格，而产品也没有定价，请填写成交价。"),
    "too_large": _("数量或价格超出可记录的范围，请检查是否多写了位数。"),
    "bad_rate": _("汇率必须大于零，请检查后再试。"),
    "bad_tax": _("税率应在 0 与 1 之间，例如 0.13 表示 13%，请检查后再试。"),
    "negative_sale": _("销售订单的数量应大于零；退回的商品请另记一张退货单。"),
    "shipped_early": _("发货日或送达日早于下单日，请检查日期。"),
    "delivered_early": _("送达日早于发货日，请检查日期。"),
    "negative_cost": _("运费、返利、服务费不能小于零，请检查后再试。"),
    "future": _("下单日期在未来，请检查日期。"),
}
QUANTITY_LIMIT = Decimal(10) ** 15
PRICE_LIMIT = Decimal(10) ** 12
MINOR_LIMIT = 2**63


@dataclass(frozen=True, slots=True)
class Amounts:
    """A line's minor units in the company's currency; all but `amount_minor` without tax."""

    amount_minor: int
    revenue_minor: int
    cost_minor: int | None
    list_minor: int | None


def amounts(line: Mapping[str, Any], *, rate: Decimal, currency: str) -> Amounts:
    """Quantity × price × the day's rate, rounded half up once, then the tax taken out.

    `line` holds quantity, price, list_price, cost_price, tax_rate and is_tax_included; `currency` is the company's.
    """
    quantity = line["quantity"]
    tax, included = line["tax_rate"], line["is_tax_included"]
    amount = money.to_minor(quantity * line["price"] * rate, currency)
    cost, listed = line["cost_price"], line["list_price"]
    listed_minor = None if listed is None else money.to_minor(quantity * listed * rate, currency)
    return Amounts(
        amount_minor=amount,
        revenue_minor=money.without_tax(amount, tax, included),
        cost_minor=None if cost is None else money.to_minor(quantity * cost, currency),
        list_minor=None if listed_minor is None else money.without_tax(listed_minor, tax, included),
    )


def line_problem(line: Mapping[str, Any], *, ordered_on: date | None = None) -> str | None:
    """Code of the first thing wrong with a line (keys as in `services.LineRow`), or None."""
    quantity, price = line.get("quantity"), line.get("price")
    if not quantity:
        return "no_quantity"
    product = line.get("product")
    if product is None and not (line.get("text") or "").strip():
        return "no_product"
    if price is None and (product is None or product.price is None):
        return "no_price"
    if abs(quantity) >= QUANTITY_LIMIT or (price is not None and abs(price) >= PRICE_LIMIT):
        return "too_large"
    if price is not None and abs(quantity * price) * 100 >= MINOR_LIMIT:
        return "too_large"
    if not 0 <= (line.get("tax_rate") or 0) < 1:
        return "bad_tax"
    return _date_problem(line, ordered_on)


def _date_problem(line: Mapping[str, Any], ordered_on: date | None) -> str | None:
    shipped, delivered = line.get("shipped_on"), line.get("delivered_on")
    if ordered_on and any(day and day < ordered_on for day in (shipped, delivered)):
        return "shipped_early"
    return "delivered_early" if shipped and delivered and delivered < shipped else None


def order_problem(row: Mapping[str, Any]) -> str | None:
    """Code of the first thing wrong with an order's own fields (its lines apart), or None."""
    if not (row.get("number") or "").strip():
        return "no_number"
    if row.get("ordered_on") is None:
        return "no_day"
    if not row.get("lines"):
        return "no_lines"
    rate = row.get("rate")
    if rate is not None and rate <= 0:
        return "bad_rate"
    costs = [row.get(name) or 0 for name in ("freight_minor", "rebate_minor", "service_cost_minor")]
    if any(cost >= MINOR_LIMIT for cost in costs):
        return "too_large"
    return "negative_cost" if any(cost < 0 for cost in costs) else None


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """A total in whole units by weight, exact: what is left over goes to the largest remainders, earlier ones first.

    Without any weight all count alike.
    """
    sizes = [abs(weight) for weight in weights]
    if not any(sizes):
        sizes = [1] * len(sizes)
    whole = sum(sizes)
    parts = [total * size // whole for size in sizes]
    by_remainder = sorted(range(len(sizes)), key=lambda place: (-(total * sizes[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def signed(quantity: Decimal, kind: str) -> Decimal:
    """A return's quantity counts down, however it was written."""
    return -abs(quantity) if kind == "return" else quantity
