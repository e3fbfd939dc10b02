"""Write consents; the newest word on a purpose and channel counts."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Consent, Contact, Customer
from holdfast.records.customers.rules.consent import CHANNELS, PURPOSES
from holdfast.records.customers.services.rows import subject_of


@transaction.atomic
def add_consent(
    customer: Customer,
    *,
    purpose: str,
    channel: str,
    is_given: bool,
    on: date,
    how: str,
    by: User | None,
    contact: Contact | None = None,
    note: str = "",
    batch: Batch | None = None,
) -> Consent:
    """Keep a yes or a no with its day, how it was given, and a note of the proof; nothing earlier is overwritten."""
    if purpose not in PURPOSES or channel not in CHANNELS:
        raise Refusal(_("请选用途和渠道。"), field="purpose")
    if not how.strip():
        raise Refusal(_("请写明是怎样同意（或拒绝）的，例如：签在合同第 3 页。"), field="how")
    if on > today():
        raise Refusal(_("日期在未来，请填客户表示同意或拒绝的那一天。"), field="on")
    if contact is not None and contact.customer_id != customer.pk:
        raise Refusal(_("这位联系人不在这位客户名下，请重新选择。"), field="contact")
    row = Consent.objects.create(
        customer=customer, contact=contact, purpose=purpose, channel=channel, is_given=is_given, on=on,
        how=how.strip()[:80], note=note.strip()[:200], author=by,
    )  # fmt: skip
    audit.record(
        actor=by, verb="add", target=row, after=audit.snapshot(row), batch=batch, subject=subject_of(customer.pk)
    )
    return row
