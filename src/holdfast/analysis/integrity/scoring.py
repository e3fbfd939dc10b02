"""Payment integrity of each customer, 0–100, from invoices, promises and disputes; and the gates it shuts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import tables
from holdfast.analysis.integrity.invoices import NEVER, Book, days_of, flags_of
from holdfast.analysis.integrity.payment import index_of
from holdfast.analysis.integrity.shares import kappa_by_moments, portfolio_share, shrunk_share
from holdfast.analysis.integrity.terms import DEFAULTS, PARTS, IntegrityParams
from holdfast.analysis.ledger import Array, day_number, nullable
from holdfast.analysis.tables import PROMISES, Source, arrow


def integrity(
    invoices: Source,
    *,
    as_of: date,
    payments: Source | None = None,
    promises: Source | None = None,
    returns: Source | None = None,
    flagged: Source | None = None,
    params: IntegrityParams = DEFAULTS,
) -> pa.Table:
    """How each customer keeps his word about money; one row per customer with an invoice by as_of.

    In: invoices, payments and promises as in `tables`; returns (optional): customer_id, returned, unjustified (counts);
    flagged (optional): customer_id of those found to deceive. Nothing after as_of is looked at.
    Out: customer_id, invoices (issued in the window, or open), judged (of these paid, or open past their day),
    adbt_days (money-weighted days beyond terms; an open item counts the days so far, its lower bound), payment_index
    (20–100), late_share (of the judged, paid or open after their day), dispute_share (lost disputes ÷ invoices; all
    disputes where no outcome is recorded), promises, promises_kept (counts), promise_kept (0–1, drawn towards the
    portfolio), lost_disputes (0–1, drawn alike), integrity (0–100; null below 3 judged invoices), terms_days
    (money-weighted), open_minor, overdue_minor, overdue_days (of the oldest open item), written_off_on, gate.
    Formula: I = .55·index + .20·100·promises kept + .15·100·(1 − lost disputes) + .10·100·(1 − unjustified returns),
    weights re-normalised over the known parts; below 10 judged invoices the missing ones count as the portfolio's
    mean: (n·I + (10 − n)·mean) ÷ 10. Gates: overdue_90, write_off (24 months), fraud, the strictest shown.
    Source: methods §1.2.
    """
    book = Book.of(invoices, as_of=as_of, payments=payments)
    inside = _inside(book, params)
    kept = _Promises.of(promises, book, as_of, params)
    paid = _Paid.of(book, inside, params)
    parts = {"payment": (paid.index, paid.known)}
    parts["promises"] = (100.0 * kept.share, kept.any)
    lost, lost_known = _lost(book, inside, params)
    parts["disputes"] = (100.0 * (1.0 - lost), lost_known)
    parts["returns"] = _returns(returns, book)
    whole = _whole(parts, paid, params)
    dispute = book.counted(inside & book.dispute) / np.maximum(paid.invoices, 1)
    return pa.table(
        {
            "customer_id": book.ids,
            "invoices": paid.invoices.astype(np.int32),
            "judged": paid.judged.astype(np.int32),
            "adbt_days": nullable(paid.beyond, paid.known),
            "payment_index": nullable(paid.index, paid.known),
            "late_share": nullable(paid.late / np.maximum(paid.judged, 1), paid.judged > 0),
            "dispute_share": nullable(dispute, (paid.invoices > 0) & book.dispute_known),
            "promises": kept.size.astype(np.int32),
            "promises_kept": kept.kept.astype(np.int32),
            "promise_kept": nullable(kept.share, kept.any),
            "lost_disputes": nullable(lost, lost_known),
            "integrity": nullable(whole, paid.known & (paid.judged >= params.min_invoices)),
            "terms_days": nullable(paid.terms, paid.known),
            **_arrears(book),
            **_shut(book, flagged, params),
        }
    )


def gates(table: pa.Table) -> pa.Table:
    """Who is held down by a gate: customer_id, gate; the rows of `integrity` that have one.

    Source: methods §1.2 (open more than 90 days beyond terms, or a write-off in 24 months: at most 2 stars; fraud: 1).
    """
    return table.select(["customer_id", "gate"]).filter(pc.is_valid(table["gate"]))


def _inside(book: Book, params: IntegrityParams) -> Array:
    """What counts: issued, paid or due within the window, and all that is still open."""
    if not params.window_days:
        return np.ones(len(book.issued), dtype=bool)
    start = book.today - params.window_days
    ended = np.minimum(book.paid, book.written_off)
    found: Array = (book.issued > start) | (ended > start)
    return found


@dataclass(frozen=True)
class _Paid:
    """Per customer: how he pays, by money (by number where no amount is known)."""

    invoices: Array
    judged: Array
    late: Array
    beyond: Array
    index: Array
    terms: Array
    known: Array

    @classmethod
    def of(cls, book: Book, inside: Array, params: IntegrityParams) -> _Paid:
        judged = inside & book.judged
        weight = _weights(book, judged)
        whole = book.per_customer(weight)
        base = np.where(whole > 0, whole, 1.0)
        beyond = book.beyond
        terms = np.where(judged, np.maximum(book.due - book.issued, 0), 0)
        return cls(
            invoices=book.counted(inside),
            judged=book.counted(judged),
            late=book.counted(judged & (beyond > 0)),
            beyond=book.per_customer(weight * beyond) / base,
            index=book.per_customer(weight * index_of(beyond, params)) / base,
            terms=book.per_customer(weight * terms) / base,
            known=whole > 0,
        )


def _weights(book: Book, judged: Array) -> Array:
    """Money where any of the customer's judged invoices tells it, else each invoice alike."""
    money = np.where(judged & book.amount_known, book.amount, 0).astype(np.float64)
    told = book.per_customer(money) > 0
    found: Array = np.where(told[book.customer], money, judged.astype(np.float64))
    return found


@dataclass(frozen=True)
class _Promises:
    """Per customer: promises whose day has passed, how many were kept, and the shrunk share."""

    size: Array
    kept: Array
    share: Array

    @property
    def any(self) -> Array:
        found: Array = self.size > 0
        return found

    @classmethod
    def of(cls, promises: Source | None, book: Book, as_of: date, params: IntegrityParams) -> _Promises:
        number = len(book.ids)
        if promises is None:
            none = np.zeros(number)
            return cls(none, none, none)
        table = tables.checked(promises, PROMISES)
        place = pc.index_in(table["customer_id"].combine_chunks(), book.ids)
        day, today = days_of(table, "promised_on", NEVER), day_number(as_of)
        due = place.is_valid().to_numpy(zero_copy_only=False).astype(bool) & (day <= today)
        judged = table["kept"].combine_chunks().is_valid().to_numpy(zero_copy_only=False).astype(bool)
        due &= judged | (day < today)  # a day that passed without a word was not kept
        if params.window_days:
            due &= day > today - params.window_days
        at = place.fill_null(0).to_numpy(zero_copy_only=False)
        size = np.bincount(at[due], minlength=number)
        kept = np.bincount(at[due & flags_of(table, "kept")], minlength=number)
        portfolio = portfolio_share(kept, size)
        share = shrunk_share(kept, size, portfolio or 0.0, kappa_by_moments(kept, size, params.kappa))
        return cls(size, kept, share)


def _lost(book: Book, inside: Array, params: IntegrityParams) -> tuple[Array, Array]:
    size, cases = book.counted(inside), book.counted(inside & book.dispute)
    portfolio = portfolio_share(cases, size)
    if portfolio is None or not book.dispute_known:
        return np.zeros(len(book.ids)), np.zeros(len(book.ids), dtype=bool)
    return shrunk_share(cases, size, portfolio, kappa_by_moments(cases, size, params.kappa)), size > 0


def _returns(returns: Source | None, book: Book) -> tuple[Array, Array]:
    """100·(1 − share of returns without a reason), drawn towards the portfolio."""
    number = len(book.ids)
    if returns is None:
        return np.zeros(number), np.zeros(number, dtype=bool)
    table = arrow(returns)
    place = pc.index_in(book.ids, table["customer_id"].combine_chunks())
    known = place.is_valid().to_numpy(zero_copy_only=False).astype(bool)
    size, cases = (
        table[name].combine_chunks().take(place).fill_null(0).to_numpy(zero_copy_only=False)
        for name in ("returned", "unjustified")
    )
    share = shrunk_share(cases, size, portfolio_share(cases, size) or 0.0)
    return 100.0 * (1.0 - share), known & (size > 0)


def _whole(parts: dict[str, tuple[Array, Array]], paid: _Paid, params: IntegrityParams) -> Array:
    """The weighted mean of the known parts; few invoices are filled up to ten with the portfolio's mean."""
    total, weight = np.zeros(len(paid.known)), np.zeros(len(paid.known))
    for part in PARTS:
        value, known = parts[part]
        total += params.weights.of(part) * np.where(known, value, 0.0)
        weight += params.weights.of(part) * known
    own = total / np.where(weight > 0, weight, 1.0)
    counted = paid.known & (paid.judged >= params.min_invoices) & (weight > 0)
    backing = np.where(counted, np.minimum(paid.judged, params.full_invoices), 0) / max(params.full_invoices, 1)
    if not backing.sum():
        return own
    mean = float((backing * own).sum() / backing.sum())
    found: Array = backing * own + (1.0 - backing) * mean
    return found


def _arrears(book: Book) -> dict[str, pa.Array]:
    late = book.overdue & (book.open_minor > 0)
    oldest = np.zeros(len(book.ids), dtype=np.int64)
    np.maximum.at(oldest, book.customer[late], book.beyond[late])
    return {
        "open_minor": pa.array(book.per_customer(book.open_minor).astype(np.int64)),
        "overdue_minor": pa.array(book.per_customer(book.open_minor, late).astype(np.int64)),
        "overdue_days": nullable(oldest.astype(np.int32), oldest > 0),
    }


def _shut(book: Book, flagged: Source | None, params: IntegrityParams) -> dict[str, pa.Array]:
    """The strictest gate of each customer, and the day of his last write-off."""
    last = np.full(len(book.ids), -1, dtype=np.int64)
    off = book.written_off != NEVER
    np.maximum.at(last, book.customer[off], book.written_off[off])
    stale = book.overdue & (book.open_minor > 0) & (book.beyond > params.gate_days)
    names = np.full(len(book.ids), None, dtype=object)
    names[book.counted(stale) > 0] = "overdue_90"
    names[(last >= 0) & (last > book.today - params.write_off_days)] = "write_off"
    if flagged is not None:
        bad = pc.is_in(book.ids, arrow(flagged)["customer_id"].combine_chunks())
        names[bad.to_numpy(zero_copy_only=False).astype(bool)] = "fraud"
    days = pa.array(np.maximum(last, 0).astype(np.int32), mask=last < 0).cast(pa.date32())
    return {"written_off_on": days, "gate": pa.array(names, pa.string())}
