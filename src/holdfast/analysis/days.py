"""From order lines to customer days (methods §0), and the calendar windows that reports compare."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import ibis
import pyarrow as pa

from holdfast.analysis import tables
from holdfast.analysis.tables import CUSTOMER_DAYS, LINES, Source

Comparison = Literal["month", "three_months", "year"]


def customer_days(lines: Source, *, as_of: date) -> pa.Table:
    """What each customer bought on each day; one row per customer and day with a line, sorted by both.

    In: lines (see `tables.LINES`). Out: customer_id, day, amount_minor (net, may be negative), is_purchase,
    lines (count), gross_minor (sum of |amount|), costed_minor (the same of lines whose cost is known),
    profit_minor (sum of amount − cost over costed lines; null without one), returned_minor (sum of negative
    amounts, as a positive number), list_minor and listed_minor (list price and net of positive lines that have
    a list price). A day is a purchase unless its net amount is below 0 or it holds only cancelled lines; a day
    of exactly 0 counts.
    Lines after as_of, without a customer or without a day are left out; an empty table gives an empty table.
    Source: methods §0.
    """
    tables.check(lines, LINES)
    daily = _daily(tables.expression(lines, "lines"), as_of)
    return tables.checked(daily.to_pyarrow(), CUSTOMER_DAYS)


def _daily(lines: ibis.Table, as_of: date) -> ibis.Table:
    kept = _with_optional(lines).filter(lambda t: (t.day <= as_of) & t.customer_id.notnull())
    daily = kept.group_by("customer_id", "day").aggregate(
        amount_minor=kept.amount_minor.sum().cast("int64"),
        uncancelled=(~kept.cancelled).sum().cast("int64"),
        lines=kept.count(),
        gross_minor=kept.amount_minor.abs().sum().cast("int64"),
        costed_minor=kept.cost_minor.notnull().ifelse(kept.amount_minor.abs(), 0).sum().cast("int64"),
        profit_minor=(kept.amount_minor - kept.cost_minor).sum().cast("int64"),
        returned_minor=(kept.amount_minor < 0).ifelse(-kept.amount_minor, 0).sum().cast("int64"),
        list_minor=_listed(kept).ifelse(kept.list_minor, 0).sum().cast("int64"),
        listed_minor=_listed(kept).ifelse(kept.amount_minor, 0).sum().cast("int64"),
    )
    purchase = (daily.amount_minor >= 0) & (daily.uncancelled > 0)
    return daily.mutate(is_purchase=purchase).drop("uncancelled").order_by("customer_id", "day")


def _listed(kept: ibis.Table) -> ibis.expr.types.BooleanValue:
    return kept.list_minor.notnull() & (kept.amount_minor > 0)


def _with_optional(lines: ibis.Table) -> ibis.Table:
    """Only the columns the fold needs; the optional ones are added where the source has none."""
    names = set(lines.columns)
    return lines.select(
        "customer_id",
        day=lines.day.cast("date"),
        amount_minor=lines.amount_minor.cast("int64").fill_null(0),
        cancelled=lines.cancelled.fill_null(False) if "cancelled" in names else ibis.literal(False),
        cost_minor=lines.cost_minor.cast("int64") if "cost_minor" in names else ibis.null("int64"),
        list_minor=lines.list_minor.cast("int64") if "list_minor" in names else ibis.null("int64"),
    )


@dataclass(frozen=True, order=True)
class Window:
    """Days from `start` to before `end` (half-open)."""

    start: date
    end: date

    @property
    def label(self) -> str:
        """The month of the last day, as 2026-10."""
        return f"{self.last_day:%Y-%m}"

    @property
    def last_day(self) -> date:
        """The last day inside the window."""
        return self.end - timedelta(days=1)


def month_window(year: int, month: int) -> Window:
    """The calendar month as a window."""
    start = date(year, month, 1)
    return Window(start, start + timedelta(days=calendar.monthrange(year, month)[1]))


def last_complete_month(as_of: date) -> Window:
    """The last calendar month that has ended by the end of as_of."""
    after = as_of + timedelta(days=1)
    return months_before(month_window(after.year, after.month), 1)


def months_before(window: Window, months: int) -> Window:
    """The window moved back by whole months; both ends must be the first of a month."""
    return Window(_shifted(window.start, -months), _shifted(window.end, -months))


def previous_month(window: Window) -> Window:
    """The month before."""
    return months_before(window, 1)


def comparison(month: Window, kind: Comparison = "month") -> tuple[Window, Window]:
    """The two windows a report compares, (previous, current), for the month it is about.

    `month`: the month before and the month. `three_months`: the three months before and the three up to it.
    `year`: the same month of the year before and the month. Source: methods §3.4.
    """
    if kind == "three_months":
        current = Window(_shifted(month.start, -2), month.end)
        return months_before(current, 3), current
    return months_before(month, 12 if kind == "year" else 1), month


def _shifted(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
