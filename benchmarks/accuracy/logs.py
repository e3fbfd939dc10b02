"""The purchase logs, and the splits: what is known, and how many days ahead is asked. Fixed before any tuning."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.days import customer_days
from holdfast.analysis.forecast.views import View
from holdfast.analysis.ledger import Array, Ledger, day_number

FIRST, SECOND = "online_retail_2009_2010.parquet", "online_retail_20101201_20110609.csv.gz"
CDNOW = "cdnow_sample.txt.gz"


def folder() -> Path:
    """Where the public data stand: HOLDFAST_SHARED_DATA, or beside the code."""
    return Path(os.environ.get("HOLDFAST_SHARED_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


@dataclass(frozen=True)
class Split:
    """A log, the last day that is known, and the days ahead that are asked. begin: days before it are not given."""

    name: str
    log: str
    origin: date
    days: int
    begin: date | None = None

    @cached_property
    def whole(self) -> pa.Table:
        """Customer days up to the end of the holdout."""
        table = cdnow() if self.log == "cdnow" else retail()
        kept = pc.less_equal(table["day"], pa.scalar(self.origin + timedelta(days=self.days), pa.date32()))
        if self.begin:
            kept = pc.and_(kept, pc.greater_equal(table["day"], pa.scalar(self.begin, pa.date32())))
        return table.filter(kept)

    @cached_property
    def known(self) -> Ledger:
        """Customer days up to the origin, and nothing else."""
        kept = pc.less_equal(self.whole["day"], pa.scalar(self.origin, pa.date32()))
        return Ledger.of(self.whole.filter(kept), as_of=self.origin)

    @cached_property
    def came(self) -> tuple[Array, Array]:
        """Purchase days and spend (major units) of each known buyer in the holdout, in the forecast's order."""
        later = Ledger.of(self.whole, as_of=self.origin + timedelta(days=self.days))
        view = View.of(later, day_number(self.origin))
        counts = view.bought_within(later, self.days)
        bought = later.purchases
        after = bought.day > day_number(self.origin)
        spent = np.bincount(bought.customer[after], weights=bought.amount[after], minlength=len(later))[view.row]
        return counts, spent / 100


# The headline splits; the last two are the same company over other stretches.
CDNOW_39 = Split("CDNOW, weeks 40–78", "cdnow", date(1997, 9, 30), 273)
RETAIL_WINTER = Split("Online Retail, 2010-12-09 + 182 d", "retail", date(2010, 12, 9), 182)
RETAIL_SUMMER = Split("Online Retail, 2010-06-09 + 183 d", "retail", date(2010, 6, 9), 183)
RETAIL_SPRING = Split(
    "Online Retail from 2010-12-01, 2011-03-09 + 92 d", "retail", date(2011, 3, 9), 92, date(2010, 12, 1)
)


def _origin(year: int, month: int, days: int, begin: date | None = None) -> Split:
    origin = date(year, month, 9)
    since = f" from {begin}" if begin else ""
    return Split(f"{origin} + {days} d{since}", "retail", origin, days, begin)


# Days to look from all over the log, with all known before them or about half a year: no one season decides.
ORIGINS = (
    *(_origin(2010, month, 183) for month in (6, 7, 9, 10)),
    _origin(2010, 12, 182),
    _origin(2011, 3, 92),
    _origin(2010, 9, 183, date(2010, 3, 9)),
    _origin(2010, 12, 182, date(2010, 6, 9)),
    _origin(2011, 3, 92, date(2010, 9, 9)),
    _origin(2011, 3, 92, date(2010, 12, 1)),
    _origin(2010, 6, 92),
    _origin(2010, 9, 91),
)


@cache
def cdnow() -> pa.Table:
    """Customer days of the CDNOW sample."""
    rows = []
    with gzip.open(folder() / CDNOW, "rt") as file:
        for line in file:
            _, customer, day, _, amount = line.split()
            rows.append((customer, date(int(day[:4]), int(day[4:6]), int(day[6:])), round(float(amount) * 100)))
    customer, on, amount = zip(*rows, strict=True)
    table = pa.table({"customer_id": customer, "day": pa.array(on, pa.date32()), "amount_minor": amount})
    return customer_days(table, as_of=date(1998, 6, 30))


@cache
def retail() -> pa.Table:
    """Customer days of Online Retail; of the days that stand in both files those of the second."""
    query = f"""
        WITH line AS (
            SELECT Invoice AS invoice, InvoiceDate::timestamp AS moment, Quantity::int AS quantity,
                   Price::decimal(18, 6) AS price, "Customer ID"::text AS customer
            FROM '{folder() / FIRST}' WHERE InvoiceDate::timestamp < TIMESTAMP '2010-12-01'
            UNION ALL
            SELECT InvoiceNo, InvoiceDate::timestamp, Quantity::int, UnitPrice::decimal(18, 6), CustomerID
            FROM read_csv('{folder() / SECOND}', all_varchar = true))
        SELECT replace(customer, '.0', '') AS customer_id, moment::date AS day,
               round(quantity * price * 100)::bigint AS amount_minor, invoice LIKE 'C%' AS cancelled
        FROM line WHERE customer IS NOT NULL AND customer <> ''
    """
    return customer_days(duckdb.sql(query).to_arrow_table(), as_of=date(2011, 6, 9))
