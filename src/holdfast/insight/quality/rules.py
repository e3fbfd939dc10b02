"""The pairs of dates the product knows, and the times between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.analysis.capability import ZONES, CapabilityParams, zones_of
from holdfast.common.labels import Words

DAY = 86_400_000_000
NOT_YET = np.iinfo(np.int64).max
CUSTOM = "custom"
SCHEMA = pa.schema(
    [
        ("job_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("started_at", pa.timestamp("us")),
        ("ended_at", pa.timestamp("us")),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class Pair:
    """A process: from which date to which, of what. `early` ends before the start count as 0 days, kept on time."""

    code: str
    title: Words
    start: Words
    end: Words
    target: float
    limit: float
    source: str
    early: bool = False
    reasons: Mapping[str, Words] = field(default_factory=dict)


DISPUTED = {"disputed": _("有争议")}
PAIRS: Mapping[str, Pair] = {
    pair.code: pair
    for pair in (
        Pair("order_delivered", _("下单 → 交货"), _("下单日"), _("交货日"), 7, 9, "line"),
        Pair("order_shipped", _("下单 → 发货"), _("下单日"), _("发货日"), 3, 5, "line"),
        Pair("shipped_delivered", _("发货 → 交货"), _("发货日"), _("交货日"), 3, 5, "line"),
        Pair("promised_delivered", _("承诺交货 → 交货"), _("承诺交货日"), _("交货日"), 1, 3, "line", early=True),
        Pair("invoice_paid", _("开票 → 付清"), _("开票日"), _("付清日"), 30, 60, "invoice", reasons=DISPUTED),
        Pair("due_paid", _("到期 → 付清"), _("到期日"), _("付清日"), 1, 30, "invoice", early=True, reasons=DISPUTED),
        Pair("task_done", _("派任务 → 办完"), _("派任务"), pgettext_lazy("end", "办完"), 3, 7, "task"),
    )
}


@dataclass(frozen=True)
class Timed:
    """Jobs with the days they took or have waited; `order` is that of their end, for the chart of single jobs.

    `kept`: with a start, not ended before it, and begun by now; only these are counted.
    """

    table: pa.Table
    days: np.ndarray
    done: np.ndarray
    kept: np.ndarray
    grey: np.ndarray
    zone: np.ndarray
    month: np.ndarray
    order: np.ndarray

    def where(self, **asked: object) -> np.ndarray:
        """Which jobs a figure counted: zone, grey, open, late (open beyond the limit), over and upto (days), month,
        odd (ended before they began), process (without the grey ones)."""
        found = ~self.kept if asked.get("odd") else self.kept.copy()
        if asked.get("odd"):
            return found
        found &= ~self.done if asked.get("open") or asked.get("late") else self.done
        if asked.get("late") or asked.get("zone"):
            zone = 2 if asked.get("late") else list(ZONES).index(str(asked["zone"]))
            found &= self.zone == zone
        if asked.get("grey"):
            found &= self.grey
        if asked.get("process"):
            found &= ~self.grey
        if asked.get("over") is not None:
            found &= self.days > float(str(asked["over"]))
        if asked.get("upto") is not None:
            found &= self.days <= float(str(asked["upto"]))
        if asked.get("month"):
            found &= self.month == str(asked["month"])
        return found


def timed(table: pa.Table, as_of: datetime, params: CapabilityParams) -> Timed:
    """The same times as `analysis.capability` counts, job by job.

    In: a table of SCHEMA; as_of, to when open jobs have waited. A job without a start is not kept.
    """
    begin, end = (_micros(table[name]) for name in ("started_at", "ended_at"))
    now = int(np.datetime64(as_of, "us").astype(np.int64))
    known, done = begin != NOT_YET, (end != NOT_YET) & (end <= now)
    days = np.where(done, end - begin, now - begin) / DAY
    kept = known & ~(known & (end < begin)) & (begin <= now)
    grey = np.isin(np.asarray(table["reason"].fill_null("").to_pylist(), object).astype(str), list(params.grey))
    months = pc.strftime(table["ended_at"], format="%Y-%m").fill_null("").to_pylist()
    zone = np.full(len(days), -1)
    zone[kept] = zones_of(days[kept], params)
    return Timed(table, days, done, kept, grey, zone, np.asarray(months, object), np.lexsort((begin, end)))


def _micros(column: pa.ChunkedArray) -> np.ndarray:
    found: np.ndarray = column.combine_chunks().cast(pa.int64()).fill_null(NOT_YET).to_numpy(zero_copy_only=False)
    return found


@dataclass(frozen=True)
class MonthOf:
    """One month of the trend: finished jobs, their median, and how many were delighted and angry."""

    month: str
    n: int
    median: float | None
    delight: int
    angry: int


def trend(found: Timed, months: Sequence[str], *, process: bool = False) -> list[MonthOf]:
    """The jobs finished in each of these months ("2026-10"); those without a job have no median."""
    rows = []
    for month in months:
        here = found.where(month=month, process=process or None)
        days, zone = found.days[here], found.zone[here]
        median = float(np.median(days)) if len(days) else None
        rows.append(MonthOf(month, len(days), median, int((zone == 0).sum()), int((zone == 2).sum())))
    return rows
