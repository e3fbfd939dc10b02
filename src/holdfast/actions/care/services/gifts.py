"""Gifts: within the star's budget at once, over it when somebody else approved."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.actions.care.models import Gift
from holdfast.actions.care.queries.gifts import gift_money
from holdfast.actions.care.queries.history import gift_rows
from holdfast.actions.care.queries.standards import shown_star, switches, table_on
from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.timeline import services as timeline


@transaction.atomic
def add_gift(
    customer: Customer,
    *,
    item: str,
    cost_minor: int,
    on: date,
    by: User,
    contact: Contact | None = None,
    occasion: str = "",
    reason: str = "",
) -> Gift:
    """Keep a gift; over the year's budget of the customer's star it waits for an answer.

    Errors: Refusal (field) for nothing given, no cost, a day to come, a foreign contact, or no reason over the budget.
    """
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)  # two gifts at once share one budget
    _check(customer, item, cost_minor, on, contact)
    star = shown_star(getattr(customer, "standing", None), switches())
    standard = table_on(on).of(star, customer.channel)
    budget = standard.gift_budget_minor if standard else 0
    is_over = gift_money([customer.pk], on.year).get(customer.pk, 0) + cost_minor > budget
    if is_over and not reason.strip():
        raise Refusal(_("超出这一星今年的礼品预算。请写明理由，主管批准后才算数。"), "reason")
    gift = Gift.objects.create(
        customer=customer, contact=contact, item=item.strip(), cost_minor=cost_minor, on=on, by=by, stars=star,
        occasion=occasion.strip(), budget_minor=budget, is_over=is_over, is_approved=not is_over, reason=reason.strip(),
    )  # fmt: skip
    audit.record(actor=by, verb="create", target=gift, after=audit.snapshot(gift), subject=_subject(gift))
    _tell(gift)
    return gift


def _check(customer: Customer, item: str, cost_minor: int, on: date, contact: Contact | None) -> None:
    if not item.strip():
        raise Refusal(_("请写明送了什么。"), "item")
    if cost_minor <= 0:
        raise Refusal(_("金额要大于 0。"), "cost")
    if on > today():
        raise Refusal(_("日期在未来；送出以后再登记。"), "on")
    if contact is not None and contact.customer_id != customer.pk:
        raise Refusal(_("%(name)s 不是这位客户的联系人，请另选。") % {"name": contact.name}, "contact")


@transaction.atomic
def answer_gift(gift: Gift, *, is_approved: bool, by: User) -> Gift:
    """Approve or refuse a gift over its budget. Errors: Refusal for one's own, without the right, or answered."""
    locked = Gift.objects.select_for_update(of=("self",)).get(pk=gift.pk)
    if not by.may(Permission.STANDARD_EDIT):
        raise Refusal(_("您没有批准超预算礼品的权限。"))
    if locked.by_id == by.pk:
        raise Refusal(_("自己登记的礼品要由别人批准。"))
    if locked.state != "pending":
        raise Refusal(_("这份礼品已有答复，请刷新后查看。"))
    before = audit.snapshot(locked)
    locked.is_approved, locked.answered_by, locked.answered_at = is_approved, by, timezone.now()
    locked.save(update_fields=["is_approved", "answered_by", "answered_at", "updated_at"])
    verb = "approve" if is_approved else "reject"
    audit.record(
        actor=by, verb=verb, target=locked, before=before, after=audit.snapshot(locked), subject=_subject(locked)
    )
    _tell(locked)
    return locked


def _tell(gift: Gift) -> None:
    """What counts stands in the customer's history."""
    if gift.is_approved:
        timeline.push_entries(gift_rows([gift]))


def _subject(gift: Gift) -> str:
    return f"customers.customer:{gift.customer_id}"
