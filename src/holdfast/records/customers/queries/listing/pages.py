"""One page of the customer list, ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from holdfast.common import months
from holdfast.common.charts.rhythm import Rhythm, rhythm
from holdfast.foundation.accounts.models import User
from holdfast.records.customers import rules
from holdfast.records.customers.models import Customer, Standing
from holdfast.records.customers.queries.listing.columns import Column, columns_for
from holdfast.records.customers.queries.listing.filters import Filters, read_filters
from holdfast.records.customers.queries.listing.keyset import Cursor, fetch, read_cursor
from holdfast.records.customers.queries.listing.sorts import ANNOTATED, Sort, sort_for

PAGE_SIZE = 50


@dataclass
class Row:
    """A customer with what its row shows; figures in minor units, the margin a share."""

    customer: Customer
    today: date
    extras: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def standing(self) -> Standing | None:
        return getattr(self.customer, "standing", None)

    @property
    def place(self) -> str:
        parts = (self.customer.city or self.customer.province, self.customer.industry)
        return " · ".join(part for part in parts if part) or self.customer.code

    @cached_property
    def rhythm(self) -> Rhythm | None:
        standing = self.standing
        if standing is None or not standing.recent_days:
            return None
        days = [date.fromisoformat(day) for day in standing.recent_days]
        return rhythm(days, today=self.today, usual_days=standing.typical_gap_days)

    @cached_property
    def rhythm_words(self) -> rules.RhythmWords:
        return rules.rhythm_words(self.standing, self.rhythm, today=self.today)

    @property
    def margin(self) -> float | None:
        standing = self.standing
        if standing is None or standing.profit_12m_minor is None or standing.revenue_12m_minor <= 0:
            return None
        return standing.profit_12m_minor / standing.revenue_12m_minor

    @property
    def five(self) -> list[float | None]:
        names = ("revenue_part", "profit_part", "efficiency_part", "integrity_part", "difficulty_part")
        return [getattr(self.standing, name, None) for name in names]


@dataclass(frozen=True)
class Page:
    """Rows with the cursors of their neighbours and what the viewer asked for."""

    rows: list[Row]
    columns: list[Column]
    filters: Filters
    sort: Sort
    next: str
    previous: str
    first_place: int
    as_of: date | None

    @property
    def last_place(self) -> int:
        return self.first_place + len(self.rows) - 1


def filtered(viewer: User, params: Any) -> tuple[QuerySet[Customer], Filters]:
    """All visible customers that the address's filters leave, unsorted, with the filters."""
    filters = read_filters(viewer, params)
    return filters.apply(Customer.objects.visible_to(viewer)), filters


def customer_list(viewer: User, params: QueryDict | Mapping[str, Any], *, size: int = PAGE_SIZE) -> Page:
    """One page of the list for an address: `q`, filters, `sort`, `cols`, and `after` or `before`.

    Profit filters, orders and columns do nothing for a viewer without `see_profit`. At most two queries for the rows,
    one more per prefetched or registered column; never a count, never an offset.
    """
    customers, filters = filtered(viewer, params)
    sort = sort_for(viewer, params.get("sort"))
    columns = columns_for(viewer, _names(params))
    after, before = read_cursor(params.get("after"), sort), read_cursor(params.get("before"), sort)
    found = fetch(_related(customers, columns), sort, after=after, before=before, limit=size + 1)
    has_more = len(found) > size
    if has_more:
        found = found[1:] if before else found[:size]
    first = _first_place(after, before, len(found))
    return Page(
        rows=_rows(viewer, found, columns),
        columns=columns,
        filters=filters,
        sort=sort,
        next=_cursor(found[-1], sort, first + len(found) - 1) if found and (has_more or before) else "",
        previous=_cursor(found[0], sort, first) if found and (after if not before else has_more) else "",
        first_place=first,
        as_of=_as_of(found),
    )


def _names(params: Any) -> list[str]:
    return [name for part in [params.get("cols") or ""] for name in str(part).split(",") if name]


def _related(customers: QuerySet[Customer], columns: Sequence[Column]) -> QuerySet[Customer]:
    names = {column.name for column in columns}
    related = ["standing", "owner", *(["department"] if "department" in names else [])]
    customers = customers.select_related(*related).defer("standing__explanation", "standing__reasons")
    return customers.prefetch_related("tags") if "tags" in names else customers


def _first_place(after: Cursor | None, before: Cursor | None, found: int) -> int:
    if before:
        return max(before.place - found, 1)
    return after.place + 1 if after else 1


def _cursor(customer: Customer, sort: Sort, place: int) -> str:
    return str(Cursor(_value(customer, sort), customer.pk, place))


def _value(customer: Customer, sort: Sort) -> Any:
    if sort.column in ANNOTATED or not sort.is_on_standing:
        return getattr(customer, sort.column)
    return getattr(getattr(customer, "standing", None), sort.column.removeprefix("standing__"), None)


def _rows(viewer: User, customers: list[Customer], columns: Sequence[Column]) -> list[Row]:
    today = months.today()
    rows = [Row(customer, today) for customer in customers]
    keys = [customer.pk for customer in customers]
    for column in columns:
        if column.load and keys:
            cells = column.load(viewer, keys)
            for row in rows:
                row.extras[column.name] = cells.get(row.customer.pk, "")
    return rows


def _as_of(customers: list[Customer]) -> date | None:
    days = [standing.as_of for customer in customers if (standing := getattr(customer, "standing", None))]
    return max(days, default=None)
