"""How a customer's paying is drawn: {% load receivables %}{% delays history %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.common.months import today
from holdfast.records.commerce.queries import Delay, History, open_of
from holdfast.records.commerce.queries.foresight import foresight
from holdfast.records.customers.models import Customer

register = template.Library()
MOST_DAYS = 90  # longer delays are drawn as long as this
AHEAD = 5
HEIGHT, BASE, REACH = 72, 44, 40
LEAST = 2


@register.inclusion_tag("commerce/_ahead.html")
def foreseen(customer: Customer) -> dict[str, Any]:
    """The next invoices of a customer to fall due, with the chance that each is paid late; for whoever may see him."""
    invoices = list(open_of(customer).filter(due_on__gte=today())[:AHEAD])
    told = foresight(invoice.pk for invoice in invoices)
    return {"rows": [{"invoice": one, "told": told[one.pk]} for one in invoices if one.pk in told]}


@register.simple_tag
def delays(history: History) -> SafeString:
    """A bar an invoice: days late above the line, early below; the colours say how late."""
    width = 100 / max(len(history.delays), 8)
    bars = [_bar(one, place * width, width) for place, one in enumerate(history.delays)]
    return format_html(
        '<svg class="seg-s delays" width="100%" height="{}" role="group" aria-label="{}">{}'
        '<line x1="0" x2="100%" y1="{}" y2="{}" stroke="#93a09f"/></svg>',
        HEIGHT, _("每张发票早付或晚付的天数"), mark_safe("".join(bars)), BASE, BASE,
    )  # fmt: skip


def _bar(one: Delay, left: float, width: float) -> SafeString:
    is_late = one.days > 0
    reach = REACH if is_late else HEIGHT - BASE - 4
    size = max(round(min(abs(one.days), MOST_DAYS) / MOST_DAYS * reach), LEAST)
    return format_html(
        '<a href="{}" aria-label="{}"><rect class="f-{}" x="{}%" y="{}" width="{}%" height="{}" rx="1.5"{}>'
        "<title>{}</title></rect></a>",
        one.invoice.get_absolute_url(), delay_words(one), _tone(one), round(left + width * 0.14, 2),
        BASE - size if is_late else BASE, round(width * 0.72, 2), size,
        mark_safe(' fill-opacity=".55"') if one.is_open else "", delay_words(one),
    )  # fmt: skip


def _tone(one: Delay) -> str:
    if one.days <= 0:
        return "rising"
    return "overdue" if one.days <= 30 else "declining" if one.days <= MOST_DAYS else "lost"


@register.filter
def delay_words(one: Delay) -> str:
    """FP20261001-001 · 晚付 12 天 · ¥1,000.00"""
    words = {"days": formats.number(abs(one.days))}
    if one.is_open:
        told = _("已逾期 %(days)s 天") % words
    elif one.days > 0:
        told = _("晚付 %(days)s 天") % words
    else:
        told = _("早付 %(days)s 天") % words if one.days else _("到期日付清")
    return f"{one.invoice.number} · {told} · {formats.money(one.invoice.amount_minor)}"
