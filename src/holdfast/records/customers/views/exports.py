"""The list as a file: what the viewer sees, nothing more, and recorded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from holdfast.common import months, sheets
from holdfast.common.web import ip_of, needs
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries, services
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import listing
from holdfast.records.customers.queries.exports import numbers_in

MOST_ROWS = 100_000
TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EXPORT)
@require_POST
def export(request: StaffRequest) -> HttpResponse:
    """Every customer that the address's filters leave, as XLSX or CSV."""
    customers, filters = listing.filtered(request.user, request.GET)
    kind = "csv" if request.POST.get("format") == "csv" else "xlsx"
    return send(request, customers, kind, filters.values)


def send(request: StaffRequest, customers: QuerySet[Customer], kind: str, filters: Mapping[str, Any]) -> HttpResponse:
    """The file of these customers, recorded in the journal; too many are refused with what to do."""
    count = customers.order_by().count()
    if count > MOST_ROWS:
        told = {"most": f"{MOST_ROWS:,}", "count": f"{count:,}"}
        messages.warning(request, _("一次最多导出 %(most)s 位客户，现在有 %(count)s 位。请加条件后再导出。") % told)
        return redirect(f"{reverse('customers:list')}?{request.GET.urlencode()}")
    rows = queries.export_rows(request.user, customers)
    numbers = numbers_in(request.user, customers)
    services.note_export(by=request.user, filters=filters, rows=count, kind=kind, numbers=numbers, ip=ip_of(request))
    return cast(HttpResponse, _file(request.user, rows, kind))


def _file(viewer: User, rows: Iterator[list[Any]], kind: str) -> FileResponse:
    columns = [sheets.Column(str(heading), kind=form) for heading, form in queries.export_columns(viewer)]
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    if kind == "csv":
        sheets.write_csv(target, columns, rows)
    else:
        table = sheets.Table(str(_("客户")), columns=columns, rows=rows)
        sheets.write_xlsx(target, [table], lang="en" if get_language() == "en" else "zh")
    target.seek(0)
    name = f"{_('客户')}-{months.today():%Y%m%d}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=TYPES[kind])
