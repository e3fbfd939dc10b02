"""Files of a customer: in folders, every version kept. The bytes lie outside the web root."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from holdfast.common.models import Base
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models.entries import OfCustomerQuerySet
from holdfast.records.timeline.rules import FOLDERS


def files_home() -> Path:
    """Where the bytes lie."""
    return Path(settings.DATA) / "files"


class Folder(Base):
    """A class of files, such as contracts. `code` marks those a new company starts with; downloads of a sensitive
    one are journalled."""

    code = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=40, unique=True)
    is_sensitive = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    personal_fields = {"name": "keep"}

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="folder_code_once")]

    def __str__(self) -> str:
        return self.word

    @property
    def word(self) -> str:
        """The name in the reader's language; a folder of the company's own has one name only."""
        return str(FOLDERS[self.code]) if self.code in FOLDERS and self.name == self.code else self.name


class Document(Base):
    """A file by its name in a folder of a customer; uploaded again under the same name it gets a new version.

    Two may bear one name only after two customers were merged: neither file may be lost then.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="documents")
    folder = models.ForeignKey(Folder, models.PROTECT, related_name="documents")
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=200, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfCustomerQuerySet.as_manager()
    personal_fields = {"name": "erase", "note": "erase"}

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["customer", "folder", "name"], name="document_of_customer")]

    def __str__(self) -> str:
        return self.name


class Version(Base):
    """The bytes of a document as uploaded once. `path` is random, below `files_home()`; `kind` is what the bytes are."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    path = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=12)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"

    @property
    def file(self) -> Path:
        return files_home() / self.path
