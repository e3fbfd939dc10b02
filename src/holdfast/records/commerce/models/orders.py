"""Products, orders and their lines."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from holdfast.common.models import Base
from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.records.customers.models import Customer

DIRECT_COSTS = ("freight_minor", "rebate_minor", "service_cost_minor")
ORDER_KINDS = {"sale": _("销售"), "return": _("退货")}


def order_kinds() -> list[tuple[str, Any]]:
    return list(ORDER_KINDS.items())


def company_currency() -> str:
    return settings.CURRENCY


class Product(Base):
    """Something we sell. Per unit, in the company's currency: `price` as quoted, `cost` without tax.

    `grade` 1–4 by falling profit.
    """

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    cost = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    profit_fields = frozenset({"cost", "grade"})

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__gte=1, grade__lte=4), name="product_grade_1_to_4")
        ]
        indexes = [models.Index(fields=["category", "code"], name="product_category")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, viewer: User) -> OrderQuerySet:
        """Orders of the customers that the viewer sees."""
        seen = Customer.objects.visible_to(viewer)
        return self if is_everybody(viewer) else self.filter(customer__in=seen.order_by().values("pk"))

    def walked_by(self, viewer: User) -> OrderQuerySet:
        """As `visible_to`, for a walk along an index that meets the viewer's customers often: asked row by row."""
        seen = Customer.objects.visible_to(viewer).order_by().filter(pk=OuterRef("customer_id"))
        return self if is_everybody(viewer) else self.filter(Exists(seen))


def is_everybody(viewer: User) -> bool:
    """Whether the viewer sees every customer, so that nothing needs asking."""
    return viewer.may(Permission.CUSTOMER_VIEW) and viewer.scope == Scope.ALL


class Order(Base):
    """One order or return, day-dated in the company's time zone.

    `rate`: one unit of `currency` in the company's. Totals are in the company's minor units: `amount_minor` as agreed,
    `revenue_minor` without tax, `cost_minor` null unless every line has a cost. A return has negative lines;
    `returns` links it to its order where known. A voided order stays on file and counts nowhere. Direct costs of the
    order as a whole, zero or more (null: none known), are taken off its profit: freight, rebate, service.
    """

    number = models.CharField(max_length=60, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    kind = models.CharField(max_length=8, choices=order_kinds, default="sale")
    ordered_on = models.DateField()
    returns = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="returned_by")
    currency = models.CharField(max_length=3, default=company_currency)
    rate = models.DecimalField(max_digits=18, decimal_places=8, default=1)
    amount_minor = models.BigIntegerField(default=0)
    revenue_minor = models.BigIntegerField(default=0)
    cost_minor = models.BigIntegerField(null=True)
    freight_minor = models.BigIntegerField(null=True, blank=True)
    rebate_minor = models.BigIntegerField(null=True, blank=True)
    service_cost_minor = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()
    # The lines' cost columns stand in the order's journal entry too.
    profit_fields = frozenset({"cost_minor", "cost_price", *DIRECT_COSTS, "direct_minor"})
    personal_fields = {"note": "blank"}

    class Meta:
        ordering = ["-ordered_on", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-ordered_on"], name="order_customer"),
            models.Index(fields=["-ordered_on", "-id"], name="order_day"),
            models.Index(fields=["updated_at", "id"], name="order_updated"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gt=0), name="order_rate_positive"),
            *(
                models.CheckConstraint(condition=Q(**{name: None}) | Q(**{f"{name}__gte": 0}), name=f"order_{name}")
                for name in DIRECT_COSTS
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/commerce/orders/{self.pk}/"

    @property
    def is_return(self) -> bool:
        return self.kind == "return"

    @property
    def direct_cost_minor(self) -> int | None:
        """Freight, rebate and service of the order together; null where none of them is known."""
        known = [cost for name in DIRECT_COSTS if (cost := getattr(self, name)) is not None]
        return sum(known) if known else None

    @property
    def profit_minor(self) -> int | None:
        """Revenue less the goods' cost and the direct costs; null where a line's cost is unknown."""
        return None if self.cost_minor is None else self.revenue_minor - self.cost_minor - (self.direct_cost_minor or 0)

    @property
    def margin(self) -> float | None:
        return self.profit_minor / self.revenue_minor if self.profit_minor is not None and self.revenue_minor else None


class OrderLine(models.Model):
    """One product of an order; a return's quantities are negative.

    `price` and `list_price` in the order's currency, tax as `is_tax_included` says; `cost_price` in the company's,
    without tax. Minor amounts in the company's: `amount_minor` as agreed, the other three without tax. `direct_minor`:
    its share of the order's direct costs, exact over the lines (null: the order has none).
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, related_name="lines")
    text = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=3)
    list_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    price = models.DecimalField(max_digits=18, decimal_places=6)
    cost_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=4, default=0)
    is_tax_included = models.BooleanField(default=True)
    amount_minor = models.BigIntegerField()
    revenue_minor = models.BigIntegerField()
    cost_minor = models.BigIntegerField(null=True)
    list_minor = models.BigIntegerField(null=True)
    direct_minor = models.BigIntegerField(null=True)
    promised_on = models.DateField(null=True, blank=True)
    shipped_on = models.DateField(null=True, blank=True)
    delivered_on = models.DateField(null=True, blank=True)
    shipped_quantity = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)
    delivered_quantity = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)

    profit_fields = frozenset({"cost_price", "cost_minor", "direct_minor"})

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="order_line_position")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"

    @property
    def profit_minor(self) -> int | None:
        """Revenue less cost and the line's share of the order's direct costs; null without a cost."""
        return None if self.cost_minor is None else self.revenue_minor - self.cost_minor - (self.direct_minor or 0)

    @property
    def is_late(self) -> bool:
        """Delivered after the promised day, or not delivered although it has passed."""
        return bool(self.promised_on and self.quantity > 0 and (self.delivered_on or today()) > self.promised_on)
