"""How a journal entry is told, hidden and answered for; rooms above register what only they know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model

from holdfast.foundation.audit.rules.masking import HIDDEN, mask_email, mask_personal, mask_phone

__all__ = [
    "HIDDEN",
    "READING_VERBS",
    "TRIGGERS",
    "choice_names",
    "column_of",
    "differences",
    "expander_of",
    "is_derived",
    "mask_email",
    "mask_personal",
    "mask_phone",
    "may_see_subject",
    "model_of",
    "profit_fields",
    "register_expander",
    "register_gone",
    "register_restored",
    "register_subject",
    "tell_gone",
    "tell_restored",
]  # fmt: skip
# The triggers that make the journal append-only; `holdfast doctor` looks for them.
# Entries that note who looked or took away, not a change: they stand in the way of no undo.
READING_VERBS = ("reveal", "export")
TRIGGERS = ("audit_change_no_update", "audit_change_no_delete")

MaySee = Callable[[Any, str], bool]
Restored = Callable[[list[str]], None]
Gone = Callable[[str, list[str]], object]
Expand = Callable[[Any, Any, Any], list[tuple[str, str, str]]]
_subjects: dict[str, MaySee] = {}
_expanders: dict[tuple[str, str], Expand] = {}
_restored: dict[str, Restored] = {}
_gone: list[Gone] = []


def register_subject(model: str, may_see: MaySee) -> None:
    """Say who may see a subject's history: `may_see(viewer, pk)`; e.g. "customers.customer"."""
    _subjects[model] = may_see


def may_see_subject(viewer: Any, subject: str) -> bool:
    """Whether this person may see the history of `customers.customer:12`; unknown subjects are nobody's."""
    model, colon, pk = subject.partition(":")
    may_see = _subjects.get(model)
    return bool(may_see and colon and pk.isdigit() and may_see(viewer, pk))


def register_restored(model: str, restored: Restored) -> None:
    """Have derived rows (such as search tokens) made anew after an undo put rows of `model` back: `restored(pks)`."""
    _restored[model] = restored


def register_expander(model: str, field: str, expand: Expand) -> None:
    """Have a column that holds many values told value by value: `expand(viewer, before, after)` → (label, old, new)."""
    _expanders[model, field] = expand


def expander_of(model: str, field: str) -> Expand | None:
    return _expanders.get((model, field))


def tell_restored(model: str, pks: Iterable[str]) -> None:
    keys = list(pks)
    if keys and model in _restored:
        _restored[model](keys)


def register_gone(gone: Gone) -> None:
    """Have rows that tell of others taken away after an undo removed those: `gone(model, pks)`."""
    _gone.append(gone)


def tell_gone(model: str, pks: Iterable[str]) -> None:
    keys = list(pks)
    for gone in _gone if keys else ():
        gone(model, keys)


def model_of(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def column_of(label: str, field: str) -> Any:
    """The column of that name, or None."""
    model = model_of(label)
    return {one.attname: one for one in model._meta.concrete_fields}.get(field) if model else None


def choice_names(label: str, field: str) -> dict[str, Any]:
    """Code → name of a column with choices."""
    column = column_of(label, field)
    return dict(column.flatchoices) if column is not None and column.choices else {}


def profit_fields(label: str) -> frozenset[str]:
    return frozenset(getattr(model_of(label), "profit_fields", ()))


def differences(before: dict | None, after: dict | None) -> dict[str, tuple[Any, Any]]:
    """Field → (old, new) where they differ; time stamps of the row itself are no news."""
    old, new = before or {}, after or {}
    names = [*old, *(name for name in new if name not in old)]
    return {
        name: (old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name) and not is_derived(name)
    }


def is_derived(name: str) -> bool:
    """Columns that no person changes: keys of the row itself and normalised copies for the search."""
    return name in ("id", "created_at", "updated_at", "path", "version", "sha256", "folder") or name.endswith("_key")
