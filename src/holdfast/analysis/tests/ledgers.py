"""Ledgers for the tests: small ones written by hand, large ones drawn from a seed."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

DAY_0 = date(2026, 1, 1)


def on(day):
    return DAY_0 + timedelta(days=int(day))


def lines(rows, **more):
    """Rows of (customer, day number, amount in minor units)."""
    customer, day, amount = zip(*rows, strict=True) if rows else ((), (), ())
    ids = pa.array(customer, pa.string() if not customer or isinstance(customer[0], str) else pa.int64())
    table = {"customer_id": ids, "day": pa.array([on(d) for d in day], pa.date32())}
    return pa.table({**table, "amount_minor": pa.array(amount, pa.int64()), **more})


def days(rows):
    """Customer days of (customer, day number, amount); a purchase unless below 0."""
    table = lines(rows)
    return table.append_column("is_purchase", pa.array([amount >= 0 for _, _, amount in rows], pa.bool_()))


def random_days(rng, customers, span, *, returns=0.05):
    """Customer days with very different rhythms, pauses, returns and zero amounts."""
    rows = []
    for customer in range(customers):
        pace = rng.uniform(2, 160)
        day = int(rng.integers(0, span))
        while day < span:
            amount = -int(rng.integers(1, 500)) if rng.random() < returns else int(rng.integers(0, 1000))
            rows.append((customer, day, amount))
            pause = 6 if rng.random() < 0.06 else 1
            day += 1 + int(rng.gamma(1.5, pace / 1.5) * pause)
    return days(rows)


def random_lines(seed, size, customers=60, span=400):
    rng = np.random.default_rng(seed)
    return lines(
        [
            (f"c{int(c):03}", int(d), int(a))
            for c, d, a in zip(
                rng.integers(0, customers, size),
                rng.integers(0, span, size),
                rng.integers(-300, 2000, size),
                strict=True,
            )
        ],
        cost_minor=pa.array([None if c % 7 == 0 else int(c) for c in rng.integers(0, 900, size)], pa.int64()),
        cancelled=pa.array(rng.random(size) < 0.05),
    )
