"""Fields that a company adds to its customers; the values stand in `Customer.custom`."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from holdfast.common.models import Base

FIELD_KINDS = {
    "text": _("文字"),
    "number": _("数字"),
    "date": _("日期"),
    "choice": _("单选"),
    "yes_no": _("是或否"),
}


def field_kinds() -> list[tuple[str, Any]]:
    return list(FIELD_KINDS.items())


class CustomField(Base):
    """One field of the company's own. `code` is its key in `Customer.custom` and never changes.

    `choices` are [code, Chinese, English]; `view_roles` and `edit_roles` are codes of roles, empty means everybody who
    sees, or edits, the customer. Archived fields keep their values, which are shown nowhere.
    """

    code = models.CharField(max_length=30, unique=True)
    label = models.CharField(max_length=40)
    label_en = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=8, choices=field_kinds)
    choices = models.JSONField(default=list, blank=True)
    group = models.CharField(max_length=40, blank=True)
    help = models.CharField(max_length=200, blank=True)
    is_required = models.BooleanField(default=False)
    is_filterable = models.BooleanField(default=False)
    in_list = models.BooleanField(default=False)
    view_roles = models.JSONField(default=list, blank=True)
    edit_roles = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["label"], condition=Q(archived_at=None), name="custom_field_label_once")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def title(self) -> str:
        """The label in the reader's language."""
        return self.label_en if self.label_en and (get_language() or "").startswith("en") else self.label

    @property
    def param(self) -> str:
        """Its name in forms, addresses and columns."""
        return f"custom_{self.code}"

    @property
    def index_name(self) -> str:
        return f"customer_custom_{self.code}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
