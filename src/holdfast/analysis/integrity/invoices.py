"""Invoices as NumPy arrays, as they were known at the end of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import tables
from holdfast.analysis.ledger import Array, day_number, ranked
from holdfast.analysis.tables import INVOICES, PAYMENTS, Source

NEVER = np.int64(2**31)
LONG_AGO = -NEVER


@dataclass(frozen=True)
class Book:
    """Invoices issued up to as_of, credit notes left out; customers are numbered in the order of `ids`.

    Days are numbers since 1970; `due` and `paid` are NEVER where unknown or not yet. `open_minor`: what was open at the
    end of as_of. `settled`: nothing open by then. `overdue`: something is, and its day has passed. `judged`: either of
    the two, with terms known: the invoices that say how the customer pays.
    """

    ids: pa.Array
    customer: Array
    issued: Array
    due: Array
    paid: Array
    amount: Array
    amount_known: Array
    open_minor: Array
    dispute: Array
    dispute_known: bool
    written_off: Array
    today: int

    @classmethod
    def of(cls, invoices: Source, *, as_of: date, payments: Source | None = None) -> Book:
        """The book at the end of as_of: later payments, disputes and write-offs are not in it.

        Errors: TableError.
        """
        table = tables.checked(invoices, INVOICES)
        today = day_number(as_of)
        later = paid_later(table, payments, today)
        keep = _evidence(table, today)
        table, later = table.filter(pa.array(keep)), later[keep]
        ids, customer = ranked(table["customer_id"])
        amount, amount_known = _money(table, "amount_minor")
        paid = days_of(table, "paid_on", NEVER)
        written_off = days_of(table, "written_off_on", NEVER)
        is_open = (paid > today) & (written_off > today)
        dispute, dispute_known = _disputes(table, today)
        return cls(
            ids=ids,
            customer=customer,
            issued=_began(table),
            due=days_of(table, "due_on", NEVER),
            paid=np.where(paid <= today, paid, NEVER),
            amount=amount,
            amount_known=amount_known,
            open_minor=np.where(is_open, _open(table, amount, later, (paid != NEVER) | (written_off != NEVER)), 0),
            dispute=dispute,
            dispute_known=dispute_known,
            written_off=np.where(written_off <= today, written_off, NEVER),
            today=today,
        )

    @cached_property
    def settled(self) -> Array:
        found: Array = self.paid != NEVER
        return found

    @cached_property
    def overdue(self) -> Array:
        found: Array = ~self.settled & (self.due < self.today)
        return found

    @cached_property
    def judged(self) -> Array:
        found: Array = (self.due != NEVER) & (self.settled | self.overdue)
        return found

    @cached_property
    def beyond(self) -> Array:
        """Days beyond terms; of what is still open the days so far, which is the least it can be. 0 if not judged."""
        end = np.where(self.settled, self.paid, self.today)
        found: Array = np.where(self.judged, end - self.due, 0)
        return found

    def per_customer(self, values: Array, where: Array | None = None) -> Array:
        """Sum over the invoices of each customer; whole numbers stay exact below 2^53."""
        weights = np.asarray(values, dtype=np.float64)
        weights = weights if where is None else np.where(where, weights, 0.0)
        return np.bincount(self.customer, weights=weights, minlength=len(self.ids))

    def counted(self, where: Array) -> Array:
        """How many invoices of each customer the flags hold for."""
        return np.bincount(self.customer[where], minlength=len(self.ids))


def days_of(table: pa.Table, name: str, unknown: np.int64) -> Array:
    """A column of days as numbers; `unknown` where it is null or the table lacks it."""
    if name not in table.column_names:
        return np.full(table.num_rows, unknown, dtype=np.int64)
    column = table[name].combine_chunks().cast(pa.int32()).cast(pa.int64())
    found: Array = column.fill_null(int(unknown)).to_numpy(zero_copy_only=False)
    return found


def flags_of(table: pa.Table, name: str) -> Array:
    """A column of yes and no; unknown is no."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, dtype=bool)
    found: Array = table[name].combine_chunks().fill_null(False).to_numpy(zero_copy_only=False)
    return found.astype(bool)


def paid_later(table: pa.Table, payments: Source | None, today: int) -> Array:
    """Per invoice, what was paid on it after today: that much more was open then."""
    if payments is None or "invoice_id" not in table.column_names:
        return np.zeros(table.num_rows, dtype=np.int64)
    paid = tables.checked(payments, PAYMENTS)
    paid = paid.filter(pa.array(days_of(paid, "received_on", LONG_AGO) > today))
    if not paid.num_rows:
        return np.zeros(table.num_rows, dtype=np.int64)
    place = pc.index_in(paid["invoice_id"].combine_chunks(), table["invoice_id"].combine_chunks())
    known = place.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    at = place.fill_null(0).to_numpy(zero_copy_only=False)[known]
    amount = paid["amount_minor"].fill_null(0).to_numpy()[known]
    return np.bincount(at, weights=amount, minlength=table.num_rows).astype(np.int64)


def _evidence(table: pa.Table, today: int) -> Array:
    """Invoices of a known customer issued by today; no credit notes."""
    amount, known = _money(table, "amount_minor")
    keep = table["customer_id"].is_valid().to_numpy().astype(bool)
    keep &= (_began(table) <= today) & ((amount > 0) | ~known)
    if "kind" in table.column_names:
        notes = pc.fill_null(pc.equal(table["kind"], "credit_note"), False)
        keep &= ~notes.combine_chunks().to_numpy(zero_copy_only=False).astype(bool)
    return keep


def _began(table: pa.Table) -> Array:
    """The day of issue; where it is not known, the day it was due or paid, whichever was first."""
    issued = days_of(table, "issued_on", NEVER)
    first = np.minimum(days_of(table, "due_on", NEVER), days_of(table, "paid_on", NEVER))
    found: Array = np.where(issued != NEVER, issued, first)
    return found


def _money(table: pa.Table, name: str) -> tuple[Array, Array]:
    column = table[name].combine_chunks()
    known = column.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    return column.fill_null(0).to_numpy(zero_copy_only=False), known


def _open(table: pa.Table, amount: Array, later: Array, ended: Array) -> Array:
    """What was open: what is open now and what was paid since.

    The whole amount where that is not told, or where the invoice ended later by what no payment shows.
    """
    if "open_minor" not in table.column_names:
        return amount
    given, known = _money(table, "open_minor")
    since = given + later
    found: Array = np.where(known & ~(ended & (since == 0)), np.minimum(since, amount), amount)
    return found


def _disputes(table: pa.Table, today: int) -> tuple[Array, bool]:
    """Disputes that the customer lost, known by today; where no outcome is recorded, every dispute."""
    names = set(table.column_names)
    if not names & {"dispute_lost", "disputed", "disputed_on"}:
        return np.zeros(table.num_rows, dtype=bool), False
    raised = days_of(table, "disputed_on", NEVER) <= today
    if "dispute_lost" in names:
        return flags_of(table, "dispute_lost") & (raised if "disputed_on" in names else True), True
    return flags_of(table, "disputed") | raised, True
