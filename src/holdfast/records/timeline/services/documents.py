"""The writers of files: added, deleted, brought back, moved between folders."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import writers
from holdfast.records.timeline.models import Document, Folder, Version
from holdfast.records.timeline.queries.documents import VERSION, version_rows
from holdfast.records.timeline.rules import files as rules
from holdfast.records.timeline.services.entries import push_entries, remove_entries

NOTE_LENGTH = 200


def add_document(
    customer: Customer,
    *,
    file: BinaryIO,
    name: str,
    folder: Folder | str = "",
    by: User | None,
    note: str = "",
) -> Document:
    """Keep a file of a customer; the same name in the same folder gets a new version, the same bytes none.

    `folder` may be a code ("contract"); without one a picture goes to the photos, a sound to the recordings, the rest to
    the others. What it is decides by its bytes: dangerous or unknown content is refused, a
    wrong ending is put right. Errors: Refusal on "file" or "folder".
    """
    chosen = _folder(folder) if folder else None
    given = rules.clean_name(name)
    with _refusals(given or name[:40]):
        rules.refuse_by_name(given)
        with writers.keeping(file, limit=settings.FILE_LIMIT_BYTES) as kept, transaction.atomic():
            rules.refuse_text_called_otherwise(given, kept.kind)
            place = chosen or _fitting_folder(kept.kind)
            true_name = rules.name_for(given, kept.kind, unnamed=str(place.word))
            document, is_new = _document(customer, place, true_name, note)
            newest = document.versions.order_by("-number").first()
            if newest is None or newest.sha256 != kept.sha256:
                _add_version(document, kept, newest, by, is_new)
                return document
    writers.remove(kept.path)
    return document


class _refusals:
    """What goes wrong with a file, in words."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, rules.FileRefused):
            text = str(rules.REFUSALS[error.code]) % {"name": self.name, "ending": error.ending}
            raise Refusal(text, "file") from error
        if isinstance(error, writers.TooLarge):
            limit = settings.FILE_LIMIT_BYTES >> 20
            raise Refusal(_("文件超过 %(limit)s MB，请压缩或拆分后再上传。") % {"limit": limit}, "file") from error
        if isinstance(error, OSError):
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            text = _("服务器磁盘满了，文件没有存下。请告诉系统管理员。") if full else _("文件没有存下，请再试一次。")
            raise Refusal(text, "file") from error


def _fitting_folder(kind: str) -> Folder:
    """Where a file of this kind goes when nobody said: its own folder if that is open, else the first one."""
    code = {"image": "photo", "audio": "recording"}.get(rules.KINDS[kind].mime.partition("/")[0], "other")
    found = Folder.objects.filter(is_active=True).order_by("position", "pk")
    place = found.filter(code=code).first() or found.first()
    if place is None:
        raise Refusal(_("还没有能放文件的文件夹，请系统管理员先添一个。"), "folder")
    return place


def _folder(folder: Folder | str) -> Folder:
    if isinstance(folder, Folder):
        return folder
    found = Folder.objects.filter(code=folder, is_active=True).first()
    if found is None:
        raise Refusal(_("没有「%(name)s」这个文件夹，请另选一个。") % {"name": folder}, "folder")
    return found


def _document(customer: Customer, folder: Folder, name: str, note: str) -> tuple[Document, bool]:
    """The document of that name, locked; a new one where there is none."""
    # Two uploads of one new name at once: the second waits for the customer's row, then finds the first.
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    known = Document.objects.filter(customer=customer, folder=folder, name=name, deleted_at=None).first()
    if known is not None:
        return known, False
    return Document.objects.create(customer=customer, folder=folder, name=name, note=note.strip()[:NOTE_LENGTH]), True


def _add_version(
    document: Document, kept: writers.Kept, newest: Version | None, by: User | None, is_new: bool
) -> Version:
    version = Version.objects.create(
        document=document, number=newest.number + 1 if newest else 1, path=kept.path, kind=kept.kind,
        size_bytes=kept.size, sha256=kept.sha256, author=by,
    )  # fmt: skip
    if is_new:
        audit.record(
            actor=by, verb="add", target=document, after=audit.snapshot(document), subject=subject_of(document)
        )
    audit.record(
        actor=by, verb="add", target=version, after=audit.snapshot(version), subject=subject_of(document),
        label=document.name,
    )  # fmt: skip
    push_entries(version_rows([version]))
    return version


def subject_of(document: Document) -> str:
    return f"customers.customer:{document.customer_id}"


@transaction.atomic
def delete_document(document: Document, *, by: User) -> Document:
    """Take a file out of sight with all its versions; it can be brought back."""
    locked = _locked(document)
    if locked.deleted_at is not None:
        raise Refusal(_("「%(name)s」已经删除。") % {"name": locked.name})
    _change(locked, by, "delete", deleted_at=timezone.now(), deleted_by=by)
    remove_entries(VERSION, locked.versions.values_list("pk", flat=True))
    return locked


@transaction.atomic
def restore_document(document: Document, *, by: User) -> Document:
    """Bring a deleted file back; refused while another bears its name."""
    locked = _locked(document)
    if not locked.versions.exists():
        raise Refusal(_("「%(name)s」的内容已经抹去，不能恢复。") % {"name": locked.name})
    same = Document.objects.filter(customer=locked.customer_id, folder=locked.folder_id, name=locked.name)
    if same.filter(deleted_at=None).exists():
        raise Refusal(_("现在已有同名的「%(name)s」，请先删去或改名再恢复。") % {"name": locked.name})
    _change(locked, by, "restore", deleted_at=None, deleted_by=None)
    push_entries(version_rows(locked.versions.all()))
    return locked


@transaction.atomic
def move_document(document: Document, *, folder: Folder, note: str, by: User) -> Document:
    """Put a file into another folder, or say something else about it."""
    locked = _locked(document)
    same = Document.objects.filter(customer=locked.customer_id, folder=folder, name=locked.name, deleted_at=None)
    if same.exclude(pk=locked.pk).exists():
        raise Refusal(_("那个文件夹里已有同名的「%(name)s」。") % {"name": locked.name}, "folder")
    if (locked.folder_id, locked.note) != (folder.pk, note.strip()):
        _change(locked, by, "change", folder=folder, note=note.strip()[:NOTE_LENGTH])
        push_entries(version_rows(locked.versions.select_related("document__folder")))
    return locked


def _locked(document: Document) -> Document:
    return Document.objects.select_for_update(of=("self",)).select_related("folder").get(pk=document.pk)


def _change(document: Document, by: User, verb: str, **values: Any) -> None:
    before = audit.snapshot(document)
    for name, value in values.items():
        setattr(document, name, value)
    document.save(update_fields=[*values, "updated_at"])
    audit.record(
        actor=by, verb=verb, target=document, before=before, after=audit.snapshot(document),
        subject=subject_of(document),
    )  # fmt: skip


def record_reading(version: Version, *, by: User, verb: str) -> None:
    """Note in the journal who looked at (`view`) or took away (`download`) a file of a sensitive folder."""
    document = version.document
    if document.folder.is_sensitive:
        what = {"number": version.number}
        audit.record(actor=by, verb=verb, target=document, before=what, after=what, subject=subject_of(document))


@transaction.atomic
def erase_documents(customer: Customer, *, by: User | None) -> int:
    """Remove the bytes of every file of a customer for good; how many versions went. For an erasure, which then empties
    the names that stay in the rows."""
    return erase_files([customer.pk], by)


def erase_files(customer_ids: list[int], by: User | None) -> int:
    """The hook of an erasure: bytes and versions go, the documents stay as deleted ones without a version."""
    versions = list(Version.objects.filter(document__customer__in=customer_ids))
    remove_entries(VERSION, [version.pk for version in versions])
    for document in Document.objects.filter(customer__in=customer_ids):
        audit.record(actor=by, verb="erase", target=document, subject=subject_of(document), label=f"#{document.pk}")
    Version.objects.filter(pk__in=[version.pk for version in versions]).delete()
    Document.objects.filter(customer__in=customer_ids, deleted_at=None).update(deleted_at=timezone.now())
    paths = [version.path for version in versions]
    transaction.on_commit(lambda: writers.remove_all(paths))
    return len(versions)


# --- folders ---
@transaction.atomic
def save_folder(folder: Folder | None, *, name: str, is_sensitive: bool, is_active: bool = True, by: User) -> Folder:
    """Add a folder, or rename, mark or close one. A closed folder keeps its files and takes no new ones."""
    name = name.strip()
    if not name:
        raise Refusal(_("请写文件夹的名称。"), "name")
    others = [other for other in Folder.objects.all() if other != folder]
    if any(name in (other.name, other.word) for other in others):
        raise Refusal(_("已有「%(name)s」这个文件夹。") % {"name": name}, "name")
    before = audit.snapshot(folder) if folder else None
    row = folder or Folder(position=Folder.objects.count() + 1)
    row.name = row.code if row.code and name == row.word else name
    row.is_sensitive, row.is_active = is_sensitive, is_active
    row.save()
    audit.record(actor=by, verb="change" if before else "add", target=row, before=before, after=audit.snapshot(row))
    return row


def sweep_files() -> int:
    """Remove files that no version knows, left by a kill; how many."""
    strays = writers.stray_files(known_paths())
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def known_paths() -> set[str]:
    """The places of all versions, also of deleted files."""
    return set(Version.objects.values_list("path", flat=True))


def missing_files() -> list[str]:
    """Names of files whose bytes are gone or of another size."""
    rows: Iterable[Version] = Version.objects.select_related("document").order_by("pk").iterator(2000)
    return [f"{row.document.name} (v{row.number})" for row in rows if not _is_whole(row)]


def _is_whole(version: Version) -> bool:
    return version.file.is_file() and version.file.stat().st_size == version.size_bytes
