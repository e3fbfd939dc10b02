"""Tags within reach."""

from __future__ import annotations

from typing import Any

from holdfast.common.api import Asked, Out, Sort, listed, page_of
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.api.shapes import router
from holdfast.records.customers.queries.listing.filters import visible_tags

BY_NAME = Sort("name", "name")


class TagOut(Out):
    id: int
    name: str = ""


@router.lists("/tags", "list_tags", "List tags", gives=TagOut, words=[Permission.CUSTOMER_VIEW])
def list_tags(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Tags that hang on customers in your scope; a customer's tags are set by their names."""
    page = page_of(visible_tags(request.user), BY_NAME, asked.cursor, asked.limit)
    return listed(page.rows, lambda tag: asked.cut({"id": tag.pk, "name": tag.name}), page.next)
