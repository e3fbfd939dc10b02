"""The payment history drawn: a bar an invoice, up for late and down for early, open ones hatched, promises as rings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.common.charts import svg
from holdfast.records.commerce import queries as commerce
from holdfast.records.commerce.queries.ages import Delay, History
from holdfast.records.customers.models import Customer

SHOWN = 36
WIDTH, HEIGHT, LEFT, TOP, FOOT = 960.0, 168.0, 40.0, 12.0, 14.0
LEAST_SPAN, MOST_SPAN = 15, 180
LATE, EARLY, RING = svg.TONES["lost"], svg.TONES["rising"], svg.INK


def payments(customer: Customer) -> dict[str, Any] | None:
    """What the section needs: the picture, and the counts beside it; None where no invoice is decided yet."""
    history = commerce.payment_history(customer, rows=SHOWN)
    if not history.delays:
        return None
    promised = {
        pk: promise.promised_on
        for pk, promise in commerce.latest_promises(one.invoice.pk for one in history.delays).items()
    }
    open_ones = [one for one in history.delays if one.is_open]
    return {
        "picture": picture(history, promised),
        "n": len(history.delays),
        "on_time": history.on_time,
        "paid": history.paid,
        "open": len(open_ones),
        "promises": len(promised),
        "mean": history.mean_days,
    }


def picture(history: History, promised: Mapping[int, date]) -> SafeString:
    """Bars from the due day, in days; every bar opens its invoice and names it.

    What lies far beyond the rest is cut, with a gap across it, so that one odd invoice does not flatten all others.
    """
    days = [one.days for one in history.delays]
    ahead = [
        (promised[one.invoice.pk] - one.invoice.due_on).days for one in history.delays if one.invoice.pk in promised
    ]
    most = reach(days)
    high = min(max([LEAST_SPAN, *days, *ahead]), most)
    low = max(min([0, *days]), -most)
    scale = (HEIGHT - TOP - FOOT) / (high - low)
    slot = (WIDTH - LEFT) / max(len(days), 12)
    parts = [svg.hatch("owed"), *_axis(low, high, scale)]
    for place, one in enumerate(history.delays):
        parts.append(_bar(one, LEFT + place * slot, slot, scale, low, high, promised.get(one.invoice.pk)))
    told = _("最近 %(n)s 张发票付款早晚") % {"n": formats.number(len(days))}
    drawn = svg.tag(
        "svg", "".join(parts), viewBox=f"0 0 {svg.n(WIDTH)} {svg.n(HEIGHT)}", width="100%", role="group",
        aria_label=told, font_family=svg.FONT,
    )  # fmt: skip
    return mark_safe(drawn)


def reach(days: list[int]) -> float:
    """How many days the picture spans to either side: half as much again as nine of ten invoices need."""
    usual = sorted(abs(day) for day in days)[int(0.9 * (len(days) - 1))]
    return float(min(max(1.5 * usual, LEAST_SPAN), MOST_SPAN))


def _y(days: float, scale: float, high: float) -> float:
    return TOP + (high - days) * scale


def _axis(low: float, high: float, scale: float) -> list[str]:
    ticks = [tick for tick in svg.nice_ticks(low, high, 4) if low <= tick <= high]
    found = []
    for tick in dict.fromkeys([0, *ticks]):
        y = _y(tick, scale, high)
        found += [
            svg.line(LEFT, y, WIDTH, y, stroke=svg.AXIS if tick == 0 else svg.LINE),
            svg.text(LEFT - 6, y + 4, _("到期") if tick == 0 else formats.number(tick), anchor="end", fill=svg.INK3),
        ]
    return found


def _bar(
    one: Delay, x: float, slot: float, scale: float, low: float, high: float, promised: date | None
) -> str:  # fmt: skip
    shown = min(max(one.days, low), high)
    zero, end = _y(0, scale, high), _y(shown, scale, high)
    top, tall = min(zero, end), max(abs(zero - end), 2.0)
    wide = max(min(slot * 0.62, 18), 3)
    left = x + (slot - wide) / 2
    fill = LATE if one.days > 0 else EARLY
    body = [svg.rect(left, top, wide, tall, fill, title=words(one))]
    if one.is_open:
        body.append(svg.rect(left, top, wide, tall, "url(#owed)"))
    if not low <= one.days <= high:
        cut = end + (8 if one.days > 0 else -8)
        body.append(svg.line(left - 2, cut + 3, left + wide + 2, cut - 3, stroke="#ffffff", width=3))
    if promised is not None:
        offset = min(max((promised - one.invoice.due_on).days, low), high)
        body.append(
            svg.tag("circle", cx=x + slot / 2, cy=_y(offset, scale, high), r=4, fill="#ffffff", stroke=RING,
                    stroke_width=1.5)
        )  # fmt: skip
    return svg.tag("a", "".join(body), href=one.invoice.get_absolute_url(), aria_label=words(one))


def words(one: Delay) -> str:
    """FP-1，05-01 到期：晚 12 天."""
    days = formats.days(abs(one.days))
    if one.is_open:
        when = _("还没付，已晚 %(days)s") % {"days": days}
    elif one.days > 0:
        when = _("晚 %(days)s付清") % {"days": days}
    else:
        when = _("早 %(days)s付清") % {"days": days} if one.days else _("到期日付清")
    due = formats.day(one.invoice.due_on, "plain")
    return _("%(number)s，%(due)s 到期：%(when)s") % {"number": one.invoice.number, "due": due, "when": when}
