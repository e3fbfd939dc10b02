"""One journal for the whole house."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Batch(models.Model):
    """One action that wrote many rows, such as an import; can be undone whole."""

    kind = models.CharField(max_length=40)
    note = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undo_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="undo")
    # An undo in chunks: changes from this key upward are taken back already.
    undo_cursor = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Change(models.Model):
    """One row before and after; `before` null = created, `after` null = deleted. Never changed, never deleted.

    A row that was created together with its parent (a contact with its customer, a line with its order) stands in
    the parent's Change: undoing the parent removes it. `subject` names whose history it belongs to, as
    `customers.customer:12`, so that the customer page finds it by one index.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="changes")
    model = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=200, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["model", "object_id"], name="change_object"),
            models.Index(fields=["subject", "-id"], name="change_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.model} {self.object_id}"


class Export(models.Model):
    """One file taken away: who, when, what, by which filter, how many rows, with whole or masked numbers.

    A file's line never changes. What a program reads page by page is one line a day for each token and address: `key`
    names it, its rows add up, and its filters are those of the day.

    `filters` is parameter → values, worded by the room where it is shown; `unusual` are codes with their figures,
    settled when the file was made: a later look judges nothing anew.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    what = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    label = models.CharField(max_length=200, blank=True)
    filters = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    numbers = models.CharField(max_length=8, default="none")
    ip = models.GenericIPAddressField(null=True)
    unusual = models.JSONField(default=list)
    key = models.CharField(max_length=100, null=True, unique=True, editable=False)

    personal_fields = {"ip": "keep"}

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["actor", "-id"], name="export_actor")]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"


class Redaction(models.Model):
    """One erasure in the journal: by whom, why (a code), about what, how many entries. Open only inside its transaction."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    entries = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.reason} {self.subject}"
