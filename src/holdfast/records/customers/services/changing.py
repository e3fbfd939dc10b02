"""Change customers, their contacts and tags; only what differs is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch, Change
from holdfast.foundation.audit.rules import READING_VERBS
from holdfast.records.customers import rules
from holdfast.records.customers.models import Contact, Customer, OwnershipChange
from holdfast.records.customers.services.contacts import ContactPlan, plan_contacts, write_contacts
from holdfast.records.customers.services.custom import fill_custom, settle_values
from holdfast.records.customers.services.rows import FIELDS, checked, fill_keys, subject_of
from holdfast.records.customers.services.searching import write_entries
from holdfast.records.customers.services.tags import clean_names, ensure_tags

WRITTEN = (
    "code", "name", "short_name", "kind", "channel", "uscc", "phone", "email", "province", "city", "address", "industry",
    "source", "special_requirements", "first_seen_on", "custom", "owner", "department", "pool", "archived_at", "version",
    "name_key", "phone_key", "email_key", "updated_at",
)  # fmt: skip


@dataclass
class Edit:
    """One customer on its way from before to after."""

    customer: Customer
    before: dict[str, Any]
    tags: list[int] | None = None
    plan: ContactPlan = field(default_factory=ContactPlan)
    owner_before: int | None = None

    @property
    def is_changed(self) -> bool:
        after = audit.snapshot(self.customer)
        is_different = any(value != after[name] for name, value in self.before.items() if name != "tags")
        return is_different or bool(self.plan) or (self.tags is not None and self.tags != self.before["tags"])


def change_customer(
    customer: Customer, *, by: User | None, batch: Batch | None = None, seen_version: int | None = None, **fields: Any
) -> Customer:
    """Change one customer; `contacts` and `tags`, if given, replace those that are there.

    `seen_version`: the version that was on the screen. A Refusal says who changed it since, and when.
    """
    seen = {customer.pk: seen_version} if seen_version is not None else None
    change_customers([(customer, fields)], by=by, batch=batch, seen=seen)
    return customer


@transaction.atomic
def change_customers(
    pairs: Iterable[tuple[Customer, Mapping[str, Any]]],
    *,
    by: User | None,
    batch: Batch | None = None,
    seen: Mapping[int, int] | None = None,
    keep_contacts: bool = False,
    verb: str = "change",
    reason: str = "",
) -> list[Customer]:
    """Change many customers, all or none, at most 500 a call; those that really differ come back.

    With `keep_contacts` (imports) contacts and tags are added or updated, never removed. `reason` stands in the history
    of owners.
    """
    asked = [(customer, checked(fields, is_new=False)) for customer, fields in pairs]
    settle_values([fields for _customer, fields in asked], by=by)
    _refuse_taken_codes(asked)
    edits = _begin([customer.pk for customer, _fields in asked], seen or {})
    tags = ensure_tags({name for _c, fields in asked for name in fields.get("tags") or ()}, by=by, batch=batch)
    people = _people_of(edits)
    for customer, fields in asked:
        _fill(edits[customer.pk], fields, people.get(customer.pk, []), tags, keep_contacts)
    changed = [edit for edit in edits.values() if edit.is_changed]
    _write(changed, by=by, batch=batch, verb=verb, reason=reason)
    _refresh(asked, edits)
    return [customer for customer, _fields in asked if edits[customer.pk] in changed]


def _begin(keys: list[int], seen: Mapping[int, int]) -> dict[int, Edit]:
    rows = Customer.objects.select_for_update(of=("self",)).order_by("pk").prefetch_related("tags").in_bulk(keys)
    if rows.keys() != set(keys):
        raise Refusal(_("有客户刚刚被移走了。请刷新列表后再试一次。"))
    for row in rows.values():
        if row.merged_into_id is not None:
            raise Refusal(_("%(name)s 已经并入另一份档案，请从那份档案继续。") % {"name": row.name})
    for pk, version in seen.items():
        if rows[pk].version != version:
            raise Refusal(_changed_meanwhile(rows[pk]))
    return {
        pk: Edit(row, {**audit.snapshot(row), "tags": _tag_keys(row)}, owner_before=row.owner_id)
        for pk, row in rows.items()
    }


def _tag_keys(customer: Customer) -> list[int]:
    return sorted(tag.pk for tag in customer.tags.all())


def _changed_meanwhile(customer: Customer) -> str:
    change = _last_change(customer)
    who = str(change.actor) if change and change.actor_id else _("系统")
    when = formats.moment(change.at if change else customer.updated_at)
    return _("%(who)s 在 %(when)s 改过这位客户。您填写的内容还在下面；请对照最新的内容，确认后再保存一次。") % {
        "who": who,
        "when": when,
    }


def _last_change(customer: Customer) -> Change | None:
    """The newest entry that changed something; looking at a number changes nothing."""
    entries = Change.objects.select_related("actor").filter(subject=subject_of(customer.pk))
    return entries.exclude(verb__in=READING_VERBS).first()


def _refuse_taken_codes(asked: Sequence[tuple[Customer, Mapping[str, Any]]]) -> None:
    wanted = {fields["code"]: customer.pk for customer, fields in asked if fields.get("code")}
    found = Customer.objects.filter(code__in=wanted).order_by().values_list("code", "pk") if wanted else ()
    for code, pk in found:
        if wanted[code] != pk:
            raise Refusal(f"{code}: {rules.PROBLEMS['code_taken']}", field="code")


def _people_of(edits: Mapping[int, Edit]) -> dict[int, list[Contact]]:
    people: dict[int, list[Contact]] = {}
    for contact in Contact.objects.filter(customer__in=edits.keys()).order_by("-is_primary", "pk"):
        people.setdefault(contact.customer_id, []).append(contact)
    return people


def _fill(edit: Edit, fields: Mapping[str, Any], people: list[Contact], tags: Mapping[str, Any], keep: bool) -> None:
    for name in FIELDS:
        if name in fields and not (name == "code" and not fields["code"]):
            setattr(edit.customer, name, fields[name])
    if fields.get("owner") and "department" not in fields and edit.customer.owner_id != edit.owner_before:
        edit.customer.department = fields["owner"].department
    fill_custom(edit.customer, fields.get("custom"))
    fill_keys(edit.customer)
    if "tags" in fields:
        wanted = {tags[name].pk for name in clean_names(fields["tags"] or ())}
        edit.tags = sorted(wanted | set(edit.before["tags"]) if keep else wanted)
    rows = fields.get("contacts") if "contacts" in fields else None
    edit.plan = plan_contacts(edit.customer, people, rows, keep=keep)


def _write(edits: list[Edit], *, by: User | None, batch: Batch | None, verb: str, reason: str) -> None:
    if not edits:
        return
    now = timezone.now()
    for edit in edits:
        edit.customer.version += 1
        edit.customer.updated_at = now
    _save([edit.customer for edit in edits])
    _save_tags(edits)
    entries = [(edit.customer, edit.before, _after(edit), subject_of(edit.customer.pk)) for edit in edits]
    audit.record_many(entries, actor=by, verb=verb, batch=batch)
    write_contacts([edit.plan for edit in edits], by=by, batch=batch)
    _note_owners(edits, by, reason, batch)
    write_entries([(edit.customer, edit.plan.people) for edit in edits])


def _after(edit: Edit) -> dict[str, Any]:
    tags = edit.before["tags"] if edit.tags is None else edit.tags
    return {**audit.snapshot(edit.customer), "tags": tags}


def _save(customers: list[Customer]) -> None:
    """One statement for many rows: an upsert by key, which finds every row there."""
    created = [customer.created_at for customer in customers]
    Customer.objects.bulk_create(customers, update_conflicts=True, unique_fields=["id"], update_fields=list(WRITTEN))
    for customer, at in zip(customers, created, strict=True):
        customer.created_at = at


def _save_tags(edits: list[Edit]) -> None:
    link = Customer.tags.through
    gone, come = [], []
    for edit in edits:
        if edit.tags is not None:
            before, after = set(edit.before["tags"]), set(edit.tags)
            gone += [(edit.customer.pk, tag) for tag in before - after]
            come += [(edit.customer.pk, tag) for tag in sorted(after - before)]
    for tag in {tag for _pk, tag in gone}:
        link.objects.filter(tag_id=tag, customer_id__in=[pk for pk, other in gone if other == tag]).delete()
    link.objects.bulk_create([link(customer_id=pk, tag_id=tag) for pk, tag in come])


def _note_owners(edits: list[Edit], by: User | None, reason: str, batch: Batch | None) -> None:
    moved = [
        OwnershipChange(
            customer=edit.customer,
            before_id=edit.owner_before,
            after_id=edit.customer.owner_id,
            by=by,
            reason=reason[:200],
        )
        for edit in edits
        if edit.owner_before != edit.customer.owner_id
    ]
    made = OwnershipChange.objects.bulk_create(moved)
    if batch is not None:  # an undo takes the hand-over out of the history again
        audit.record_many(
            [(row, None, audit.snapshot(row), subject_of(row.customer_id)) for row in made],
            actor=by,
            verb="assign",
            batch=batch,
        )


def _refresh(asked: Sequence[tuple[Customer, Any]], edits: Mapping[int, Edit]) -> None:
    """What the caller holds shows what was written."""
    for given, _fields in asked:
        fresh = edits[given.pk].customer
        for column in Customer._meta.concrete_fields:
            setattr(given, column.attname, getattr(fresh, column.attname))
        for name in ("owner", "department"):
            if given._state.fields_cache.get(name) is not fresh._state.fields_cache.get(name):
                given._state.fields_cache.pop(name, None)
        getattr(given, "_prefetched_objects_cache", {}).clear()
