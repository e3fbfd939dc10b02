"""The sixteen cells: profit, revenue, lines and cost to serve by the class of customer and product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import tables
from holdfast.analysis.ledger import Array, ranked
from holdfast.analysis.params import Params
from holdfast.analysis.pareto import DEFAULTS as PARETO
from holdfast.analysis.pareto import ParetoParams, classes_abcd
from holdfast.analysis.tables import LINES, Source, TableError

CLASSES, GRADES = ("A", "B", "C", "D"), (1, 2, 3, 4)
CELLS = tuple(f"{name}{grade}" for name in CLASSES for grade in GRADES)
SUMS = ("profit_minor", "revenue_minor", "lines", "service_minor", "uncosted_minor")


@dataclass(frozen=True)
class MatrixParams(Params):
    """window_days: how far back lines count (0 = all). pareto: the shares at which the classes end."""

    window_days: int = 365
    pareto: ParetoParams = PARETO


DEFAULTS = MatrixParams()


@dataclass(frozen=True)
class Matrix:
    """The matrix and what it rests on.

    cells: A1 … D4, always sixteen rows, then, only where something could not be placed, one row with cell null:
    cell, customer_class, product_grade, profit_minor, revenue_minor, lines, service_minor, uncosted_minor (|amount| of
    lines without a cost; not in the profit), customers, products. pairs: one row a customer and product with the same
    sums. customers: customer_id, value_minor (profit; null = unknown), abcd. products: product_id, value_minor, grade.
    """

    cells: pa.Table
    pairs: pa.Table
    customers: pa.Table
    products: pa.Table


def product_grades(values: Source, params: ParetoParams = PARETO) -> pa.Table:
    """1 to 4 by falling profit contribution; one row per product, in the order given.

    In: product_id, value_minor (profit; null = unknown). Out: product_id, value_minor, grade (int8; null where unknown).
    Formula: cumulated share of the positive profit before the product: 1 < .50, 2 < .80, 3 < .95, else 4; what loses
    money is always 4. Source: methods §2 (TIE-11).
    """
    table = tables.arrow(values).select(["product_id", "value_minor"])
    classed = classes_abcd(table.rename_columns(["customer_id", "value_minor"]), params)
    place = pc.index_in(classed["abcd"].combine_chunks(), pa.array(CLASSES))
    return table.append_column("grade", pc.add(place, 1).cast(pa.int8()))


def customer_product_matrix(
    lines: Source,
    *,
    as_of: date,
    service_costs: Source | None = None,
    customers: Source | None = None,
    products: Source | None = None,
    params: MatrixParams = DEFAULTS,
) -> Matrix:
    """What customers of class A–D earn on products of grade 1–4; the rows of `cells` add up to the ledger exactly.

    In: lines (see `tables.LINES`, with product_id); service_costs: customer_id, service_minor, spread over what the
    customer bought by its value; customers (customer_id, abcd) and products (product_id, grade): classes to keep, for
    instance those of the quarter, else they come from these lines. Out: Matrix.
    Formula: profit = Σ (amount − cost of costed lines) − cost to serve. Customers and products without any known cost,
    lines without a product and costs to serve of customers without a line stand in the row without a cell.
    Source: methods §2. Errors: TableError where a column is missing or of the wrong type.
    """
    pairs = _with_service(_pairs(lines, as_of, params), service_costs)
    who = (
        _kept(customers, "abcd")
        if customers is not None
        else classes_abcd(_values(pairs, "customer_id"), params.pareto)
    )
    what = (
        _kept(products, "grade")
        if products is not None
        else product_grades(_values(pairs, "product_id"), params.pareto)
    )
    letter = _looked_up(pairs["customer_id"], who, "customer_id", "abcd")
    grade = _looked_up(pairs["product_id"], what, "product_id", "grade")
    pairs = pairs.append_column("customer_class", letter).append_column("product_grade", grade)
    pairs = pairs.append_column("cell", pc.binary_join_element_wise(letter, grade.cast(pa.string()), ""))
    return Matrix(_cells(pairs), pairs, who, what)


def shared_out(amount: int, weights: Array) -> Array:
    """A whole amount in minor units over parts by their weights, so that the parts add up to it exactly.

    Formula: differences of the rounded cumulated shares; equal parts where no weight is above 0. Source: methods §2.
    """
    weight = np.asarray(weights, dtype=np.int64)
    return _spread(np.array([amount], dtype=np.int64), weight, np.zeros(len(weight), dtype=np.int64))


def _pairs(lines: Source, as_of: date, params: MatrixParams) -> pa.Table:
    """One row a customer and product, sorted by both: exact sums of the lines in the window."""
    table = tables.checked(lines, LINES)
    if "product_id" not in table.column_names:
        raise TableError("column_missing", LINES.name, "product_id", "is missing")
    table = table.filter(pc.and_(table["customer_id"].is_valid(), table["day"].is_valid()))
    table = table.filter(pc.less_equal(table["day"], pa.scalar(as_of, pa.date32())))
    if params.window_days:
        start = as_of - timedelta(days=params.window_days)
        table = table.filter(pc.greater(table["day"], pa.scalar(start, pa.date32())))
    amount = pc.fill_null(table["amount_minor"], 0)
    cost = table["cost_minor"] if "cost_minor" in table.column_names else pa.nulls(table.num_rows, pa.int64())
    size, known = pc.abs(amount), pc.is_valid(cost)
    flat = pa.table(
        {
            "customer_id": table["customer_id"],
            "product_id": table["product_id"],
            "profit_minor": pc.fill_null(pc.subtract(amount, cost), 0),
            "revenue_minor": amount,
            "lines": pa.array(np.ones(table.num_rows, dtype=np.int64)),
            "uncosted_minor": pc.if_else(known, 0, size),
            "costed": known.cast(pa.int64()),
            "size": size,
        }
    )
    names = ["profit_minor", "revenue_minor", "lines", "uncosted_minor", "costed", "size"]
    summed = flat.group_by(["customer_id", "product_id"]).aggregate([(name, "sum") for name in names])
    found = summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names])
    return found.sort_by([("customer_id", "ascending"), ("product_id", "ascending")]).combine_chunks()


def _with_service(pairs: pa.Table, costs: Source | None) -> pa.Table:
    """The cost to serve each customer, spread over his pairs and taken off their profit."""
    if costs is None:
        return pairs.append_column("service_minor", pa.array(np.zeros(pairs.num_rows, dtype=np.int64)))
    given = tables.arrow(costs).select(["customer_id", "service_minor"]).group_by("customer_id")
    cost = given.aggregate([("service_minor", "sum")]).rename_columns(["customer_id", "service_minor"])
    cost = cost.set_column(0, "customer_id", cost["customer_id"].cast(pairs["customer_id"].type))
    pairs = _and_idle(pairs, cost)
    ids, owner = ranked(pairs["customer_id"])
    place = pc.index_in(ids, cost["customer_id"].combine_chunks())
    amount = cost["service_minor"].combine_chunks().take(place).fill_null(0).to_numpy(zero_copy_only=False)
    share = _spread(amount, pairs["size"].to_numpy(), owner)
    less = pa.array(pairs["profit_minor"].to_numpy() - share)
    at = pairs.column_names.index("profit_minor")
    return pairs.set_column(at, "profit_minor", less).append_column("service_minor", pa.array(share))


def _and_idle(pairs: pa.Table, cost: pa.Table) -> pa.Table:
    """With a row, without a product, for every customer who cost something and bought nothing."""
    absent = pc.invert(pc.is_in(cost["customer_id"], pairs["customer_id"].combine_chunks()))
    idle = cost.filter(pc.and_(absent, cost["customer_id"].is_valid()))["customer_id"]
    none = np.zeros(len(idle), dtype=np.int64)
    known = {"customer_id": idle, "product_id": pa.nulls(len(idle), pairs["product_id"].type)}
    rest = {name: pa.array(none) for name in pairs.column_names if name not in known}
    rest["costed"] = pa.array(none + 1)  # what he cost is known: he is a loss maker
    both = pa.concat_tables([pairs, pa.table({**known, **rest}).select(pairs.column_names)])
    return both.sort_by([("customer_id", "ascending"), ("product_id", "ascending")]).combine_chunks()


def _spread(amount: Array, size: Array, owner: Array) -> Array:
    """Each owner's amount over his parts by size, parts of one owner side by side; exact."""
    if not len(owner):
        return np.zeros(0, dtype=np.int64)
    whole = np.bincount(owner, weights=size)
    weight = np.where(whole[owner] > 0, size, 1).astype(np.float64)
    first = np.flatnonzero(np.diff(owner, prepend=owner[0] - 1))
    count = np.diff(np.append(first, len(owner)))
    running = np.cumsum(weight)
    before = np.repeat(running[first] - weight[first], count)
    end = np.repeat(running[first + count - 1], count)
    share = (running - before) / np.maximum(end - before, 1.0)
    share[first + count - 1] = 1.0
    reached = np.rint(share * amount[owner]).astype(np.int64)
    reached[first + count - 1] = amount[owner[first]]
    parts: Array = np.diff(reached, prepend=0)
    parts[first] = reached[first]
    return parts


def _values(pairs: pa.Table, key: str) -> pa.Table:
    """Profit by customer or product; null where not one line has a cost."""
    named = pairs.filter(pairs[key].is_valid()).group_by(key)
    summed = named.aggregate([("profit_minor", "sum"), ("costed", "sum")]).sort_by(key)
    known = pc.greater(summed["costed_sum"], 0)
    value = pc.if_else(known, summed["profit_minor_sum"], pa.scalar(None, pa.int64()))
    return pa.table({key: summed[key], "value_minor": value})


def _kept(given: Source, name: str) -> pa.Table:
    """Classes as given: only what is needed of them."""
    key = {"abcd": "customer_id", "grade": "product_id"}[name]
    return tables.arrow(given).select([key, name])


def _looked_up(column: pa.ChunkedArray, classed: pa.Table, key: str, name: str) -> pa.Array:
    place = pc.index_in(column.combine_chunks(), classed[key].combine_chunks().cast(column.type), skip_nulls=True)
    return classed[name].combine_chunks().take(place)


def _cells(pairs: pa.Table) -> pa.Table:
    place = pc.fill_null(pc.index_in(pairs["cell"].combine_chunks(), pa.array(CELLS)), len(CELLS)).to_numpy()
    size = len(CELLS) + bool((place == len(CELLS)).any())
    sums = {name: pa.array(_summed(pairs[name].to_numpy(), place, size)) for name in SUMS}
    bought = pairs["lines"].to_numpy() > 0
    heads = {name: pa.array(_distinct(pairs[key], place, size, bought)) for name, key in HEADS.items()}
    known = np.arange(size) < len(CELLS)
    at = pa.array(np.arange(size), mask=~known)
    letters, grades = [cell[0] for cell in CELLS], [int(cell[1]) for cell in CELLS]
    named = {"cell": CELLS, "customer_class": letters}
    keys = {name: pa.array(values).take(at) for name, values in named.items()}
    return pa.table({**keys, "product_grade": pa.array(grades, pa.int8()).take(at), **sums, **heads})


HEADS = {"customers": "customer_id", "products": "product_id"}


def _summed(values: Array, place: Array, size: int) -> Array:
    """Whole numbers, so no sum is ever rounded."""
    found = np.zeros(size, dtype=np.int64)
    np.add.at(found, place, values)
    return found


def _distinct(column: pa.ChunkedArray, place: Array, size: int, counts: Array) -> Array:
    ids, code = ranked(column.fill_null("" if pa.types.is_string(column.type) else -1))
    held = counts & column.is_valid().to_numpy().astype(bool)
    seen = np.unique(place[held].astype(np.int64) * max(len(ids), 1) + code[held])
    return np.bincount(seen // max(len(ids), 1), minlength=size)
