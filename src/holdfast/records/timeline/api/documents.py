"""Files of a customer: what there is, and the bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404
from ninja import Schema

from holdfast.common.api import Asked, Out, Sort, Whole, choice, etag_of, listed, moment, page_of, text, whole
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.records.timeline import queries, services
from holdfast.records.timeline.api.shapes import VIEW, router
from holdfast.records.timeline.models import Document, Version
from holdfast.records.timeline.rules import FOLDERS
from holdfast.records.timeline.rules.files import KINDS

NEWEST, SINCE = Sort("new", "pk", is_falling=True), Sort("since", "updated_at")


class VersionOut(Schema):
    """The bytes as uploaded once."""

    number: int
    kind: str
    size_bytes: int
    sha256: str
    author_id: int | None
    created_at: datetime


class DocumentOut(Out):
    id: int
    customer_id: int = 0
    folder: str = ""
    name: str = ""
    note: str = ""
    versions: list[VersionOut] = []
    created_at: datetime | None = None
    updated_at: datetime | None = None


@router.lists(
    "/documents", "list_documents", "List files", gives=DocumentOut, words=[VIEW],
    params=[whole("customer"), choice("folder", list(FOLDERS)), text("name", 200), moment("updated_since")],
)  # fmt: skip
def list_documents(request: StaffRequest, asked: Asked) -> dict[str, Any]:
    """Files of your customers with their versions, the newest first; the bytes have an address of their own."""
    names = {"customer": "customer", "folder": "folder__code", "name": "name", "updated_since": "updated_at__gte"}
    found = queries.visible_documents(request.user).filter(deleted_at=None)
    found = found.filter(**{names[name]: value for name, value in asked.values.items()})
    page = page_of(found, SINCE if "updated_since" in asked.values else NEWEST, asked.cursor, asked.limit)
    return listed(page.rows, lambda row: asked.cut(_shown(row)), page.next)


def _shown(document: Document) -> dict[str, Any]:
    names = ("id", "customer_id", "name", "note", "created_at", "updated_at")
    versions = [{name: getattr(one, name) for name in VersionOut.model_fields} for one in document.versions.all()]
    folder = document.folder.code or document.folder.name
    return {name: getattr(document, name) for name in names} | {"folder": folder, "versions": versions}


@router.gets("/documents/{int:pk}", "get_document", "Read about a file", gives=DocumentOut, words=[VIEW])
def get_document(request: StaffRequest, pk: int, asked: Asked) -> Whole:
    """One file with its versions."""
    found = queries.visible_documents(request.user).filter(deleted_at=None, pk=pk).first()
    if found is None:
        raise Http404
    return Whole(asked.cut(_shown(found)), etag_of(found))


@router.downloads("/documents/{int:pk}/versions/{int:number}", "download_document", "Download a file", words=[VIEW])
def download_document(request: StaffRequest, pk: int, number: int) -> FileResponse:
    """The bytes of one version; taking away a file of a sensitive folder is journalled."""
    version = queries.visible_version(request.user, pk, number)
    if version is None:
        raise Http404
    file = _opened(version)
    services.record_reading(version, by=request.user, verb="download")
    return FileResponse(file, as_attachment=True, filename=version.document.name, content_type=KINDS[version.kind].mime)


def _opened(version: Version) -> Any:
    try:
        return version.file.open("rb")
    except OSError as error:
        raise Http404 from error
