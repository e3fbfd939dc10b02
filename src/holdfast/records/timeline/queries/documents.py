"""The readers of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, Prefetch, QuerySet

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer
from holdfast.records.timeline.models import Document, Folder, Version
from holdfast.records.timeline.rules import EntryRow

VERSION = "timeline.version"


def visible_documents(viewer: User) -> QuerySet[Document]:
    """Files of visible customers, also deleted ones, with folder and versions, the newest version first."""
    versions = Version.objects.select_related("author").order_by("-number")
    found: QuerySet[Document] = Document.objects.visible_to(viewer)
    return found.select_related("folder", "customer").prefetch_related(Prefetch("versions", versions))


def documents_of(viewer: User, customer: Customer) -> list[tuple[Folder, list[Document]]]:
    """A customer's files by folder, in the folders' order, the newest file first."""
    found = visible_documents(viewer).filter(customer=customer, deleted_at=None)
    groups: dict[Folder, list[Document]] = {}
    for document in found.order_by("folder__position", "folder_id", "-updated_at", "-pk"):
        groups.setdefault(document.folder, []).append(document)
    return list(groups.items())


def deleted_of(viewer: User, customer: Customer) -> QuerySet[Document]:
    """A customer's deleted files, the last one first."""
    found = visible_documents(viewer).filter(customer=customer).exclude(deleted_at=None).exclude(versions=None)
    return found.select_related("deleted_by").order_by("-deleted_at", "-pk")


def visible_version(viewer: User, pk: int, number: int) -> Version | None:
    """One version of a visible file that is not deleted."""
    seen = Document.objects.visible_to(viewer).filter(deleted_at=None, pk=pk)
    found = Version.objects.filter(document__in=seen, number=number)
    return found.select_related("document__folder", "document__customer").first()


def open_folders() -> QuerySet[Folder]:
    """Folders that take new files."""
    return Folder.objects.filter(is_active=True)


def all_folders() -> QuerySet[Folder]:
    """Every folder with how many files lie in it, as `files`."""
    return Folder.objects.annotate(files=Count("documents")).order_by("position", "pk")


def version_rows(versions: Iterable[Version]) -> Iterator[EntryRow]:
    """The lines of the history that tell of files."""
    for version in versions:
        document = version.document
        yield {
            "customer_id": document.customer_id, "source": VERSION, "source_id": version.pk, "kind": "file",
            "at": version.created_at, "text": document.name, "author_id": version.author_id,
            "payload": {
                "document": document.pk, "folder": document.folder.name, "number": version.number,
                "size": version.size_bytes,
            },
        }  # fmt: skip


def all_version_rows() -> Iterator[EntryRow]:
    """The lines of all files that are not deleted; for the doctor."""
    rows = Version.objects.filter(document__deleted_at=None).select_related("document__folder")
    return version_rows(rows.order_by("pk").iterator(2000))
