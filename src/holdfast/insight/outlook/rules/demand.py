"""The demand ahead from customer days: company, groups and single customers, whose parts add up. No Django."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.demand import Ahead, Demand, DemandParams, backtest, demand, monthly, next_orders, whole_ahead
from holdfast.analysis.ledger import Ledger

HORIZONS = (6, 3)
KEPT_MONTHS = 36
CHECKED = 6
LEAST_GROUP_MONTHS = 6
MOST_CATEGORIES = 60
OTHERS = "*"
NEXT_COLUMNS = ("last_on", "p_gap", "next_on", "next_low_on", "next_high_on", "minor", "minor_low", "minor_high")
FILE = pa.schema(
    [
        ("customer_id", pa.int64()), ("sum_minor", pa.int64()), ("months", pa.list_(pa.int64())),
        ("low", pa.list_(pa.int64())), ("high", pa.list_(pa.int64())), ("last_on", pa.date32()),
        ("p_gap", pa.float64()), ("next_on", pa.date32()), ("next_low_on", pa.date32()), ("next_high_on", pa.date32()),
        ("minor", pa.int64()), ("minor_low", pa.int64()), ("minor_high", pa.int64()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Sums of one group, as `models.DemandGroup` keeps them."""

    kind: str
    key: str
    customers: int
    history: list[list[Any]]
    ahead: list[list[Any]]
    told: dict[str, Any]

    @property
    def total_minor(self) -> int:
        return sum(row[1] for row in self.ahead)


@dataclass(frozen=True)
class Seen:
    """Everything that an outlook keeps of demand. `customers` is sorted by customer_id, with the columns of FILE."""

    figures: dict[str, Any]
    groups: list[Group]
    customers: pa.Table


def params_for(series: np.ndarray) -> DemandParams:
    """Six months ahead where so long a forecast can be tested, else three."""
    for months in HORIZONS:
        if backtest(series, DemandParams(months=months)).origins:
            return DemandParams(months=months)
    return DemandParams(months=HORIZONS[-1])


def look(days: pa.Table, customers: pa.Table, as_of: date, owners: pa.Table, lines: pa.Table) -> Seen:
    """All of it. In: customer days; customers(customer_id, segment); owners(customer_id, owner, department) of today;
    lines(day, category, net_minor). Out: Seen; without a complete month no group and no month of a customer."""
    ledger = Ledger.of(days, as_of=as_of, customers=customers)
    nexts = next_orders(ledger, as_of=as_of)
    labels, series = monthly(ledger, as_of=as_of)
    if not labels:
        return Seen({"method": None}, [], _file(None, 0, nexts))
    params = params_for(series)
    found = demand(ledger, as_of=as_of, params=params)
    company = _company(labels, series, found, params)
    groups = [company, *_people(ledger, labels, found, owners, params)]
    groups += _categories(lines, labels, company, params)
    figures = found.told | {
        "months": params.months, "checked": _checked(labels, series, params), "so_far_minor": _so_far(ledger, as_of)
    }  # fmt: skip
    return Seen(figures, groups, _file(found, params.months, nexts))


def _so_far(ledger: Ledger, as_of: date) -> int:
    """Net revenue of the running month up to as_of."""
    first = np.datetime64(as_of.replace(day=1)).astype(np.int64)
    return int(ledger.amount[ledger.day >= first].sum())


def _rows(labels: list[str], series: np.ndarray) -> list[list[Any]]:
    return [[label, int(value)] for label, value in zip(labels[-KEPT_MONTHS:], series[-KEPT_MONTHS:], strict=True)]


def _company(labels: list[str], series: np.ndarray, found: Demand, params: DemandParams) -> Group:
    ahead = [list(row.values()) for row in found.total.to_pylist()]
    people = found.customers.num_rows // params.months
    return Group("company", "", people, _rows(labels, series), ahead, _told(found.told["method"], found.told))


def _told(method: str, told: dict[str, Any]) -> dict[str, Any]:
    return {"method": method, "origins": told["origins"], "beats": told["beats_naive"]}


def _checked(labels: list[str], series: np.ndarray, params: DemandParams) -> list[list[Any]]:
    """The last months as they would have been foretold a month before: [month, said, p10, p90, came]."""
    least = min(params.least_months, len(series) - 1)
    found = []
    for at in range(max(least, len(series) - CHECKED), len(series)):
        if at >= 1:
            said = whole_ahead(series[:at], params)
            came = round(float(series[at]))
            found.append([labels[at], int(said.expected[0]), int(said.low[0]), int(said.high[0]), came])
    return found


def _people(
    ledger: Ledger, labels: list[str], found: Demand, owners: pa.Table, params: DemandParams
) -> Iterator[Group]:
    """A group for each owner and each department: the sum of its customers' parts, as wide as its own months were."""
    place = pc.index_in(ledger.ids, value_set=owners["customer_id"].combine_chunks())
    month = ledger.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    first = np.datetime64(labels[0]).astype(np.int64)
    inside = (month >= first) & (month < first + len(labels))
    parts, who = _parts(found, params, ledger.ids)
    for kind in ("owner", "department"):
        code = owners[kind].combine_chunks().take(place).fill_null(0).to_numpy(zero_copy_only=False)
        keys, at = np.unique(code, return_inverse=True)
        cell = at[ledger.customer[inside]] * len(labels) + month[inside] - first
        history = np.bincount(cell, weights=ledger.amount[inside], minlength=len(keys) * len(labels))
        sums = np.stack([np.bincount(at[who], weights=part, minlength=len(keys)) for part in parts])
        number = np.bincount(at[who], minlength=len(keys))
        for row, key in enumerate(keys):
            if not number[row]:
                continue
            own = history.reshape(len(keys), -1)[row]
            yield _group(kind, str(key) if key else "", int(number[row]), labels, own, sums[:, row], found, params)


def _parts(found: Demand, params: DemandParams, ids: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Months × customers, and which entry of the ledger each customer is."""
    size = found.customers.num_rows // params.months
    parts = found.customers["minor"].to_numpy().reshape(params.months, size)
    place = pc.index_in(found.customers["customer_id"].slice(0, size), value_set=ids)
    return parts, place.to_numpy()


def _group(
    kind: str, key: str, number: int, labels: list[str], own: np.ndarray, expected: np.ndarray, found: Demand,
    params: DemandParams,
) -> Group:  # fmt: skip
    names = found.total["month"].to_pylist()
    expected = np.rint(expected).astype(np.int64)
    begun = int(np.argmax(own != 0)) if (own != 0).any() else len(own)
    series = own[begun:]
    if len(series) < LEAST_GROUP_MONTHS:
        ahead = [[name, int(value), None, None] for name, value in zip(names, expected, strict=True)]
        return Group(kind, key, number, _rows(labels, own), ahead, {"method": None})
    seen = whole_ahead(series, params)
    half = seen.high - seen.expected
    low, high = np.maximum(expected - half, 0), expected + half
    ahead = [list(row) for row in zip(names, expected.tolist(), low.tolist(), high.tolist(), strict=True)]
    return Group(kind, key, number, _rows(labels, own), ahead, _of(seen))


def _of(seen: Ahead) -> dict[str, Any]:
    return {"method": seen.tested.chosen, "origins": seen.tested.origins, "beats": seen.tested.beats}


def _categories(lines: pa.Table, labels: list[str], company: Group, params: DemandParams) -> list[Group]:
    """A group a product category, each foretold by itself, then brought to the company's total; none where lines name
    no product."""
    month = lines["day"].to_numpy().astype("datetime64[M]").astype(np.int64) - np.datetime64(labels[0]).astype(np.int64)
    inside = (month >= 0) & (month < len(labels))
    names, code = _named(lines["category"].combine_chunks(), lines["net_minor"].to_numpy(), inside)
    if len(names) < 2:
        return []
    cell = code[inside] * len(labels) + month[inside]
    history = np.bincount(cell, weights=lines["net_minor"].to_numpy()[inside], minlength=len(names) * len(labels))
    seen = [(whole_ahead(own, params), own) for own in history.reshape(len(names), -1)]
    whole = np.array([row[1] for row in company.ahead])
    expected = np.array([one.expected for one, _own in seen], dtype=np.float64)
    told = np.stack([shared(int(total), column) for total, column in zip(whole, expected.T, strict=True)], axis=1)
    found = []
    for name, (one, own), values in zip(names, seen, told, strict=True):
        half = one.high - one.expected
        low, high = np.maximum(values - half, 0).tolist(), (values + half).tolist()
        ahead = [list(row) for row in zip([r[0] for r in company.ahead], values.tolist(), low, high, strict=True)]
        found.append(Group("category", name, 0, _rows(labels, own), ahead, _of(one)))
    return found


def _named(category: pa.Array, net: np.ndarray, inside: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The largest categories, the others as one; "" is what has none."""
    coded = pc.fill_null(category, "").dictionary_encode()
    names, code = coded.dictionary.to_pylist(), coded.indices.to_numpy()
    size = np.bincount(code[inside], weights=net[inside], minlength=len(names))
    order = np.argsort(-size, kind="stable")
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    kept = [names[at] for at in order[:MOST_CATEGORIES]]
    return ([*kept, OTHERS] if len(names) > MOST_CATEGORIES else kept), np.minimum(rank, MOST_CATEGORIES)[code]


def shared(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole parts of a total by weight, the largest remainders first, so that they add up exactly."""
    if weights.sum() <= 0:
        weights = np.ones(len(weights))
    ideal = total * weights / weights.sum()
    parts = np.floor(ideal).astype(np.int64)
    left = total - int(parts.sum())
    parts[np.argsort(-(ideal - parts), kind="stable")[:left]] += 1
    return parts


def _file(found: Demand | None, months: int, nexts: pa.Table) -> pa.Table:
    """A row a customer of whom anything is told."""
    size = found.customers.num_rows // months if found else 0
    bought = found.customers["customer_id"].slice(0, size) if found else nexts["customer_id"].slice(0, 0)
    ids = pc.unique(pa.concat_arrays([_flat(bought), _flat(nexts["customer_id"])])).cast(pa.int64())
    ids = ids.take(pc.sort_indices(ids))
    in_months, in_next = (pc.index_in(ids, value_set=_flat(one)) for one in (bought, nexts["customer_id"]))
    columns: dict[str, Any] = {"customer_id": ids}
    columns |= _monthly_columns(found, months, size, in_months)
    columns |= {name: _flat(nexts[name]).take(in_next) for name in NEXT_COLUMNS}
    return pa.table({name: columns[name] for name in FILE.names}).cast(FILE)


def _monthly_columns(found: Demand | None, months: int, size: int, place: pa.Array) -> dict[str, pa.Array]:
    if found is None:
        none = pa.nulls(len(place), pa.list_(pa.int64()))
        return {"sum_minor": pa.nulls(len(place), pa.int64()), "months": none, "low": none, "high": none}
    shaped: Callable[[str], np.ndarray] = lambda name: found.customers[name].to_numpy().reshape(months, size)  # noqa: E731
    minor = shaped("minor")
    lists = {
        name: pa.FixedSizeListArray.from_arrays(pa.array(values.T.ravel()), months).cast(pa.list_(pa.int64()))
        for name, values in (("months", minor), ("low", shaped("p10_minor")), ("high", shaped("p90_minor")))
    }
    columns = {"sum_minor": pa.array(minor.sum(axis=0)), **lists}
    return {name: column.take(place) for name, column in columns.items()}


def _flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
