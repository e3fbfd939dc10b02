"""Requests of the persons concerned: written down with their clock, answered, and kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.customers.models import Contact, Customer, PrivacyRequest
from holdfast.records.customers.rules.consent import REQUEST_KINDS, answer_due
from holdfast.records.customers.services.erasing import erase_contact, erase_customer
from holdfast.records.customers.services.rows import subject_of


@transaction.atomic
def open_request(
    customer: Customer,
    *,
    kind: str,
    asked_on: date,
    identity_check: str,
    by: User | None,
    contact: Contact | None = None,
    note: str = "",
) -> PrivacyRequest:
    """Write a request down; its answer is due in 15 working days. Stopping and resuming marketing take effect at once."""
    if kind not in REQUEST_KINDS:
        raise Refusal(_("请选是哪一种请求。"), field="kind")
    if asked_on > today():
        raise Refusal(_("日期在未来，请填本人提出请求的那一天。"), field="asked_on")
    if not identity_check.strip():
        raise Refusal(_("请写明怎样核实了身份，例如：回拨档案中的电话核对。"), field="identity_check")
    if customer.erased_on is not None:
        raise Refusal(_("这位客户的个人信息已经删除。"))
    request = PrivacyRequest.objects.create(
        customer=customer, contact=contact, kind=kind, asked_on=asked_on, due_on=answer_due(asked_on),
        identity_check=identity_check.strip()[:200], note=note.strip()[:200], by=by,
    )  # fmt: skip
    audit.record(actor=by, verb="add", target=request, after=audit.snapshot(request), subject=subject_of(customer.pk))
    if kind in ("restrict", "release"):
        _restrict(customer, on=today() if kind == "restrict" else None, by=by)
        finish_request(request, {}, by=by)
    return request


def _restrict(customer: Customer, *, on: date | None, by: User | None) -> None:
    row = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    before = audit.snapshot(row)
    row.no_marketing_on = on
    row.version += 1
    row.save(update_fields=["no_marketing_on", "version", "updated_at"])
    audit.record(
        actor=by, verb="change", target=row, before=before, after=audit.snapshot(row), subject=subject_of(row.pk)
    )
    customer.no_marketing_on = on


@transaction.atomic
def answer_erasure(request: PrivacyRequest, *, by: User | None) -> dict[str, Any]:
    """Erase the customer, or the one person the request names; what was done stays with the request."""
    request = PrivacyRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.kind != "erase" or request.done_at is not None:
        raise Refusal(_("这项请求已经办完，请刷新后查看。"))
    person = request.contact
    result = erase_contact(person, by=by) if person else erase_customer(request.customer, by=by)
    finish_request(request, result, by=by)
    return result


def finish_request(request: PrivacyRequest, result: dict[str, Any], *, by: User | None) -> None:
    """Note what was done about a request, and when."""
    PrivacyRequest.objects.filter(pk=request.pk).update(done_at=timezone.now(), result=result)
    request.refresh_from_db()
    audit.record(
        actor=by, verb="finish", target=request, before={"done_at": None},
        after={"done_at": request.done_at.isoformat() if request.done_at else None},
        subject=subject_of(request.customer_id), label=request.kind,
    )  # fmt: skip
