"""Custom fields as one viewer may see them: definitions, values in words, and the expression that filters and indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, TypeAlias

from django.db import models
from django.db.models import F, Func

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer, CustomField
from holdfast.records.customers.rules import custom as rules

Known: TypeAlias = list[CustomField]
_ticks = count()
_newest = next(_ticks)


def forget_fields() -> None:
    """Whoever has read the definitions in this process reads them anew: called by the services that write them."""
    global _newest
    _newest = next(_ticks)


def all_custom_fields() -> Known:
    """Every field in use, in order, whoever may see it: for jobs and for the page that manages them."""
    return list(CustomField.objects.filter(archived_at=None).order_by("position", "pk"))


def custom_fields(viewer: User) -> Known:
    """The fields in use that this person may see, in order; read once a request."""
    kept = viewer.__dict__.get("_custom_fields")
    if kept is None or kept[0] != _newest:
        roles = _codes_of(viewer)
        kept = (_newest, [field for field in all_custom_fields() if _is_open(field.view_roles, roles)])
        viewer.__dict__["_custom_fields"] = kept
    fields: Known = kept[1]
    return fields


def editable_fields(viewer: User) -> Known:
    """Those among them that this person may fill in on customers they may edit."""
    roles = _codes_of(viewer)
    return [field for field in custom_fields(viewer) if _is_open(field.edit_roles, roles)]


def _codes_of(viewer: User) -> set[str]:
    return {role.code for role in viewer._roles}


def _is_open(allowed: Sequence[str], roles: set[str]) -> bool:
    return not allowed or bool(roles & set(allowed))


def custom_values(viewer: User, customer: Customer) -> dict[str, Any]:
    """Code → kept value of the fields this person may see, for machines; None where nothing was entered."""
    values = customer.custom or {}
    return {field.code: values.get(field.code) for field in custom_fields(viewer)}


def custom_words(viewer: User, customer: Customer) -> list[tuple[CustomField, str]]:
    """(field, value in words) of those that are filled in."""
    values = customer.custom or {}
    pairs = [(field, rules.shown(field, values.get(field.code))) for field in custom_fields(viewer)]
    return [(field, text) for field, text in pairs if text]


def custom_differences(
    viewer: User, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[tuple[str, str, str]]:
    """(label, before, after) in words of what changed among the fields this person may see: for the journal."""
    old, new = before or {}, after or {}
    found = [field for field in custom_fields(viewer) if old.get(field.code) != new.get(field.code)]
    return [
        (field.title, rules.shown(field, old.get(field.code)), rules.shown(field, new.get(field.code)))
        for field in found
    ]


# --- filtering ----------------------------------------------------------------------------------------------------
class CustomValue(Func):
    """A custom value as a column: text for text, dates and choices, a number for numbers and yes or no.

    The code stands in the SQL itself (it is letters, digits and underscores alone), so that an index made of the same
    expression serves.
    """

    output_fields: Mapping[str, models.Field] = {"number": models.FloatField(), "yes_no": models.IntegerField()}

    def __init__(self, code: str, kind: str, column: Any = "custom") -> None:
        if not rules.CODE.fullmatch(code):
            raise ValueError(f"{code!r} is no code of a custom field")
        self.code, self.kind = code, kind
        super().__init__(F(column), output_field=self.output_fields.get(kind, models.TextField()))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"json_extract(%(expressions)s, '$.{self.code}')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=postgres_template(self.code, self.kind), **context)


def postgres_template(code: str, kind: str, column: str = "%(expressions)s") -> str:
    """A value of another kind than the field's is none: one that an undo brought back breaks no index."""
    text = f"({column} ->> '{code}')"
    if kind == "number":
        return f"(CASE WHEN jsonb_typeof({column} -> '{code}') = 'number' THEN {text}::double precision END)"
    if kind == "yes_no":
        return f"(CASE {text} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END)"
    return text


def index_sql(vendor: str, field: CustomField) -> str:
    """What the index of a filterable field stands on, as `CustomValue` writes it."""
    if vendor == "postgresql":
        return postgres_template(field.code, field.kind, '"custom"')
    return f"json_extract(\"custom\", '$.{field.code}')"
