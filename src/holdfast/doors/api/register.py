"""What programs read of customers stands in the register of exports, as every file does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from holdfast.common.api.params import Asked
from holdfast.common.api.routes import register_witness
from holdfast.common.masking import is_mask
from holdfast.doors.api.glossary import TITLES
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.rules.exports import register_export

NUMBERS = ("phone", "email", "wechat")
# The house's own lists hold nothing of customers.
HOUSE = frozenset({
    "list_people", "list_departments", "list_saved_views", "list_tags", "list_custom_fields", "list_products",
    "list_scored_months", "list_standards", "list_notices", "list_voice_topics",
})  # fmt: skip


def note_page(request: HttpRequest, name: str, asked: Asked, rows: Sequence[dict[str, Any]]) -> None:
    """Add a page of rows to the token's line of the day; a page without rows tells nothing and is not noted."""
    if name in HOUSE or not rows:
        return
    token: Any = request.api_token  # type: ignore[attr-defined]
    audit.note_reading(
        by=request.user,  # type: ignore[arg-type]
        key=f"{token.pk}:{name}", what=f"api.{name}", rows=len(rows), filters=asked.values, numbers=numbers_in(rows),
        label=token.name, ip=request.META.get("REMOTE_ADDR") or None,
    )  # fmt: skip


def numbers_in(rows: Sequence[dict[str, Any]]) -> str:
    """Whether phones and addresses stand in these rows whole (raw), masked, both (mixed), or not at all (none)."""
    people = [one for row in rows for one in (row, *row.get("contacts", ()))]
    found = {is_mask(value) for one in people for name in NUMBERS if (value := one.get(name))}
    if not found:
        return "none"
    return "mixed" if len(found) > 1 else "masked" if found.pop() else "raw"


def register_lists() -> None:
    """Name every list of customers' rows in the register, and have each page of them told."""
    for name in TITLES:
        if name.startswith("list_") and name not in HOUSE:
            register_export(f"api.{name}", _title(name))
    register_witness(note_page)


def _told(name: str) -> str:
    return _("程序读取：%(title)s") % {
        "title": TITLES[name] if (get_language() or "zh").startswith("zh") else _english(name)
    }


_title: Any = lazy(_told, str)


@cache
def _english(name: str) -> str:
    from holdfast.doors.api.description import operations  # only for who reads the register in English

    return str(next(one.summary for one in operations() if one.operation_id == name))
