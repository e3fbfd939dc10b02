"""Make, change and put away custom fields; their values and their indexes follow."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.customers.models import Customer, CustomField
from holdfast.records.customers.models.custom import FIELD_KINDS
from holdfast.records.customers.queries.custom import forget_fields
from holdfast.records.customers.rules import custom as rules
from holdfast.records.customers.services.indexes import refresh_index
from holdfast.records.customers.services.rows import subject_of

CHUNK = 500
MOST_FIELDS = 100
CHANGEABLE = (
    "label", "label_en", "kind", "choices", "group", "help", "is_required", "is_filterable", "in_list", "view_roles",
    "edit_roles", "position",
)  # fmt: skip


@transaction.atomic
def add_field(*, by: User, label: str, kind: str, choices: str = "", **fields: Any) -> CustomField:
    """Make a field; `choices` as typed, one a line. Its code comes from the label and stays for good."""
    label = label.strip()
    _refuse_label(label, None)
    if CustomField.objects.filter(archived_at=None).count() >= MOST_FIELDS:
        raise Refusal(_("最多 %(n)s 个自定义字段。请先归档不用的。") % {"n": MOST_FIELDS})
    taken = CustomField.objects.values_list("code", flat=True)
    last = CustomField.objects.aggregate(last=Max("position"))["last"] or 0
    field = CustomField(label=label, kind=kind, position=last + 1, **fields)
    field.code = rules.code_for(label, field.label_en, taken)
    field.choices = rules.choices_from(choices, []) if kind == "choice" else []
    _refuse_choices(field)
    field.save()
    audit.record(actor=by, verb="create", target=field, after=audit.snapshot(field))
    _settle(field)
    return field


@transaction.atomic
def change_field(field: CustomField, *, by: User, **fields: Any) -> CustomField:
    """Change a field; `choices` as typed. A kind that some values do not fit is refused, with how many and which."""
    field = CustomField.objects.select_for_update().get(pk=field.pk)
    before, old = audit.snapshot(field), _as_it_was(field)
    typed = fields.pop("choices", None)
    for name, value in fields.items():
        if name not in CHANGEABLE:
            raise TypeError(f"custom fields have no {name!r} to change")
        setattr(field, name, value.strip() if name == "label" else value)
    _refuse_label(field.label, field.pk)
    if field.kind != "choice":
        field.choices = []
    elif typed is not None:
        field.choices = rules.choices_from(typed, old.choices)
    _refuse_choices(field)
    has_moved = field.kind != old.kind
    if has_moved:
        refresh_index(field, is_wanted=False)
        _convert(old, field, by=by)
    else:
        _refuse_lost_choices(old, field)
    field.save()
    audit.record(actor=by, verb="change", target=field, before=before, after=audit.snapshot(field))
    _settle(field)
    return field


@transaction.atomic
def archive_field(field: CustomField, *, by: User) -> None:
    """Take a field off every page; its values stay with the customers."""
    _set_archived(field, timezone.now(), "archive", by)


@transaction.atomic
def restore_field(field: CustomField, *, by: User) -> None:
    """Put a field back with the values it had."""
    _refuse_label(field.label, field.pk)
    _set_archived(field, None, "restore", by)


def _set_archived(field: CustomField, at: Any, verb: str, by: User) -> None:
    before = audit.snapshot(field)
    field.archived_at = at
    field.save(update_fields=["archived_at", "updated_at"])
    audit.record(actor=by, verb=verb, target=field, before=before, after=audit.snapshot(field))
    _settle(field)


@transaction.atomic
def move_field(field: CustomField, *, up: bool, by: User) -> None:
    """Change places with the neighbour above or below."""
    fields = list(CustomField.objects.select_for_update().filter(archived_at=None).order_by("position", "pk"))
    place = next((number for number, other in enumerate(fields) if other.pk == field.pk), None)
    to = None if place is None else place + (-1 if up else 1)
    if place is None or to is None or not 0 <= to < len(fields):
        return
    fields[place], fields[to] = fields[to], fields[place]
    for number, other in enumerate(fields, start=1):
        if other.position != number:
            before, other.position = audit.snapshot(other), number
            other.save(update_fields=["position", "updated_at"])
            audit.record(actor=by, verb="change", target=other, before=before, after=audit.snapshot(other))
    forget_fields()


def _settle(field: CustomField) -> None:
    forget_fields()
    transaction.on_commit(forget_fields)
    refresh_index(field, is_wanted=field.is_filterable and not field.is_archived)


def _as_it_was(field: CustomField) -> Any:
    return SimpleNamespace(code=field.code, kind=field.kind, choices=list(field.choices), title=field.title)


# --- refusals -----------------------------------------------------------------------------------------------------
def _refuse_label(label: str, pk: int | None) -> None:
    if not label:
        raise Refusal(_("请给字段起个名称。"), field="label")
    same = CustomField.objects.filter(label=label, archived_at=None).values_list("pk", flat=True)
    if any(other != pk for other in same):
        raise Refusal(_("已经有叫「%(label)s」的字段，请换一个名称。") % {"label": label}, field="label")


def _refuse_choices(field: CustomField) -> None:
    if field.kind != "choice":
        return
    labels = [label for _code, label, *_more in field.choices]
    if len(labels) < 2:
        raise Refusal(_("单选至少要有两项，一行一项。"), field="choices")
    if len(labels) > rules.MOST_CHOICES:
        raise Refusal(_("单选最多 %(n)s 项。") % {"n": rules.MOST_CHOICES}, field="choices")
    if twice := next((label for label in labels if not label or labels.count(label) > 1), None):
        raise Refusal(_("「%(label)s」写了两次，请只留一行。") % {"label": twice}, field="choices")


def _refuse_lost_choices(old: Any, field: CustomField) -> None:
    kept = {code for code, *_more in field.choices}
    for code, label, *_more in old.choices:
        if code not in kept and (used := holders(field.code).filter(**{f"custom__{field.code}": code}).count()):
            told = {"n": formats.number(used), "label": label}
            raise Refusal(
                _("还有 %(n)s 位客户选着「%(label)s」，不能去掉。请先给他们改选别的。") % told, field="choices"
            )


# --- values -------------------------------------------------------------------------------------------------------
def holders(code: str) -> Any:
    """All customers with a value under this code, in their order; archived ones too."""
    return Customer.objects.filter(custom__has_key=code).order_by("pk")


def _chunks(code: str) -> Iterator[list[Customer]]:
    last = 0
    while rows := list(holders(code).filter(pk__gt=last).only("pk", "name", "custom")[:CHUNK]):
        last = rows[-1].pk
        yield rows


def _convert(old: Any, field: CustomField, *, by: User) -> None:
    """Every value under the new kind; a value that would not fit refuses the whole."""
    _refuse_misfits(old, field)
    for rows in _chunks(field.code):
        entries = []
        for row in rows:
            before = dict(row.custom)
            row.custom = {**before, field.code: rules.converted(old, field, before[field.code])}
            entries.append((row, {"custom": before}, {"custom": row.custom}, subject_of(row.pk)))
        Customer.objects.bulk_update(rows, ["custom"])
        audit.record_many(entries, actor=by, verb="change")


def _refuse_misfits(old: Any, field: CustomField) -> None:
    misfits, example = 0, ""
    for rows in _chunks(field.code):
        for row in rows:
            value = row.custom[field.code]
            try:
                rules.converted(old, field, value)
            except Refusal:
                misfits, example = misfits + 1, example or rules.shown(old, value)
    if misfits:
        told = {"n": formats.number(misfits), "kind": FIELD_KINDS[field.kind], "text": example[:40]}
        sentence = _("有 %(n)s 位客户的内容变不成「%(kind)s」，例如「%(text)s」。请先改好这些内容，再改类型。") % told
        raise Refusal(sentence, field="kind")
