"""The figures of the value pages and of the report, exact in minor units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import movement as engine
from holdfast.analysis import pareto as curves
from holdfast.analysis.days import Comparison, Window
from holdfast.analysis.lifecycle import STAGES
from holdfast.common.labels import MOVEMENTS
from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.queries.months import month_rows, movement_rows, run_of, windows_of

MOVEMENT_ORDER = tuple(MOVEMENTS)
CURVE_POINTS = 61
Row = dict[str, Any]


@dataclass(frozen=True)
class Movement:
    """Who came, went, grew and shrank between two windows, in customers and money.

    `rows`: code, n, previous_minor, current_minor, delta_minor for the seven classes, then "total".
    `not_bought`: the class "lost" (no purchase in the month) split by their own rhythm. Exact:
    previous + the sum of every row's delta = current.
    """

    previous: Window
    current: Window
    rows: list[Row]
    not_bought: dict[str, Row]
    volume_value: dict[str, int]

    @property
    def total(self) -> Row:
        return self.rows[-1]

    def row(self, code: str) -> Row:
        return next(row for row in self.rows if row["code"] == code)

    @property
    def steps(self) -> list[Row]:
        """The bridge's bars between the two totals: code, n, delta_minor."""
        named = [row for row in self.rows[:-1] if row["n"] or row["code"] != "irregular"]
        return [{"code": row["code"], "n": row["n"], "delta_minor": row["delta_minor"]} for row in named]


def movement(which: Run, viewer: User | None = None, comparison: Comparison = "month") -> Movement:
    """The movement table and bridge of a run; see `Movement`."""
    rows = movement_rows(which, viewer, comparison)
    bridge = {row.pop("class"): row for row in engine.bridge(rows).to_pylist()}
    previous, current = windows_of(which, comparison)
    return Movement(
        previous,
        current,
        [{"code": code, **bridge[code]} for code in (*MOVEMENT_ORDER, "total")],
        {row.pop("due"): row for row in engine.not_bought(rows).to_pylist()},
        {row["line"]: row["delta_minor"] for row in engine.volume_value(rows).to_pylist()},
    )


def left(which: Run, viewer: User | None = None) -> pa.Table:
    """Who entered silent or lost by their own rhythm in the movement month; customer_id, lost_on, stage."""
    table = month_rows(which, viewer, ["lost_on", "stage"])
    return table.filter(pc.is_valid(table["lost_on"]))


def star_table(which: Run, viewer: User | None = None) -> list[Row]:
    """Customers by star, 5 to 1, then None for the unrated: n_firm, n_provisional, n, revenue_minor, profit_minor
    (12 months; null where no profit is known)."""
    names = ["stars", "stars_hint", "revenue_12m_minor", "profit_12m_minor"]
    table = month_rows(which, viewer, names)
    firm, hint = (table[name].fill_null(0).to_numpy() for name in ("stars", "stars_hint"))
    revenue = table["revenue_12m_minor"].to_numpy()
    profit = table["profit_12m_minor"].fill_null(0).to_numpy()
    known = table["profit_12m_minor"].is_valid().to_numpy().astype(bool)
    found = []
    for stars in (5, 4, 3, 2, 1, 0):
        mine, hollow = (firm == stars) & (hint == 0), (hint == stars) & (firm == 0)
        who = (firm == 0) & (hint == 0) if stars == 0 else mine | hollow
        found.append(
            {
                "stars": stars or None,
                "n_firm": int(mine.sum()) if stars else 0,
                "n_provisional": int(hollow.sum()) if stars else 0,
                "n": int(who.sum()),
                "revenue_minor": int(revenue[who].sum()),
                "profit_minor": int(profit[who].sum()) if known[who].any() else None,
            }
        )
    return found


def transitions(which: Run, viewer: User | None = None, column: str = "stars") -> list[Row]:
    """From what to what customers went since the month before; before, after (None = not there or unrated), n.

    column "stars" or "stage", or "stars_hint" for the hollow ones. Empty when the month before has no scores.
    """
    earlier = run_of(Month.parse(which.month).previous)
    if earlier is None:
        return []
    before, after = (month_rows(run, viewer, [column]) for run in (earlier, which))
    found = engine.transition_matrix(before, after, column=column).to_pylist()
    return [{"before": row["from"], "after": row["to"], "n": row["n"]} for row in found]


@dataclass(frozen=True)
class Pareto:
    """How unequal customers are over twelve months: shares 0–1, `points` (customers, value) best first.

    `peak_share` of the whale curve (profit): the most that the best customers bring, as a share of the total.
    """

    value: str
    n: int
    total_minor: int
    gini: float | None
    top20_share: float | None
    customers_for_80: float | None
    points: list[tuple[float, float]]
    peak_share: float | None
    peak_at: float | None
    loss_minor: int
    losers: int


def pareto(which: Run, viewer: User | None = None, value: str = "revenue") -> Pareto:
    """The measured 80/20 of revenue or profit among customers who bought within twelve months."""
    column = f"{value}_12m_minor"
    table = month_rows(which, viewer, [column, "orders_12m"])
    table = table.filter(pc.and_(pc.greater(table["orders_12m"], 0), pc.is_valid(table[column])))
    values = np.sort(table[column].to_numpy())[::-1].astype(np.int64)
    curve = np.append(0, np.cumsum(values))
    total = int(curve[-1])
    peak = int(curve.argmax())
    return Pareto(
        value=value,
        n=len(values),
        total_minor=total,
        gini=curves.gini(values),
        top20_share=_at(curve, 0.2),
        customers_for_80=curves.customers_for_share(values),
        points=_points(curve),
        peak_share=float(curve[peak] / total) if total > 0 else None,
        peak_at=peak / len(values) if len(values) else None,
        loss_minor=int(values[values < 0].sum()),
        losers=int((values < 0).sum()),
    )


def _at(curve: np.ndarray, share: float) -> float | None:
    """Share of the net total that the best `share` of customers bring."""
    if curve[-1] <= 0:
        return None
    place = share * (len(curve) - 1)
    return float(np.interp(place, np.arange(len(curve)), curve) / curve[-1])


def _points(curve: np.ndarray) -> list[tuple[float, float]]:
    if curve[-1] <= 0:
        return []
    size = len(curve) - 1
    places = np.unique(np.linspace(0, size, min(CURVE_POINTS, size + 1)).round().astype(int))
    return [(round(place / size, 4), round(float(curve[place] / curve[-1]), 4)) for place in places]


def funnel(which: Run, viewer: User | None = None) -> list[Row]:
    """Customers and twelve-month revenue by stage, in the order of a customer's life."""
    table = month_rows(which, viewer, ["stage", "revenue_12m_minor"])
    codes = pc.index_in(table["stage"], value_set=pa.array(STAGES)).fill_null(-1).to_numpy()
    revenue = table["revenue_12m_minor"].to_numpy()
    return [
        {"stage": stage, "n": int((codes == code).sum()), "revenue_12m_minor": int(revenue[codes == code].sum())}
        for code, stage in enumerate(STAGES)
    ]


def totals(which: Run, viewer: User | None = None) -> Row:
    """The month's few figures: customers, buyers, revenue and profit of the movement month, money at stake of those
    at high risk.

    kept_share: of those who had bought within twelve months and were not gone before, who did not leave this month.
    profit_minor: over lines with a cost, null without one; costed_share says how much of the revenue that is.
    """
    names = ["previous_minor", "current_minor", "current_orders", "month_profit_minor", "month_costed_minor",
             "money_at_stake_minor", "risk", "stage", "lost_on", "y_previous_minor"]  # fmt: skip
    table = month_rows(which, viewer, names)
    sums = {name: int(pc.sum(table[name]).as_py() or 0) for name in names if name.endswith("_minor")}
    stages = pa.array(["identified", "developing", "silent", "lost"])
    active = int(pc.sum(pc.invert(pc.is_in(table["stage"], value_set=stages))).as_py() or 0)
    gone = table.num_rows - table["lost_on"].null_count
    high = pc.fill_null(pc.equal(table["risk"], "high"), False)
    knows_profit = table["month_profit_minor"].null_count < table.num_rows
    return {
        "customers": table.num_rows,
        "buyers": int(pc.sum(pc.greater(table["current_orders"], 0)).as_py() or 0),
        "active": active,
        "left": gone,
        "kept_share": active / (active + gone) if active + gone else None,
        "previous_minor": sums["previous_minor"],
        "revenue_minor": sums["current_minor"],
        "year_ago_minor": sums["y_previous_minor"],
        "profit_minor": sums["month_profit_minor"] if knows_profit else None,
        "costed_minor": sums["month_costed_minor"],
        "at_stake_minor": int(pc.sum(table.filter(high)["money_at_stake_minor"]).as_py() or 0),
        "at_risk": int(pc.sum(pc.equal(table["stage"], "at_risk")).as_py() or 0),
        "silent": int(pc.sum(pc.equal(table["stage"], "silent")).as_py() or 0),
        "high_risk": int(pc.sum(high).as_py() or 0),
    }
