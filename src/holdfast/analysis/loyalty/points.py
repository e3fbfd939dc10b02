"""The points ledger: lots used first in, first out, what expires, and what is still owed for them (methods §9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import day_number
from holdfast.analysis.loyalty.lots import Account
from holdfast.analysis.params import Params
from holdfast.analysis.tables import DAY, MONEY, TEXT, Contract, Source, TableError, checked

# In the order in which entries of one day are booked.
KINDS = ("earn", "unfreeze", "redeem", "reverse", "freeze")
THOUSAND = 1_000
# One row an entry of the ledger. points: above 0. expires_on: last day on which earned points can be used.
# lot_id: the entry_id of the lot that a reversal takes back.
ENTRIES = Contract(
    "points",
    {"entry_id": None, "customer_id": None, "day": DAY, "kind": TEXT, "points": MONEY},
    {"expires_on": DAY, "lot_id": None},
)


@dataclass(frozen=True)
class PointsParams(Params):
    """Settings of the liability.

    minor_per_thousand: what 1,000 points are worth, minor units. breakage: (age of a lot in months from which, share in
    thousandths of its open points that will never be used), by rising age: the company's own curve.
    """

    minor_per_thousand: int = 1_000
    breakage: tuple[tuple[int, int], ...] = ((0, 50),)


DEFAULTS = PointsParams()


@dataclass(frozen=True)
class Allocation:
    """A sale split into what was earned at once and what is owed in points; minor units, adding up exactly."""

    products_minor: int
    points_minor: int


def allocate_price(sales_minor: int, points_minor: int) -> Allocation:
    """Split a sale by relative stand-alone prices.

    In: stand-alone price of the goods = what was paid; that of the points expected to be used. Formula: goods =
    sales² ÷ (sales + points). Source: IFRS 15, example 52; methods §9 (100,000 and 9,500 → 91,324 and 8,676).
    """
    whole = sales_minor + points_minor
    if whole <= 0:
        return Allocation(0, 0)
    products = _rounded(sales_minor * sales_minor, whole)
    return Allocation(products, sales_minor - products)


@dataclass(frozen=True)
class Recognised:
    """revenue_minor: what this period may count as earned. total_minor: with the periods before. left_minor: owed."""

    revenue_minor: int
    total_minor: int
    left_minor: int


def recognise(deferred_minor: int, redeemed: int, expected: int, before_minor: int = 0) -> Recognised:
    """Revenue from points redeemed so far, against all that are expected to be; a changed expectation catches up.

    Formula: total = deferred × redeemed ÷ expected, at most deferred. Nothing expected: all of it is earned. Source:
    IFRS 15, example 52; methods §9 (8,676: 4,500 of 9,500 → 4,110; 8,500 of 9,700 → 3,493 more, 1,073 left).
    """
    share = min(redeemed, expected)
    total = _rounded(deferred_minor * share, expected) if expected > 0 else deferred_minor
    return Recognised(total - before_minor, total, deferred_minor - total)


def points_lots(entries: Source, *, as_of: date) -> pa.Table:
    """What became of every lot of points earned; one row a lot, sorted by customer, day and entry.

    In: one row an entry: entry_id, customer_id, day, kind (earn, redeem, reverse, freeze, unfreeze), points (above 0),
    expires_on (last day of use; null = never), lot_id (of a reversal: the lot it takes back). Out: customer_id, lot_id,
    earned_on, expires_on, points, used, expired, remaining (points = used + expired + remaining).
    Rule: the oldest lot is used first; what is left at the end of its last day expires; a reversal takes its own lot, then what
    expired of it, then the oldest; what no lot covers is a debt that the next lots pay. Source: methods §9 (LOY-01).
    Errors: TableError (also `value_invalid` for an unknown kind or points of 0 and less).
    """
    table = _entries(entries, as_of)
    rows = [
        (account.customer, lot.entry, lot.earned, lot.expires, lot.points, lot.used, lot.expired, lot.remaining)
        for account in _accounts(table, as_of)
        for lot in account.lots
    ]
    return _table(rows, table, LOTS)


def points_accounts(entries: Source, *, as_of: date) -> pa.Table:
    """The points account of every customer; one row each, sorted.

    In: as `points_lots`. Out: customer_id, issued, redeemed, reversed, expired, balance (below 0: more was taken than
    there was), frozen (never more than the balance), available, next_expiry_on and next_expiry_points (null, 0: none).
    Rule: issued = redeemed + reversed + expired + balance, for each and in total. Source: methods §9 (LOY-01).
    Errors: as `points_lots`.
    """
    table = _entries(entries, as_of)
    rows = [account.figures() for account in _accounts(table, as_of)]
    return _table(rows, table, ACCOUNTS)


def points_liability(entries: Source, *, as_of: date, params: PointsParams = DEFAULTS) -> pa.Table:
    """What is owed for points still open; one row per month in which they were earned.

    In: as `points_lots`. Out: cohort ("2026-03"), points (open), breakage (0–1), liability_minor; the rows add up to the
    rounded whole exactly. A customer's debt is no asset: it lowers nothing but his own balance.
    Formula: Σ open points × (1 − breakage by the lot's age) × value of a point. Source: methods §9; IFRS 15 (breakage).
    """
    lots = points_lots(entries, as_of=as_of)
    open_points: dict[str, int] = {}
    for earned, left in zip(lots["earned_on"].to_pylist(), lots["remaining"].to_pylist(), strict=True):
        cohort = f"{earned:%Y-%m}"
        open_points[cohort] = open_points.get(cohort, 0) + left
    rows, weighed, booked = [], 0, 0
    for cohort in sorted(open_points):
        broken = _breakage(cohort, as_of, params)
        weighed += open_points[cohort] * (THOUSAND - broken) * params.minor_per_thousand
        reached = _rounded(weighed, THOUSAND * THOUSAND)
        rows.append((cohort, open_points[cohort], broken / THOUSAND, reached - booked))
        booked = reached
    return pa.Table.from_pylist([dict(zip(LIABILITY.names, row, strict=True)) for row in rows], schema=LIABILITY)


def breakage_by_cohort(entries: Source, *, as_of: date) -> pa.Table:
    """How many points of each month were never used: the evidence for a breakage curve; one row a month.

    In: as `points_lots`. Out: cohort, points, used, expired, remaining, breakage (expired ÷ points; null while some are
    open: then not yet known). Source: methods §9 (breakage by cohort curve).
    """
    lots = points_lots(entries, as_of=as_of)
    month = pc.strftime(lots["earned_on"], format="%Y-%m")
    names = ["points", "used", "expired", "remaining"]
    found = lots.append_column("cohort", month).group_by("cohort").aggregate([(name, "sum") for name in names])
    found = found.rename_columns([name.removesuffix("_sum") for name in found.column_names]).sort_by("cohort")
    share = pc.divide(found["expired"].cast(pa.float64()), found["points"])
    known = pc.equal(found["remaining"], 0)
    return found.append_column("breakage", pc.if_else(known, share, pa.scalar(None, pa.float64())))


LOTS = ("customer_id", "lot_id", "earned_on", "expires_on", "points", "used", "expired", "remaining")
ACCOUNTS = (
    *("customer_id", "issued", "redeemed", "reversed", "expired", "balance", "frozen", "available"),
    *("next_expiry_on", "next_expiry_points"),
)
LIABILITY = pa.schema(
    [("cohort", pa.string()), ("points", MONEY), ("breakage", pa.float64()), ("liability_minor", MONEY)]
)
FIELDS = ("customer_id", "day", "kind", "entry_id", "points", "expires_on", "lot_id")


def _entries(entries: Source, as_of: date) -> pa.Table:
    table = checked(entries, ENTRIES)
    for name in ("customer_id", "day", "kind", "points"):
        if table[name].null_count:
            raise TableError("value_invalid", ENTRIES.name, name, "is empty in a row")
    if not pc.all(pc.is_in(table["kind"], pa.array(KINDS))).as_py() and table.num_rows:
        raise TableError("value_invalid", ENTRIES.name, "kind", f"must be one of {', '.join(KINDS)}")
    if table.num_rows and pc.min(table["points"]).as_py() <= 0:
        raise TableError("value_invalid", ENTRIES.name, "points", "must be above 0; the kind says which way they go")
    for name, kind in (("expires_on", DAY), ("lot_id", table["entry_id"].type)):
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, kind))
    table = table.filter(pc.less_equal(table["day"], pa.scalar(as_of, DAY)))
    rank = pc.index_in(table["kind"].combine_chunks(), pa.array(KINDS))
    keys = [("customer_id", "ascending"), ("day", "ascending"), ("rank", "ascending"), ("entry_id", "ascending")]
    return table.append_column("rank", rank).sort_by(keys)


def _accounts(table: pa.Table, as_of: date) -> Iterator[Account]:
    days = {name: table[name].cast(pa.int32()).to_pylist() for name in ("day", "expires_on")}
    columns = [days[name] if name in days else table[name].to_pylist() for name in FIELDS]
    rows: Iterable[tuple[object, ...]] = zip(*columns, strict=True)
    for customer, own in groupby(rows, key=itemgetter(0)):
        yield Account.of(customer, own, day_number(as_of))


def _table(rows: Sequence[tuple[object, ...]], entries: pa.Table, names: tuple[str, ...]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    kinds = {"customer_id": entries["customer_id"].type, "lot_id": entries["entry_id"].type}
    made = {}
    for name, values in zip(names, columns, strict=True):
        kind = kinds.get(name, pa.int32() if name.endswith("_on") else MONEY)
        made[name] = pa.array(values, kind).cast(DAY) if name.endswith("_on") else pa.array(values, kind)
    return pa.table(made)


def _breakage(cohort: str, as_of: date, params: PointsParams) -> int:
    year, month = (int(part) for part in cohort.split("-"))
    age = (as_of.year - year) * 12 + as_of.month - month
    return next((share for start, share in reversed(params.breakage) if age >= start), 0)


def _rounded(value: int, by: int) -> int:
    """Half up, in whole numbers."""
    return (2 * value + by) // (2 * by)
