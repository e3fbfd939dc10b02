"""Whose customers they are, how they are tagged, and whether they are put away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Customer
from holdfast.records.customers.services.changing import change_customers
from holdfast.records.customers.services.rows import subject_of
from holdfast.records.customers.services.tags import clean_names, ensure_tags

CHUNK = 500


def _chunks(customers: Iterable[Customer]) -> Iterator[list[Customer]]:
    rows = list(customers)
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


@transaction.atomic
def assign_customers(
    customers: Iterable[Customer], *, to: User | None, by: User | None, batch: Batch | None = None, reason: str = ""
) -> int:
    """Hand customers over to somebody (None: nobody); how many really changed hands."""
    if to is not None and not to.is_active:
        raise Refusal(_("%(name)s 的账号已停用，请选择在岗的同事。") % {"name": to.name}, field="to")
    moved = 0
    for chunk in _chunks(customers):
        pairs = [(customer, {"owner": to}) for customer in chunk]
        moved += len(change_customers(pairs, by=by, batch=batch, verb="assign", reason=reason))
    return moved


@transaction.atomic
def tag_customers(customers: Iterable[Customer], *, tag: str, by: User | None, batch: Batch | None = None) -> int:
    """Put a tag on customers; how many did not carry it."""
    names = clean_names([tag])
    if not names:
        raise Refusal(_("请写一个标签。"), field="tag")
    ensure_tags(names, by=by, batch=batch)
    tagged = 0
    for chunk in _chunks(customers):
        pairs = [(customer, {"tags": names}) for customer in chunk]
        tagged += len(change_customers(pairs, by=by, batch=batch, keep_contacts=True, verb="tag"))
    return tagged


@transaction.atomic
def untag_customers(customers: Iterable[Customer], *, tag: str, by: User | None, batch: Batch | None = None) -> int:
    """Take a tag off customers; how many carried it."""
    carrying = Customer.objects.filter(pk__in=[customer.pk for customer in customers], tags__name=tag.strip())
    taken = 0
    for chunk in _chunks(carrying.prefetch_related("tags")):
        pairs = [
            (customer, {"tags": [other.name for other in customer.tags.all() if other.name != tag.strip()]})
            for customer in chunk
        ]
        taken += len(change_customers(pairs, by=by, batch=batch, verb="tag"))
    return taken


def archive_customers(customers: Iterable[Customer], *, by: User | None, batch: Batch | None = None) -> int:
    """Put customers away: out of lists and reports, never deleted; how many were not yet."""
    return _set_archived(customers, by=by, batch=batch, is_archived=True)


def restore_customers(customers: Iterable[Customer], *, by: User | None, batch: Batch | None = None) -> int:
    """Take customers out of the archive again."""
    return _set_archived(customers, by=by, batch=batch, is_archived=False)


@transaction.atomic
def _set_archived(customers: Iterable[Customer], *, by: User | None, batch: Batch | None, is_archived: bool) -> int:
    keys = [customer.pk for customer in customers]
    known = Customer.objects.select_for_update(of=("self",)).filter(pk__in=keys, archived_at__isnull=is_archived)
    rows = list(known.filter(merged_into=None, erased_on=None))  # a signpost and a nameless row stay put away
    entries = []
    for row in rows:
        before = audit.snapshot(row)
        row.archived_at = timezone.now() if is_archived else None
        row.version += 1
        row.save(update_fields=["archived_at", "version", "updated_at"])
        entries.append((row, before, audit.snapshot(row), subject_of(row.pk)))
    audit.record_many(entries, actor=by, verb="archive" if is_archived else "change", batch=batch)
    return len(rows)
