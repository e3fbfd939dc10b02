"""The lines that orders, deliveries, invoices, payments and promises have in their customer's history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.foundation.audit import rules as audit
from holdfast.records.commerce.models import METHODS, Invoice, Order, OrderLine, Payment, PaymentPromise
from holdfast.records.commerce.queries import history
from holdfast.records.timeline import rules as timeline
from holdfast.records.timeline.services import push_rows, remove_entries

Payload = Mapping[str, Any]


def tell_new_orders(orders: Sequence[Order], lines: Sequence[Sequence[OrderLine]]) -> None:
    """New orders, and what of them has arrived."""
    rows = [history.order_row(order) for order in orders]
    arrived = (history.new_delivery_row(order, some) for order, some in zip(orders, lines, strict=True))
    push_rows([*rows, *(row for row in arrived if row is not None)])


def tell_orders(order_ids: Iterable[Any]) -> None:
    """Changed, voided or restored orders, read anew; a delivery that is none any more goes."""
    ids = [int(pk) for pk in order_ids]
    deliveries = history.delivery_rows(ids)
    push_rows([*history.again(Order, ids), *deliveries])
    remove_entries(history.DELIVERY, set(ids) - {row["source_id"] for row in deliveries})


def tell_invoices(invoices: Iterable[Invoice]) -> None:
    push_rows(history.invoice_row(invoice) for invoice in invoices)


def tell_payments(payments: Iterable[Payment]) -> None:
    push_rows(history.payment_row(payment) for payment in payments)


def tell_promises(promises: Iterable[PaymentPromise]) -> None:
    push_rows(history.promise_row(promise) for promise in promises)


def forget_promise(pk: int) -> None:
    remove_entries(history.PROMISE, [pk])


def _forget_deliveries(model: str, pks: list[str]) -> None:
    if model == history.ORDER:
        remove_entries(history.DELIVERY, pks)


# --- words ------------------------------------------------------------------------------------------------------
def register() -> None:
    """Called once, when the program starts."""
    makers = history.makers()
    told: dict[str, tuple[Any, Any, str]] = {
        history.ORDER: (order_words, _order_icon, "/commerce/orders/%d/"),
        history.DELIVERY: (delivery_words, "truck-delivery", "/commerce/orders/%d/"),
        history.INVOICE: (invoice_words, "file-invoice", "/commerce/invoices/%d/"),
        history.PAYMENT: (payment_words, "cash", "/commerce/payments/%d/"),
        history.PROMISE: (promise_words, "calendar-due", ""),
    }
    for source, (words, icon, address) in told.items():
        timeline.register_wording(
            source, words, icon=icon, rebuild=makers[source], tone=tone, url=_leads_to(address) if address else None
        )
    audit.register_restored(history.ORDER, tell_orders)
    audit.register_restored(history.PAYMENT, _tell_again(Payment))
    audit.register_restored(history.PROMISE, _tell_again(PaymentPromise))
    audit.register_gone(_forget_deliveries)


def _tell_again(model: type[Payment | PaymentPromise]) -> Any:
    def tell(pks: list[str]) -> None:
        push_rows(history.again(model, pks))

    return tell


def _leads_to(address: str) -> Any:
    return lambda pk, payload: address % pk


def _order_icon(payload: Payload) -> str:
    return "arrow-back-up" if payload["kind"] == "return" else "receipt"


def tone(payload: Payload) -> str:
    """Red for broken promises, bounces and losses, green for kept promises, amber for what came late."""
    if payload.get("kept") is not None and "promised_on" in payload:
        return "good" if payload["kept"] else "act"
    if payload.get("written_off_on") or ("method" in payload and payload["minor"] < 0):
        return "act"
    return "watch" if payload.get("late") else ""


def order_words(payload: Payload) -> str:
    """「下单 SO20261122-001 · ¥1,200.00」."""
    words = {"number": payload["number"], "money": formats.money(abs(payload["minor"]))}
    told = _("退货 %(number)s · %(money)s") if payload["kind"] == "return" else _("下单 %(number)s · %(money)s")
    return _voided(told % words, payload)


def delivery_words(payload: Payload) -> str:
    """「订单 SO1 送达 3 / 4 行，其中 1 行晚于承诺」."""
    told = _("订单 %(number)s 送达 %(delivered)s / %(lines)s 行") % payload
    return told + _("，其中 %(late)s 行晚于承诺") % payload if payload["late"] else told


def invoice_words(payload: Payload) -> str:
    """「开票 FP1 · ¥1,200.00 · 到期 2026-12-22」."""
    due = formats.day(date.fromisoformat(payload["due_on"]), "plain")
    words = {"number": payload["number"], "money": formats.money(abs(payload["minor"])), "due": due}
    if payload["kind"] == "credit_note":
        return _voided(_("红字发票 %(number)s · %(money)s") % words, payload)
    told = _("开票 %(number)s · %(money)s · 到期 %(due)s") % words
    if payload.get("written_off_on"):
        day = formats.day(date.fromisoformat(payload["written_off_on"]), "plain")
        told = f"{told} · {_('%(day)s 列为坏账') % {'day': day}}"
    return _voided(told, payload)


def payment_words(payload: Payload) -> str:
    """「回款 ¥1,200.00 · 银行转账」, 「退回 ¥1,200.00 · 银行转账」."""
    words = {"money": formats.money(abs(payload["minor"])), "method": METHODS.get(payload["method"], "")}
    told = _("回款 %(money)s · %(method)s") if payload["minor"] > 0 else _("退回 %(money)s · %(method)s")
    return _voided(told % words, payload)


def promise_words(payload: Payload) -> str:
    """「承诺 12-05 前付 ¥1,200.00（FP1）· 守约」."""
    day = formats.day(date.fromisoformat(payload["promised_on"]), "plain")
    words = {"day": day, "money": formats.money(payload["minor"]), "number": payload["number"]}
    told = _("承诺 %(day)s 前付 %(money)s（%(number)s）") % words
    if payload["kept"] is None:
        return told
    return f"{told} · {_('守约') if payload['kept'] else _('失约')}"


def _voided(told: str, payload: Payload) -> str:
    return f"{told} · {_('已作废')}" if payload.get("voided") else told
