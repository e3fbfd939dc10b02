"""Files of a customer: what there is, and the bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO, cast

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from ninja import File, Form, Schema, UploadedFile

from holdfast.common.api import (
    Asked,
    In,
    Key,
    Line,
    Out,
    Problem,
    Sort,
    Text,
    Whole,
    choice,
    etag_of,
    listed,
    moment,
    page_of,
    seen,
    text,
    whole,
)
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries as customers
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import queries, services
from holdfast.records.timeline.api.shapes import VIEW, router
from holdfast.records.timeline.models import Document, Version
from holdfast.records.timeline.rules import FOLDERS
from holdfast.records.timeline.rules.files import KINDS

EDIT = Permission.CUSTOMER_EDIT
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


class DocumentForm(In):
    """Goes with the file. `folder`: a code such as `contract`; without one the kind of file decides."""

    customer_id: Key
    folder: Text(40) = ""  # type: ignore[valid-type]
    note: Line = ""


@router.uploads("/documents", "create_document", "Upload a file", gives=DocumentOut, words=[VIEW, EDIT])
def create_document(request: StaffRequest, file: File[UploadedFile], form: Form[DocumentForm]) -> Whole:
    """Keep a file of a customer: the same name in the same folder gets a new version, the same bytes none.

    Send `multipart/form-data`. What it is decides by its bytes: dangerous and unknown content is refused.
    """
    if unknown := sorted({*request.POST, *request.FILES} - {*DocumentForm.model_fields, "file"}):
        raise Problem("invalid", 422, field=unknown[0][:100])  # a misspelt part is never lost in silence
    customer = Customer.objects.visible_to(request.user).filter(pk=form.customer_id).first()
    if customer is None:
        raise Problem("not_known", 422, field="customer_id", name=f"customer_id {form.customer_id}")
    if not customers.may_edit(request.user, customer):
        raise Problem("forbidden", 403, field="customer_id")
    kept = services.add_document(
        customer, file=cast(BinaryIO, file), name=file.name or "", folder=form.folder, note=form.note, by=request.user
    )
    document = queries.visible_documents(request.user).get(pk=kept.pk)
    return Whole(_shown(document), etag_of(document), f"/api/v1/documents/{document.pk}")


@router.removes("/documents/{int:pk}", "delete_document", "Take a file away", words=[VIEW, EDIT])
def delete_document(request: StaffRequest, pk: int) -> HttpResponse:
    """Out of sight with all its versions; on its page it can be brought back."""
    with transaction.atomic():
        found = queries.visible_documents(request.user).filter(deleted_at=None, pk=pk).first()
        if found is None:
            raise Http404
        if not customers.may_edit(request.user, found.customer):
            raise Problem("forbidden", 403)
        seen(request, found)
        services.delete_document(found, by=request.user)
    return HttpResponse(status=204)


def _opened(version: Version) -> Any:
    try:
        return version.file.open("rb")
    except OSError as error:
        raise Http404 from error
