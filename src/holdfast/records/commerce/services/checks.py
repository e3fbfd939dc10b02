"""What an order must agree with in the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.records.commerce import rules
from holdfast.records.commerce.models import Order, OrderLine, Product
from holdfast.records.commerce.services.rows import refuse

Key = tuple[int, int | None, str]
SEVERAL = 400  # parameters of one query


def check_numbers(numbers: Collection[str]) -> None:
    """Refuse numbers that are in use or given twice."""
    twice = [number for number, times in Counter(numbers).items() if times > 1]
    if twice:
        refuse("number_taken", number=twice[0], field="number")
    wanted = list(numbers)
    for start in range(0, len(wanted), SEVERAL):
        taken = Order.objects.filter(number__in=wanted[start : start + SEVERAL]).values_list("number", flat=True)
        for number in taken[:1]:
            refuse("number_taken", number=number, field="number")


def check_rows(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        refuse(rules.order_problem(row), number=row.get("number") or "")


def check_links(orders: Iterable[Order]) -> None:
    """A return may only hang on a standing sale of the same customer, on its day or later."""
    for order in orders:
        original = order.returns
        if original is None:
            continue
        if not order.is_return or original.is_return or original.voided_at or original.pk == order.pk:
            raise Refusal(_("%(number)s：只有退货可以关联一张有效的销售订单。") % {"number": order.number}, "returns")
        if original.customer_id != order.customer_id:
            raise Refusal(
                _("%(number)s：退货与原订单不是同一客户，请核对原订单号。") % {"number": order.number}, "returns"
            )
        if order.ordered_on < original.ordered_on:
            raise Refusal(
                _("%(number)s：退货日早于原订单的下单日，请核对日期。") % {"number": order.number}, "ordered_on"
            )


def check_returned(original_ids: Collection[int]) -> None:
    """After writing: no order has more of a product returned than it had ordered. Locks the originals."""
    ids = sorted(set(original_ids))
    for start in range(0, len(ids), SEVERAL):
        some = ids[start : start + SEVERAL]
        list(Order.objects.select_for_update(of=("self",)).filter(pk__in=some).values_list("pk"))
        _check_some(some)


def _check_some(ids: list[int]) -> None:
    ordered = _quantities("order_id", order__in=ids)
    returned = _quantities("order__returns_id", order__returns__in=ids, order__voided_at=None)
    for key, quantity in returned.items():
        if -quantity > ordered.get(key, 0):
            _refuse_excess(key, ordered.get(key, Decimal(0)), -quantity)


def _quantities(order_column: str, **which: Any) -> dict[Key, Decimal]:
    """Quantity by (order, product or None, text where there is no product)."""
    found: dict[Key, Decimal] = defaultdict(Decimal)
    rows = OrderLine.objects.filter(**which).values_list(order_column, "product_id", "text").order_by()
    for order_id, product_id, text, quantity in rows.annotate(total=Sum("quantity")):
        found[order_id, product_id, "" if product_id else text] += quantity
    return found


def _refuse_excess(key: Key, ordered: Decimal, returned: Decimal) -> None:
    order_id, product_id, text = key
    name = str(Product.objects.get(pk=product_id)) if product_id else text
    number = Order.objects.values_list("number", flat=True).get(pk=order_id)
    words = {
        "number": number,
        "name": name,
        "ordered": f"{ordered.normalize():f}",
        "returned": f"{returned.normalize():f}",
    }
    raise Refusal(
        _("订单 %(number)s 的「%(name)s」共订 %(ordered)s，退货合计 %(returned)s，超过了所订数量，请核对数量。")
        % words,
        "lines",
    )
