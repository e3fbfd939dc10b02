"""The one abstract model."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Base(models.Model):
    """A row that knows when it was made and last changed.

    `personal_fields`: field → what an erasure does ("erase", "blank", "keep": the law wants it kept).
    `profit_fields`: columns that only a viewer with `see_profit` may see, also in the journal.
    """

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    personal_fields: ClassVar[dict[str, str]] = {}
    profit_fields: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True
