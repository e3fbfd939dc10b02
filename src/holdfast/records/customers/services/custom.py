"""Values of custom fields on their way into a customer: known, permitted, and in their kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer, CustomField
from holdfast.records.customers.queries.custom import all_custom_fields, editable_fields
from holdfast.records.customers.rules.custom import clean


def settle_values(rows: Sequence[dict[str, Any]], *, by: User | None) -> None:
    """Clean `custom` of every row that has it, in place; a Refusal names the field as `custom_<code>`.

    Nobody writes a field that is not open to them; `by` None is the house itself and may write all.
    """
    if not any(row.get("custom") for row in rows):
        return
    fields = {field.code: field for field in (all_custom_fields() if by is None else editable_fields(by))}
    for row in rows:
        if "custom" in row:
            row["custom"] = {code: _cleaned(fields, code, raw) for code, raw in (row["custom"] or {}).items()}


def _cleaned(fields: Mapping[str, CustomField], code: str, raw: Any) -> Any:
    if code not in fields:
        told = _("没有「%(code)s」这个自定义字段，或您的角色不能填写它。请去掉这一项。") % {"code": str(code)[:30]}
        raise Refusal(told, field=f"custom_{code}"[:40])
    return clean(fields[code], raw)


def fill_custom(customer: Customer, values: Mapping[str, Any] | None) -> None:
    """Lay cleaned values over those that are there; None takes one away."""
    if values:
        merged = {**(customer.custom or {}), **values}
        customer.custom = {code: value for code, value in merged.items() if value is not None}
