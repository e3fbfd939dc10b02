"""Workbooks to take away."""

from __future__ import annotations

import io
import tempfile
from typing import IO, Any, cast

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from holdfast.common.web import ip_of, needs
from holdfast.doors.intake import queries
from holdfast.doors.intake.views.pages import own_import
from holdfast.doors.intake.writers.files import write_rejected, write_template
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs(Permission.IMPORT)
def errors(request: StaffRequest, pk: int) -> HttpResponse:
    """Every row that was not written, with the reason beside it."""
    imp = own_import(request, pk)
    if not imp.rejected or not (imp.path / "rows.sqlite3").exists():
        raise Http404
    book = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    write_rejected(imp, book)
    book.seek(0)
    audit.note_export(
        by=request.user, what="intake.rejected", kind="xlsx", rows=imp.rejected, target=imp, label=imp.file_name,
        numbers="raw" if imp.kind == "customers" else "none", ip=ip_of(request),
    )  # fmt: skip
    name = imp.file_name.rsplit(".", 1)[0]
    return _download(book, f"{name} - {_('未写入的行')}.xlsx")


@require_GET
@needs(Permission.IMPORT)
def template_file(request: StaffRequest, kind: str) -> HttpResponse:
    """A workbook to fill in."""
    known = {spec.name: spec for spec in queries.kinds_for(request.user)}
    if kind not in known:
        raise Http404
    book = io.BytesIO()
    write_template(known[kind], book, sees_profit=request.user.sees_profit)
    book.seek(0)
    title = _("%(kind)s导入模板") % {"kind": known[kind].title}
    return _download(book, f"{title}.xlsx")


def _download(book: IO[bytes], name: str) -> HttpResponse:
    answer: Any = FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)
    return cast(HttpResponse, answer)
