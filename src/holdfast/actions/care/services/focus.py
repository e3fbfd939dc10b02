"""The plan of a focus customer: made, changed, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.actions.care.models import Focus
from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Customer


@transaction.atomic
def add_focus(customer: Customer, *, goal: str, plan: str, leader: User, review_on: date, by: User) -> Focus:
    """Put a customer on the focus list with its plan. Errors: Refusal (field); one plan a customer at a time."""
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if Focus.objects.filter(customer=customer, ended_on=None).exists():
        raise Refusal(_("这位客户已有计划，请改那一份。"), "customer")
    focus = Focus(customer=customer, by=by)
    _fill(focus, goal=goal, plan=plan, leader=leader, review_on=review_on)
    focus.save()
    audit.record(actor=by, verb="create", target=focus, after=audit.snapshot(focus), subject=_subject(focus))
    return focus


@transaction.atomic
def change_focus(focus: Focus, *, by: User, **fields: Any) -> Focus:
    """Change goal, plan, leader or the day on which it is looked at again."""
    locked = _in_force(focus)
    before = audit.snapshot(locked)
    values = {name: getattr(locked, name) for name in ("goal", "plan", "leader", "review_on")}
    _fill(locked, **(values | fields))
    locked.save()
    _journal("change", locked, before, by)
    return locked


@transaction.atomic
def end_focus(focus: Focus, *, by: User) -> Focus:
    """Take the customer off the list; what the plan was stays."""
    locked = _in_force(focus)
    before = audit.snapshot(locked)
    locked.ended_on = today()
    locked.save(update_fields=["ended_on", "updated_at"])
    _journal("end", locked, before, by)
    return locked


def count_focus(leader: User) -> int:
    """Plans in force that this colleague answers for."""
    return Focus.objects.filter(leader=leader, ended_on=None).count()


@transaction.atomic
def hand_over_focus(
    leader: User, to: Callable[[int | None], User | None], *, by: User | None, batch: Batch | None = None
) -> int:
    """Give the plans of somebody who leaves to whoever takes the customer; how many moved."""
    entries = []
    for focus in Focus.objects.select_for_update(of=("self",)).filter(leader=leader, ended_on=None).order_by("pk"):
        taker = to(focus.customer_id)
        if taker is None or taker == leader:
            continue
        before = audit.snapshot(focus)
        focus.leader = taker
        focus.save(update_fields=["leader", "updated_at"])
        entries.append((focus, before, audit.snapshot(focus), _subject(focus)))
    return audit.record_many(entries, actor=by, verb="assign", batch=batch)


def _in_force(focus: Focus) -> Focus:
    locked = Focus.objects.select_for_update(of=("self",)).get(pk=focus.pk)
    if locked.ended_on:
        raise Refusal(_("这份计划已结束，请为客户另立一份。"))
    return locked


def _fill(focus: Focus, *, goal: str, plan: str, leader: User, review_on: date) -> None:
    if not goal.strip():
        raise Refusal(_("请写一个目标：想和这位客户做到什么。"), "goal")
    if not plan.strip():
        raise Refusal(_("请写下打算怎么做。"), "plan")
    if not leader.is_active:
        raise Refusal(_("%(name)s 的账号已停用，请选另一位负责人。") % {"name": leader.name}, "leader")
    if review_on < today():
        raise Refusal(_("复查日已经过去，请选今天或以后。"), "review_on")
    focus.goal, focus.plan, focus.leader, focus.review_on = goal.strip(), plan.strip(), leader, review_on


def _journal(verb: str, focus: Focus, before: dict[str, Any], by: User) -> None:
    after = audit.snapshot(focus)
    audit.record(actor=by, verb=verb, target=focus, before=before, after=after, subject=_subject(focus))


def _subject(focus: Focus) -> str:
    return f"customers.customer:{focus.customer_id}"
