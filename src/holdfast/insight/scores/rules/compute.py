"""One month of scores from the facts of a snapshot: composes the functions of `analysis`, has no formula of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import forecast, grading, integrity, pareto, rfm
from holdfast.insight.scores.rules.columns import COLUMNS, DECIMALS, DEFAULTS, SCHEMA, STATE_COLUMNS
from holdfast.insight.scores.rules.facts import Facts
from holdfast.insight.scores.rules.people import joined
from holdfast.insight.scores.rules.sight import Sight

MIN_REFERENCE = 20
__all__ = ["MIN_REFERENCE", "Facts", "Sight", "month_table", "state_of"]

AHEAD_MONEY = {
    "expected_spend_minor": "expected_spend",
    "value_12m_minor": "clv_12m",
    "value_12m_p10_minor": "clv_p10",
    "value_12m_p90_minor": "clv_p90",
}


def month_table(
    sight: Sight, reference: grading.Reference, state: pa.Table | None, *, ahead: bool = True
) -> tuple[pa.Table, dict[str, Any] | None]:
    """Everything known of each customer at the end of the sight's day; one row per customer, sorted by customer_id.

    In: the frozen reference of the quarter; state: the star columns of last month's file, or None. Out: `SCHEMA`, and
    what the forecast rests on (None without it). Floats are rounded to six decimals, so that equal facts give equal
    bytes.
    """
    people = sight.people(ahead=ahead)
    outlook = sight.outlook(people) if ahead else None
    people = people.select([name for name in people.column_names if name in COLUMNS or name == "monetary_minor"])
    parts = [
        people,
        sight.year.select(["customer_id", "orders_12m", "revenue_12m_minor"]),
        _quintiles(people),
        *_graded(sight, reference, state),
        *_word(sight),
        *([_ahead(sight, outlook)] if outlook else []),
    ]
    found = joined(sight.ids, parts)
    del people, parts
    classes = [_revenue_class(found), _profit_class(found)]
    found |= joined(sight.ids, [table for table in classes if table.num_rows])
    return _shaped(found, len(sight.ids)), outlook.models if outlook else None


def _quintiles(people: pa.Table) -> pa.Table:
    """Recency, frequency and money of those who bought, 1–5 by the quintiles among them."""
    bought = people.select(["customer_id", "recency_days", "frequency", "monetary_minor"])
    bought = bought.filter(pc.is_valid(bought["frequency"]))
    recency = bought["recency_days"].to_numpy()
    scores = {
        "rfm_r": rfm.quintiles(-recency),
        "rfm_f": rfm.quintiles(bought["frequency"].to_numpy()),
        "rfm_m": rfm.quintiles(bought["monetary_minor"].to_numpy()),
    }
    return pa.table({"customer_id": bought["customer_id"], **scores})


def _graded(sight: Sight, reference: grading.Reference, state: pa.Table | None) -> list[pa.Table]:
    params, metrics = sight.params.grading, sight.metrics
    scores = grading.score_parts(metrics, reference, params)
    graded = grading.composite(scores, metrics, params)
    gates = integrity.gates(sight.integrity) if sight.integrity is not None else None
    stars = grading.step(state, graded, gates, params)
    known = pa.table(
        {
            "customer_id": metrics["customer_id"],
            "tenure_days": metrics["tenure_days"],
            "profit_12m_minor": pc.round(metrics["profit"]),
            "efficiency_minor": pc.round(metrics["efficiency"]),
            **{name: metrics[name] for name in ("costed_share", "return_rate", "price_concession", "difficulty")},
        }
    )
    dropped = graded.drop_columns(["provisional", "stars_hint"])
    return [known, scores, dropped, stars]


def _word(sight: Sight) -> list[pa.Table]:
    """What integrity and efficiency rest on."""
    found = [sight.extra.select(["customer_id", "hours_per_10k", "complaints_per_100"])]
    if sight.integrity is not None:
        found.append(sight.integrity.rename_columns({"gate": "payment_gate"}))
    if sight.effort is not None:
        found.append(sight.effort)
    return found


def _ahead(sight: Sight, outlook: forecast.Forecast) -> pa.Table:
    """What each customer will do within the horizon and the year, money in whole minor units."""
    found = outlook.customers
    unit = 10.0**sight.params.minor_digits
    money = {name: pc.round(pc.multiply(found[given], unit)) for name, given in AHEAD_MONEY.items()}
    counts = ("customer_id", "p_alive", "expected_purchases", "purchases_p10", "purchases_p90")
    kept = {name: found[name] for name in counts}
    return pa.table({**kept, "p_leave": found["p_churn"], **money, **_why(outlook)})


def _why(outlook: forecast.Forecast) -> dict[str, pa.ChunkedArray]:
    """What makes the chance of leaving, in the order of the customers of the outlook."""
    told = outlook.why()
    place = pc.index_in(outlook.customers["customer_id"], value_set=told["customer_id"].combine_chunks())
    names = ("base", "pace", "silence", "compared", "usual_days", "recent_days")
    return {f"why_{name}": told[name].take(place) for name in names}


def state_of(table: pa.Table) -> pa.Table:
    """What next month's stars need to know of this month's."""
    return table.select(["customer_id", *STATE_COLUMNS])


def _revenue_class(found: Mapping[str, pa.Array]) -> pa.Table:
    bought = pc.greater(pc.fill_null(found["purchase_days"], 0), 0)
    values = _values(found, "revenue_12m_minor", bought)
    return pareto.classes_abc(values).select(["customer_id", "abc"]).rename_columns({"abc": "revenue_class"})


def _profit_class(found: Mapping[str, pa.Array]) -> pa.Table:
    values = _values(found, "profit_12m_minor", pc.is_valid(found["profit_12m_minor"]))
    return pareto.classes_abcd(values).select(["customer_id", "abcd"]).rename_columns({"abcd": "profit_class"})


def _values(found: Mapping[str, pa.Array], column: str, who: pa.Array) -> pa.Table:
    value = found[column].cast(pa.int64()).fill_null(0)
    return pa.table({"customer_id": found["customer_id"], "value_minor": value}).filter(who)


def _shaped(found: dict[str, pa.Array], size: int) -> pa.Table:
    """In the columns of the file; what is found is let go column by column."""
    columns = [_column(name, kind, found.pop(name, None), size) for name, kind in COLUMNS.items()]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _column(name: str, kind: pa.DataType, values: pa.Array | None, size: int) -> pa.Array:
    array = values if values is not None else pa.nulls(size, kind)
    if pa.types.is_floating(kind):
        array = pc.round(array.cast(kind), ndigits=DECIMALS)
    array = array.cast(kind)
    return array.fill_null(DEFAULTS[name]) if name in DEFAULTS else array
