"""How well the chance of lateness did on invoices whose outcome is known by now, beside the plain rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from holdfast.analysis import tables
from holdfast.analysis.churn import auc, brier
from holdfast.analysis.integrity.history import Invoices, known_at_issue
from holdfast.analysis.integrity.invoices import NEVER
from holdfast.analysis.integrity.lateness import DEFAULTS, book_of, late_chances
from holdfast.analysis.integrity.terms import LateParams
from holdfast.analysis.ledger import Array, day_number
from holdfast.analysis.tables import INVOICES, Source

LEAST, LEAST_EACH = 50, 10
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class Band:
    """Invoices told a chance from `low` on (up to the next band): how many, their mean chance, the share late."""

    low: float
    n: int
    told: float
    late: float


@dataclass(frozen=True)
class LateTested:
    """What the test found. n: invoices; late: how many of them were. auc (1: perfect order, ½: chance) and brier (mean
    squared error, 0 is best) of the model and of the plain rule; brier_base: of everybody's share for each. beats:
    nearer and better ordered than the rule; null where too little is known, then the figures are null too."""

    n: int
    late: int
    auc: float | None = None
    auc_rule: float | None = None
    brier: float | None = None
    brier_rule: float | None = None
    brier_base: float | None = None
    beats: bool | None = None
    bands: tuple[Band, ...] = ()


def late_tested(
    invoices: Source, *, as_of: date, days: int = 365, chances: Array | None = None, params: LateParams = DEFAULTS
) -> LateTested:
    """The chances of invoices that fell due in the last `days`, against what came of them; see `LateTested`.

    In: as `late_chances`; chances (optional): its p_late, row by row. Each chance was told by what was known on the
    day of issue, so nothing tested was learned from. The plain rule: who was late the last time that it was known will
    be late again; it is handed the true share late of each of its three answers (late, in time, no history), which it
    could not have known. Fewer than 50 invoices, or than 10 late or in time: no figures. Source: Brier 1950.
    """
    table = tables.checked(invoices, INVOICES)
    book, order = book_of(table)
    if chances is None:
        chances = late_chances(table, params)["p_late"].to_numpy(zero_copy_only=False)
    chance = np.asarray(chances, dtype=np.float64)[order]
    today = day_number(as_of)
    tested = (book.issued != NEVER) & (book.due != NEVER) & (book.due < today) & ~np.isnan(chance)
    tested &= (book.due >= day_number(as_of - timedelta(days=days))) & (book.amount > 0)
    late = book.late & tested
    n, cases = int(tested.sum()), int(late.sum())
    if n < LEAST or min(cases, n - cases) < LEAST_EACH:
        return LateTested(n, cases)
    answer = _rule(book)[tested]
    return _compared(chance[tested], answer, late[tested])


def _rule(book: Invoices) -> Array:
    """2: late the last time that it was known, 0: in time, 1: no outcome known."""
    known = known_at_issue(book, recent=1, recent_days=1)
    return np.where(known.recent == 0, 1, np.where(known.recent_late > 0, 2, 0))


def _compared(chance: Array, answer: Array, late: Array) -> LateTested:
    size = np.bincount(answer, minlength=3)
    share = np.bincount(answer, weights=late, minlength=3) / np.maximum(size, 1)
    rule = share[answer]
    areas = [auc(values, late) for values in (chance, rule)]
    errors = [brier(values, late) for values in (chance, rule, np.full(len(late), late.mean()))]
    told = [float(value) for value in (*areas, *errors) if value is not None]
    beats = told[0] > told[1] and told[2] < told[3]
    return LateTested(
        len(late), int(late.sum()), auc=told[0], auc_rule=told[1], brier=told[2], brier_rule=told[3],
        brier_base=told[4], beats=beats, bands=tuple(_bands(chance, late)),
    )  # fmt: skip


def _bands(chance: Array, late: Array) -> list[Band]:
    place = np.searchsorted(EDGES, chance, side="right") - 1
    found = []
    for at, low in enumerate(EDGES):
        inside = place == at
        if inside.any():
            found.append(Band(low, int(inside.sum()), float(chance[inside].mean()), float(late[inside].mean())))
    return found
