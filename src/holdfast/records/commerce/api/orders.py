"""Orders with their lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects

from holdfast.common.api import (
    Asked,
    In,
    Problem,
    Sort,
    Whole,
    bulk,
    choice,
    day,
    etag_of,
    listed,
    moment,
    page_of,
    read_cursor,
    rows_of,
    seen,
    text,
    whole,
    write_cursor,
)
from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import queries, rules, services
from holdfast.records.commerce.api.known import Known
from holdfast.records.commerce.api.shapes import (
    VIEW,
    OrderIn,
    OrderOut,
    OrderPatch,
    or_404,
    order_out,
    refuse_costs,
    router,
)
from holdfast.records.commerce.models import ORDER_KINDS, Order, OrderLine

EDIT = Permission.ORDER_EDIT
SINCE = Sort("since", "updated_at")
LINES = Prefetch("lines", OrderLine.objects.select_related("product").order_by("position"))
PARAMS = [
    text("q", 60), choice("kind", list(ORDER_KINDS)), choice("state", ["standing", "late", "voided"]), day("since"),
    day("until"), whole("customer"), whole("product"), moment("updated_since"),
]  # fmt: skip


@router.lists(
    "/orders", "list_orders", "List orders", gives=OrderOut, words=[VIEW], params=PARAMS,
    sorts=list(queries.ORDER_SORTS), expand=["lines"],
)  # fmt: skip
def list_orders(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Orders and returns of your customers, the newest first, voided ones too; `expand=lines` adds their lines.

    With `updated_since` the oldest change first; `sort` and the other filters do not go with it.
    """
    rows, next_cursor = _changed(request, asked) if "updated_since" in asked.values else _page(request, asked)
    if asked.wants("lines"):
        prefetch_related_objects(rows, LINES)
    show = asked.wants("lines")
    return listed(rows, lambda row: asked.cut(order_out(request.user, row, with_lines=show)), next_cursor)


def _page(request: StaffRequest, asked: Asked) -> tuple[list[Order], str]:
    sort = asked.sort or "newest"
    after = read_cursor(asked.cursor, sort, 1)
    if after is not None and not isinstance(after[0], str):
        raise Problem("bad_cursor", 400, field="cursor")
    given = {**asked.values, "sort": sort, "after": after[0] if after else None}
    page = queries.order_list(request.user, given, rows=asked.limit)
    return page.rows, write_cursor(sort, page.after) if page.after else ""


def _changed(request: StaffRequest, asked: Asked) -> tuple[list[Order], str]:
    others = [*sorted({*asked.values} - {"updated_since"}), *(["sort"] if asked.sort else [])]
    if others:
        raise Problem("not_together", 422, field=others[0], name=others[0], other="updated_since")
    found = Order.objects.visible_to(request.user).filter(updated_at__gte=asked.get("updated_since"))
    page = page_of(found, SINCE, asked.cursor, asked.limit)
    return page.rows, page.next


def _order(request: StaffRequest, pk: int) -> Order:
    return or_404(queries.visible_orders(request.user).prefetch_related(LINES).filter(pk=pk).first())


def _whole(request: StaffRequest, pk: int) -> Whole:
    order = _order(request, pk)
    return Whole(order_out(request.user, order, with_lines=True), etag_of(order), f"/api/v1/orders/{pk}")


@router.gets("/orders/{int:pk}", "get_order", "Read an order", gives=OrderOut, words=[VIEW])
def get_order(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One order with its lines."""
    found = _whole(request, pk)
    return Whole(asked.cut(found.data), found.etag)


@router.adds("/orders", "create_order", "Add an order", gives=OrderOut, words=[VIEW, EDIT])
def create_order(request: StaffRequest, body: OrderIn) -> Whole:
    """Add an order or a return with its lines; without `number` the next free one of its day."""
    with transaction.atomic():
        given = body.given()
        row = _row(given, Known(request.user, [given]))
        row["number"] = row.get("number") or queries.next_number(row["ordered_on"], row.get("kind") or "sale")
        order = services.add_orders([row], by=request.user)[0]  # type: ignore[list-item]
    return _whole(request, order.pk)


class OrdersIn(In):
    rows: rows_of("OrderIn")  # type: ignore[valid-type]


@router.adds_many("/orders/bulk", "create_orders", "Add many orders", words=[VIEW, EDIT])
def create_orders(request: StaffRequest, body: OrdersIn) -> tuple[dict[str, Any], int]:
    """Add up to 500 orders, each with its own `number` and its own result."""
    known = Known(request.user, body.rows)
    return bulk(
        body.rows,
        check=lambda row: _row(OrderIn.model_validate(row).given(), known),
        write=lambda rows: services.add_orders(rows, by=request.user),  # type: ignore[arg-type]
    )


@router.changes("/orders/{int:pk}", "update_order", "Change an order", gives=OrderOut, words=[VIEW, EDIT])
def update_order(request: StaffRequest, pk: int, body: OrderPatch) -> Whole:
    """Change what is sent; what a line does not say keeps its old value while its product is the same."""
    with transaction.atomic():
        order = _locked(request, pk)
        seen(request, order)
        given = body.given()
        kind, currency = given.get("kind", order.kind), given.get("currency", order.currency)
        row = _row(given, Known(request.user, [given]), kind=kind, currency=currency)
        services.change_order(order, by=request.user, **row)
    return _whole(request, pk)


def _locked(request: StaffRequest, pk: int) -> Order:
    """The order for a change; 404 where its customer is out of scope."""
    or_404(queries.visible_orders(request.user).filter(pk=pk).first())
    return Order.objects.select_for_update(of=("self",)).get(pk=pk)


@router.does("/orders/{int:pk}/void", "void_order", "Void an order", gives=OrderOut, words=[VIEW, EDIT])
def void_order(request: StaffRequest, pk: int) -> Whole:
    """Keep an order on file and count it nowhere; refused while a standing return hangs on it."""
    with transaction.atomic():
        order = _locked(request, pk)
        seen(request, order)
        services.void_order(order, by=request.user)
    return _whole(request, pk)


# --- bodies ---
def _row(
    given: dict[str, Any], known: Known, *, kind: str | None = None, currency: str | None = None
) -> dict[str, Any]:
    """An order as the services take it: keys become rows, and what a page refuses is refused here too."""
    row = {name: value for name, value in given.items() if name not in ("customer_id", "returns_id", "lines")}
    if "customer_id" in given:
        row["customer"] = known.customer(given["customer_id"])
    if "returns_id" in given:
        row["returns"] = known.order(given["returns_id"]) if given["returns_id"] else None
    if "ordered_on" in given and given["ordered_on"] > today():
        raise Refusal(str(rules.PROBLEMS["future"]), "ordered_on")
    _settle_rate(row, currency or row.get("currency") or settings.CURRENCY)
    if "lines" in given:
        row["lines"] = _lines(given["lines"], known, kind or row.get("kind") or "sale")
    return row


def _settle_rate(row: dict[str, Any], currency: str) -> None:
    """The company's own currency counts one; another needs the day's rate."""
    if currency == settings.CURRENCY and ("rate" in row or "currency" in row):
        row["rate"] = Decimal(1)
    elif "currency" in row and "rate" not in row:
        raise Problem("no_rate", 422, field="rate")


def _lines(lines: list[dict[str, Any]], known: Known, kind: str) -> list[dict[str, Any]]:
    made = []
    for number, line in enumerate(lines):
        refuse_costs(known.viewer, line, ("cost_price",))
        if kind == "sale" and line["quantity"] < 0:
            raise Refusal(str(rules.PROBLEMS["negative_sale"]), f"lines.{number}.quantity")
        key = line.pop("product_id", None) or line.pop("product_code", "")
        line.pop("product_code", None)
        made.append({**line, "product": known.product(key, f"lines.{number}.product") if key else None})
    return made
