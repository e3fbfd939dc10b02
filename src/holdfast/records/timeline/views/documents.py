"""Pages of files: the list of a customer, one file with its versions, the bytes, the folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import queries as customers
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import forms, queries, services
from holdfast.records.timeline.models import Document, Folder, Version
from holdfast.records.timeline.rules.files import KINDS
from holdfast.records.timeline.views.pages import done, form_page

# What a file that is shown by itself may do: nothing. Its scripts, forms and frames are cut off.
SHOWN_ALONE = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
TEXT_SHOWN = 65_536
MOST_FILES = 20
CHUNK = 1 << 16


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def documents(request: StaffRequest, pk: int) -> HttpResponse:
    """A customer's files by folder."""
    return _list(request, _customer(request, pk))


def _customer(request: StaffRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def _list(request: StaffRequest, customer: Customer, form: Any = None, status: int = 200) -> HttpResponse:
    may_edit = customers.may_edit(request.user, customer)
    context = {
        "customer": customer,
        "groups": queries.documents_of(request.user, customer),
        "deleted": queries.deleted_of(request.user, customer)[:20] if may_edit else [],
        "may_edit": may_edit,
        "form": form or forms.UploadForm(),
        "limit": settings.FILE_LIMIT_BYTES >> 20,
        "may_set_folders": request.user.may(Permission.SYSTEM_ADMIN),
    }
    return show(request, "timeline/documents.html", context, status=status)


@csrf_exempt  # only so that a body that is far too large is refused unread; the token is asked for right after
@needs(Permission.CUSTOMER_EDIT)
@require_POST
def document_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what was sent; each file that cannot be kept is told by its name, the others stand."""
    customer = _editable(request, pk)
    sent = request.META.get("CONTENT_LENGTH") or "0"
    if sent.isdecimal() and int(sent) > MOST_FILES * settings.FILE_LIMIT_BYTES:
        return HttpResponse(_("发来的文件太大，没有读。"), status=413, content_type="text/plain; charset=utf-8")
    found: HttpResponse = csrf_protect(_add)(request, customer)
    return found


def _add(request: StaffRequest, customer: Customer) -> HttpResponse:
    form = forms.UploadForm(request.POST)
    files = request.FILES.getlist("file")[:MOST_FILES]
    if not files:
        form.add_error(None, _("请先选文件。"))
    kept = [name for file in files if (name := _kept(request, customer, form, file))] if form.is_valid() else []
    if form.errors:
        if kept:
            messages.success(request, _("已存下 %(n)s 个文件") % {"n": len(kept)})
        return _list(request, customer, form, status=422)
    return done(request, _("已存下：%(names)s") % {"names": "、".join(kept)}, customer)


def _kept(request: StaffRequest, customer: Customer, form: forms.UploadForm, file: Any) -> str:
    try:
        data = {"folder": form.cleaned_data["folder"] or "", "note": form.cleaned_data["note"]}
        return services.add_document(customer, file=file, name=file.name or "", by=request.user, **data).name
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return ""


def _editable(request: StaffRequest, pk: int) -> Customer:
    customer = _customer(request, pk)
    if not customers.may_edit(request.user, customer):
        raise PermissionDenied(_("这位客户归别人负责，文件请由负责人存放。"))
    return customer


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def document(request: StaffRequest, pk: int) -> HttpResponse:
    """One file: what it is, how it looks, its versions."""
    found = _document(request, pk)
    newest = found.versions.all()[0]
    context = {
        "document": found,
        "newest": newest,
        "kind": KINDS[newest.kind],
        "text": _text(newest) if KINDS[newest.kind].shown == "text" else "",
        "may_edit": customers.may_edit(request.user, found.customer),
        "form": forms.MoveForm(document=found),
    }
    if context["text"]:
        services.record_reading(newest, by=request.user, verb="view")
    return show(request, "timeline/document.html", context)


def _document(request: StaffRequest, pk: int) -> Document:
    return get_object_or_404(queries.visible_documents(request.user).filter(deleted_at=None), pk=pk)


def _text(version: Version) -> str:
    """The beginning of a text file."""
    try:
        with version.file.open("rb") as file:
            data = file.read(TEXT_SHOWN).removeprefix(b"\xef\xbb\xbf")
    except OSError:
        return ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        is_cut = error.start >= len(data) - 4
        return data.decode("utf-8" if is_cut else "gb18030", errors="ignore" if is_cut else "replace")


# --- the bytes ---
@needs(Permission.CUSTOMER_VIEW)
@require_safe
def download(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A version to take away."""
    version = _version(request, pk, number)
    services.record_reading(version, by=request.user, verb="download")
    kind = KINDS[version.kind]
    answer = FileResponse(_opened(version), as_attachment=True, filename=version.document.name, content_type=kind.mime)
    return _safe(answer)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def preview(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """A version shown by the browser itself: a picture, a PDF, a recording. Others can only be taken away."""
    version = _version(request, pk, number)
    kind = KINDS[version.kind]
    if kind.shown not in ("image", "pdf", "audio", "video"):
        raise Http404
    window = _range(request.headers.get("Range", ""), version.size_bytes)
    if window is None or window[0] == 0:
        services.record_reading(version, by=request.user, verb="view")
    if window is None:
        answer: HttpResponseBase = FileResponse(
            _opened(version), as_attachment=False, filename=version.document.name, content_type=kind.mime
        )
    else:
        answer = _part(version, kind.mime, *window)
    answer.headers["Accept-Ranges"] = "bytes"
    return _safe(answer, sandbox=kind.shown != "pdf")


def _version(request: StaffRequest, pk: int, number: int) -> Version:
    found = queries.visible_version(request.user, pk, number)
    if found is None:
        raise Http404
    return found


def _opened(version: Version) -> IO[bytes]:
    try:
        return version.file.open("rb")
    except OSError as error:
        raise Http404 from error


def _range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None for no range, or one that makes no sense."""
    found = re.fullmatch(r"bytes=(\d{1,15})-(\d{0,15})", header.strip())
    if not found or size == 0:
        return None
    first, last = int(found[1]), int(found[2] or size - 1)
    return (first, min(last, size - 1)) if first <= last and first < size else None


def _part(version: Version, mime: str, first: int, last: int) -> StreamingHttpResponse:
    file = _opened(version)
    file.seek(first)
    answer = StreamingHttpResponse(_chunks(file, last - first + 1), status=206, content_type=mime)
    answer.headers["Content-Range"] = f"bytes {first}-{last}/{version.size_bytes}"
    answer.headers["Content-Length"] = str(last - first + 1)
    return answer


def _chunks(file: IO[bytes], length: int) -> Iterator[bytes]:
    with file:
        while length > 0 and (part := file.read(min(CHUNK, length))):
            length -= len(part)
            yield part


def _safe(answer: HttpResponseBase, *, sandbox: bool = True) -> HttpResponse:
    """Nobody guesses another type, nothing in the file runs, nothing keeps a copy. A sandbox would stop the browser's
    own PDF viewer, which is one itself."""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = SHOWN_ALONE + ("; sandbox" if sandbox else "")
    answer.headers["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, answer)


# --- changing ---
@needs(Permission.CUSTOMER_EDIT)
@require_POST
def document_move(request: StaffRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    form = forms.MoveForm(request.POST, document=found)
    if form.is_valid():
        with refusals_on(form):
            services.move_document(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("已改好"))
            return go(request, "timeline:document", found.pk)
    messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return go(request, "timeline:document", found.pk)


def _own(request: StaffRequest, pk: int) -> Document:
    found = get_object_or_404(queries.visible_documents(request.user), pk=pk)
    _editable(request, found.customer_id)
    return found


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def document_remove(request: StaffRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    try:
        services.delete_document(found, by=request.user)
        messages.success(request, _("已删除 %(name)s，可在文件页恢复") % {"name": found.name})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "timeline:documents", found.customer_id)


@needs(Permission.CUSTOMER_EDIT)
@require_POST
def document_restore(request: StaffRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    try:
        services.restore_document(found, by=request.user)
        messages.success(request, _("已恢复 %(name)s") % {"name": found.name})
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "timeline:documents", found.customer_id)


# --- folders ---
@needs(Permission.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def folders(request: StaffRequest) -> HttpResponse:
    """The classes of files; add one."""
    form = forms.FolderForm(request.POST or None, initial={"is_active": True})
    if form.is_valid():
        with refusals_on(form):
            services.save_folder(None, by=request.user, **form.cleaned_data)
            return go(request, "timeline:folders")
    status = 422 if form.is_bound else 200
    return show(request, "timeline/folders.html", {"form": form, "folders": queries.all_folders()}, status=status)


@needs(Permission.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def folder(request: StaffRequest, pk: int) -> HttpResponse:
    """One class of files, to be renamed, marked or closed."""
    found = get_object_or_404(Folder, pk=pk)
    initial = {"name": found.word, "is_sensitive": found.is_sensitive, "is_active": found.is_active}
    form = forms.FolderForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            services.save_folder(found, by=request.user, **form.cleaned_data)
            return go(request, "timeline:folders")
    return form_page(request, "timeline/folder.html", form, folder=found)
