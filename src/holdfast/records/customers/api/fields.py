"""Fields that the company has added to its customers."""

from __future__ import annotations

from typing import Any

from holdfast.common.api import Asked, Out, Problem, listed, read_cursor, write_cursor
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.api.shapes import router
from holdfast.records.customers.queries.custom import custom_fields, editable_fields

NAMES = ("id", "code", "label", "label_en", "kind", "choices", "group", "help", "is_required", "is_filterable")


class FieldOut(Out):
    id: int
    code: str = ""
    label: str = ""
    label_en: str = ""
    kind: str = ""
    choices: list[Any] = []
    group: str = ""
    help: str = ""
    is_required: bool = False
    is_filterable: bool = False
    is_editable: bool = False


@router.lists(
    "/custom-fields", "list_custom_fields", "List custom fields", gives=FieldOut, words=[Permission.CUSTOMER_VIEW]
)
def list_custom_fields(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """The company's own fields that you may see; their values stand in a customer's `custom`, by `code`.

    Filterable ones are parameters of the list of customers: `custom_<code>`, spans `custom_<code>_min` and `_max`.
    """
    editable = {field.pk for field in editable_fields(request.user)}
    fields = [field for field in custom_fields(request.user) if field.pk > _after(asked)]
    fields.sort(key=lambda field: field.pk)
    rows = [{name: getattr(field, name) for name in NAMES} | {"is_editable": field.pk in editable} for field in fields]
    return listed(rows[: asked.limit], asked.cut, _next(rows, asked.limit))


def _after(asked: Asked) -> int:
    parts = read_cursor(asked.cursor, "fields", 1)
    if parts is not None and not isinstance(parts[0], int):
        raise Problem("bad_cursor", 400, field="cursor")
    return parts[0] if parts else 0


def _next(rows: list[dict[str, Any]], limit: int) -> str:
    return write_cursor("fields", rows[limit - 1]["id"]) if len(rows) > limit else ""
