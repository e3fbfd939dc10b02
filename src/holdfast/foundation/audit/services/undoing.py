"""Take a whole batch back: newest change first, in chunks that others can write between, resumable after a kill."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.audit import rules
from holdfast.foundation.audit.models import Batch, Change
from holdfast.foundation.audit.services.journal import CHUNK, record_many, snapshot

Progress = Any


def undo(batch: Batch, *, by: Model | None, progress: Progress = None) -> dict[str, int]:
    """Put every row of the batch back as it was; counts of rows removed, restored, brought back and kept.

    Refuses before anything is written when somebody changed, or hung new rows on, a row of the batch since.
    Works in chunks of 500 changes a transaction and goes on where it was stopped. Undone twice = refused.
    """
    if batch.kind == "undo" or batch.undone_at:
        raise Refusal(_("这一批已经撤销过，无需再撤销。"))
    if batch.undo_cursor is None:
        _refuse_if_touched(batch)
    journal, _made = Batch.objects.get_or_create(
        undo_of=batch, defaults={"kind": "undo", "actor_id": by.pk if by else None, "note": batch.kind}
    )
    counts: Counter[str] = Counter()
    total = batch.changes.count()
    while chunk := _next_chunk(batch):
        with transaction.atomic():
            counts.update(_take_back(chunk, journal, by))
            batch.undo_cursor = chunk[-1].pk
            batch.save(update_fields=["undo_cursor"])
        if progress is not None:
            progress.step(sum(counts.values()), total)
    batch.undone_at, batch.undone_by_id = timezone.now(), by.pk if by else None
    batch.save(update_fields=["undone_at", "undone_by"])
    return {name: counts[name] for name in ("removed", "restored", "returned", "kept")}


def _next_chunk(batch: Batch) -> list[Change]:
    rest = batch.changes.order_by("-pk")
    if batch.undo_cursor is not None:
        rest = rest.filter(pk__lt=batch.undo_cursor)
    return list(rest[:CHUNK])


def _kind(change: Change) -> str:
    return "created" if change.before is None else "deleted" if change.after is None else "changed"


def _take_back(chunk: list[Change], journal: Batch, by: Model | None) -> Counter[str]:
    counts: Counter[str] = Counter()
    for (label, kind), run in groupby(chunk, key=lambda change: (change.model, _kind(change))):
        model, changes = rules.model_of(label), list(run)
        if model is None:
            counts["kept"] += len(changes)
            continue
        counts.update(ACTIONS[kind](model, changes, journal, by))
        tell = rules.tell_gone if kind == "created" else rules.tell_restored
        tell(label, [change.object_id for change in changes])
    return counts


def _remove(model: type[Model], changes: list[Change], journal: Batch, by: Model | None) -> dict[str, int]:
    rows = model._base_manager.in_bulk([change.object_id for change in changes])
    used = _used_elsewhere(model, list(rows))
    subjects = {change.object_id: change.subject for change in changes}
    gone = [row for pk, row in rows.items() if pk not in used]
    entries = [(row, snapshot(row), None, subjects[str(row.pk)]) for row in gone]
    record_many(entries, actor=by, verb="undo", batch=journal)
    model._base_manager.filter(pk__in=[row.pk for row in gone]).delete()
    return {"removed": len(gone), "kept": len(used)}


def _restore(model: type[Model], changes: list[Change], journal: Batch, by: Model | None) -> dict[str, int]:
    rows = model._base_manager.in_bulk({change.object_id for change in changes})
    entries = []
    for change in changes:
        row = rows.get(model._meta.pk.to_python(change.object_id))
        if row is not None:
            entries.append((row, change.after, change.before, change.subject))
            _write_back(row, change)
    record_many(entries, actor=by, verb="undo", batch=journal)
    return {"restored": len(entries)}


def _write_back(row: Model, change: Change) -> None:
    """The old values of exactly the columns this change touched, without touching the time stamps anew."""
    old, new = change.before or {}, change.after or {}
    values = {name: value for name, value in old.items() if value != new.get(name)}
    many = {field.name for field in row._meta.many_to_many}
    columns = {name: value for name, value in values.items() if name not in many}
    if columns:
        type(row)._base_manager.filter(pk=row.pk).update(**_typed(row, columns))
    for name in many & values.keys():
        getattr(row, name).set(values[name])


def _typed(row: Model, columns: dict[str, Any]) -> dict[str, Any]:
    by_column = {field.attname: field for field in row._meta.concrete_fields}
    return {name: by_column[name].to_python(value) for name, value in columns.items() if name in by_column}


def _return(model: type[Model], changes: list[Change], journal: Batch, by: Model | None) -> dict[str, int]:
    entries = []
    for change in changes:
        row = model()
        for name, value in _typed(row, change.before or {}).items():
            setattr(row, name, value)
        row.save_base(raw=True, force_insert=True)
        entries.append((row, None, change.before, change.subject))
    record_many(entries, actor=by, verb="undo", batch=journal)
    return {"returned": len(entries)}


ACTIONS = {"created": _remove, "changed": _restore, "deleted": _return}


def _used_elsewhere(model: type[Model], pks: list[Any]) -> set[Any]:
    """Rows such as tags that others' rows still point to through a many-to-many; they stay."""
    used: set[Any] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToManyRel) and relation.through is not None:
            column = relation.field.m2m_reverse_field_name()
            rows = relation.through._base_manager.filter(**{f"{column}__in": pks})
            used.update(rows.values_list(column, flat=True))
    return used


# --- may it be taken back? --------------------------------------------------------------------------------------
def _refuse_if_touched(batch: Batch) -> None:
    touched = [*_changed_since(batch), *_hung_on(batch)]
    if touched:
        raise Refusal(
            _("有 %(n)d 条记录在这一批之后又被改动或引用，例如：%(names)s。请先处理这些记录，再撤销。")
            % {"n": len(touched), "names": "、".join(dict.fromkeys(touched[:5]))}
        )


def _others(batch: Batch) -> QuerySet[Change]:
    """Changes outside the batch that still stand: an undone batch and its undo cancel each other out; a look changes nothing."""
    stands = Q(batch=None) | (~Q(batch=batch) & ~Q(batch__kind="undo") & Q(batch__undone_at=None))
    return Change.objects.filter(stands).exclude(verb__in=rules.READING_VERBS)


def _changed_since(batch: Batch) -> list[str]:
    later = _others(batch).filter(model=OuterRef("model"), object_id=OuterRef("object_id"), pk__gt=OuterRef("pk"))
    return list(batch.changes.filter(Exists(later)).order_by("pk").values_list("label", flat=True).distinct())


def _hung_on(batch: Batch) -> list[str]:
    """Labels of rows that would disappear, or forbid it, with a created row although they came another way."""
    found: list[str] = []
    created = batch.changes.filter(before__isnull=True).order_by("model", "pk").values_list("model", "object_id")
    for label, pairs in groupby(created.iterator(chunk_size=5000), key=lambda pair: pair[0]):
        model = rules.model_of(label)
        keys = [object_id for _model, object_id in pairs]
        for start in range(0, len(keys) if model else 0, CHUNK):
            found += _foreign_children(batch, model, keys[start : start + CHUNK])  # type: ignore[arg-type]
    return found


def _foreign_children(batch: Batch, model: type[Model], keys: list[str]) -> list[str]:
    found: list[str] = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model._meta.auto_created:
            continue
        child, is_cascade = relation.related_model, relation.on_delete is models.CASCADE
        rows = child._base_manager.filter(**{f"{relation.field.name}__in": keys})
        pks = [str(pk) for pk in rows.values_list("pk", flat=True)]
        for start in range(0, len(pks), CHUNK):
            found += _not_from(batch, child, pks[start : start + CHUNK], is_cascade)
    return found


def _not_from(batch: Batch, child: type[Model], pks: list[str], is_cascade: bool) -> list[str]:
    label = child._meta.label_lower
    # Rows the batch made, or pointed here itself: those are put back before what they point at goes.
    own = batch.changes.filter(model=label, object_id__in=pks)
    rest = set(pks) - set(own.values_list("object_id", flat=True))
    if not rest:
        return []
    if is_cascade:  # rows that came with their parent have no entry of their own: they go with it
        foreign = _others(batch).filter(model=label, object_id__in=rest)
        return [*foreign.values_list("label", flat=True), *_foreign_children(batch, child, list(rest))]
    rows = child._base_manager.filter(pk__in=rest)
    with_parent = _came_with_parent(batch, child, rows)
    return [str(row) for row in rows if row.pk not in with_parent]


def _came_with_parent(batch: Batch, child: type[Model], rows: QuerySet[Model]) -> set[Any]:
    """Keys of the rows that go with a parent this batch created, such as the lines of its orders."""
    found: set[Any] = set()
    for field in child._meta.concrete_fields:
        if field.remote_field is None or field.remote_field.on_delete is not models.CASCADE:
            continue
        parents = {pk: str(parent) for pk, parent in rows.values_list("pk", field.attname)}
        made = batch.changes.filter(
            model=field.remote_field.model._meta.label_lower,
            before__isnull=True,
            object_id__in=set(parents.values()),
        )
        keys = set(made.values_list("object_id", flat=True))
        found.update(pk for pk, parent in parents.items() if parent in keys)
    return found
