"""How the demo company's customers pay: monthly invoices, who is early, late or never. Pure, from a seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from holdfast.common.months import Month

# kind of payer → share, days beyond terms on the mean, and their spread
PAYERS = {"prompt": (0.58, -3, 5), "slow": (0.27, 11, 9), "late": (0.11, 36, 18), "bad": (0.04, 95, 45)}
TERMS = (30, 30, 30, 45, 60)
BILLED_MONTHS = 24
METHODS = ("bank", "bank", "bank", "bill", "wechat")


@dataclass
class Bill:
    """One invoice of a customer for one month; `order` where it covers a single one. Amounts in minor units."""

    number: str
    customer: str
    issued_on: date
    due_on: date
    amount_minor: int
    order: str = ""
    paid: list[tuple[date, int]] = field(default_factory=list)
    method: str = "bank"
    disputed_on: date | None = None
    dispute_lost: bool | None = None
    written_off_on: date | None = None
    promise: tuple[date, date] | None = None  # made on, promised on


def bills(rng: Random, sold: Iterable[tuple[str, str, date, int]], end: date) -> list[Bill]:
    """Invoices of the last two years for (customer, order number, day, amount with tax), one a customer and month."""
    months: dict[tuple[str, Month], list[tuple[str, int]]] = defaultdict(list)
    first = Month.of(end).plus(-BILLED_MONTHS)
    for customer, order, day, amount in sold:
        if Month.of(day) >= first:
            months[customer, Month.of(day)].append((order, amount))
    habits: dict[str, tuple[str, int]] = {}
    return [
        _bill(rng, place, customer, month, orders, habits, end)
        for place, ((customer, month), orders) in enumerate(sorted(months.items(), key=lambda row: (row[0][1], row[0][0])), 1)
        if month.last <= end
    ]  # fmt: skip


def _bill(
    rng: Random, place: int, customer: str, month: Month, orders: list[tuple[str, int]], habits: dict, end: date
) -> Bill:
    if customer not in habits:
        payer = rng.choices(list(PAYERS), [share for share, *_ in PAYERS.values()])[0]
        habits[customer] = payer, rng.choice(TERMS)
    payer, terms = habits[customer]
    bill = Bill(
        f"FP{month.first:%y%m}{place:05d}", customer, month.last, month.last + timedelta(days=terms),
        sum(amount for _order, amount in orders), orders[0][0] if len(orders) == 1 else "", method=rng.choice(METHODS),
    )  # fmt: skip
    if rng.random() < 0.015:
        bill.disputed_on = min(end, bill.issued_on + timedelta(days=rng.randint(4, 20)))
        bill.dispute_lost = rng.choice([True, False]) if bill.due_on < end - timedelta(days=30) else None
    if payer == "bad" and bill.due_on < end - timedelta(days=200) and rng.random() < 0.2:
        bill.written_off_on = bill.due_on + timedelta(days=180)
    else:
        bill.paid = list(_paid(rng, bill, payer, end))
    if not bill.paid and not bill.written_off_on and bill.due_on < end - timedelta(days=8) and rng.random() < 0.5:
        made = bill.due_on + timedelta(days=rng.randint(2, 7))
        bill.promise = made, made + timedelta(days=rng.randint(5, 40))
    return bill


def _paid(rng: Random, bill: Bill, payer: str, end: date) -> Iterator[tuple[date, int]]:
    """The whole on one day, now and then in two parts; nothing that lies after `end`."""
    _share, mean, spread = PAYERS[payer]
    day = max(bill.issued_on + timedelta(days=2), bill.due_on + timedelta(days=round(rng.gauss(mean, spread))))
    part = bill.amount_minor // 2 if rng.random() < 0.06 else 0
    if part and day <= end:
        yield day, part
        day += timedelta(days=rng.randint(10, 25))
    if day <= end:
        yield day, bill.amount_minor - part
