"""Workbooks to take away."""

from __future__ import annotations

import io
import tempfile

from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from holdfast.common.web import needs
from holdfast.doors.intake import queries
from holdfast.doors.intake.views.pages import own_import
from holdfast.doors.intake.writers.files import write_rejected, write_template
from holdfast.foundation.accounts.rules import Permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs(Permission.IMPORT)
def errors(request: HttpRequest, pk: int) -> FileResponse:
    """Every row that was not written, with the reason beside it."""
    imp = own_import(request, pk)
    if not imp.rejected or not (imp.path / "rows.sqlite3").exists():
        raise Http404
    book = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    write_rejected(imp, book)
    book.seek(0)
    name = imp.file_name.rsplit(".", 1)[0]
    return FileResponse(book, as_attachment=True, filename=f"{name} - {_('未写入的行')}.xlsx", content_type=XLSX)


@require_GET
@needs(Permission.IMPORT)
def template_file(request: HttpRequest, kind: str) -> FileResponse:
    """A workbook to fill in."""
    known = {spec.name: spec for spec in queries.kinds_for(request.user)}
    if kind not in known:
        raise Http404
    book = io.BytesIO()
    write_template(known[kind], book, sees_profit=request.user.sees_profit)
    book.seek(0)
    title = _("%(kind)s导入模板") % {"kind": known[kind].title}
    return FileResponse(book, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)
