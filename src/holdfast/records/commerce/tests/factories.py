"""Products and orders for tests: `OrderFactory(customer=…, ordered_on=…, lines=[(qty, price, cost)])`."""

from datetime import date
from decimal import Decimal

import factory

from holdfast.records.commerce import services
from holdfast.records.commerce.models import Order, Product


class ProductFactory(factory.django.DjangoModelFactory):
    """A product on sale: price 12.5, cost 8."""

    class Meta:
        model = Product

    code = factory.Sequence(lambda n: f"P{n:04d}")
    name = factory.Sequence(lambda n: f"滤芯 {n} 号")
    category = "滤芯"
    unit = "支"
    price = Decimal("12.5")
    cost = Decimal("8")


class OrderFactory(factory.django.DjangoModelFactory):
    """An order with lines of (quantity, price, cost) or dicts; written by the service, so that all amounts are right."""

    class Meta:
        model = Order

    class Params:
        lines = ((10, "12.5", "8"),)

    number = factory.Sequence(lambda n: f"T{n:05d}")
    customer = factory.SubFactory("holdfast.records.customers.tests.factories.CustomerFactory")
    ordered_on = date(2026, 10, 13)
    with_lines = factory.SelfAttribute("lines")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        lines = [line_of(line) for line in kwargs.pop("with_lines")]
        return services.add_orders([{**kwargs, "lines": lines}], by=None)[0]


def line_of(line):
    """(10, "12.5", "8") → a line about a thing without a product, tax 13 % not in the price."""
    if isinstance(line, dict):
        return line
    quantity, price, cost = line
    return {
        "text": "滤芯",
        "quantity": Decimal(quantity),
        "price": Decimal(price),
        "cost_price": None if cost is None else Decimal(cost),
        "tax_rate": Decimal("0.13"),
        "is_tax_included": False,
    }
