"""Customers: list, read, add, change, put away."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from holdfast.common.api import (
    Asked,
    In,
    Key,
    Line,
    Param,
    Problem,
    Sort,
    Whole,
    bulk,
    choice,
    day,
    etag_of,
    flag,
    listed,
    moment,
    number,
    page_of,
    read_cursor,
    rows_of,
    seen,
    text,
    write_cursor,
)
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.api.shapes import (
    CustomerChange,
    CustomerIn,
    CustomerOut,
    customer_out,
    editable,
    router,
    visible,
)
from holdfast.records.customers.models import Customer, Standing
from holdfast.records.customers.queries.listing import filters, sort_for
from holdfast.records.customers.queries.listing.customs import custom_choices, custom_days, custom_spans, custom_typed
from holdfast.records.customers.queries.listing.sorts import SORTS

VIEW, EDIT = Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EDIT
# Filters whose values are the same for everybody; the others are keys.
FIXED = {"stars", "stage", "movement", "risk", "class", "kind", "channel", "provisional"}
EXPAND = ("contacts", "standing")
SINCE = Sort("since", "updated_at")


def _params() -> list[Param]:
    found = [text("q"), flag("archived"), moment("updated_since")]
    for each in filters.CHOICES:
        codes = [code for code, _word in each.pairs(None)] if each.name in FIXED else []  # type: ignore[arg-type]
        param = choice(each.name, codes, many=True) if codes else text(each.name, many=True)
        found.append(param.named(each.label))
    found += [text(each.name, many=True).named(each.label) for each in filters.TYPED]
    spans = [(span, end) for span in filters.SPANS for end in ("min", "max")]
    return [*found, *(number(f"{span.name}_{end}").named(span.label) for span, end in spans)]


PARAMS = _params()


def _custom_params(request: HttpRequest) -> list[Param]:
    """The filters by custom fields that this reader may see."""
    viewer = cast(User, request.user)
    worded = [text(each.name, 500, many=True) for each in (*custom_choices(viewer), *custom_typed(viewer))]
    numbers = [number(f"{span.name}_{end}") for span in custom_spans(viewer) for end in ("min", "max")]
    days = [day(f"{span.name}_{end}") for span in custom_days(viewer) for end in ("min", "max")]
    return [*worded, *numbers, *days]


@router.lists(
    "/customers", "list_customers", "List customers", gives=CustomerOut, words=[VIEW], params=PARAMS,
    sorts=[sort.name for sort in SORTS], expand=EXPAND, more=_custom_params,
)  # fmt: skip
def list_customers(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Customers in your scope, the newest first, with the filters of the customer list.

    With `updated_since` also those put away, oldest change first; `sort` does not go with it.
    """
    _refuse_profit(request.user, asked)
    rows, next_cursor = _changed(request.user, asked) if "updated_since" in asked.values else _page(request.user, asked)
    prefetch_related_objects(rows, "tags", *(["contacts"] if asked.wants("contacts") else []))
    if asked.wants("standing"):
        _bring_standings(rows)
    return listed(rows, lambda row: asked.cut(customer_out(request.user, row, expand=asked.expand)), next_cursor)


def _bring_standings(rows: list[Customer]) -> None:
    """Whole standings for all rows at once: the list itself reads them without their reasons."""
    found = Standing.objects.in_bulk([row.pk for row in rows])
    for row in rows:
        row._state.fields_cache["standing"] = found.get(row.pk)


def _refuse_profit(viewer: User, asked: Asked) -> None:
    """What a page leaves out in silence a program is told."""
    mine = {each.name for each in filters.choices_for(viewer)} | {span.name for span in filters.spans_for(viewer)}
    every = {each.name for each in filters.CHOICES} | {span.name for span in filters.SPANS}
    for name in sorted(every - mine):
        if {name, f"{name}_min", f"{name}_max"} & set(asked.values):
            raise Problem("no_right", 403, field=name, words=str(Permission.SEE_PROFIT))
    if asked.sort and sort_for(viewer, asked.sort).name != asked.sort:
        raise Problem("no_right", 403, field="sort", words=str(Permission.SEE_PROFIT))


def _page(viewer: User, asked: Asked) -> tuple[list[Customer], str]:
    sort = asked.sort or "new"
    after = read_cursor(asked.cursor, sort, 1)
    if after is not None and not isinstance(after[0], str):
        raise Problem("bad_cursor", 400, field="cursor")
    given = {**_filters(asked), "sort": sort, "cols": "tags", "after": after[0] if after else ""}
    page = queries.customer_list(viewer, given, size=asked.limit)
    return [row.customer for row in page.rows], write_cursor(sort, page.next) if page.next else ""


def _filters(asked: Asked) -> dict[str, Any]:
    """The filters as the address of the list has them: as text."""
    left_out = ("archived", "updated_since")
    given = {name: _said(value) for name, value in asked.values.items() if name not in left_out}
    return given | ({"archived": "1"} if asked.get("archived") else {})


def _said(value: Any) -> Any:
    return value if isinstance(value, str | list) else str(value)


def _changed(viewer: User, asked: Asked) -> tuple[list[Customer], str]:
    if asked.sort:
        raise Problem("not_together", 422, field="sort", name="sort", other="updated_since")
    narrowed = filters.read_filters(viewer, _filters(asked))
    found = queries.visible_customers(viewer).filter(updated_at__gte=asked.get("updated_since")).filter(narrowed.where)
    if narrowed.text:
        found = queries.matching(found, narrowed.text)
    if "archived" in asked.values:
        found = found.filter(archived_at__isnull=not asked.get("archived"))
    page = page_of(found, SINCE, asked.cursor, asked.limit)
    return page.rows, page.next


@router.gets("/customers/{int:pk}", "get_customer", "Read a customer", gives=CustomerOut, words=[VIEW], expand=EXPAND)
def get_customer(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One customer with tags; `expand=contacts,standing` adds the people there and the newest scores."""
    customer = visible(request, pk)
    return Whole(asked.cut(customer_out(request.user, customer, expand=asked.expand)), etag_of(customer))


@router.adds("/customers", "create_customer", "Add a customer", gives=CustomerOut, words=[VIEW, EDIT])
def create_customer(request: StaffRequest, body: CustomerIn) -> Whole:
    """Add a customer with contacts and tags. Without `code` the next number; without `owner_id` it is yours.

    An owner other than yourself needs `customer_assign`.
    """
    customer = services.add_customer(by=request.user, **_new_row(request.user, body))
    return _whole(request.user, customer)


class CustomersIn(In):
    rows: rows_of("CustomerIn")  # type: ignore[valid-type]


@router.adds_many("/customers/bulk", "create_customers", "Add many customers", words=[VIEW, EDIT])
def create_customers(request: StaffRequest, body: CustomersIn) -> tuple[dict[str, Any], int]:
    """Add up to 500 customers; a refused row says why and does not hold up the others."""
    return bulk(
        body.rows,
        check=lambda row: _new_row(request.user, CustomerIn.model_validate(row)),
        write=lambda rows: services.add_customers(rows, by=request.user),
    )


def _new_row(viewer: User, body: CustomerIn) -> dict[str, Any]:
    return {"owner": viewer, **_row(viewer, body.given())}


def _row(viewer: User, given: dict[str, Any]) -> dict[str, Any]:
    """The fields as the services take them; another owner than oneself has to be within reach."""
    if "owner_id" not in given:
        return given
    key = given.pop("owner_id")
    if not viewer.may(Permission.CUSTOMER_ASSIGN) and key != viewer.pk:
        raise Problem("no_right", 403, field="owner_id", words=str(Permission.CUSTOMER_ASSIGN))
    owner = accounts.assignable_users(viewer).filter(pk=key).first() if key is not None else None
    if key is not None and owner is None:
        raise Problem("not_known", 422, field="owner_id", name="owner_id")
    return {**given, "owner": owner}


def _whole(viewer: User, customer: Customer) -> Whole:
    return Whole(customer_out(viewer, customer), etag_of(customer), f"/api/v1/customers/{customer.pk}")


@router.changes("/customers/{int:pk}", "update_customer", "Change a customer", gives=CustomerOut, words=[VIEW, EDIT])
def update_customer(request: StaffRequest, pk: int, body: CustomerChange) -> Whole:
    """Change what is sent; `tags` replaces the tags, contacts have addresses of their own."""
    given = body.given()
    version = given.pop("version", None)
    with transaction.atomic():
        customer = editable(request, pk)
        seen(request, customer, version)
        services.change_customer(customer, by=request.user, **_changes(request.user, customer, given))
    return _whole(request.user, customer)


def _changes(viewer: User, customer: Customer, given: dict[str, Any]) -> dict[str, Any]:
    if given.get("owner_id", customer.owner_id) == customer.owner_id:  # said, but not changed
        given.pop("owner_id", None)
    return _row(viewer, given)


@router.does(
    "/customers/{int:pk}/archive", "archive_customer", "Put a customer away", gives=CustomerOut, words=[VIEW, EDIT]
)
def archive_customer(request: StaffRequest, pk: int) -> Whole:
    """Put a customer away: out of the lists, everything kept. Done twice it stays as it is."""
    return _put(request, pk, is_away=True)


@router.does(
    "/customers/{int:pk}/restore", "restore_customer", "Take a customer back", gives=CustomerOut, words=[VIEW, EDIT]
)
def restore_customer(request: StaffRequest, pk: int) -> Whole:
    """Take a customer back into the lists."""
    return _put(request, pk, is_away=False)


def _put(request: StaffRequest, pk: int, *, is_away: bool) -> Whole:
    with transaction.atomic():
        customer = editable(request, pk)
        seen(request, customer)
        put = services.archive_customers if is_away else services.restore_customers
        put([customer], by=request.user)
        customer.refresh_from_db()
    return _whole(request.user, customer)


class AssignIn(In):
    owner_id: Key | None
    reason: Line = ""


@router.does(
    "/customers/{int:pk}/assign", "assign_customer", "Hand a customer over", gives=CustomerOut,
    words=[VIEW, Permission.CUSTOMER_ASSIGN],
)  # fmt: skip
def assign_customer(request: StaffRequest, pk: int, body: AssignIn) -> Whole:
    """Give a customer to somebody within your reach, or to nobody (null); the reason stands in the history of owners."""
    with transaction.atomic():
        customer = editable(request, pk)
        seen(request, customer)
        owner = _row(request.user, {"owner_id": body.owner_id})["owner"]
        services.assign_customers([customer], to=owner, by=request.user, reason=body.reason)
    return _whole(request.user, customer)
