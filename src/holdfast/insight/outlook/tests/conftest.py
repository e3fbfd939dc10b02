"""A small company with invoices and orders, on a fixed day, with files in a folder of its own."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import time_machine
from django.core.cache import cache

from holdfast.insight.outlook import services
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.tests.factories import line_of
from holdfast.records.customers.tests.factories import CustomerFactory

NUMBERS = itertools.count(1)
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.DATA = tmp_path
    cache.clear()
    return tmp_path


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def bills(customer, *, beyond, count=12, start="2025-11-05", step=25, amount=1000_00, terms=30, by=None):
    """An invoice every `step` days payable in `terms`, paid so many days beyond; what would be paid later is open."""
    first = dt.date.fromisoformat(start)
    made = commerce.add_invoices(
        [
            {
                "customer": customer, "number": f"F{next(NUMBERS):06d}", "amount_minor": amount,
                "issued_on": first + dt.timedelta(days=step * place),
                "due_on": first + dt.timedelta(days=step * place + terms),
            }
            for place in range(count)
        ],
        by=by,
    )  # fmt: skip
    paid = [(one, one.due_on + dt.timedelta(days=beyond)) for one in made if beyond is not None]
    commerce.add_payments(
        [
            {"customer": customer, "received_on": day, "amount_minor": amount, "allocations": [(one, amount)]}
            for one, day in paid
            if day <= TODAY
        ],
        by=by,
    )
    return made


def buys(customer, start, step, count, amount=1000, product=None):
    first = dt.date.fromisoformat(start)
    line = {**line_of((1, amount, amount * 0.6)), **({"product": product} if product else {})}
    return commerce.add_orders(
        [
            {
                "customer": customer, "number": f"S{next(NUMBERS):06d}",
                "ordered_on": first + dt.timedelta(days=step * place), "lines": [line],
            }
            for place in range(count)
        ],
        by=None,
    )  # fmt: skip


@pytest.fixture
def debtors(owner, teammate):
    """Prompt pays ten days early, slow twenty late, both with an invoice that is not due; other is a teammate's."""
    prompt, slow = CustomerFactory(name="准时机械", owner=owner), CustomerFactory(name="拖延建材", owner=owner)
    other = CustomerFactory(name="别人的客户", owner=teammate)
    bills(prompt, beyond=-10, count=15, start="2025-11-25")
    bills(slow, beyond=20, count=15, start="2025-11-25")
    bills(other, beyond=20, count=15, start="2025-11-25")
    return {"prompt": prompt, "slow": slow, "other": other}


@pytest.fixture
def buyers(owner, teammate):
    """Two years and a half of orders: steady every 30 days, gone until spring, one order of a newcomer, a teammate's."""
    steady, gone = CustomerFactory(name="恒稳机械", owner=owner), CustomerFactory(name="已走化工", owner=owner)
    newcomer, other = CustomerFactory(name="新来食品", owner=owner), CustomerFactory(name="别部建材", owner=teammate)
    buys(steady, "2024-06-01", 30, 30)
    buys(gone, "2024-06-03", 30, 20, amount=500)
    buys(newcomer, "2026-11-02", 1, 1, amount=800)
    buys(other, "2024-06-05", 15, 60, amount=300)
    return {"steady": steady, "gone": gone, "newcomer": newcomer, "other": other}


@pytest.fixture
def look():
    return services.make_outlook
