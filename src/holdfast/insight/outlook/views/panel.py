"""预计订单 of one customer: the next order, and the months to come."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from holdfast.common import formats
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.outlook import readers
from holdfast.insight.outlook.models import Outlook
from holdfast.insight.outlook.queries.state import newest
from holdfast.records.customers.models import Customer


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """On his page, or on a page of its own."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    outlook = newest()
    row = readers.customer_row(outlook, customer.pk) if outlook else None
    context: dict[str, Any] = {"customer": customer, "outlook": outlook, "row": row}
    if outlook and row:
        context |= {"next": next_words(row), "months": _months(outlook, row)}
    return show(request, "outlook/panel.html", context)


def next_words(row: dict[str, Any]) -> dict[str, Any]:
    """The next order in pieces; `kind`: told, silent (so long a silence is not usual), or once (a single order)."""
    if row["last_on"] is None:
        return {"kind": "once"}
    money = {name: row[name] for name in ("minor", "minor_low", "minor_high")}
    if row["next_on"] is None:
        return {"kind": "silent", "chance": row["p_gap"], **money}
    early, late = (formats.day(row[name], "plain") for name in ("next_low_on", "next_high_on"))
    return {
        "kind": "told",
        "on": row["next_on"],
        "span": _("%(early)s 到 %(late)s") % {"early": early, "late": late},
        **money,
    }


def _months(outlook: Outlook, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The months ahead, from the first that was not complete; none where nothing is expected of him."""
    if not row["months"] or not row["sum_minor"]:
        return []
    most, ahead = max([1, *row["high"]]), readers.months_ahead(outlook.as_of, len(row["months"]))
    return [
        {
            "month": str(month),
            "is_running": month.holds(outlook.as_of),
            "minor": minor,
            "low": low,
            "high": high,
            "most": most,
        }
        for month, minor, low, high in zip(ahead, row["months"], row["low"], row["high"], strict=True)
    ]
