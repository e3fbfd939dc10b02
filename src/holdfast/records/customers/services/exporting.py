"""An export is recorded: who, by which filter, how many rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit


def note_export(*, by: User, filters: Mapping[str, Any], rows: int, kind: str) -> None:
    """Write the journal's entry of one export of the customer list."""
    audit.record(
        actor=by,
        verb="export",
        target=by,
        after={
            "page": "customers",
            "filter": dict(filters),
            "rows": rows,
            "kind": kind,
        },
        before={},
        label=f"customers.{kind}",
    )
