"""The chance that an invoice is paid late, from what was known on the day it was issued."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from holdfast.analysis import tables
from holdfast.analysis.integrity.history import Invoices, Known, known_at_issue
from holdfast.analysis.integrity.invoices import NEVER, days_of, flags_of
from holdfast.analysis.integrity.shares import shrunk_share
from holdfast.analysis.integrity.terms import LateParams
from holdfast.analysis.ledger import Array, ranked
from holdfast.analysis.tables import INVOICES, Source

DEFAULTS = LateParams()
# Feature → where its weight starts; learning moves it.
START = {
    "intercept": 0.0,
    "own": 0.5,
    "recent": 0.2,
    "open_late": 0.25,
    "no_history": 0.0,
    "beyond": 1.3,
    "lately": 0.5,
    "size": 0.0,
    "large": 0.0,
    "terms": 0.0,
    "disputes": 0.0,
    "weekend": 0.0,
}
STEPS = 12
ENOUGH = 1e-6
RIDGE_UNIT = 0.2  # information of one outcome at a chance of about 28 %
LIMIT = 12.0
MONEY_RATIO = 3.0
PRIOR_SPREAD = 15.0  # days, before anybody has paid


def late_chances(invoices: Source, params: LateParams = DEFAULTS) -> pa.Table:
    """Chance that each invoice is not paid by its due day, as it could be told on its day of issue; rows as given.

    In: invoices as in `tables` (payments later than an invoice's issue do not touch its chance; a dispute without a
    day counts from the day its invoice was paid). Out: customer_id, p_late (0–1; null without a day of issue).
    Formula: logistic in the customer's late share (drawn to the portfolio's as (k + 4p₀) ÷ (n + 4)), his latest four,
    what he has open and late, his days beyond terms in standard deviations from everybody's, how late all have lately
    been, amount against his usual and everybody's, terms, disputes and a due day on a weekend. Its weights start at
    fixed values and are learned anew at each month's start from outcomes certain by then, held to the start by a
    ridge. Uses rows issued before, payments and disputes dated up to the day of issue, never its own outcome: later
    rows change nothing. Source: methods §1.2 (shrinkage); figures in decision 0017.
    """
    table = tables.checked(invoices, INVOICES)
    book, order = book_of(table)
    known = known_at_issue(book, recent=params.recent, recent_days=params.recent_days)
    features = features_of(book, known, params)
    chance = np.empty(table.num_rows)
    chance[order] = _chances(book, features, log_odds(portfolio_of(known, params)), params)
    return pa.table({"customer_id": table["customer_id"], "p_late": pa.array(chance, mask=np.isnan(chance))})


def book_of(table: pa.Table) -> tuple[Invoices, Array]:
    """The invoices by customer and day of issue, and where each stood in the table."""
    named = table["customer_id"].is_valid().to_numpy().astype(bool)
    ids, code = ranked(table["customer_id"].drop_null())
    customer = len(ids) + np.arange(table.num_rows)  # an unknown one is new each time
    customer[named] = code
    issued, paid = days_of(table, "issued_on", NEVER), days_of(table, "paid_on", NEVER)
    dispute = days_of(table, "disputed_on", NEVER)
    dispute = np.where((dispute == NEVER) & flags_of(table, "disputed"), paid, dispute)
    amount = table["amount_minor"].combine_chunks().fill_null(0).to_numpy(zero_copy_only=False)
    columns = (customer, issued, days_of(table, "due_on", NEVER), paid, np.maximum(amount, 0), dispute)
    order = np.lexsort((issued, customer))  # questions in order are answered many times faster
    return Invoices(*(column[order] for column in columns)), order


def portfolio_of(known: Known, params: LateParams) -> Array:
    return shrunk_share(known.all_late, known.all_judged, params.prior_late, params.prior_weight)


def features_of(book: Invoices, known: Known, params: LateParams) -> list[Array]:
    """One column per name of START, all of about the same size."""
    base = portfolio_of(known, params)
    own = shrunk_share(known.late, known.judged, base, params.kappa)
    recent = shrunk_share(known.recent_late, known.recent, own, 2.0)
    lately = shrunk_share(known.lately_late, known.lately_judged, base, 20.0)
    terms = np.where(book.due != NEVER, np.clip(book.due - book.issued, 0, 400), 30)
    usual_terms = (known.all_terms + 30.0 * params.prior_weight) / (known.all_judged + params.prior_weight)
    found = {
        "intercept": np.ones(len(base)),
        "own": log_odds(own) - log_odds(base),
        "recent": log_odds(recent) - log_odds(own),
        "open_late": np.minimum(known.open_late, 4.0) / (1.0 + 0.25 * np.minimum(known.judged, 12)),
        "no_history": (known.judged == 0).astype(np.float64),
        "beyond": _pace(known, params),
        "lately": log_odds(lately) - log_odds(base),
        "size": _ratio(book.amount, known.spent, known.invoices),
        "large": _ratio(book.amount, known.all_spent, known.all_invoices),
        "terms": np.where(book.due != NEVER, np.log1p(terms) - np.log1p(usual_terms), 0.0),
        "disputes": known.disputes / (known.invoices + 3.0),
        "weekend": (((book.due + 3) % 7) >= 5) & (book.due != NEVER),
    }
    return [np.asarray(found[name], dtype=np.float64) for name in START]


def _pace(known: Known, params: LateParams) -> Array:
    """How much later than everybody he pays: his days beyond terms, drawn to the mean, in standard deviations."""
    size = known.all_settled + params.prior_weight
    mean = known.all_beyond / size
    spread = np.sqrt((known.all_beyond_squared + params.prior_weight * PRIOR_SPREAD**2) / size - mean**2)
    found: Array = (known.beyond - known.settled * mean) / (known.settled + params.kappa) / np.maximum(spread, 1.0)
    return found


def _ratio(amount: Array, spent: Array, count: Array) -> Array:
    """How far an amount lies from the usual one, on a log scale; 0 where neither is known."""
    usual = spent / np.maximum(count, 1)
    told = (amount > 0) & (usual > 0)
    found: Array = np.where(told, np.log(np.where(told, amount / np.where(told, usual, 1.0), 1.0)), 0.0)
    return np.clip(found, -MONEY_RATIO, MONEY_RATIO)


def _chances(book: Invoices, features: list[Array], offset: Array, params: LateParams) -> Array:
    """Month by month: learn from what is certain at its start, tell the invoices of the month."""
    chance = np.full(len(offset), np.nan)
    for chosen, weights in lessons_by_month(book, features, offset, params):
        chance[chosen] = _logistic(_sum(offset[chosen], [column[chosen] for column in features], weights))
    return chance


def lessons_by_month(
    book: Invoices, features: list[Array], offset: Array, params: LateParams
) -> Iterator[tuple[Array, Array]]:
    """The rows issued in each month, with the weights learned by its start; rows without a day of issue never come."""
    lessons = _Lessons(book, features, offset, params)
    rows = np.flatnonzero(book.issued != NEVER)
    month = book.issued[rows].astype("datetime64[D]").astype("datetime64[M]")
    order = np.argsort(month, kind="stable")
    months, starts = np.unique(month[order], return_index=True)
    for first, start, end in zip(months.astype("datetime64[D]"), starts, [*starts[1:], len(rows)], strict=False):
        yield rows[order[start:end]], lessons.by(int(first.astype(np.int64)))


class _Lessons:
    """The weights as learned by a day; days must be asked in order."""

    def __init__(self, book: Invoices, features: list[Array], offset: Array, params: LateParams) -> None:
        matures = np.where(book.issued != NEVER, book.matures, NEVER)
        rows = np.flatnonzero(matures != NEVER)
        self.order = rows[np.lexsort((rows, book.customer[rows], matures[rows]))]
        self.day = matures[self.order]
        self.features = np.stack([column[self.order] for column in features])
        self.offset, self.late = offset[self.order], book.late[self.order].astype(np.float64)
        self.params = params
        self.start = np.array(list(START.values()))
        self.weights, self.learned = self.start, 0

    def by(self, day: int) -> Array:
        """Learned from every outcome certain by the end of the day before."""
        end = int(np.searchsorted(self.day, day, side="left"))
        if end - self.learned >= max(self.params.min_new, self.learned // 50):
            newest = slice(max(0, end - self.params.max_training), end)
            self.weights = self._learned(self.features[:, newest], self.offset[newest], self.late[newest])
            self.learned = end
        return self.weights

    def _learned(self, columns: Array, offset: Array, late: Array) -> Array:
        """Newton's steps from the last weights to those of the highest likelihood, held to the start by the ridge."""
        weights, hold = self.weights, self.params.ridge * RIDGE_UNIT * np.eye(len(self.start))
        for _ in range(STEPS):
            chance = _logistic(offset + weights @ columns)
            slope = columns @ (chance - late) + hold @ (weights - self.start)
            bend = (columns * (chance * (1 - chance))) @ columns.T + hold
            step = np.clip(np.linalg.solve(bend, slope), -1.0, 1.0)
            weights = weights - step
            if np.abs(step).max() < ENOUGH:
                break
        return weights


def _sum(offset: Array, columns: list[Array], weights: Array) -> Array:
    """Term by term, so that a row's sum does not depend on which rows stand beside it."""
    total = offset.copy()
    for column, weight in zip(columns, weights, strict=True):
        total += column * weight
    return total


def _logistic(values: Array) -> Array:
    found: Array = 1.0 / (1.0 + np.exp(-np.clip(values, -LIMIT, LIMIT)))
    return found


def log_odds(share: Array) -> Array:
    found: Array = np.log(share) - np.log1p(-share)
    return found
