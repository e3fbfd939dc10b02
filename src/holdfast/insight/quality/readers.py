"""Jobs of a pair of dates out of the record rooms, as far as the viewer sees their customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import pyarrow as pa
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from holdfast.foundation.accounts.models import User
from holdfast.insight.quality.rules import CUSTOM, PAIRS, SCHEMA, Pair
from holdfast.records.commerce.models import Invoice, OrderLine
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries.custom import custom_fields
from holdfast.records.timeline.models import Task

MOST_JOBS = 200_000
LINE_DATES = {
    "order_delivered": ("order__ordered_on", "delivered_on"),
    "order_shipped": ("order__ordered_on", "shipped_on"),
    "shipped_delivered": ("shipped_on", "delivered_on"),
    "promised_delivered": ("promised_on", "delivered_on"),
}
INVOICE_DATES = {"invoice_paid": ("issued_on", "paid_on"), "due_paid": ("due_on", "paid_on")}
Row = tuple[Any, ...]


def pairs_of(viewer: User) -> dict[str, Pair]:
    """Every pair that this person may choose: those of the house, and each two dates of the company's own fields."""
    dates = [field for field in custom_fields(viewer) if field.kind == "date" and field.archived_at is None]
    found = dict(PAIRS)
    for start in dates:
        for end in dates:
            if start.code != end.code:
                code = f"{CUSTOM}:{start.code}:{end.code}"
                names = (str(start.title), str(end.title))
                found[code] = Pair(code, f"{names[0]} → {names[1]}", *names, 7, 14, CUSTOM)
    return found


def jobs(viewer: User, pair: Pair, since: date | None, until: date) -> pa.Table:
    """The jobs begun from `since` to `until`, the newest `MOST_JOBS` of them; a table of rules.SCHEMA.

    A line counts as a job of delivery once anything of its delivery is known; a voided order or invoice never does.
    """
    rows = list(_rows(viewer, pair, since, until))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    moments = [[_moment(value) for value in columns[place]] for place in (2, 3)]
    if pair.early:
        moments[1] = [max(a, b) if a and b else b for a, b in zip(*moments, strict=True)]
    arrays = [columns[0], columns[1], *moments, columns[4]]
    return pa.Table.from_arrays(
        [pa.array(list(values), kind) for values, kind in zip(arrays, SCHEMA.types, strict=True)], schema=SCHEMA
    )


def _rows(viewer: User, pair: Pair, since: date | None, until: date) -> Iterable[Row]:
    if pair.source == "line":
        return _lines(viewer, pair, since, until)
    if pair.source == "invoice":
        return _invoices(viewer, pair, since, until)
    if pair.source == "task":
        return _tasks(viewer, since, until)
    return _custom(viewer, pair, since, until)


def _between(found: QuerySet[Any], name: str, since: date | None, until: date) -> QuerySet[Any]:
    found = found.filter(**{f"{name}__lte": until})
    return found.filter(**{f"{name}__gte": since}) if since else found


def _lines(viewer: User, pair: Pair, since: date | None, until: date) -> Iterable[Row]:
    start, end = LINE_DATES[pair.code]
    tracked = Q(promised_on__isnull=False) | Q(shipped_on__isnull=False) | Q(delivered_on__isnull=False)
    found = OrderLine.objects.filter(tracked, order__voided_at=None, order__kind="sale")
    found = _between(found.filter(order__customer__in=_seen(viewer)), start, since, until)
    for pk, customer, begun, ended in found.order_by(f"-{start}", "-pk").values_list(
        "pk", "order__customer_id", start, end
    )[:MOST_JOBS]:
        yield pk, customer, begun, ended, None


def _invoices(viewer: User, pair: Pair, since: date | None, until: date) -> Iterable[Row]:
    start, end = INVOICE_DATES[pair.code]
    found = Invoice.objects.filter(voided_at=None, kind="invoice", written_off_on=None, customer__in=_seen(viewer))
    for pk, customer, begun, ended, disputed in (
        _between(found, start, since, until)
        .order_by(f"-{start}", "-pk")
        .values_list("pk", "customer_id", start, end, "disputed_on")[:MOST_JOBS]
    ):
        yield pk, customer, begun, ended, "disputed" if disputed else None


def _tasks(viewer: User, since: date | None, until: date) -> Iterable[Row]:
    found = Task.objects.filter(customer__in=_seen(viewer), created_at__lte=_end_of(until))
    if since:
        found = found.filter(created_at__gte=timezone.make_aware(datetime.combine(since, time.min)))
    rows = found.order_by("-created_at", "-pk").values_list("pk", "customer_id", "created_at", "done_at")
    for pk, customer, begun, ended in rows[:MOST_JOBS]:
        yield pk, customer, begun, ended, None


def _custom(viewer: User, pair: Pair, since: date | None, until: date) -> Iterable[Row]:
    _kind, start, end = pair.code.split(":")
    rows = Customer.objects.visible_to(viewer).filter(archived_at=None, custom__has_key=start).order_by("-pk")
    for pk, values in rows.values_list("pk", "custom")[:MOST_JOBS]:
        begun, ended = _day(values.get(start)), _day(values.get(end))
        if begun and begun <= until and (since is None or begun >= since):
            yield pk, pk, begun, ended, None


def _seen(viewer: User) -> QuerySet[Any]:
    return Customer.objects.visible_to(viewer).order_by().values("pk")


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        return None


def _moment(value: date | datetime | None) -> datetime | None:
    """A day at its beginning; a moment as the clock on the wall showed it."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    return datetime.combine(value, time.min) if value else None


def labels(pair: Pair, ids: list[int]) -> dict[int, tuple[str, str]]:
    """What each of these jobs is called, and its address."""
    if pair.source == "line":
        lines = OrderLine.objects.filter(pk__in=ids).select_related("order", "product")
        return {one.pk: (_line_name(one), one.order.get_absolute_url()) for one in lines}
    if pair.source == "task":
        return {pk: (one.title, reverse("timeline:task", args=[pk])) for pk, one in Task.objects.in_bulk(ids).items()}
    model: Any = Invoice if pair.source == "invoice" else Customer
    return {pk: (str(one), one.get_absolute_url()) for pk, one in model.objects.in_bulk(ids).items()}


def _line_name(line: OrderLine) -> str:
    what = line.product.name if line.product else line.text
    return f"{line.order.number} · {what}" if what else line.order.number
