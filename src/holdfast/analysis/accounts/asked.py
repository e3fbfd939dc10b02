"""The census as Ibis expressions over a table of facts (a row a customer), for an engine that holds more than a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.analysis.accounts.census import MOVES, SCORES
from holdfast.analysis.accounts.shard import Whole
from holdfast.analysis.accounts.terms import AnalyzeParams
from holdfast.analysis.ledger import Array, day_number

if TYPE_CHECKING:
    import ibis

# The orders that all customers are brought into; the place in this list stands in the column `kind`.
KINDS = ("revenue", *SCORES, "part_revenue", "part_profit", "repeats", "values", "seen")
COLUMNS = ("kind", "a", "b", "c", "id")


def orders(facts: ibis.Table, whole: Whole, params: AnalyzeParams, *, seen: bool = True) -> ibis.Table:
    """Every order that the census asks about, one under the other: kind, the numbers a, b, c that order it, and id.

    revenue: highest first, then customer_id; the recency, frequency and money of who bought; the revenue and the profit
    of who is rated; repeats and values: number of (repeat) purchase days, then their amount; seen: x, T, t_x in days, if
    wanted.
    """
    import ibis

    def rows(name: str, who: Any, *numbers: Any, id: Any = None) -> ibis.Table:
        a, b, c = (*numbers, *([ibis.literal(0)] * (3 - len(numbers))))
        keys = {key: value.cast("int64") for key, value in (("a", a), ("b", b), ("c", c))}
        named = ibis.literal("") if id is None else id
        kind = ibis.literal(KINDS.index(name)).cast("int32")
        return (facts if who is None else facts.filter(who)).select(kind=kind, **keys, id=named)

    today, bought = day_number(whole.as_of), facts.now_count > 0
    rated = bought & (today - facts.first_day >= params.grading.min_tenure_days)
    known = facts.costed_minor.cast("float64") / facts.gross_minor.nullif(0).cast("float64")
    costed = (facts.gross_minor > 0) & (known >= params.grading.cost_evidence)
    parts = [
        rows("revenue", None, -facts.revenue_minor, id=facts.customer_id),
        *(rows(name, bought, facts[column]) for name, column in SCORES.items()),
        rows("part_revenue", rated, facts.amount_minor),
        rows("part_profit", rated & costed, facts.profit_minor),
        rows("repeats", (facts.now_count > 1) & (facts.now_later > 0), facts.now_count - 1, facts.now_later),
        rows("values", bought & (facts.now_amount > 0), facts.now_count, facts.now_amount),
        rows("seen", bought, facts.now_count - 1, today - facts.first_day, facts.now_last - facts.first_day),
    ]
    return ibis.union(*parts[: None if seen else -1], distinct=False).order_by(list(COLUMNS))


def tuples(facts: ibis.Table, whole: Whole) -> ibis.Table:
    """The distinct x, age and t_x (days) of who bought, with the number of customers that have each."""
    bought = facts.filter(facts.now_count > 0)
    days = bought.select(
        x=bought.now_count - 1,
        age=day_number(whole.as_of) - bought.first_day,
        t_x=bought.now_last - bought.first_day,
    )
    return days.group_by(["x", "age", "t_x"]).agg(weight=days.count())


def less_and_same(facts: ibis.Table, wanted: dict[str, Array]) -> ibis.Table:
    """One row: of who bought, how many have less than, and exactly, each of these values of a column of SCORES."""
    bought = facts.filter(facts.now_count > 0)
    return bought.agg(
        {
            f"{name}_{side}_{number}": (compared(bought[SCORES[name]], value)).sum()
            for name, values in wanted.items()
            for number, value in enumerate(np.asarray(values).tolist())
            for side, compared in (("less", lambda one, other: one < other), ("same", lambda one, other: one == other))
        }
    )


def stages(facts: ibis.Table) -> ibis.Table:
    """Customers in each stage."""
    return facts.group_by(values=facts.stage).agg(counts=facts.count())


def moved(facts: ibis.Table) -> ibis.Table:
    """Customers and sums by movement and due, for `census.moved_in_words`."""
    sums = {name: facts[name].cast("int64").sum() for name in MOVES}
    return facts.group_by(["movement", "due"]).agg(n=facts.count(), **sums)
