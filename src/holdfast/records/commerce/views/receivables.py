"""应收: what is owed, by age and by whom, and the list as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from holdfast.common import formats, months, sheets
from holdfast.common.web import ip_of, needs, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.records.commerce import forms, queries, rules
from holdfast.records.commerce.forms.receivables import BUCKET_WORDS, PROMISE_WORDS, SORT_WORDS
from holdfast.records.commerce.queries import exports
from holdfast.records.commerce.queries.foresight import foresight
from holdfast.records.customers.models import Customer

PAGE_ROWS = 50
MOST_ROWS = 100_000
TONES = {"not_due": "not_due", "d30": "overdue", "d60": "not_bought", "d90": "declining", "over90": "lost"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def receivables(request: StaffRequest) -> HttpResponse:
    """Who owes what, worst first; by customer, or invoice by invoice."""
    params = forms.ReceivableFilters(request.GET).params()
    age = queries.ageing(request.user)
    is_by_invoice = params.get("by") == "invoice"
    found = (
        queries.receivable_list(request.user, params) if is_by_invoice else queries.debtor_keys(request.user, params)
    )
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "ageing": age,
        "terms": queries.terms(request.user, age),
        "attention": queries.attention(request.user),
        "chart": ageing_chart(age, reverse("commerce:receivables")),
        "page": page,
        "params": params,
        "is_by_invoice": is_by_invoice,
        "is_filtered": bool(set(params) - {"sort", "by"}),
        "may_edit": request.user.may(Permission.INVOICE_EDIT),
        "may_export": request.user.may(Permission.CUSTOMER_EXPORT),
        **_rows(request, page.object_list, params, is_by_invoice=is_by_invoice),
        **_choices(request, params),
    }
    return show(request, "commerce/receivables.html", context)


def _rows(request: StaffRequest, found: Any, params: Mapping[str, Any], *, is_by_invoice: bool) -> dict[str, Any]:
    if not is_by_invoice:
        debtors = queries.debtors(request.user, params, found)
        return {"debtors": [{"debtor": one, "parts": ageing_parts(one.ageing)} for one in debtors]}
    invoices = list(found)
    promises = queries.latest_promises(invoice.pk for invoice in invoices)
    told = foresight(invoice.pk for invoice in invoices if not invoice.overdue_days)
    rows = [{"invoice": one, "promise": promises.get(one.pk), "told": told.get(one.pk)} for one in invoices]
    return {"invoices": rows}


def _choices(request: StaffRequest, params: Mapping[str, Any]) -> dict[str, Any]:
    """Words for the filters, and for those that are set."""
    seen = Customer.objects.visible_to(request.user)
    owner = params.get("owner", "")
    views = [("customer", _("按客户")), ("invoice", _("按发票"))]
    query = request.GET.copy()
    query.pop("page", None)
    tabs = []
    for code, title in views:
        query["by"] = code
        tabs.append(
            {"title": title, "url": f"?{query.urlencode()}", "active": code == (params.get("by") or "customer")}
        )
    return {
        "tabs": tabs,
        "buckets": BUCKET_WORDS,
        "promise_words": PROMISE_WORDS,
        "sorts": SORT_WORDS,
        "of_customer": seen.filter(pk=params["customer"]).first() if "customer" in params else None,
        "of_owner": User.objects.filter(pk=owner).first() if owner.isdecimal() else None,
        "soon": months.today() + timedelta(days=7),
    }


def ageing_parts(age: queries.Ageing, url: str = "") -> list[dict[str, Any]]:
    """The bands as parts of a bar; with `url` each leads to its invoices."""
    return [
        {
            "value": age.minor[code],
            "label": str(rules.BUCKET_NAMES[code]),
            "text": formats.money(age.minor[code], "panel"),
            "tone": TONES[code],
            "url": f"{url}{'&' if '?' in url else '?'}bucket={code}" if url else "",
        }
        for code in rules.BUCKETS
    ]


def ageing_chart(age: queries.Ageing, url: str) -> dict[str, Any]:
    """Five bars of money by age; each leads to its invoices."""
    return {
        "format": "money",
        "items": [
            {"label": str(rules.BUCKET_SHORT[code]), "value": part["value"], "tone": part["tone"], "url": part["url"],
             "note": f"{part['label']} · {_('%(n)s 张') % {'n': age.invoices[code]}}", "more": [age.invoices[code]]}
            for code, part in zip(rules.BUCKETS, ageing_parts(age, url), strict=True)
        ],
        "columns": [_("账龄"), _("未收"), _("张数")],
    }  # fmt: skip


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EXPORT)
@require_POST
def receivables_export(request: StaffRequest) -> HttpResponse:
    """The filtered open invoices as a workbook, recorded in the journal; too many are refused with what to do."""
    params = forms.ReceivableFilters(request.GET).params()
    found = queries.receivable_list(request.user, params)
    count = found.order_by().count()
    if count > MOST_ROWS:
        told = {"most": f"{MOST_ROWS:,}", "count": f"{count:,}"}
        messages.warning(request, _("一次最多导出 %(most)s 张发票，现在有 %(count)s 张。请加条件后再导出。") % told)
        return redirect(f"{reverse('commerce:receivables')}?{request.GET.urlencode()}")
    kept = {name: value for name, value in params.items() if name != "by"}
    audit.note_export(
        by=request.user, what="commerce.receivables", kind="xlsx", rows=count, filters=kept, ip=ip_of(request),
        target=request.user, label="receivables.xlsx",
    )  # fmt: skip
    return cast(HttpResponse, _workbook(exports.receivable_rows(found)))


def _workbook(rows: Iterator[list[Any]]) -> FileResponse:
    columns = [sheets.Column(str(heading), kind=kind) for heading, kind in exports.receivable_columns()]
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    table = sheets.Table(str(_("应收")), columns=columns, rows=rows)
    sheets.write_xlsx(target, [table], lang="en" if get_language() == "en" else "zh")
    target.seek(0)
    name = f"{_('应收')}-{months.today():%Y%m%d}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)
