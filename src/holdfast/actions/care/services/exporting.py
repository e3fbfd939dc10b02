"""An export is recorded: who, by which conditions, how many rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit


def note_export(*, by: User, filters: Mapping[str, Any], rows: int) -> None:
    told = {"page": "care", "filter": dict(filters), "rows": rows, "kind": "xlsx"}
    audit.record(actor=by, verb="export", target=by, before={}, after=told, label="care.xlsx")
