"""Products."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from holdfast.common.api import (
    Asked,
    In,
    Sort,
    Whole,
    bulk,
    etag_of,
    flag,
    listed,
    moment,
    page_of,
    rows_of,
    seen,
    text,
)
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import queries, services
from holdfast.records.commerce.api.shapes import (
    VIEW,
    ProductIn,
    ProductOut,
    ProductPatch,
    or_404,
    product_out,
    refuse_costs,
    router,
)
from holdfast.records.commerce.models import Product

EDIT = Permission.PRODUCT_EDIT
BY_CODE, SINCE = Sort("code", "code"), Sort("since", "updated_at")
COSTS = ("cost", "grade")


@router.lists(
    "/products", "list_products", "List products", gives=ProductOut, words=[VIEW],
    params=[text("q", 60), text("category", 80), flag("active"), moment("updated_since")],
)  # fmt: skip
def list_products(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Products by code; `q` is part of the code or the name."""
    found = queries.products_like({**asked.values, "active": _yes_no(asked.get("active"))})
    if since := asked.get("updated_since"):
        found = found.filter(updated_at__gte=since)
    page = page_of(found, SINCE if since else BY_CODE, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(product_out(request.user, row)), page.next)


def _yes_no(is_active: bool | None) -> str:
    return "" if is_active is None else "yes" if is_active else "no"


@router.gets("/products/{int:pk}", "get_product", "Read a product", gives=ProductOut, words=[VIEW])
def get_product(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One product; cost and grade only with `see_profit`."""
    product = or_404(Product.objects.filter(pk=pk).first())
    return Whole(asked.cut(product_out(request.user, product)), etag_of(product))


@router.adds("/products", "create_product", "Add a product", gives=ProductOut, words=[VIEW, EDIT])
def create_product(request: StaffRequest, body: ProductIn) -> Whole:
    """Add a product. Old orders keep their prices and costs."""
    product = services.add_product(by=request.user, **_row(request.user, body))
    return Whole(product_out(request.user, product), etag_of(product), f"/api/v1/products/{product.pk}")


class ProductsIn(In):
    rows: rows_of("ProductIn")  # type: ignore[valid-type]


@router.adds_many("/products/bulk", "create_products", "Add many products", words=[VIEW, EDIT])
def create_products(request: StaffRequest, body: ProductsIn) -> tuple[dict[str, Any], int]:
    """Add up to 500 products, each with its own result."""
    return bulk(
        body.rows,
        check=lambda row: _row(request.user, ProductIn.model_validate(row)),
        write=lambda rows: services.add_products(rows, by=request.user),  # type: ignore[arg-type]
    )


def _row(viewer: User, body: ProductPatch) -> dict[str, Any]:
    given = body.given()
    refuse_costs(viewer, given, COSTS)
    return given


@router.changes("/products/{int:pk}", "update_product", "Change a product", gives=ProductOut, words=[VIEW, EDIT])
def update_product(request: StaffRequest, pk: int, body: ProductPatch) -> Whole:
    """Change what is sent; `is_active: false` takes a product out of sale, nothing is deleted."""
    with transaction.atomic():
        product = or_404(Product.objects.select_for_update(of=("self",)).filter(pk=pk).first())
        seen(request, product)
        services.change_product(product, by=request.user, **_row(request.user, body))
    return Whole(product_out(request.user, product), etag_of(product))
