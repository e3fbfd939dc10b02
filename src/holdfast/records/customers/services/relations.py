"""Write addresses and relations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers import rules
from holdfast.records.customers.models import Address, Contact, Customer, Relation
from holdfast.records.customers.rules.relations import ADDRESS_KINDS, RELATION_KINDS
from holdfast.records.customers.services.rows import subject_of
from holdfast.records.customers.services.upkeep import refresh_upkeep

ADDRESS_LENGTHS = {"address": 200, "province": 40, "city": 40, "postcode": 12, "note": 200}
ADDRESS_FIELDS = ("kind", "address", "province", "city", "postcode", "contact", "note")


@transaction.atomic
def add_address(
    customer: Customer, *, kind: str, address: str, by: User | None, batch: Batch | None = None, **fields: Any
) -> Address:
    """Add one address; further fields: province, city, postcode, contact, note. A Refusal names the field."""
    row = Address(customer=customer, **_checked({"kind": kind, "address": address, **fields}, customer))
    row.save()
    audit.record(
        actor=by, verb="add", target=row, after=audit.snapshot(row), batch=batch, subject=subject_of(customer.pk)
    )
    return row


@transaction.atomic
def change_address(kept: Address, /, *, by: User | None, **fields: Any) -> Address:
    """Change an address; fields as in `add_address`."""
    row = Address.objects.select_for_update(of=("self",)).get(pk=kept.pk)
    before = audit.snapshot(row)
    for name, value in _checked(fields, row.customer).items():
        setattr(row, name, value)
    if audit.snapshot(row) != before:
        row.save()
        audit.record(
            actor=by, verb="change", target=row, before=before, after=audit.snapshot(row),
            subject=subject_of(row.customer_id),
        )  # fmt: skip
    return row


@transaction.atomic
def remove_address(address: Address, *, by: User | None) -> None:
    """Take an address away; the journal keeps what it was."""
    _remove(address, by)
    refresh_upkeep([address.customer_id])


def _checked(fields: dict[str, Any], customer: Customer) -> dict[str, Any]:
    clean = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    if unknown := clean.keys() - set(ADDRESS_FIELDS):
        raise TypeError(f"addresses have no field {sorted(unknown)}")
    if clean.get("kind", "office") not in ADDRESS_KINDS:
        raise Refusal(_("请选这是哪一种地址。"), field="kind")
    if "address" in clean and not clean["address"]:
        raise Refusal(_("请写下地址。"), field="address")
    for name, longest in ADDRESS_LENGTHS.items():
        if len(clean.get(name) or "") > longest:
            raise Refusal(str(rules.PROBLEMS["too_long"]), field=name)
    contact = clean.get("contact")
    if isinstance(contact, Contact) and contact.customer_id != customer.pk:
        raise Refusal(_("这位联系人不在这位客户名下，请重新选择。"), field="contact")
    return clean


@transaction.atomic
def add_relation(
    customer: Customer,
    *,
    kind: str,
    other: Customer,
    by: User | None,
    since_on: date | None = None,
    note: str = "",
    batch: Batch | None = None,
) -> Relation:
    """Say that `other` is the customer's parent, referrer, supplier or partner.

    A referral keeps the referrer's owner of that day as its origin owner. Refuses a second parent or referrer, a
    customer related to itself, and parents in a circle.
    """
    rows = Customer.objects.select_for_update(of=("self",)).order_by("pk").in_bulk({customer.pk, other.pk})
    _refuse_relation(customer, kind, other)
    row = Relation(customer=customer, other=other, kind=kind, since_on=since_on, note=note.strip()[:200])
    if kind == "referrer":
        row.origin_owner_id = rows[other.pk].owner_id
    row.save()
    for end in (customer, other):
        audit.record(
            actor=by, verb="add", target=row, after=audit.snapshot(row), batch=batch, subject=subject_of(end.pk)
        )
        batch = None  # one entry in the batch is enough to take the row back
    return row


def _refuse_relation(customer: Customer, kind: str, other: Customer) -> None:
    if kind not in RELATION_KINDS:
        raise Refusal(_("请选是哪一种关系。"), field="kind")
    if customer.pk == other.pk:
        raise Refusal(_("不能和自己建立关系，请选另一位客户。"), field="other")
    known = Relation.objects.filter(customer=customer, kind=kind)
    if known.filter(other=other).exists():
        raise Refusal(_("这条关系已经有了。"), field="other")
    if kind in ("parent", "referrer") and known.exists():
        word = RELATION_KINDS[kind]
        raise Refusal(_("已经有一个%(word)s了；要换，请先删去原来的。") % {"word": word}, field="other")
    if kind == "parent" and rules.is_circle(customer.pk, other.pk, parents_above(other.pk)):
        raise Refusal(_("对方是这位客户的下属公司（或隔着几级），不能又作它的上级。"), field="other")


def parents_above(pk: int) -> dict[int, int]:
    """Child → parent from this customer upward."""
    found: dict[int, int] = {}
    child: int | None = pk
    while child is not None and child not in found and len(found) < rules.MOST_ABOVE:
        above = Relation.objects.filter(customer=child, kind="parent").values_list("other", flat=True).first()
        if above is None:
            break
        found[child], child = above, above
    return found


@transaction.atomic
def remove_relation(relation: Relation, *, by: User | None) -> None:
    """Take a relation away; both histories keep it."""
    audit.record(
        actor=by, verb="delete", target=relation, before=audit.snapshot(relation),
        subject=subject_of(relation.other_id),
    )  # fmt: skip
    _remove(relation, by)


def _remove(row: Address | Relation, by: User | None) -> None:
    audit.record(actor=by, verb="delete", target=row, before=audit.snapshot(row), subject=subject_of(row.customer_id))
    row.delete()
