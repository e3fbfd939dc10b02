"""Hand everything that hangs on one row to another, whatever room it lies in; every changed row is journalled.

The walk goes over the relations that the models declare, so that a model that is added later is walked as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Field, Model, Q, UniqueConstraint

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch

CHUNK = 500
# What becomes of the row that stays when its twin goes: model label → fold(stays, goes), true when the first changed.
Fold = Callable[[Any, Any], bool]


def relations_of(model: type[Model]) -> Iterator[tuple[type[Model], Field]]:
    """(model, foreign key) of everything that points to rows of `model`, hidden relations too."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):  # a one-to-one relation is one of these, too
            yield relation.related_model, relation.field


class Walk:
    """One walk within one batch; `moved` counts by model label."""

    def __init__(
        self, *, by: User | None, batch: Batch, subject: str, skip: frozenset[Any], folds: dict[str, Fold]
    ) -> None:
        self.by, self.batch, self.subject = by, batch, subject
        self.skip, self.folds = skip, folds
        self.moved: Counter[str] = Counter()
        self.gone: Counter[str] = Counter()

    def repoint(self, old: Model, new: Model) -> None:
        """Whatever points to `old` points to `new`; rows that would stand twice are folded into their twins."""
        for model, field in relations_of(type(old)):
            if model in self.skip:
                continue
            if field.primary_key:
                self._rekey(model, field, old, new)
            elif is_bound(model, field):
                for row in model._base_manager.filter(**{field.name: old.pk}).order_by("pk"):
                    self._move_one(row, field, new)
            else:
                self._move_all(model, field, old, new)

    def _move_all(self, model: type[Model], field: Field, old: Model, new: Model) -> None:
        rows = model._base_manager.filter(**{field.name: old.pk}).order_by("pk")
        while chunk := list(rows[:CHUNK]):
            entries = []
            for row in chunk:
                before = audit.snapshot(row)
                entries.append((row, before, {**before, field.attname: new.pk}, self.subject))
            self._record(entries)
            model._base_manager.filter(pk__in=[row.pk for row in chunk]).update(**{field.attname: new.pk})
            self.moved[model._meta.label_lower] += len(chunk)

    def _move_one(self, row: Model, field: Field, new: Model) -> None:
        before = audit.snapshot(row)
        setattr(row, field.attname, new.pk)
        problem = broken(row, field)
        if problem is None:
            self._record([(row, before, audit.snapshot(row), self.subject)])
            type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: new.pk})
            self.moved[row._meta.label_lower] += 1
        else:
            self.fold(row, twin_of(row, problem), before)

    def fold(self, row: Model, twin: Model | None, before: dict[str, Any]) -> None:
        """`row` goes, its twin stays and takes what hangs on it."""
        if twin is not None:
            fold, old = self.folds.get(row._meta.label_lower), audit.snapshot(twin)
            if fold is not None and fold(twin, row):
                twin.save()
                self._record([(twin, old, audit.snapshot(twin), self.subject)])
            self.repoint(row, twin)
        self._remove(row, before)

    def _rekey(self, model: type[Model], field: Field, old: Model, new: Model) -> None:
        """A row whose key is its owner's: it is made anew under the new key, or goes where there is one."""
        row = model._base_manager.filter(pk=old.pk).first()
        if row is None:
            return
        before = audit.snapshot(row)
        self._remove(row, before)
        if not model._base_manager.filter(pk=new.pk).exists():
            setattr(row, field.attname, new.pk)
            row.save_base(raw=True, force_insert=True)
            self._record([(row, None, audit.snapshot(row), self.subject)])

    def _remove(self, row: Model, before: dict[str, Any]) -> None:
        hanging = [
            model._meta.label
            for model, field in relations_of(type(row))
            if model._base_manager.filter(**{field.name: row.pk}).exists()
        ]
        if hanging:
            raise Refusal(f"{row._meta.label} {row.pk}: {', '.join(hanging)}")
        self._record([(row, before, None, self.subject)])
        type(row)._base_manager.filter(pk=row.pk).delete()
        self.gone[row._meta.label_lower] += 1

    def _record(self, entries: list[Any]) -> None:
        audit.record_many(entries, actor=self.by, verb="merge", batch=self.batch)


def is_bound(model: type[Model], field: Field) -> bool:
    """Whether a rule of the table speaks of this column, so that its rows are moved one by one."""
    together = any(field.name in names for names in model._meta.unique_together)
    return field.unique or together or any(_speaks_of(constraint, field) for constraint in model._meta.constraints)


def _speaks_of(constraint: Any, field: Field) -> bool:
    if isinstance(constraint, UniqueConstraint):
        return field.name in constraint.fields
    condition = constraint.condition if isinstance(constraint, CheckConstraint) else None
    return isinstance(condition, Q) and field.name in condition.referenced_base_fields


def broken(row: Model, field: Field) -> Any:
    """The rule of the table that the row breaks where it would stand now, or None."""
    for constraint in row._meta.constraints:
        if _speaks_of(constraint, field):
            try:
                constraint.validate(type(row), row)
            except ValidationError:
                return constraint
    for names in [*row._meta.unique_together, *([(field.name,)] if field.unique else [])]:
        if field.name in names and _same(row, names) is not None:
            return names
    return None


def twin_of(row: Model, problem: Any) -> Model | None:
    """The row that stands there already; none where the rule is about the row itself."""
    if isinstance(problem, CheckConstraint):
        return None
    if isinstance(problem, UniqueConstraint):
        return _same(row, problem.fields, problem.condition)
    return _same(row, problem)


def _same(row: Model, names: Any, condition: Any = None) -> Model | None:
    by_name = {field.name: field.attname for field in row._meta.concrete_fields}
    found = type(row)._base_manager.filter(**{name: getattr(row, by_name[name]) for name in names})
    return (found.filter(condition) if condition else found).exclude(pk=row.pk).order_by("pk").first()


__all__ = ["Walk", "broken", "is_bound", "relations_of", "twin_of"]
