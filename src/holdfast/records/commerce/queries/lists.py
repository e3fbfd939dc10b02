"""Lists of orders and products: filters from the address, keyset pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Concat

from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Scope
from holdfast.records.commerce.models import Order, OrderLine, Product
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import matching

PAGE_ROWS = 50
MANY = 2000
LAST_LETTER = chr(0x10FFFF)
BIGGEST = 9_000_000_000_000_000_000
Row = TypeVar("Row", bound=Model)
# Sort word → (column, newest or biggest first)
ORDER_SORTS = {"newest": ("ordered_on", True), "oldest": ("ordered_on", False), "amount": ("revenue_minor", True)}


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list with the keys of its neighbours; a key is the sort value and the id of a row."""

    rows: list[Row]
    before: str | None
    after: str | None


def visible_orders(viewer: User) -> QuerySet[Order]:
    return Order.objects.visible_to(viewer).select_related("customer", "customer__owner")


def _listed_orders(viewer: User) -> QuerySet[Order]:
    """Visible orders in the cheaper of two ways: from few customers, or along the list with a question a row."""
    has_many = viewer.scope != Scope.OWN and Customer.objects.visible_to(viewer).order_by()[MANY : MANY + 1].exists()
    found = Order.objects.walked_by(viewer) if has_many else Order.objects.visible_to(viewer)
    return found.select_related("customer", "customer__owner")


def order_list(viewer: User, params: Mapping[str, Any], rows: int = PAGE_ROWS) -> Page[Order]:
    """Visible orders by the filters q, customer, kind, since, until, voided; sorted by `sort`; paged by after/before.

    Filters as `forms.OrderFilters` cleans them; unknown names are left alone.
    """
    found = _listed_orders(viewer)
    for name, narrow in ORDER_FILTERS.items():
        if params.get(name):
            found = narrow(found, params[name])
    column, falling = ORDER_SORTS.get(params.get("sort") or "newest", ORDER_SORTS["newest"])
    return keyset_page(found, column, falling, after=params.get("after"), before=params.get("before"), rows=rows)


def _by_text(found: QuerySet[Order], text: str) -> QuerySet[Order]:
    """By the beginning of the number, or by what finds the customer."""
    customers = matching(Customer.objects.order_by(), text).values("pk")
    return found.filter(begins("number", text) | Q(customer__in=customers))


def begins(column: str, text: str) -> Q:
    """The column begins with the text, as written or in capitals; found by the index of either database."""
    wanted = Q()
    for start in {text, text.upper()}:
        if connection.vendor == "sqlite":
            wanted |= Q(**{f"{column}__gte": start, f"{column}__lt": start + LAST_LETTER})
        else:
            wanted |= Q(**{f"{column}__startswith": start})
    return wanted


def _by_state(found: QuerySet[Order], state: str) -> QuerySet[Order]:
    if state == "voided":
        return found.exclude(voided_at=None)
    found = found.filter(voided_at=None)
    return found.filter(pk__in=late_lines().values("order")) if state == "late" else found


def late_lines() -> QuerySet[OrderLine]:
    """Lines promised before today and not delivered."""
    late = OrderLine.objects.filter(promised_on__lt=today(), delivered_on=None)
    return late.filter(order__kind="sale", order__voided_at=None)


ORDER_FILTERS = {
    "q": _by_text,
    "customer": lambda found, customer: found.filter(customer=customer),
    "kind": lambda found, kind: found.filter(kind=kind),
    "since": lambda found, day: found.filter(ordered_on__gte=day),
    "until": lambda found, day: found.filter(ordered_on__lte=day),
    "product": lambda found, product: found.filter(pk__in=OrderLine.objects.filter(product=product).values("order")),
    "state": _by_state,
}


def keyset_page(
    found: QuerySet[Row], column: str, falling: bool, *, after: str | None, before: str | None, rows: int
) -> Page[Row]:
    """The page after or before a key, in the order of column and id; an unreadable key is the first page."""
    key, back = _read_key(found.model, column, after), False
    if key is None and (key := _read_key(found.model, column, before)) is not None:
        back = True
    sign = "-" if falling != back else ""
    ordered = found.order_by(f"{sign}{column}", f"{sign}pk")
    if key is not None:
        ordered = ordered.filter(_beyond(column, key, falling=falling != back))
    some = list(ordered[: rows + 1])
    more, some = len(some) > rows, some[:rows]
    if back:
        some.reverse()
    has_earlier, has_later = (more, True) if back else (key is not None, more)
    ends = (_key(some[0], column), _key(some[-1], column)) if some else (None, None)
    return Page(some, ends[0] if has_earlier else None, ends[1] if has_later else None)


def _beyond(column: str, key: tuple[Any, int], *, falling: bool) -> Q:
    value, pk = key
    word = "lt" if falling else "gt"
    return Q(**{f"{column}__{word}": value}) | Q(**{column: value, f"pk__{word}": pk})


def _key(row: Model, column: str) -> str:
    return f"{getattr(row, column)}~{row.pk}"


def _read_key(model: type[Model], column: str, text: str | None) -> tuple[Any, int] | None:
    value, mark, pk = (text or "").rpartition("~")
    if not mark or not pk.isdecimal() or int(pk) > BIGGEST:
        return None
    try:
        return model._meta.get_field(column).to_python(value), int(pk)  # type: ignore[union-attr]
    except Exception:
        return None


def orders_of(viewer: User, customer: Customer) -> QuerySet[Order]:
    """A customer's orders, newest first; nothing where the viewer does not see the customer."""
    return visible_orders(viewer).filter(customer=customer).order_by("-ordered_on", "-pk")


def orders_like(viewer: User, number: str) -> QuerySet[Order]:
    """Visible orders whose number begins so, the highest first."""
    found = Order.objects.walked_by(viewer).filter(begins("number", number)).select_related("customer")
    if connection.vendor == "postgresql":
        # By a value that no index has: else it walks every number from the highest down, to spare itself the sorting.
        return found.order_by(Concat("number", Value("")).desc())
    return found.order_by("-number")


def order_lines(order: Order) -> QuerySet[OrderLine]:
    return order.lines.select_related("product").order_by("position")


@dataclass(frozen=True)
class Delivery:
    """An order's lines that had a promised day: how many came on time, late (or are overdue), and still have time."""

    promised: int
    delivered: int
    on_time: int
    late: int
    waiting: int
    worst_days: int


def delivery_of(lines: Iterable[OrderLine]) -> Delivery:
    """Promised against actual over the lines of one order."""
    some = list(lines)
    promised = [line for line in some if line.promised_on and line.quantity > 0]
    late = [line for line in promised if line.is_late]
    on_time = sum(line.delivered_on is not None for line in promised if not line.is_late)
    days = [((line.delivered_on or today()) - line.promised_on).days for line in late if line.promised_on]
    return Delivery(
        promised=len(promised),
        delivered=sum(line.delivered_on is not None for line in some),
        on_time=on_time,
        late=len(late),
        waiting=len(promised) - on_time - len(late),
        worst_days=max(days, default=0),
    )


def product_list(params: Mapping[str, Any], rows: int = PAGE_ROWS) -> Page[Product]:
    """Products by text in code or name, category and whether still sold; by code."""
    found = products_like(params)
    return keyset_page(found, "code", False, after=params.get("after"), before=params.get("before"), rows=rows)


def products_like(params: Mapping[str, Any]) -> QuerySet[Product]:
    """Products by the filters q, category and active ("yes" or "no")."""
    found = Product.objects.all()
    if text := params.get("q"):
        found = found.filter(Q(code__icontains=text) | Q(name__icontains=text))
    if category := params.get("category"):
        found = found.filter(category=category)
    if params.get("active") in ("yes", "no"):
        found = found.filter(is_active=params["active"] == "yes")
    return found


def categories() -> list[str]:
    found = Product.objects.exclude(category="").order_by("category").values_list("category", flat=True)
    return list(found.distinct())


def active_products() -> QuerySet[Product]:
    return Product.objects.filter(is_active=True).order_by("code")
