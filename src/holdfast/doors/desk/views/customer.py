"""终身档案: what we know of one customer, its parts from the rooms that own them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from holdfast.common.months import today
from holdfast.common.web import needs, show
from holdfast.doors.desk import queries, rules
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.commerce import queries as commerce
from holdfast.records.customers.models import Customer

SHOWN_BACK = timedelta(days=730)
# Panels by the column they stand in: (address name, title, place on a phone, rows while waiting).
MAIN_PANELS = [
    ("scores:card", _("五力评级"), "o5", 5),
    ("care:panel", _("服务标准"), "o5", 4),
    ("commerce:panel", _("钱"), "o6", 6),
    ("outlook:panel", _("预计订单"), "o6", 4),
    ("commerce:money_panel", _("应收与回款"), "o7", 6),
    ("voice:panel", _("客户之声"), "o7", 4),
    ("timeline:history", _("历史"), "o7", 8),
]
ASIDE_PANELS = [
    ("timeline:panel", _("下一步"), "o3", 3),
    ("customers:needs", _("需求与偏好"), "o4", 4),
    ("customers:relations", _("地址与关系"), "o9", 2),
    ("timeline:documents", pgettext_lazy("place", "文件"), "o9", 3),
]
# Tabs lead to parts on pages of their own.
TABS = [
    ("timeline:history", _("历史")),
    ("timeline:documents", pgettext_lazy("place", "文件")),
    ("commerce:panel", _("订单与钱")),
    ("commerce:money_panel", _("应收与回款")),
    ("timeline:panel", _("任务")),
    ("scores:history", _("评级变化")),
    ("audit:panel", _("归属与变更")),
]


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    found = queries.customer_for_page(request.user, pk)
    if found is None:
        raise Http404
    if found.merged_into_id:
        return _to_kept(request, found)
    standing, contacts = getattr(found, "standing", None), list(found.contacts.all())
    for contact in contacts:
        contact.birthday_word = rules.birthday_word(contact)  # type: ignore[attr-defined]
    beat = rules.live_beat(standing, commerce.purchase_days(found, today() - SHOWN_BACK), today())
    since = found.first_seen_on or found.created_at.date()
    context = {
        "customer": found,
        "standing": standing,
        "beat": beat,
        "is_behind": bool(beat and standing and beat.last_on != standing.last_on),
        "reasons": rules.other_reasons(standing.reasons) if standing else [],
        "contacts": contacts,
        "call": next((contact for contact in contacts if contact.phone), found if found.phone else None),
        "monogram": rules.monogram(found.short_name or found.name, found.city),
        "place": rules.place_of(found.province, found.city, found.address),
        "since": since,
        "year": rules.years_on_file(since, today()),
        "rarity": 1 - standing.p_gap
        if standing and standing.p_gap is not None and standing.purchase_days >= 3
        else None,
        "may_edit": request.user.may(Permission.CUSTOMER_EDIT),
        "may_assign": request.user.may(Permission.CUSTOMER_ASSIGN),
        "may_merge": request.user.may(Permission.CUSTOMER_MERGE),
        "may_privacy": request.user.may(Permission.PRIVACY_ADMIN),
        "may_task": request.user.may(Permission.TASK_EDIT),
        "main_panels": _panels(MAIN_PANELS, found),
        "aside_panels": _panels(ASIDE_PANELS, found),
        "tabs": _tabs(found),
    }
    return show(request, "desk/customer.html", context)


def _to_kept(request: StaffRequest, found: Customer) -> HttpResponse:
    """The old address of an entry that was merged leads to the customer it became."""
    kept = queries.customer_for_page(request.user, found.merged_into_id or 0)
    if kept is None:
        raise Http404
    messages.info(request, gettext("%(name)s 已并入这份档案") % {"name": found.name})
    return redirect(kept.get_absolute_url())


def _panels(wanted: list[Any], customer: Customer) -> list[dict[str, Any]]:
    found = [
        {"url": _url(name, customer), "title": title, "place": place, "rows": rows}
        for name, title, place, rows in wanted
    ]
    return [panel for panel in found if panel["url"]]


def _tabs(customer: Customer) -> list[dict[str, Any]]:
    found = [{"title": title, "url": _url(name, customer)} for name, title in TABS]
    return [tab for tab in found if tab["url"]]


def _url(name: str, customer: Customer) -> str:
    """A panel's own page; nothing while its room has none."""
    argument = f"customers.customer:{customer.pk}" if name.startswith("audit:") else customer.pk
    try:
        return reverse(name, args=[argument])
    except NoReverseMatch:
        return ""
