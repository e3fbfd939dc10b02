"""Value × risk: how many customers and how much money stand in each cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.churn.risk import LEVELS
from holdfast.analysis.pareto import classes_abc
from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.months import month_rows
from holdfast.insight.scores.readers import read_month

NONE, ALL = "none", "all"
RISKS = LEVELS
SUMS = ("revenue_12m_minor", "money_at_stake_minor", "expected_spend_minor", "value_12m_minor")
READ = (*SUMS, "risk", "revenue_class", "profit_class", "stars", "stars_hint")
BANDS: Mapping[str, tuple[str, ...]] = {
    "revenue": ("A", "B", "C"),
    "value": ("A", "B", "C"),
    "profit": ("A", "B", "C", "D"),
    "stars": ("5", "4", "3", "2", "1"),
}
# What rests on cost: value ahead is margin, profit is.
PROFIT_BANDS = frozenset({"value", "profit"})
FILTERS: Mapping[str, str] = {"revenue": "class", "value": "band", "profit": "profit_class", "stars": "stars"}


@dataclass(frozen=True)
class Cell:
    """One cell: customers, and the sums of their money in minor units."""

    n: int
    revenue_12m_minor: int
    money_at_stake_minor: int
    expected_spend_minor: int
    value_12m_minor: int


@dataclass(frozen=True)
class Segments:
    """`cells` by (band, risk); "all" on either side is the sum, "none" the band of those without one.

    `never` customers have not bought yet: they have neither value nor risk, and stand in no cell. Exact: every row and
    column adds up to its "all", and the whole to the customers that the viewer sees.
    """

    by: str
    bands: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    never: int

    def cell(self, band: str, risk: str) -> Cell:
        return self.cells[band, risk]

    @property
    def total(self) -> Cell:
        return self.cells[ALL, ALL]


def segments(run: Run, viewer: User | None = None, by: str = "revenue") -> Segments:
    """The cells of a month by revenue class, value ahead, profit class or stars.

    In: by, a key of BANDS. The bands are those of the whole company, whoever looks. Errors: KeyError for another `by`;
    FileMissing.
    """
    table = month_rows(run, viewer, READ)
    bought = pc.is_valid(table["risk"])
    kept = table.filter(bought)
    band = _bands_of(kept, run, by)
    names = (*BANDS[by], NONE)
    at = np.select([band == name for name in names[:-1]], range(len(names) - 1), default=len(names) - 1)
    level = pc.index_in(kept["risk"], value_set=pa.array(RISKS)).to_numpy().astype(np.int64)
    place = at.astype(np.int64) * len(RISKS) + level
    shape = (len(names), len(RISKS))
    counts = np.bincount(place, minlength=len(names) * len(RISKS)).reshape(shape)
    sums = {name: _summed(kept[name], place, shape) for name in SUMS}
    shown = tuple(name for row, name in enumerate(names) if name != NONE or counts[row].sum())
    cells = {
        (name, risk): _cell(counts, sums, _slice(names, name), _slice(RISKS, risk))
        for name in (*shown, ALL)
        for risk in (*RISKS, ALL)
    }
    return Segments(by, shown, cells, table.num_rows - kept.num_rows)


def _slice(names: tuple[str, ...], name: str) -> slice:
    return slice(None) if name == ALL else slice(names.index(name), names.index(name) + 1)


def _summed(column: pa.ChunkedArray, place: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Whole numbers, so no sum is ever rounded."""
    found = np.zeros(shape[0] * shape[1], dtype=np.int64)
    np.add.at(found, place, column.fill_null(0).to_numpy())
    return found.reshape(shape)


def _cell(counts: np.ndarray, sums: Mapping[str, np.ndarray], rows: slice, columns: slice) -> Cell:
    return Cell(int(counts[rows, columns].sum()), **{name: int(sums[name][rows, columns].sum()) for name in SUMS})


def _bands_of(table: pa.Table, run: Run, by: str) -> np.ndarray:
    """The band of each row as text; "" where there is none."""
    if by == "value":
        return value_bands(run, table["value_12m_minor"])
    if by == "stars":
        stars = pc.coalesce(table["stars"], table["stars_hint"])
        return np.asarray(stars.cast(pa.string()).fill_null("").to_pylist(), dtype=object)
    return np.asarray(
        table[{"revenue": "revenue_class", "profit": "profit_class"}[by]].fill_null("").to_pylist(), object
    )


def value_bands(run: Run, column: pa.ChunkedArray) -> np.ndarray:
    """A, B, C of value ahead by the company's own lines; "" where nothing can be said of it."""
    lines = value_lines(str(run.pk), run.sha256)
    value = column.fill_null(0).to_numpy()
    known = column.is_valid().to_numpy().astype(bool)
    letters = [value >= lines[name] for name in ("A", "B")]
    return np.where(known, np.select(letters, ["A", "B"], default="C"), "").astype(object)


@lru_cache(maxsize=8)
def value_lines(run_id: str, sha256: str) -> dict[str, int]:
    """From what value ahead on a customer of the whole company is A, and from what B (80 % and 95 % of the sum)."""
    table = read_month(Run.objects.get(pk=run_id), ["customer_id", "value_12m_minor"])
    table = table.filter(pc.is_valid(table["value_12m_minor"])).rename_columns(["customer_id", "value_minor"])
    classed = classes_abc(table)
    found: dict[str, Any] = {}
    for name in ("A", "B"):
        least = pc.min(classed.filter(pc.equal(classed["abc"], name))["value_minor"]).as_py()
        found[name] = least if least is not None else found.get("A", np.iinfo(np.int64).max)
    return found
