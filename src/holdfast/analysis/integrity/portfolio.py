"""How the whole company is paid: receivables by age, days outstanding, and customers by their payment index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from holdfast.analysis.integrity.invoices import NEVER, Book
from holdfast.analysis.integrity.payment import (
    average_days_delinquent,
    days_sales_outstanding,
    index_of,
    weighted_mean,
)
from holdfast.analysis.integrity.terms import DEFAULTS, IntegrityParams
from holdfast.analysis.ledger import Array
from holdfast.analysis.tables import Source

AGES = ("not_due", "1_30", "31_60", "61_90", "over_90", "no_terms")
EDGES = (1, 31, 61, 91)
BANDS = ("low", "medium", "high")
BAND_STARTS = (80.0, 50.0)


@dataclass(frozen=True)
class Portfolio:
    """receivables_minor: all that is open. ages: open by days beyond terms (see AGES), adding up to it exactly.
    sales_minor: invoiced in the window. dso, best_dso, delinquent: days (dso = best_dso + delinquent); null without
    sales. adbt: money-weighted days beyond terms of the invoices of the window that are paid or past their day. bands:
    customers by their index over the same invoices: low, medium or high risk of late payment. breaches: customers whose
    open amount exceeds their limit, with by how much (minor units), the largest first."""

    receivables_minor: int
    ages: dict[str, int]
    sales_minor: int
    dso: float | None
    best_dso: float | None
    delinquent: float | None
    adbt: float | None
    bands: dict[str, int]
    breaches: dict[object, int]


def portfolio(
    invoices: Source,
    *,
    as_of: date,
    payments: Source | None = None,
    limits: dict[object, int] | None = None,
    params: IntegrityParams = DEFAULTS,
) -> Portfolio:
    """The payments part of a month's report, as known at the end of as_of.

    In: invoices and payments as in `tables`; limits: credit limit of each customer_id in minor units. Out: Portfolio.
    Formula: DSO = receivables ÷ sales of the window × its days; the best possible one with only what is not due yet (or
    has no terms). Bands by index from 80, from 50, below. Errors: TableError. Source: methods §1.2 and §11 (point 11).
    """
    book = Book.of(invoices, as_of=as_of, payments=payments)
    window = params.window_days or 365
    inside = book.issued > book.today - window
    open_all, sales = int(book.open_minor.sum()), int(book.amount[inside].sum())
    ages = _ages(book)
    current = ages["not_due"] + ages["no_terms"]
    told = inside & book.judged & book.amount_known
    return Portfolio(
        open_all,
        ages,
        sales,
        days_sales_outstanding(open_all, sales, window),
        days_sales_outstanding(current, sales, window),
        average_days_delinquent(open_all, current, sales, window),
        weighted_mean(book.beyond[told], book.amount[told]),
        _bands(book, told, params),
        _breaches(book, limits or {}),
    )


def _ages(book: Book) -> dict[str, int]:
    late = np.where(book.due == NEVER, 0, np.maximum(book.today - book.due, 0))
    place = np.where(book.due == NEVER, len(AGES) - 1, np.searchsorted(np.array(EDGES), late, side="right"))
    return {name: int(book.open_minor[place == at].sum()) for at, name in enumerate(AGES)}


def _bands(book: Book, told: Array, params: IntegrityParams) -> dict[str, int]:
    weight = np.where(told, book.amount, 0).astype(np.float64)
    whole = book.per_customer(weight)
    known = whole > 0
    index = book.per_customer(weight * index_of(book.beyond, params))[known] / whole[known]
    high = np.round(index, 9)
    good, fair = (int((high >= start).sum()) for start in BAND_STARTS)
    return dict(zip(BANDS, (good, fair - good, len(index) - fair), strict=True))


def _breaches(book: Book, limits: dict[object, int]) -> dict[object, int]:
    owed = book.per_customer(book.open_minor).astype(np.int64).tolist()
    over = {who: debt - limits[who] for who, debt in zip(book.ids.to_pylist(), owed, strict=True) if who in limits}
    return {who: gap for who, gap in sorted(over.items(), key=lambda one: (-one[1], str(one[0]))) if gap > 0}
