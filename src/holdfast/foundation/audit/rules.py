"""How a journal entry is told, hidden and answered for; rooms above register what only they know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model

# The triggers that make the journal append-only; `holdfast doctor` looks for them.
TRIGGERS = ("audit_change_no_update", "audit_change_no_delete")
HIDDEN = "•••"
MASKED_WORDS = ("phone", "email", "wechat")

MaySee = Callable[[Any, str], bool]
Restored = Callable[[list[str]], None]
_subjects: dict[str, MaySee] = {}
_restored: dict[str, Restored] = {}


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


def tell_restored(model: str, pks: Iterable[str]) -> None:
    keys = list(pks)
    if keys and model in _restored:
        _restored[model](keys)


def model_of(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def profit_fields(label: str) -> frozenset[str]:
    return frozenset(getattr(model_of(label), "profit_fields", ()))


def mask_personal(field: str, value: Any) -> Any:
    """Phone numbers keep their ends, mail addresses their first letter and domain."""
    if not isinstance(value, str) or not value or not any(word in field for word in MASKED_WORDS):
        return value
    return mask_email(value) if "@" in value else mask_phone(value)


def mask_email(address: str) -> str:
    local, _at, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"


def mask_phone(number: str) -> str:
    digits = re.sub(r"\s", "", number)
    if len(digits) < 8:
        return "*" * len(digits)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def differences(before: dict | None, after: dict | None) -> dict[str, tuple[Any, Any]]:
    """Field → (old, new) where they differ; time stamps of the row itself are no news."""
    old, new = before or {}, after or {}
    names = [*old, *(name for name in new if name not in old)]
    return {
        name: (old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name) and name not in ("created_at", "updated_at")
    }
