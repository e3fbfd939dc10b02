"""Products and orders for tests: `OrderFactory(customer=…, ordered_on=…, lines=[(qty, price, cost)])`."""

from datetime import date, timedelta
from decimal import Decimal

import factory

from holdfast.records.commerce import services
from holdfast.records.commerce.models import Invoice, Order, Payment, Product


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


class InvoiceFactory(factory.django.DjangoModelFactory):
    """An invoice of 1,000.00 due 30 days after its issue; written by the service."""

    class Meta:
        model = Invoice

    number = factory.Sequence(lambda n: f"FP{n:05d}")
    customer = factory.SubFactory("holdfast.records.customers.tests.factories.CustomerFactory")
    issued_on = date(2026, 9, 1)
    due_on = factory.LazyAttribute(lambda one: one.issued_on + timedelta(days=30))
    amount_minor = 100_000

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return services.add_invoices([kwargs], by=None)[0]


class PaymentFactory(factory.django.DjangoModelFactory):
    """A payment of 1,000.00 that settles the oldest due invoices; written by the service."""

    class Meta:
        model = Payment

    customer = factory.SubFactory("holdfast.records.customers.tests.factories.CustomerFactory")
    received_on = date(2026, 10, 5)
    amount_minor = 100_000

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return services.add_payments([kwargs], by=None)[0]
