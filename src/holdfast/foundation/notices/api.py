"""What the token's person was told, for programs that show it elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from holdfast.common.api import Asked, Out, Room, Sort, flag, listed, page_of
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.notices import queries
from holdfast.foundation.notices.models import Notice

router = Room("notices")
NEWEST = Sort("new", "pk", is_falling=True)
NAMES = ("id", "kind", "title", "detail", "url", "due_at", "created_at", "read_at")


class NoticeOut(Out):
    id: int
    kind: str = ""
    title: str = ""
    detail: str = ""
    url: str = ""
    due_at: datetime | None = None
    created_at: datetime | None = None
    read_at: datetime | None = None


@router.lists(
    "/notices",
    "list_notices",
    "List notices",
    gives=NoticeOut,
    words=[Permission.CUSTOMER_VIEW],
    params=[flag("unread")],
)
def list_notices(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Your own notices, the newest first, in the language of Accept-Language."""
    page = page_of(queries.inbox(request.user, unread=asked.get("unread", False)), NEWEST, asked.cursor, asked.limit)
    rows = queries.worded(request.user, page.rows)
    return listed(rows, lambda row: asked.cut(_shown(row)), page.next)


def _shown(notice: Notice) -> dict[str, Any]:
    return {name: getattr(notice, name) for name in NAMES}
