"""What was known of a customer's payments on the day an invoice was issued: whole numbers, so that order is nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.analysis.integrity.invoices import NEVER
from holdfast.analysis.ledger import Array

BITS = 33
OFFSET = np.int64(2**31)
DBT_RANGE = (-30, 120)


@dataclass(frozen=True)
class Invoices:
    """Invoices by row: customers numbered 0 … N−1, days since 1970 (NEVER where unknown), amounts in minor units."""

    customer: Array
    issued: Array
    due: Array
    paid: Array
    amount: Array
    dispute_day: Array
    """The day a dispute was known: as dated, else the day the disputed invoice was paid; NEVER without one."""

    @property
    def matures(self) -> Array:
        """The day after which everybody knows whether it was paid in time, for later invoices; NEVER without terms."""
        known = self.due != NEVER
        found: Array = np.where(known, np.maximum(self.due, self.issued) + 1, NEVER)
        return found

    @property
    def late(self) -> Array:
        """Not paid by the due day."""
        found: Array = (self.due != NEVER) & (self.paid > self.due)
        return found


class Events:
    """Things that became known on a day, with running sums; a question names a customer and a day."""

    def __init__(self, customer: Array, day: Array, where: Array, **values: Array) -> None:
        rows = np.flatnonzero(where & (day != NEVER))
        key = _key(customer[rows], day[rows])
        columns = {name: value[rows].astype(np.int64) for name, value in values.items()}
        order = np.lexsort((*columns.values(), key))
        self.key = key[order]
        self.running = {name: np.append(0, np.cumsum(value[order])) for name, value in columns.items()}

    def until(self, customer: Array, day: Array) -> Seen:
        """What was known at the end of each day."""
        end = np.searchsorted(self.key, _key(customer, day), side="right")
        start = np.searchsorted(self.key, _key(customer, np.full(1, -OFFSET)), side="left")
        return Seen(self.running, start, end)


@dataclass(frozen=True)
class Seen:
    """The events from `start` to `end` of each question."""

    running: dict[str, Array]
    start: Array
    end: Array

    @property
    def size(self) -> Array:
        found: Array = self.end - self.start
        return found

    def sum(self, name: str) -> Array:
        found: Array = self.running[name][self.end] - self.running[name][self.start]
        return found

    def latest(self, name: str, most: int) -> Array:
        """The sum over the last few only."""
        found: Array = self.running[name][self.end] - self.running[name][np.maximum(self.end - most, self.start)]
        return found


@dataclass(frozen=True)
class Known:
    """For each invoice, what was known when it was issued, of its customer and of everybody."""

    judged: Array
    late: Array
    recent: Array
    recent_late: Array
    open_late: Array
    settled: Array
    beyond: Array
    invoices: Array
    spent: Array
    disputes: Array
    all_judged: Array
    all_late: Array
    lately_judged: Array
    lately_late: Array
    all_invoices: Array
    all_spent: Array
    all_terms: Array
    all_settled: Array
    all_beyond: Array
    all_beyond_squared: Array


def known_at_issue(book: Invoices, *, recent: int, recent_days: int) -> Known:
    """Rows issued before, payments and disputes dated up to the day of issue, and outcomes certain by then."""
    who, day, every = book.customer, book.issued, np.ones(len(book.issued), dtype=bool)
    nobody = np.zeros(len(day), dtype=np.int64)
    has_day = day != NEVER
    late, matures = book.late, book.matures
    # A payment counts for later invoices from its day, but not before the row itself existed.
    paid = np.where(book.paid != NEVER, np.maximum(book.paid, day + 1), NEVER)
    beyond = np.clip(book.paid - book.due, *DBT_RANGE)
    terms = np.where(book.due != NEVER, np.clip(book.due - day, 0, 400), 0)
    outcomes = Events(who, matures, has_day, late=late)
    payments = Events(who, paid, has_day & (book.due != NEVER), late=late, beyond=beyond)
    issues = Events(who, day + 1, has_day, amount=book.amount)
    raised = Events(who, np.where(book.dispute_day != NEVER, np.maximum(book.dispute_day, day + 1), NEVER), has_day)
    everybody = Events(nobody, matures, has_day, late=late, terms=terms)
    all_issues = Events(nobody, day + 1, has_day, amount=book.amount)
    all_payments = Events(nobody, paid, has_day & (book.due != NEVER), beyond=beyond, squared=beyond**2)
    asked = np.where(has_day, day, -OFFSET + 1)
    mine, settled, issued = (events.until(who, asked) for events in (outcomes, payments, issues))
    whole, before = everybody.until(nobody, asked), everybody.until(nobody, asked - recent_days * every)
    sold, cleared = all_issues.until(nobody, asked), all_payments.until(nobody, asked)
    return Known(
        judged=mine.size,
        late=mine.sum("late"),
        recent=np.minimum(mine.size, recent),
        recent_late=mine.latest("late", recent),
        open_late=mine.sum("late") - settled.sum("late"),
        settled=settled.size,
        beyond=settled.sum("beyond"),
        invoices=issued.size,
        spent=issued.sum("amount"),
        disputes=raised.until(who, asked).size,
        all_judged=whole.size,
        all_late=whole.sum("late"),
        lately_judged=whole.size - before.size,
        lately_late=whole.sum("late") - before.sum("late"),
        all_invoices=sold.size,
        all_spent=sold.sum("amount"),
        all_terms=whole.sum("terms"),
        all_settled=cleared.size,
        all_beyond=cleared.sum("beyond"),
        all_beyond_squared=cleared.sum("squared"),
    )


def _key(customer: Array, day: Array) -> Array:
    found: Array = (customer.astype(np.int64) << BITS) + day + OFFSET
    return found
