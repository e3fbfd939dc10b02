"""Shard by shard through both passes, then all customers together."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import add
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from holdfast.analysis import sentences, tables
from holdfast.analysis.accounts.clock import Clock
from holdfast.analysis.accounts.finish import finish
from holdfast.analysis.accounts.shard import Sums, Whole, describe, gather
from holdfast.analysis.accounts.store import Store, kept_days
from holdfast.analysis.accounts.table import in_order
from holdfast.analysis.accounts.terms import DEFAULTS, Analysis, AnalyzeParams
from holdfast.analysis.cores import each, release
from holdfast.analysis.fold import folded
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.tables import LINES, Source

Kept: TypeAlias = "Ledger | Path"
GIVEN = Path()


def analyze_customers(
    lines: Source | Store,
    *,
    as_of: date,
    params: AnalyzeParams = DEFAULTS,
    customers: Source | None = None,
    invoices: Source | None = None,
    lang: sentences.Language = "zh",
) -> pa.Table:
    """One row per customer with a line up to as_of, with all columns of COLUMNS; see `analyze`."""
    return analyze(lines, as_of=as_of, params=params, customers=customers, invoices=invoices, lang=lang).customers


def analyze(
    lines: Source | Store,
    *,
    as_of: date,
    params: AnalyzeParams = DEFAULTS,
    customers: Source | None = None,
    invoices: Source | None = None,
    lang: sentences.Language = "zh",
    shards: int | None = None,
) -> Analysis:
    """All that can be said of each customer from order lines; `.customers` has one row per customer, by customer_id.

    In: lines (`tables.LINES`), or a `Store` of them; customers (`tables.CUSTOMERS`) and invoices (`tables.INVOICES`),
    both optional: with invoices the integrity part of the stars is known and its gates act; lang of the reasons, zh or
    en; shards: into how many parts the lines are cut, by customer (chosen by their number; never changes a figure).
    Out, `.customers`: customer_id (text), first_on, last_on (dates of purchase days; null without one),
    purchase_days, revenue (decimal, all time, returns counted), mean_value (mean of repeat purchase days, major
    units; null without one), rfm_r, rfm_f, rfm_m (1–5), abc (by revenue), stars, stars_provisional, stars_hint
    (1–5), stage, movement (last complete month; null without revenue in either), typical_gap_days, elapsed_days
    (days), p_gap (0–1), reasons (list of sentences); p_alive, expected_purchases, expected_spend, clv_12m, p_churn
    and revenue_at_risk as `forecast` says, for every customer with a purchase day, null without one.
    `.summary`: as_of, horizon_days, movement_from and movement_to (months), models, pareto, movement (minor units),
    stages (counts). Lines after as_of are left out; no line at all gives empty tables and null figures.
    Source: the command line's contract; each column as its own module says.
    """
    clock = Clock()
    known = tables.checked(customers, tables.CUSTOMERS) if customers is not None else None
    if not isinstance(lines, Store):
        tables.check(lines, LINES)
    with clock("days"):
        # Customers without a line belong to no shard, so a table of customers keeps all in one.
        store = Store.of(lines, 1 if known is not None else shards)
        found = each(lambda shard: _days(store, shard, as_of, params, known), range(store.shards))
    whole = Whole.of(reduce(add, (sums for _, sums in found), Sums()), as_of, params)
    kept = [days for days, _ in found]
    del found
    release()
    with clock("customers"):
        facts = each(lambda shard: _facts(kept, shard, whole, params, known, lang), range(len(kept)))
        every = [pa.concat_tables(facts)]
        del facts
        release()
    # The table is handed over, so that it can be let go of once it stands in order.
    return finish(every.pop(), whole, params, invoices=invoices, clock=clock)


def _days(store: Store, shard: int, as_of: date, params: AnalyzeParams, known: pa.Table | None) -> tuple[Kept, Sums]:
    """First pass: the days of a shard, put aside, and its sums."""
    days = folded(store.load(shard), as_of, lean=True)
    ledger = Ledger.of(days, as_of=as_of, customers=known)
    sums = gather(ledger, params)
    return store.keep_days(shard, days) or ledger, sums


def _facts(
    kept: list[Kept],
    shard: int,
    whole: Whole,
    params: AnalyzeParams,
    known: pa.Table | None,
    lang: sentences.Language,
) -> pa.Table:
    """Second pass: a row for each customer of a shard."""
    days = kept[shard]
    kept[shard] = GIVEN
    ledger = days if isinstance(days, Ledger) else Ledger.of(kept_days(days), as_of=whole.as_of, customers=known)
    # Every part in the order of all makes putting all in order a matter of merging.
    return in_order(describe(ledger, whole, params, lang))
