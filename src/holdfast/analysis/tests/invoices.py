"""Invoices for the tests: small ones written by hand, large ones drawn from a seed."""

import numpy as np
import pyarrow as pa

from holdfast.analysis.tests.ledgers import on


def _days(values):
    return pa.array([None if day is None else on(day) for day in values], pa.date32())


def invoices(rows, **more):
    """Rows of (customer, issued, due, paid or None, amount in minor units), days as numbers."""
    customer, issued, due, paid, amount = zip(*rows, strict=True) if rows else ((),) * 5
    return pa.table(
        {
            "customer_id": pa.array(customer, pa.string()),
            "invoice_id": pa.array([str(n) for n in range(len(rows))], pa.string()),
            "issued_on": _days(issued),
            "due_on": _days(due),
            "paid_on": _days(paid),
            "amount_minor": pa.array(amount, pa.int64()),
            **more,
        }
    )


def payments(rows):
    """Rows of (invoice, received, amount)."""
    invoice, received, amount = zip(*rows, strict=True)
    return pa.table({"invoice_id": pa.array(map(str, invoice)), "received_on": _days(received), "amount_minor": amount})


def promises(rows):
    """Rows of (customer, promised for, kept or None)."""
    customer, day, kept = zip(*rows, strict=True)
    return pa.table({"customer_id": pa.array(customer), "promised_on": _days(day), "kept": pa.array(kept, pa.bool_())})


def payers(seed, *, customers=120, each=20, span=720, spread=1.2, memory=0.6):
    """Customers who pay late more or less often, in spells, a disputed invoice later than others; and who was late."""
    rng = np.random.default_rng(seed)
    habit, quarrel = rng.normal(-0.7, spread, customers), rng.beta(1.5, 8, customers)
    size = np.exp(rng.normal(4, 0.6, customers))
    number = np.maximum(1, rng.poisson(each * rng.gamma(2, 0.5, customers)))
    rows, disputed = [], []
    for who in range(customers):
        spell = 0.0
        for issued in np.sort(rng.integers(0, span, number[who])):
            spell = memory * spell + rng.normal(0, 0.6)
            is_disputed = rng.random() < quarrel[who]
            amount = size[who] * np.exp(rng.normal(0, 0.6))
            pull = habit[who] + spell + 1.5 * is_disputed + 0.25 * np.log(amount / size[who]) + rng.logistic()
            beyond = 1 + int(pull * 7) if pull > 0 else -int(min(-pull * 6, 25))
            due = int(issued) + int(rng.choice((15, 30, 60)))
            paid = max(due + beyond, int(issued))
            rows.append((f"c{who:03}", int(issued), due, paid, int(amount * 100)))
            disputed.append(is_disputed)
    return invoices(rows, disputed=pa.array(disputed)), np.array([paid > due for _, _, due, paid, _ in rows])
