"""From order lines to customer days (methods §0), and the calendar windows that reports compare."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from holdfast.analysis import tables
from holdfast.analysis.fold import folded
from holdfast.analysis.tables import CUSTOMER_DAYS, LINES, Source

if TYPE_CHECKING:
    import ibis

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
    if isinstance(lines, pa.Table):
        return folded(lines, as_of)
    return tables.checked(daily(lines, as_of).order_by("customer_id", "day").to_pyarrow(), CUSTOMER_DAYS)


def daily(lines: ibis.Table, as_of: date) -> ibis.Table:
    """`customer_days` as one expression, for whichever engine the lines lie in; in no order, and not run yet."""
    kept = lines.filter((lines.day.cast("date") <= as_of) & lines.customer_id.notnull())
    names = set(lines.columns)
    amount = kept.amount_minor.cast("int64").fill_null(0)
    sums = {
        "amount_minor": amount,
        "returned_minor": (amount < 0).ifelse(-amount, 0),
    }
    if "cancelled" in names:
        sums["uncancelled"] = (~kept.cancelled.fill_null(False)).cast("int64")
    # Each sum costs time, so those of columns the source does not have are filled in afterwards.
    if "cost_minor" in names:
        sums["costed_minor"] = kept.cost_minor.notnull().ifelse(amount.abs(), 0)
        sums["profit_minor"] = amount - kept.cost_minor.cast("int64")
    if "list_minor" in names:
        listed = kept.list_minor.notnull() & (amount > 0)
        sums["list_minor"] = listed.ifelse(kept.list_minor.cast("int64"), 0)
        sums["listed_minor"] = listed.ifelse(amount, 0)
    totals = {name: value.sum().cast("int64") for name, value in sums.items()}
    keys = ["customer_id", kept.day.cast("date").name("day")]
    found = kept.group_by(keys).aggregate(lines=kept.count(), **totals)
    return _completed(found)


def _completed(daily: ibis.Table) -> ibis.Table:
    names = set(daily.columns)
    bought = daily.amount_minor >= 0
    if "uncancelled" in names:
        bought &= daily.uncancelled > 0
    import ibis

    nothing, unknown = ibis.literal(0, "int64"), ibis.null("int64")
    return daily.select(
        "customer_id",
        "day",
        "amount_minor",
        is_purchase=bought,
        lines=daily.lines,
        gross_minor=daily.amount_minor + 2 * daily.returned_minor,
        costed_minor=daily.costed_minor if "costed_minor" in names else nothing,
        profit_minor=daily.profit_minor if "profit_minor" in names else unknown,
        returned_minor=daily.returned_minor,
        list_minor=daily.list_minor if "list_minor" in names else nothing,
        listed_minor=daily.listed_minor if "listed_minor" in names else nothing,
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
