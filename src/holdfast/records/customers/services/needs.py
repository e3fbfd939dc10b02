"""Write what customers say about themselves; what was said stays, what changed supersedes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers import rules
from holdfast.records.customers.models import Contact, Customer, Need
from holdfast.records.customers.services.rows import subject_of


class NeedRow(TypedDict, total=False):
    """customer*, kind*, text*, said_on*; source defaults to "other", the author to who writes."""

    customer: Customer
    kind: str
    text: str
    said_on: date
    source: str
    contact: Contact | None
    author: User | None


def add_need(
    customer: Customer,
    *,
    kind: str,
    text: str,
    said_on: date,
    by: User | None,
    contact: Contact | None = None,
    source: str = "",
    batch: Batch | None = None,
) -> Need:
    """Keep one statement; a Refusal names the field. Said again word for word, the one on file is confirmed."""
    row: NeedRow = {
        "customer": customer, "kind": kind, "text": text, "said_on": said_on, "contact": contact, "source": source,
    }  # fmt: skip
    return add_needs([row], by=by, batch=batch)[0]


@transaction.atomic
def add_needs(rows: Iterable[Mapping[str, Any]], *, by: User | None, batch: Batch | None = None) -> list[Need]:
    """Keep many statements, all or none, in the order of the rows; at most 500 a call.

    A statement that stands already, word for word, is not kept twice: its day of confirmation moves on.
    """
    wanted = [_built(row, by) for row in rows]
    known = _standing({need.customer_id for need in wanted})
    fresh = list({_key(need): need for need in wanted if _key(need) not in known}.values())
    made = Need.objects.bulk_create(fresh)
    entries = [(need, None, audit.snapshot(need), subject_of(need.customer_id)) for need in made]
    audit.record_many(entries, actor=by, verb="add", batch=batch)
    _confirm([(known[_key(need)], need.said_on) for need in wanted if _key(need) in known], by=by, batch=batch)
    found = known | {_key(need): need for need in made}
    return [found[_key(need)] for need in wanted]


def _built(row: Mapping[str, Any], by: User | None) -> Need:
    if problem := rules.need_problem(row, on=today()):
        code, field = problem
        raise Refusal(str(rules.NEED_PROBLEMS[code]), field=field)
    contact, customer = row.get("contact"), row["customer"]
    if contact is not None and contact.customer_id != customer.pk:
        raise Refusal(_("这位联系人不在这位客户名下，请重新选择。"), field="contact")
    return Need(
        customer=customer, kind=row["kind"], text=str(row["text"]).strip(), said_on=row["said_on"],
        source=row.get("source") or "other", contact=contact, author=row.get("author") or by,
    )  # fmt: skip


def _key(need: Need) -> tuple[int, str, str]:
    return need.customer_id, need.kind, " ".join(need.text.split())


def _standing(customers: set[int]) -> dict[tuple[int, str, str], Need]:
    rows = Need.objects.select_for_update(of=("self",)).filter(customer__in=customers, ended_on=None).order_by("-pk")
    return {_key(need): need for need in rows}


def _confirm(pairs: list[tuple[Need, date]], *, by: User | None, batch: Batch | None) -> None:
    entries = []
    for need, day in pairs:
        if day > (need.confirmed_on or need.said_on):
            before = audit.snapshot(need)
            need.confirmed_on = day
            need.save(update_fields=["confirmed_on", "updated_at"])
            entries.append((need, before, audit.snapshot(need), subject_of(need.customer_id)))
    audit.record_many(entries, actor=by, verb="confirm", batch=batch)


@transaction.atomic
def confirm_need(need: Need, *, by: User | None, on: date | None = None) -> Need:
    """Say that it is still so."""
    need = _locked(need)
    _refuse_ended(need)
    _confirm([(need, on or today())], by=by, batch=None)
    return need


@transaction.atomic
def end_need(need: Need, *, by: User | None, on: date | None = None) -> Need:
    """Say that it is no longer so; it stays readable."""
    need = _locked(need)
    _refuse_ended(need)
    return _end(need, by=by, on=on or today())


@transaction.atomic
def supersede_need(
    need: Need, *, text: str, said_on: date, by: User | None, contact: Contact | None = None, source: str = ""
) -> Need:
    """Put a newer statement in the place of an older one; the new one comes back."""
    old = _locked(need)
    _refuse_ended(old)
    if said_on < old.said_on:
        raise Refusal(_("新的说法不能早于原来的那一句，请核对日期。"), field="said_on")
    new = add_need(
        old.customer, kind=old.kind, text=text, said_on=said_on, by=by, contact=contact or old.contact, source=source
    )
    if new.pk == old.pk:
        return old
    _end(old, by=by, on=said_on, superseded_by=new)
    return new


@transaction.atomic
def reopen_need(need: Need, *, by: User | None) -> Need:
    """Take the end back: it is still so."""
    need = _locked(need)
    before = audit.snapshot(need)
    need.ended_on, need.superseded_by = None, None
    need.save(update_fields=["ended_on", "superseded_by", "updated_at"])
    audit.record(
        actor=by, verb="change", target=need, before=before, after=audit.snapshot(need),
        subject=subject_of(need.customer_id),
    )  # fmt: skip
    return need


def _locked(need: Need) -> Need:
    return Need.objects.select_for_update(of=("self",)).select_related("customer", "contact").get(pk=need.pk)


def _refuse_ended(need: Need) -> None:
    if need.ended_on is not None:
        raise Refusal(_("这一条刚刚被标为不再有效，请刷新后查看。"))


def _end(need: Need, *, by: User | None, on: date, superseded_by: Need | None = None) -> Need:
    before = audit.snapshot(need)
    need.ended_on, need.superseded_by = on, superseded_by
    need.save(update_fields=["ended_on", "superseded_by", "updated_at"])
    audit.record(
        actor=by, verb="end", target=need, before=before, after=audit.snapshot(need),
        subject=subject_of(need.customer_id),
    )  # fmt: skip
    return need
