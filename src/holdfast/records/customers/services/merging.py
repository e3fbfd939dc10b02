"""Make one customer of two, and take that back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers import rules
from holdfast.records.customers.models import (
    Collaborator,
    Contact,
    Customer,
    DuplicatePair,
    OwnershipChange,
    Relation,
    SearchEntry,
)
from holdfast.records.customers.rules import merging as merge_rules
from holdfast.records.customers.services.contacts import WRITTEN
from holdfast.records.customers.services.repointing import Walk
from holdfast.records.customers.services.rows import fill_keys, subject_of
from holdfast.records.customers.services.searching import refresh_search

# Pairs and search entries are looked after by themselves; the dropped one's tags stay on it, the kept one gets them too.
SKIP = frozenset({SearchEntry, DuplicatePair, Customer.tags.through})


@transaction.atomic
def merge_customers(
    keep: Customer,
    drop: Customer,
    *,
    by: User | None,
    choices: Mapping[str, str] | None = None,
    seen: tuple[int, int] | None = None,
) -> Batch:
    """Make `keep` and `drop` one; the batch that came of it can be undone by `undo_merge`.

    `choices`: field of `rules.MERGE_FIELDS` → "keep" | "drop"; fields not named follow `default_choice`. `seen`: the
    versions (keep, drop) that were on the screen. Everything that hangs on `drop` hangs on `keep` afterwards, `drop`
    stays as an archived signpost, and its owner goes on seeing the customer. All or nothing.
    """
    keep, drop = _locked(keep, drop)
    _refuse_merge(keep, drop, seen)
    batch = audit.open_batch("merge", by=by, note=f"{drop.code} → {keep.code}")
    before = {row.pk: _snapshot(row) for row in (keep, drop)}
    walk = Walk(by=by, batch=batch, subject=subject_of(keep.pk), skip=SKIP, folds=FOLDS)
    _settle_pairs(walk, keep, drop)
    _settle_people(walk, keep, drop)
    walk.repoint(drop, keep)
    _refuse_circle(keep)
    _take_values(keep, drop, choices or {})
    _write(keep, drop, before, by=by, batch=batch)
    _share(keep, drop, before, by=by, batch=batch)
    refresh_search([keep.pk, drop.pk])
    return batch


def undo_merge(batch: Batch, *, by: User | None) -> dict[str, int]:
    """Make two of one again, as they were; refuses, naming them, when rows were changed since."""
    if batch.kind != "merge":
        raise Refusal(_("这不是一次合并，不能在这里撤销。"))
    return audit.undo(batch, by=by)


def _locked(keep: Customer, drop: Customer) -> tuple[Customer, Customer]:
    if keep.pk == drop.pk:
        raise Refusal(_("这是同一份档案，请选另一位客户。"))
    rows = Customer.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([keep.pk, drop.pk])
    if len(rows) < 2:
        raise Refusal(_("有客户刚刚被移走了。请刷新列表后再试一次。"))
    return rows[keep.pk], rows[drop.pk]


def _refuse_merge(keep: Customer, drop: Customer, seen: tuple[int, int] | None) -> None:
    for row in (keep, drop):
        if row.merged_into is not None:
            told = {"name": row.name, "kept": row.merged_into.name}
            raise Refusal(_("%(name)s 刚刚已经并入 %(kept)s，请从那份档案继续。") % told)
        if row.erased_on is not None:
            raise Refusal(_("其中一份档案的个人信息已经删除，不能再合并。"))
    if seen is not None and seen != (keep.version, drop.version):
        raise Refusal(_("您查看期间，有人改过其中一份档案。请对照最新内容，再确认一次。"))
    if keep.kind != drop.kind:
        raise Refusal(_("一份是企业，一份是个人，不能合并。若类型填错了，请先改好类型。"))
    if keep.uscc and drop.uscc and keep.uscc != drop.uscc:
        raise Refusal(
            _("两份档案的统一社会信用代码不同，是两家企业，不能合并。若有一个填错了，请先改好。"), field="uscc"
        )


def _snapshot(row: Customer) -> dict[str, Any]:
    return audit.snapshot(row, many=["tags"])


def _settle_pairs(walk: Walk, keep: Customer, drop: Customer) -> None:
    """The suggestion is answered; the dropped one's other suggestions are found anew, its dismissals pass to the kept."""
    for field, other in (("first", "second"), ("second", "first")):
        for pair in DuplicatePair.objects.filter(**{field: drop}).order_by("pk"):
            before, third = audit.snapshot(pair), getattr(pair, f"{other}_id")
            first, second = sorted((keep.pk, third))
            known = DuplicatePair.objects.filter(first=first, second=second).exists()
            if pair.state == "dismissed" and third != keep.pk and not known:
                DuplicatePair.objects.filter(pk=pair.pk).update(first=first, second=second)
                pair.refresh_from_db()
                walk._record([(pair, before, audit.snapshot(pair), walk.subject)])
            else:
                walk.fold(pair, None, before)


def _settle_people(walk: Walk, keep: Customer, drop: Customer) -> None:
    """People whom both have become one; the kept customer's first contact stays the first."""
    people = list(keep.contacts.all())
    for contact in drop.contacts.all():
        before = audit.snapshot(contact)
        twin = next((one for one in people if merge_rules.is_same_person(one, contact)), None)
        if twin is not None:
            walk.fold(contact, twin, before)
        elif contact.is_primary and people:
            contact.is_primary = False
            Contact.objects.filter(pk=contact.pk).update(is_primary=False)
            walk._record([(contact, before, audit.snapshot(contact), walk.subject)])


def _fold_contact(stays: Contact, goes: Contact) -> bool:
    """Blanks are filled from the other; a birthday comes whole."""
    changed = False
    for name in ("title", "phone", "email", "wechat", "note", "phone_key", "email_key"):
        if not getattr(stays, name) and getattr(goes, name):
            setattr(stays, name, getattr(goes, name))
            changed = True
    if not stays.birth_month and goes.birth_month:
        for name in (one for one in WRITTEN if one.startswith("birth_")):
            setattr(stays, name, getattr(goes, name))
        changed = True
    return changed


def _fold_seat(stays: Collaborator, goes: Collaborator) -> bool:
    is_wider = goes.can_edit and not stays.can_edit
    stays.can_edit = stays.can_edit or goes.can_edit
    return is_wider


def _fold_check(stays: Any, goes: Any) -> bool:
    is_later = goes.on > stays.on
    stays.on, stays.by_id = (goes.on, goes.by_id) if is_later else (stays.on, stays.by_id)
    return bool(is_later)


FOLDS: dict[str, Any] = {
    "customers.contact": _fold_contact,
    "customers.collaborator": _fold_seat,
    "customers.partcheck": _fold_check,
}


def _refuse_circle(keep: Customer) -> None:
    parents: dict[int, int] = {}
    above = [keep.pk]
    for _step in range(rules.MOST_ABOVE):
        rows = dict(Relation.objects.filter(kind="parent", customer__in=above).values_list("customer_id", "other_id"))
        parents |= rows
        if keep.pk in rows.values():
            raise Refusal(_("一份档案是另一份的上级公司（或隔着几级），合并会成环。请先改好上下级关系。"))
        above = list(rows.values())
        if not above:
            return


def _take_values(keep: Customer, drop: Customer, choices: Mapping[str, str]) -> None:
    for name in merge_rules.MERGE_FIELDS:
        ours, theirs = getattr(keep, name), getattr(drop, name)
        choice = choices.get(name) or merge_rules.default_choice(name, ours, theirs)
        if choice == "drop" and ours != theirs:
            setattr(keep, name, theirs)
            if name == "owner":
                keep.department, keep.pool = drop.department, drop.pool
    keep.custom = {**drop.custom, **{name: value for name, value in keep.custom.items() if value not in (None, "")}}
    if drop.no_marketing_on and not keep.no_marketing_on:
        keep.no_marketing_on = drop.no_marketing_on
    fill_keys(keep)


def _write(keep: Customer, drop: Customer, before: dict[int, dict[str, Any]], *, by: User | None, batch: Batch) -> None:
    drop.merged_into, drop.archived_at = keep, drop.archived_at or timezone.now()
    keep.tags.add(*drop.tags.all())
    for row in (keep, drop):
        row.version += 1
        row.save()
    entries = [(row, before[row.pk], _snapshot(row), subject_of(row.pk)) for row in (keep, drop)]
    audit.record_many(entries, actor=by, verb="merge", batch=batch)


def _share(keep: Customer, drop: Customer, before: dict[int, dict[str, Any]], *, by: User | None, batch: Batch) -> None:
    """Whoever owned one of the two goes on seeing the customer; a new owner stands in the history."""
    made: list[Any] = []
    was = before[keep.pk]["owner_id"]
    if was != keep.owner_id:
        made.append(OwnershipChange(customer=keep, before_id=was, after_id=keep.owner_id, by=by, reason=batch.note))
    for pk in {was, before[drop.pk]["owner_id"]} - {None, keep.owner_id}:
        if not Collaborator.objects.filter(customer=keep, user=pk).exists():
            made.append(Collaborator(customer=keep, user_id=pk))
    for row in made:
        row.save()
    entries = [(row, None, audit.snapshot(row), subject_of(keep.pk)) for row in made]
    audit.record_many(entries, actor=by, verb="merge", batch=batch)
