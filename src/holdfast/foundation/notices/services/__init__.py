"""Tell people, keep how they want to be told, and bring the letters."""

from holdfast.foundation.notices.services.delivery import deliver
from holdfast.foundation.notices.services.keeping import forget_old, set_preference
from holdfast.foundation.notices.services.telling import (
    NoticeRow,
    mark_all_read,
    mark_read,
    notify,
    notify_many,
    settle,
)

__all__ = [
    "NoticeRow", "deliver", "forget_old", "mark_all_read", "mark_read", "notify", "notify_many", "set_preference", "settle",
]  # fmt: skip
