"""A star set by hand: one asks with a reason, another approves, and it ends by itself."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.insight.scores.models import Override
from holdfast.insight.scores.services.publishing import publish_customers
from holdfast.records.customers.models import Customer

LONGEST_DAYS = 366


@transaction.atomic
def request_override(customer: Customer, *, stars: int, reason: str, expires_on: date, by: User) -> Override:
    """Ask for another star. Errors: Refusal (field) for an impossible star, no reason, a wrong day, a second one."""
    if stars not in range(1, 6):
        raise Refusal(_("星级只能是 1 到 5。"), field="stars")
    if not reason.strip():
        raise Refusal(_("请写明理由，批准人要据此判断。"), field="reason")
    if not today() < expires_on <= today() + timedelta(days=LONGEST_DAYS):
        raise Refusal(_("到期日应在明天与一年之内。"), field="expires_on")
    if Override.objects.filter(customer=customer, approved_at=None, rejected_at=None, ended_at=None).exists():
        raise Refusal(_("这位客户已有一条待批准的申请，请先等它答复。"))
    made = Override.objects.create(
        customer=customer, stars=stars, reason=reason.strip(), expires_on=expires_on, requested_by=by
    )
    _journal("request", made, None, by)
    return made


@transaction.atomic
def approve_override(override: Override, *, by: User) -> Override:
    """Let it act at once, until it expires. Errors: Refusal for one's own request, without the right, or answered."""
    override, before = _pending(override, by)
    if override.expires_on < today():
        raise Refusal(_("这条申请已过到期日，请申请人重新提出。"))
    override.approved_by, override.approved_at = by, timezone.now()
    override.save(update_fields=["approved_by", "approved_at", "updated_at"])
    _journal("approve", override, before, by)
    publish_customers([override.customer_id])
    return override


@transaction.atomic
def reject_override(override: Override, *, by: User, answer: str = "") -> Override:
    """Say no, with a word why."""
    override, before = _pending(override, by)
    override.rejected_by, override.rejected_at, override.answer = by, timezone.now(), answer.strip()
    override.save(update_fields=["rejected_by", "rejected_at", "answer", "updated_at"])
    _journal("reject", override, before, by)
    return override


@transaction.atomic
def end_override(override: Override, *, by: User) -> Override:
    """Take it back before it expires: the asker withdraws, or somebody who may approve ends it."""
    override = Override.objects.select_for_update(of=("self",)).get(pk=override.pk)
    if by.pk != override.requested_by_id and not by.may(Permission.STAR_APPROVE):
        raise Refusal(_("只有申请人或有批准权限的人可以撤销。"))
    if override.state not in ("pending", "active"):
        raise Refusal(_("这条调整已经结束，无需撤销。"))
    before = audit.snapshot(override)
    override.ended_at = timezone.now()
    override.save(update_fields=["ended_at", "updated_at"])
    _journal("end", override, before, by)
    publish_customers([override.customer_id])
    return override


def _pending(override: Override, by: User) -> tuple[Override, dict]:
    override = Override.objects.select_for_update(of=("self",)).get(pk=override.pk)
    if not by.may(Permission.STAR_APPROVE):
        raise Refusal(_("您没有批准星级调整的权限。"))
    if override.requested_by_id == by.pk:
        raise Refusal(_("不能批准自己提出的申请，请另一位有权限的同事来批。"))
    if override.state not in ("pending", "expired") or override.approved_at:
        raise Refusal(_("这条申请已有答复，请刷新后查看。"))
    return override, audit.snapshot(override)


def _journal(verb: str, override: Override, before: dict | None, by: User) -> None:
    subject = f"customers.customer:{override.customer_id}"
    audit.record(
        actor=by, verb=verb, target=override, before=before, after=audit.snapshot(override), subject=subject,
        label=str(override.customer),
    )  # fmt: skip
