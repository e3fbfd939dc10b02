"""An export is recorded: who, by which filter, how many rows, with whole numbers or masks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Export
from holdfast.foundation.notices import services as notices


def note_export(
    *, by: User, filters: Mapping[str, Any], rows: int, kind: str, numbers: str = "masked", ip: str | None = None
) -> None:
    """Write down one export of the customer list: `numbers` raw, mixed (own ones raw) or masked."""
    audit.note_export(
        by=by, what="customers.list", kind=kind, rows=rows, filters=filters, numbers=numbers, ip=ip,
        target=by, label=f"customers.{kind}",
    )  # fmt: skip


def tell_of_export(export: Export) -> None:
    """Tell the administrators of an unusual export, once."""
    payload = {"who": export.actor_id, "rows": export.rows, "reasons": export.unusual}
    for person in accounts.holders(Permission.USER_ADMIN):
        notices.notify(
            person, kind="audit.export", key=str(export.pk), payload=payload, url="/journal/exports/?only=unusual"
        )
