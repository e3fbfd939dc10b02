"""The customers behind a figure as a file: what the viewer sees, nothing more, and written down."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from holdfast.common import labels, money, months, sheets
from holdfast.common.web import ip_of, needs
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.insight.scores import queries
from holdfast.insight.scores.readers import FileMissing
from holdfast.insight.scores.views import matrix
from holdfast.insight.scores.views.customers import conditions
from holdfast.insight.scores.views.value import without_file
from holdfast.records.customers.models import Customer

MOST_ROWS = 100_000
CHUNK = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Columns = list[tuple[str, str]]


@needs(Permission.VALUE_VIEW, Permission.CUSTOMER_EXPORT)
@require_POST
def customers_export(request: StaffRequest) -> HttpResponse:
    """Every customer of the set that the address names, as XLSX."""
    run = queries.run_for(request.GET.get("month", ""))
    if run is None:
        raise Http404(_("这个月还没有评分。"))
    asked = {name: str(value) for name, value in request.GET.items() if name not in ("month", "page")}
    try:
        table = queries.everybody(run, request.user, asked)
    except FileMissing as missing:
        return without_file(request, run, missing)
    columns = set_columns(request.user.sees_profit)
    rows = set_rows(request.user, table)
    title = pgettext("place", "客户")
    return send(request, "scores.set", columns, rows, table.num_rows, {"month": run.month, **asked}, title)


@needs(Permission.VALUE_VIEW, Permission.SEE_PROFIT, Permission.CUSTOMER_EXPORT)
@require_POST
def matrix_export(request: StaffRequest, cell: str) -> HttpResponse:
    """Every customer and product of a cell, as XLSX."""
    run, pairs = matrix.asked_pairs(request, cell)
    filters = {"month": run.month, "cell": cell, **({"customer": who} if (who := request.GET.get("customer")) else {})}
    rows = _pair_rows(request, pairs)
    return send(request, "scores.matrix", pair_columns(), rows, pairs.num_rows, filters, _("客户 × 产品"))


def pair_columns() -> Columns:
    return [
        (_("客户编号"), "id"), (pgettext("title", "客户"), "text"), (_("归属人"), "text"), (_("客户级别"), "text"),
        (_("产品编号"), "id"), (pgettext("title", "产品"), "text"), (_("产品级别"), "integer"),
        (_("毛利"), "money"), (_("收入"), "money"), (_("订单行"), "integer"),
    ]  # fmt: skip


def _pair_rows(request: StaffRequest, pairs: pa.Table) -> Iterator[list[Any]]:
    for place in range(0, pairs.num_rows, CHUNK):
        for row in matrix.named_rows(request, pairs.slice(place, CHUNK)):
            customer, product = row["customer"], row["product"]
            yield [
                customer.code, customer.name, customer.owner.name if customer.owner else "", row["customer_class"],
                product.code if product else "", product.name if product else "", row["product_grade"],
                major(row["profit_minor"]), major(row["revenue_minor"]), row["lines"],
            ]  # fmt: skip


def pair_chips(viewer: User, filters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """An earlier export of a cell in words."""
    return [(_("月份"), str(filters.get("month", ""))), (_("格子"), matrix.cell_word(str(filters.get("cell", "none"))))]


def send(
    request: StaffRequest, what: str, columns: Columns, rows: Iterator[list[Any]], count: int,
    filters: Mapping[str, Any], title: str,
) -> HttpResponse:  # fmt: skip
    """The sheet, noted in the register of exports; too many rows are refused with what to do."""
    if count > MOST_ROWS:
        told = {"most": f"{MOST_ROWS:,}", "count": f"{count:,}"}
        messages.warning(request, _("一次最多导出 %(most)s 行，现在有 %(count)s 行。请加条件后再导出。") % told)
        return redirect(f"{reverse('scores:value')}?month={filters['month']}")
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    table = sheets.Table(title, columns=[sheets.Column(name, kind=kind) for name, kind in columns], rows=rows)
    sheets.write_xlsx(target, [table], lang="en" if get_language() == "en" else "zh")
    audit.note_export(by=request.user, what=what, kind="xlsx", rows=count, filters=filters, ip=ip_of(request))
    target.seek(0)
    name = f"{title}-{months.today():%Y%m%d}.xlsx"
    return cast(HttpResponse, FileResponse(target, as_attachment=True, filename=name, content_type=XLSX))


def set_columns(sees_profit: bool) -> Columns:
    found = [
        (_("客户编号"), "id"), (pgettext("title", "客户"), "text"), (_("归属人"), "text"), (_("星级"), "integer"),
        (_("阶段"), "text"), (_("风险"), "text"), (_("上次下单"), "date"), (_("近 12 月收入"), "money"),
        (_("会失去的钱"), "money"),
    ]  # fmt: skip
    return [*found, (_("12 个月价值"), "money")] if sees_profit else found


def set_rows(viewer: User, table: pa.Table) -> Iterator[list[Any]]:
    """A row a customer, read in thousands, in the order of the page."""
    seen = Customer.objects.visible_to(viewer).select_related("owner")
    for batch in table.to_batches(max_chunksize=CHUNK):
        rows = batch.to_pylist()
        people = seen.in_bulk([row["customer_id"] for row in rows])
        for row in rows:
            if row["customer_id"] in people:
                yield _set_row(people[row["customer_id"]], row, viewer.sees_profit)


def _set_row(customer: Customer, row: dict[str, Any], sees_profit: bool) -> list[Any]:
    found = [
        customer.code, customer.name, customer.owner.name if customer.owner else "", row["stars"] or row["stars_hint"],
        labels.label(labels.STAGES, row["stage"]), labels.label(labels.RISKS, row["risk"]), row["last_on"],
        major(row["revenue_12m_minor"]), major(row["money_at_stake_minor"]),
    ]  # fmt: skip
    return [*found, major(row["value_12m_minor"])] if sees_profit else found


def major(minor: int | None) -> Decimal | None:
    return money.to_major(minor, settings.CURRENCY) if minor is not None else None


def set_chips(viewer: User, filters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """An earlier export in words."""
    asked = {name: str(value) for name, value in filters.items() if name != "month"}
    words = conditions(asked, viewer)
    return [(_("月份"), str(filters.get("month", ""))), *([(_("条件"), " · ".join(words))] if words else [])]
