"""The lists as workbooks, written down in the register."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from holdfast.common import money, months, sheets
from holdfast.common.web import ip_of, needs
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.insight.outlook.forms import DemandFilters, RiskFilters
from holdfast.insight.outlook.models import Outlook
from holdfast.insight.outlook.queries import demand, late
from holdfast.insight.outlook.queries.state import newest

MOST_ROWS = 100_000
CHUNK = 1000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Columns = list[tuple[str, str]]


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EXPORT)
@require_POST
def receivables_export(request: StaffRequest) -> HttpResponse:
    """The filtered invoices with their chances."""
    params = RiskFilters(request.GET).params()
    found = late.at_risk(request.user, params)
    return send(
        request, "outlook.receivables", risk_columns(), _risk_rows(found), found.order_by().count(), params,
        _("应收预警"), "outlook:receivables",
    )  # fmt: skip


def send(
    request: StaffRequest, what: str, columns: Columns, rows: Iterator[list[Any]], count: int,
    filters: Mapping[str, Any], title: str, back: str,
) -> HttpResponse:  # fmt: skip
    """The sheet, noted in the register of exports; too many rows are refused with what to do."""
    if count > MOST_ROWS:
        told = {"most": f"{MOST_ROWS:,}", "count": f"{count:,}"}
        messages.warning(request, _("一次最多导出 %(most)s 行，现在有 %(count)s 行。请加条件后再导出。") % told)
        return redirect(f"{reverse(back)}?{request.GET.urlencode()}")
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    table = sheets.Table(title, columns=[sheets.Column(name, kind=kind) for name, kind in columns], rows=rows)
    sheets.write_xlsx(target, [table], lang="en" if get_language() == "en" else "zh")
    audit.note_export(by=request.user, what=what, kind="xlsx", rows=count, filters=filters, ip=ip_of(request))
    target.seek(0)
    name = f"{title}-{months.today():%Y%m%d}.xlsx"
    return cast(HttpResponse, FileResponse(target, as_attachment=True, filename=name, content_type=XLSX))


def risk_columns() -> Columns:
    return [
        (_("发票号"), "id"), (_("客户编号"), "id"), (pgettext("title", "客户"), "text"), (_("归属人"), "text"),
        (_("开票日"), "date"), (_("到期日"), "date"), (_("未收"), "money"), (_("晚付的可能"), "percent"),
        (_("金额 × 可能"), "money"), (_("若晚付，晚几天"), "integer"), (_("若晚付，约在"), "date"), (_("为什么"), "text"),
    ]  # fmt: skip


def _risk_rows(found: Any) -> Iterator[list[Any]]:
    rows = found.iterator(chunk_size=CHUNK)
    while invoices := late.whole(islice(rows, CHUNK)):
        told = late.foreseen([invoice.pk for invoice in invoices])
        for invoice in invoices:
            one, customer = told.get(invoice.pk), invoice.customer
            yield [
                invoice.number, customer.code, customer.name, customer.owner.name if customer.owner else "",
                invoice.issued_on, invoice.due_on, major(invoice.open_minor), one.p_late if one else None,
                major(round(invoice.open_minor * one.p_late)) if one else None, one.late_days if one else None,
                one.late_on if one else None, one.why if one else "",
            ]  # fmt: skip


def major(minor: int | None) -> Decimal | None:
    return money.to_major(minor, settings.CURRENCY) if minor is not None else None


@needs(Permission.VALUE_VIEW, Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EXPORT)
@require_POST
def demand_export(request: StaffRequest) -> HttpResponse:
    """The customers of the list with what is expected of them."""
    outlook, params = newest(), DemandFilters(request.GET).params()
    if outlook is None:
        raise Http404(_("还没有预测。"))
    found = demand.listed(request.user, outlook, params)
    rows = _demand_rows(outlook, [int(pk) for pk in found.ids])
    return send(
        request,
        "outlook.demand",
        demand_columns(),
        rows,
        found.count,
        params,
        _("需求预测"),
        "outlook:demand-customers",
    )


def demand_columns() -> Columns:
    return [
        (_("客户编号"), "id"), (pgettext("title", "客户"), "text"), (_("归属人"), "text"), (_("预计金额"), "money"),
        (_("上次下单"), "date"), (_("预计下次下单"), "date"), (_("最早"), "date"), (_("最晚"), "date"),
        (_("预计一单金额"), "money"), (_("一单金额下限"), "money"), (_("一单金额上限"), "money"),
    ]  # fmt: skip


def _demand_rows(outlook: Outlook, ids: list[int]) -> Iterator[list[Any]]:
    for place in range(0, len(ids), CHUNK):
        for customer, row in demand.rows_of(outlook, ids[place : place + CHUNK]):
            yield [
                customer.code, customer.name, customer.owner.name if customer.owner else "", major(row["sum_minor"]),
                row["last_on"], row["next_on"], row["next_low_on"], row["next_high_on"], major(row["minor"]),
                major(row["minor_low"]), major(row["minor_high"]),
            ]  # fmt: skip
