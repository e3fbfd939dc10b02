"""One file that comes in, and how its columns were matched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.models import Base
from holdfast.doors.intake.rules.fields import custom_field
from holdfast.doors.intake.rules.kinds import KINDS, Kind
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.foundation.audit.models import Batch
from holdfast.foundation.jobs.models import Job
from holdfast.records.customers.queries.custom import editable_fields

STATES = {
    "uploaded": _("待对应列"),
    "mapped": _("检查中"),
    "checked": _("待写入"),
    "applying": _("写入中"),
    "undoing": _("撤销中"),
    "applied": _("已写入"),
    "cancelled": _("已取消"),
    "failed": _("未完成"),
    "undone": pgettext_lazy("import", "已撤销"),
}
OPEN_STATES = ("uploaded", "mapped", "checked")
"""Nothing is written yet."""
STALE_AFTER = timedelta(minutes=2)


def states() -> list[tuple[str, Any]]:
    return list(STATES.items())


def kinds() -> list[tuple[str, Any]]:
    return [(kind.name, kind.title) for kind in KINDS.values()]


def spec_for(kind: str, by: User) -> Kind:
    """The kind with its fields, the company's own among them as far as the importer may fill them in."""
    spec = KINDS[kind]
    if kind != "customers":
        return spec
    return replace(spec, fields=(*spec.fields, *map(custom_field, editable_fields(by))))


def uploads_folder() -> Path:
    """Outside every folder that is served."""
    return Path(settings.DATA) / "uploads" / "imports"


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, viewer: User) -> ImportQuerySet:
        """Own imports; the system administrator sees all: a file may hold customers of anybody."""
        if not viewer.may(Permission.IMPORT):
            return self.none()
        is_all = viewer.may(Permission.SYSTEM_ADMIN) and viewer.scope == Scope.ALL
        return self if is_all else self.filter(by=viewer)


class Import(Base):
    """One file on its way in: uploaded → mapped (being checked) → checked → applying → applied.

    `columns` field → heading; `edits` row number → heading → new text; `counts` rows by outcome and records written;
    `applied_through` the first row of the last record written: a killed job goes on behind it. `ends_as` is the state
    an undo leads to.
    """

    kind = models.CharField(max_length=12, choices=kinds)
    state = models.CharField(max_length=12, choices=states, default="uploaded")
    by = models.ForeignKey(User, models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    folder = models.CharField(max_length=40, unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    sheet_name = models.CharField(max_length=100, blank=True)
    headings = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    columns = models.JSONField(default=dict)
    date_order = models.CharField(max_length=3, blank=True)
    unclear = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    edits = models.JSONField(default=dict)
    rows = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    quirks = models.JSONField(default=dict)
    written = models.JSONField(default=dict)
    applied_through = models.PositiveBigIntegerField(default=0)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="+")
    ends_as = models.CharField(max_length=12, choices=states, blank=True)
    error = models.JSONField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()
    personal_fields = {"edits": "erase"}

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["by", "-id"], name="import_by"),
            models.Index(fields=["sha256"], name="import_sha256"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["applying", "applied", "undoing", "undone"]) | Q(batch__isnull=False),
                name="import_written_has_batch",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def spec(self) -> Kind:
        return spec_for(self.kind, self.by)

    @property
    def path(self) -> Path:
        return uploads_folder() / self.folder

    @property
    def source(self) -> Path:
        return self.path / "source"

    @property
    def is_busy(self) -> bool:
        return self.state in ("mapped", "applying", "undoing")

    @property
    def is_open(self) -> bool:
        """Nothing of it stands in the tables: its columns and options may still change."""
        return self.state in OPEN_STATES or (self.state in ("cancelled", "failed") and not self.applied_through)

    @property
    def is_stuck(self) -> bool:
        """Whoever worked on it is gone: the job is over, or (from the command line) nothing moved for two minutes."""
        if not self.is_busy:
            return False
        return self.job.is_over if self.job else timezone.now() - self.updated_at > STALE_AFTER

    @property
    def can_undo(self) -> bool:
        return self.state == "applied" or (self.state == "failed" and self.applied_through > 0)

    @property
    def to_write(self) -> int:
        """Rows that applying would write."""
        return self.counts.get("new", 0) + self.counts.get("update", 0)

    @property
    def rejected(self) -> int:
        return self.counts.get("rejected", 0) + self.counts.get("held", 0)


class MappingQuerySet(models.QuerySet["Mapping"]):
    def named(self, kind: str) -> MappingQuerySet:
        """The company's own, by name."""
        return self.filter(kind=kind).exclude(name="").order_by(Lower("name"))


class Mapping(Base):
    """How columns were matched. With a name it is the company's, used by whoever imports that kind; without one it is
    what its owner chose for one set of headings, for all if shared. `follows`: the name that was chosen for them."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="mappings")
    kind = models.CharField(max_length=12, choices=kinds)
    name = models.CharField(max_length=60, blank=True)
    signature = models.CharField(max_length=64)
    headings = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    date_order = models.CharField(max_length=3, blank=True)
    options = models.JSONField(default=dict)
    is_shared = models.BooleanField(default=False)
    follows = models.CharField(max_length=60, blank=True)

    objects = MappingQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "signature"], condition=Q(name=""), name="mapping_remembered_once"
            ),
            models.UniqueConstraint("kind", Lower("name"), condition=~Q(name=""), name="mapping_name_once"),
        ]
        indexes = [models.Index(fields=["kind", "signature"], name="mapping_signature")]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.pk}"
