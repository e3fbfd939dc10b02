"""Why an invoice may be paid late: parts that add up, what they rest on, and how many days it would be."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from holdfast.analysis import tables
from holdfast.analysis.integrity.history import Events, Invoices, Known, known_at_issue
from holdfast.analysis.integrity.invoices import NEVER
from holdfast.analysis.integrity.lateness import DEFAULTS, START, book_of, features_of, lessons_by_month, log_odds
from holdfast.analysis.integrity.lateness import portfolio_of as late_share
from holdfast.analysis.integrity.terms import LateParams
from holdfast.analysis.ledger import Array
from holdfast.analysis.tables import INVOICES, Source

# Part → the features of the model that make it; all of them together are the model.
WHY_PARTS: dict[str, tuple[str, ...]] = {
    "level": ("intercept",),
    "history": ("own", "recent", "beyond", "no_history"),
    "owing": ("open_late",),
    "amount": ("size", "large"),
    "terms": ("terms",),
    "lately": ("lately",),
    "disputes": ("disputes",),
    "weekend": ("weekend",),
}
PRIOR_DAYS = 15.0
MOST_DAYS = 120


def why_late(invoices: Source, params: LateParams = DEFAULTS) -> pa.Table:
    """The chance of lateness taken apart, as it could be told on each invoice's day of issue; rows as given.

    In: as `late_chances`. Out: customer_id, p_late (as `late_chances`), base (0–1, share of everybody's invoices that
    were late), known, late (counts of his own whose outcome was certain), recent, recent_late (of the last four),
    open_late (past their day and open), amount_ratio (amount ÷ his usual one; null where unknown), terms_days,
    usual_terms (days, everybody's), lately_share (0–1, everybody's of the last 90 days), disputes (count), late_days
    (days beyond terms to expect if it is late), and the parts w_level, w_history, w_owing, w_amount, w_terms,
    w_lately, w_disputes, w_weekend in log-odds: ln(base ÷ (1 − base)) and all parts add up to those of p_late.
    late_days: mean days of his late payments, drawn to everybody's by four of them. Null without a day of issue.
    Source: parts of a logistic model; methods §1.2 for the shrinkage.
    """
    table = tables.checked(invoices, INVOICES)
    book, order = book_of(table)
    known = known_at_issue(book, recent=params.recent, recent_days=params.recent_days)
    base = late_share(known, params)
    parts = _parts(book, features_of(book, known, params), log_odds(base), params)
    chance = 1.0 / (1.0 + np.exp(-np.clip(log_odds(base) + sum(parts.values()), -12.0, 12.0)))
    columns = {"p_late": chance, "base": base, **_numbers(book, known, params), "late_days": _late_days(book, params)}
    columns |= {f"w_{name}": values for name, values in parts.items()}
    placed = {name: _placed(values, order, book.issued == NEVER) for name, values in columns.items()}
    return pa.table({"customer_id": table["customer_id"], **placed})


def _placed(values: Array, order: Array, unknown: Array) -> pa.Array:
    """Back in the order of the rows given; null without a day of issue, or where the value is not known."""
    found, missing = np.empty_like(values), np.empty(len(values), dtype=bool)
    found[order] = values
    missing[order] = unknown | (np.isnan(values) if values.dtype.kind == "f" else False)
    return pa.array(found, mask=missing)


def _parts(book: Invoices, features: list[Array], offset: Array, params: LateParams) -> dict[str, Array]:
    """Weight × feature, added up by part."""
    place = {name: at for at, name in enumerate(START)}
    found = {part: np.zeros(len(offset)) for part in WHY_PARTS}
    for rows, weights in lessons_by_month(book, features, offset, params):
        for part, names in WHY_PARTS.items():
            for name in names:
                found[part][rows] += features[place[name]][rows] * weights[place[name]]
    return found


def _numbers(book: Invoices, known: Known, params: LateParams) -> dict[str, Array]:
    """What the parts rest on, as a person would count it."""
    usual = np.where((known.invoices > 0) & (known.spent > 0), known.spent / np.maximum(known.invoices, 1), np.nan)
    lately = np.where(known.lately_judged > 0, known.lately_late / np.maximum(known.lately_judged, 1), np.nan)
    return {
        "known": known.judged,
        "late": known.late,
        "recent": known.recent,
        "recent_late": known.recent_late,
        "open_late": known.open_late,
        "amount_ratio": np.where(book.amount > 0, book.amount / usual, np.nan),
        "terms_days": np.where(book.due != NEVER, np.clip(book.due - book.issued, 0, 400), np.nan),
        "usual_terms": (known.all_terms + 30.0 * params.prior_weight) / (known.all_judged + params.prior_weight),
        "lately_share": lately,
        "disputes": known.disputes,
    }


def _late_days(book: Invoices, params: LateParams) -> Array:
    """Days beyond terms of late payments received by the day of issue: his own, drawn to everybody's."""
    has_day = book.issued != NEVER
    paid = np.where(book.paid != NEVER, np.maximum(book.paid, book.issued + 1), NEVER)
    where = has_day & (book.paid != NEVER) & book.late
    days = np.clip(book.paid - book.due, 1, MOST_DAYS)
    nobody = np.zeros(len(days), dtype=np.int64)
    asked = np.where(has_day, book.issued, 0)
    own = Events(book.customer, paid, where, days=days).until(book.customer, asked)
    every = Events(nobody, paid, where, days=days).until(nobody, asked)
    usual = (every.sum("days") + PRIOR_DAYS * params.prior_weight) / (every.size + params.prior_weight)
    found: Array = (own.sum("days") + params.kappa * usual) / (own.size + params.kappa)
    return found
