"""The customers table in the columns and types of the command line's contract."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.accounts.census import SCORES
from holdfast.analysis.accounts.ranks import Bound, classed, letters
from holdfast.analysis.accounts.terms import COLUMNS, MONEY_DIGITS
from holdfast.analysis.cores import each
from holdfast.analysis.ledger import Array, dates, nullable


def customers_table(
    facts: pa.Table,
    starred: pa.Table,
    movement: pa.Array,
    ahead: Mapping[str, Array],
    cuts: Mapping[str, tuple[int, ...]],
    bounds: tuple[Bound | None, ...],
    minor_digits: int,
) -> pa.Table:
    """One row per customer, in the order of the facts. ahead: the forecast of those who bought; cuts, bounds: of `ranks`."""
    count, repeat = facts["now_count"].to_numpy(), facts["now_count"].to_numpy() - 1
    bought = count > 0
    revenue = facts["revenue_minor"].to_numpy()
    ids = facts["customer_id"].combine_chunks()
    columns = {
        "customer_id": ids,
        "first_on": dates(facts["first_day"].to_numpy(), bought),
        "last_on": dates(facts["now_last"].to_numpy(), bought),
        "purchase_days": facts["now_count"],
        "revenue": decimals(revenue, minor_digits),
        "mean_value": nullable(facts["now_later"].to_numpy() / np.maximum(repeat, 1) / 10**minor_digits, repeat > 0),
        **_scores(facts, bought, cuts),
        "abc": letters(ids, revenue, bounds),
        "stars": starred["stars"],
        "stars_provisional": starred["provisional"],
        "stars_hint": starred["stars_hint"],
        "stage": facts["stage"].cast(pa.string()),
        "movement": movement,
        **{name: facts[name] for name in ("typical_gap_days", "elapsed_days", "p_gap")},
        **{name: _spread(values, bought) for name, values in ahead.items()},
        "reasons": facts["reasons"],
    }
    return pa.table({name: columns[name] for name in COLUMNS})


def _scores(facts: pa.Table, bought: Array, cuts: Mapping[str, tuple[int, ...]]) -> dict[str, pa.Array]:
    """Recency, frequency and money of those who bought, by the quintiles among all of them."""
    return {
        name: _spread(classed(facts[column].to_numpy()[bought], cuts[name]), bought) for name, column in SCORES.items()
    }


def _spread(values: Array, where: Array) -> pa.Array:
    if where.all():
        return pa.array(values)
    found = np.zeros(len(where), dtype=values.dtype)
    found[where] = values
    return nullable(found, where)


def decimals(minor: Array, digits: int) -> pa.Array:
    """Whole minor units as exact decimals of major units, e.g. 1234 → 12.34."""
    low = np.ascontiguousarray(minor, dtype=np.int64)
    # A 128-bit decimal is its unscaled value in two 64-bit words, the sign filling the upper one.
    words = np.stack([low, low >> 63], axis=1).tobytes()
    kind = pa.decimal128(MONEY_DIGITS + digits, digits)
    return pa.Array.from_buffers(kind, len(low), [None, pa.py_buffer(words)])


def in_order(facts: pa.Table) -> pa.Table:
    """The rows sorted by customer_id as text."""
    ids = pc.cast(facts["customer_id"], pa.string()).combine_chunks()
    if len(ids) < 2 or not pc.any(pc.less(ids[1:], ids[:-1])).as_py():
        return facts.set_column(facts.column_names.index("customer_id"), "customer_id", ids)
    order = pc.array_sort_indices(ids)
    rest = [name for name in facts.column_names if name != "customer_id"]
    # Column by column: a copy of all of them at once would double the memory.
    taken = each(lambda name: facts[name].combine_chunks().take(order), rest)
    return pa.table({"customer_id": ids.take(order), **dict(zip(rest, taken, strict=True))})
