"""Erase what is known of a person: in every row that hangs on it, in the journal, in files, and wherever else it stands.

What a row loses is declared by its model (`personal_fields`): "erase" empties the column, "blank" puts a black bar there,
"keep" leaves it because the law wants it. The walk goes over the relations the models declare, as the merge does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from holdfast.common import searchkeys
from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Change
from holdfast.foundation.audit.services import ERASED
from holdfast.records.customers.models import Contact, Customer, ErasedKey
from holdfast.records.customers.rules import privacy as rules
from holdfast.records.customers.services.repointing import relations_of
from holdfast.records.customers.services.rows import fill_keys, subject_of
from holdfast.records.customers.services.searching import refresh_search

Rows = dict[type[Model], set[Any]]
CHUNK = 500
NAMES = ("name", "short_name", "phone", "email", "wechat", "address", "phone_key", "email_key", "name_key")
# Rows of these tables tell of our own people or of the machinery; names there are not the customer's.
NOT_SEARCHED = frozenset({"accounts.user", "accounts.department", "accounts.role", "audit.change", "audit.redaction"})
Hook = Callable[[list[int], User | None], int]
After = Callable[[list[Any]], None]
_hooks: dict[str, Hook] = {}
_after: dict[str, After] = {}


def register_erasure(name: str, hook: Hook) -> None:
    """Let a room above erase what no table holds, such as files: `hook(customer_ids, by) -> how many`."""
    _hooks[name] = hook


def register_rewritten(model: str, after: After) -> None:
    """Let a room make derived values (such as a checksum) anew for rows that an erasure rewrote: `after(pks)`."""
    _after[model] = after


@transaction.atomic
def erase_customer(customer: Customer, *, by: User | None) -> dict[str, Any]:
    """Erase the personal data of a customer and of everybody there; what was done, by codes and counts.

    The row stays as an archived, nameless one, so that money records kept by law still add up. Result: erased (table →
    rows), entries (journal), hooks, kept (table → last day), elsewhere (table → rows rewritten), shared (values that
    others have too and that were left there), left (table → rows in which a value still stands; empty is the proof).
    """
    customer = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    hooks = {name: hook([customer.pk], by) for name, hook in _hooks.items()}
    rows = owned_rows(Customer, {customer.pk})
    values = _values(rows, [subject_of(pk) for pk in rows[Customer]])
    said = _words(rows)
    _remember(customer)
    erased = {model._meta.label_lower: count for model, keys in rows.items() if (count := _erase(model, keys))}
    Customer.objects.filter(pk__in=rows[Customer]).update(
        erased_on=today(), archived_at=customer.archived_at or timezone.now(), no_marketing_on=today()
    )
    for row in Customer.objects.filter(pk__in=rows[Customer]):
        row.name, row.short_name = f"{ERASED} {row.code}", ""
        fill_keys(row)
        row.version += 1
        row.save()
    told = _finish(rows, values, said, [subject_of(pk) for pk in sorted(rows[Customer])], by=by)
    return {"erased": erased, "hooks": hooks, **told}


@transaction.atomic
def erase_contact(contact: Contact, *, by: User | None) -> dict[str, Any]:
    """Erase one person at a customer: the row, what hangs on it, and the person's values in all rows of the customer."""
    rows = owned_rows(Customer, {contact.customer_id})
    own: Rows = {Contact: {contact.pk}, **_rows_about(contact)}
    values = _values({Contact: {contact.pk}}, [subject_of(contact.customer_id)], contact=contact)
    said = _words(own)
    _remember(contact.customer, person=contact)
    erased = {model._meta.label_lower: count for model, keys in own.items() if (count := _erase(model, keys))}
    Contact.objects.filter(pk=contact.pk).update(name=ERASED)
    told = _finish(rows, values, said, [subject_of(contact.customer_id)], by=by, person=contact.pk)
    return {"erased": erased, "hooks": {}, **told}


def owned_rows(root: type[Model], keys: set[Any]) -> Rows:
    """Every row that hangs on these, on whatever table and however far: model → keys."""
    rows: Rows = {root: set(keys)}
    waiting = [(root, set(keys))]
    while waiting:
        model, here = waiting.pop()
        for child, field in relations_of(model):
            found = _pointing(child, field.name, here) - rows.get(child, set())
            if found and child._meta.app_label != "audit":
                rows.setdefault(child, set()).update(found)
                waiting.append((child, found))
    return rows


def _pointing(model: type[Model], field: str, keys: set[Any]) -> set[Any]:
    wanted = sorted(keys)
    found: set[Any] = set()
    for start in range(0, len(wanted), CHUNK):
        some = model._base_manager.filter(**{f"{field}__in": wanted[start : start + CHUNK]})
        found.update(some.values_list("pk", flat=True))
    return found


def _rows_about(contact: Contact) -> Rows:
    """Rows that point to this person alone and hold words about it."""
    return {
        model: keys
        for model, field in relations_of(Contact)
        if field.name == "contact" and (keys := _pointing(model, field.name, {contact.pk})) and model is not Contact
    }


# --- which values --------------------------------------------------------------------------------------------------
def _values(rows: Rows, subjects: list[str], contact: Contact | None = None) -> set[str]:
    """Names, numbers and addresses of the person, those of today and those the journal remembers."""
    found: set[str] = set()
    for model in (Customer, Contact):
        columns = [name for name in NAMES if any(field.name == name for field in model._meta.concrete_fields)]
        for told in model._base_manager.filter(pk__in=rows.get(model, ())).values_list(*columns):
            found.update(told)
    changes = Change.objects.filter(subject__in=subjects, model__in=["customers.customer", "customers.contact"])
    if contact is not None:
        changes = changes.filter(model="customers.contact", object_id=str(contact.pk))
    for before, after in changes.values_list("before", "after"):
        found.update(_told_values(before), _told_values(after))
    return {value for value in found if len(value) >= rules.SHORTEST_NEAR and ERASED not in value}


def _told_values(row: Any) -> set[str]:
    """Values of a snapshot and of the people within it."""
    if isinstance(row, list):
        return set().union(*(_told_values(one) for one in row))
    if not isinstance(row, dict):
        return set()
    found = {value for name, value in row.items() if name in NAMES and isinstance(value, str)}
    return found | _told_values(row.get("contacts"))


def _words(rows: Rows) -> set[str]:
    """What the rows about one person say, so that the journal loses it too."""
    found: set[str] = set()
    for model, keys in rows.items():
        declared: dict[str, str] = getattr(model, "personal_fields", {})
        names = [field.name for field in _columns(model) if declared.get(field.name) in ("erase", "blank")]
        for told in model._base_manager.filter(pk__in=keys).values_list(*names) if names else ():
            found.update(value for value in told if isinstance(value, str) and len(value) >= rules.SHORTEST_ANYWHERE)
    return {value for value in found if ERASED not in value}


def _remember(customer: Customer, person: Contact | None = None) -> None:
    people: list[Any] = [person] if person else [customer, *customer.contacts.all()]
    keys = {("phone", one.phone_key) for one in people} | {("email", one.email_key) for one in people}
    if person is None:
        keys.add(("uscc", customer.uscc))
    rows = [
        ErasedKey(kind=kind, digest=rules.digest_of(kind, value), customer=customer, on=today())
        for kind, value in sorted(keys)
        if value
    ]
    ErasedKey.objects.bulk_create(rows, ignore_conflicts=True)


# --- own rows, the journal, and everywhere else ---------------------------------------------------------------------
def _erase(model: type[Model], keys: set[Any]) -> int:
    """Apply the model's own rules to these rows; how many there were."""
    declared: dict[str, str] = getattr(model, "personal_fields", {})
    values = {name: _emptied(model, name, rule) for name, rule in declared.items() if rule != "keep"}
    if not values:
        return 0
    wanted = sorted(keys)
    for start in range(0, len(wanted), CHUNK):
        model._base_manager.filter(pk__in=wanted[start : start + CHUNK]).update(**values)
    return len(wanted)


def _emptied(model: type[Model], name: str, rule: str) -> Any:
    field = model._meta.get_field(name)
    if getattr(field, "null", False) and not isinstance(field, models.CharField | models.TextField):
        return None
    if isinstance(field, models.JSONField):
        return field.get_default()
    is_key = name.endswith("_key")
    return ERASED if rule == "blank" and not is_key else ""


def _finish(
    rows: Rows, values: set[str], said: set[str], subjects: list[str], *, by: User | None, person: int | None = None
) -> dict[str, Any]:
    """The values go from everywhere, what was said (`said`) from the person's own rows and history."""
    counts: Counter[str] = Counter()
    for model, keys in rows.items():
        counts[model._meta.label_lower] += _rewrite(model, values | said, keys)
    _settle_keys(rows)
    entries = _redact(subjects, values, said, by=by, person=person)
    shared = _shared(values, rows)
    anywhere = {value for value in values - shared if len(value) >= rules.SHORTEST_ANYWHERE}
    for model in _searched():
        counts[model._meta.label_lower] += _rewrite(model, anywhere)
    refresh_search(rows[Customer])
    kept = {
        label: str(day)
        for model, keys in rows.items()
        if keys and (day := rules.kept_until(label := model._meta.label_lower, today()))
    }
    return {
        "entries": entries, "kept": kept, "shared": len(shared), "left": traces(anywhere),
        "elsewhere": {label: count for label, count in counts.items() if count},
    }  # fmt: skip


def _settle_keys(rows: Rows) -> None:
    """A bar is no number: numbers that went become empty, and their keys with them."""
    for model in (Customer, Contact):
        for row in model._base_manager.filter(pk__in=rows.get(model, ())):
            for name in ("phone", "email", "wechat"):
                if ERASED in getattr(row, name, ""):
                    setattr(row, name, "")
            if isinstance(row, Customer):
                fill_keys(row)
            else:
                row.phone_key, row.email_key = searchkeys.phone_key(row.phone), searchkeys.email_key(row.email)
            row.save()


def _redact(subjects: list[str], values: set[str], said: set[str], *, by: User | None, person: int | None) -> int:
    """The person's own entries lose every personal column, and every entry loses the values."""

    def clean(model: str, column: str, value: Any) -> Any:
        is_own = person is None or (model == "customers.contact" and isinstance(value, dict) and value["id"] == person)
        if column != "label" and is_own:
            value = rules.blacked(value, _personal_names(model), ERASED)
        return rules.cleaned(value, values | said, ERASED)

    own = audit.redact(Change.objects.filter(subject__in=subjects), clean, by=by, reason="erasure", subject=subjects[0])
    anywhere = [value for value in values if len(value) >= rules.SHORTEST_ANYWHERE]
    others = _holding(Change, anywhere).exclude(subject__in=subjects)
    if anywhere and others.exists():
        own += audit.redact(
            others, lambda model, column, value: rules.cleaned(value, anywhere, ERASED),
            by=by, reason="erasure", subject=subjects[0],
        )  # fmt: skip
    return own


def _personal_names(label: str) -> frozenset[str]:
    model = apps.get_model(label) if label.count(".") == 1 else None
    declared: dict[str, str] = getattr(model, "personal_fields", {})
    nested: dict[str, str] = Contact.personal_fields if model is Customer else {}
    return frozenset(name for name, rule in {**nested, **declared}.items() if rule != "keep")


def _shared(values: set[str], rows: Rows) -> set[str]:
    """Values that are also somebody else's own: another customer with the same number keeps it."""
    found: set[str] = set()
    for model in (Customer, Contact):
        for name in NAMES:
            if any(field.name == name for field in model._meta.concrete_fields):
                others = model._base_manager.exclude(pk__in=rows.get(model, ()))
                for start in range(0, len(values), CHUNK):
                    some = sorted(values)[start : start + CHUNK]
                    found.update(others.filter(**{f"{name}__in": some}).values_list(name, flat=True))
    people = User.objects.filter(name__in=values).values_list("name", flat=True)
    return found | set(people)


def _searched() -> list[type[Model]]:
    """Every table of this house that may hold a customer's words."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("holdfast.") and model._meta.label_lower not in NOT_SEARCHED
    ]


def _columns(model: type[Model]) -> list[models.Field[Any, Any]]:
    """Columns of free text: no keys, no codes, no file names."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and not field.primary_key
        and not field.is_relation
        and field.name not in _kept_columns(model)
    ]


def _kept_columns(model: type[Model]) -> set[str]:
    declared: dict[str, str] = getattr(model, "personal_fields", {})
    return {name for name, rule in declared.items() if rule == "keep"}


def _holding(model: type[Model], values: Iterable[str]) -> Any:
    """Rows in which one of the values stands."""
    wanted = [spelled for value in values for spelled in rules.as_stored(value)]
    rows, found = model._base_manager.all(), Q(pk__in=[])
    for field in _columns(model):
        name = field.name
        if isinstance(field, models.JSONField):
            name = f"{field.name}_as_text"
            rows = rows.annotate(**{name: Cast(field.name, TextField())})
        for value in wanted:
            found |= Q(**{f"{name}__contains": value})
    return rows.filter(found)


def _rewrite(model: type[Model], values: Iterable[str], keys: set[Any] | None = None) -> int:
    """Put a bar wherever a value stands in a row's texts; how many rows."""
    wanted, columns = list(values), _columns(model)
    if not wanted or not columns:
        return 0
    names = [field.name for field in columns]
    touched = []
    for rows in _some(model, wanted, keys):
        for row in rows.values("pk", *names):
            fresh = {name: rules.cleaned(row[name], wanted, ERASED) for name in names}
            changed = {name: value for name, value in fresh.items() if value != row[name]}
            if changed:
                model._base_manager.filter(pk=row["pk"]).update(**_fitting(model, changed))
                touched.append(row["pk"])
    if touched and model._meta.label_lower in _after:
        _after[model._meta.label_lower](touched)
    return len(touched)


def _some(model: type[Model], values: list[str], keys: set[Any] | None) -> Iterable[Any]:
    if keys is None:
        return [_holding(model, values)]
    wanted = sorted(keys)
    return [model._base_manager.filter(pk__in=wanted[start : start + CHUNK]) for start in range(0, len(wanted), CHUNK)]


def _fitting(model: type[Model], values: dict[str, Any]) -> dict[str, Any]:
    """A bar may be longer than what it covers, and a column short."""
    return {
        name: value[: getattr(model._meta.get_field(name), "max_length", None)] if isinstance(value, str) else value
        for name, value in values.items()
    }


def traces(values: Iterable[str]) -> dict[str, int]:
    """Table → rows in which one of the values still stands, the journal included; nothing is the proof of an erasure."""
    wanted = list(values)
    every: list[type[Model]] = [*_searched(), Change] if wanted else []
    found = {model._meta.label_lower: _holding(model, wanted).count() for model in every if _columns(model)}
    return {label: count for label, count in found.items() if count}
