"""New and changed products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.commerce.models import Product
from holdfast.records.commerce.services.rows import ProductRow

FIELDS = ("code", "name", "category", "unit", "price", "cost", "grade", "is_active")
SEVERAL = 400


def add_product(*, by: User | None, batch: Batch | None = None, **fields: Any) -> Product:
    return add_products([fields], by=by, batch=batch)[0]  # type: ignore[list-item]


@transaction.atomic
def add_products(rows: Iterable[ProductRow], *, by: User | None, batch: Batch | None = None) -> list[Product]:
    """Many products in one transaction, in the order of `rows`. Refuses a code in use or given twice."""
    products = [Product(**row) for row in rows]
    for product in products:
        _check(product)
    _check_codes([product.code for product in products])
    _insert(products)
    entries = [(product, None, audit.snapshot(product), "") for product in products]
    audit.record_many(entries, actor=by, verb="add", batch=batch)
    return products


def change_product(product: Product, *, by: User | None, batch: Batch | None = None, **fields: Any) -> Product:
    change_products([(product, fields)], by=by, batch=batch)
    return product


@transaction.atomic
def change_products(
    pairs: Iterable[tuple[Product, Mapping[str, Any]]], *, by: User | None, batch: Batch | None = None
) -> list[Product]:
    """Change many products; gives back those that really differ. Old orders keep their prices and costs."""
    before: dict[Product, dict[str, Any]] = {}
    for product, fields in pairs:
        old = audit.snapshot(product)
        for name in FIELDS:
            if name in fields and getattr(product, name) != fields[name]:
                setattr(product, name, fields[name])
        _check(product)
        if audit.snapshot(product) != old:
            before[product] = old
    _check_codes([product.code for product, old in before.items() if old["code"] != product.code])
    _save(list(before))
    entries = [(product, old, audit.snapshot(product), "") for product, old in before.items()]
    audit.record_many(entries, actor=by, verb="change", batch=batch)
    return list(before)


def _check(product: Product) -> None:
    product.code, product.name = product.code.strip(), product.name.strip()
    if not product.code or not product.name:
        raise Refusal(_("产品要有编码和名称，请补上后再试。"), "name" if product.code else "code")
    if product.grade is not None and not 1 <= product.grade <= 4:
        raise Refusal(_("利润等级只有 1、2、3、4，请改正后再试。"), "grade")
    for name in ("price", "cost"):
        if (value := getattr(product, name)) is not None and value < 0:
            raise Refusal(_("价格和成本不能小于零，请改正后再试。"), name)


def _check_codes(codes: list[str]) -> None:
    taken = [code for code, times in Counter(codes).items() if times > 1]
    for start in range(0, len(codes), SEVERAL):
        some = Product.objects.filter(code__in=codes[start : start + SEVERAL])
        taken += some.values_list("code", flat=True)[:1]
    if taken:
        raise Refusal(_("产品编码 %(code)s 已经用过，请换一个，或打开原来的产品修改。") % {"code": taken[0]}, "code")


def _insert(products: list[Product]) -> None:
    try:
        with transaction.atomic():
            Product.objects.bulk_create(products)
    except IntegrityError as error:
        raise Refusal(_("有人刚刚用了同样的产品编码，请刷新后再试。"), "code") from error


def _save(products: list[Product]) -> None:
    now = timezone.now()
    for product in products:
        product.updated_at = now
    if products:
        Product.objects.bulk_update(products, [*FIELDS, "updated_at"], batch_size=SEVERAL)
