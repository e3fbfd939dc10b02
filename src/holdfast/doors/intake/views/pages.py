"""Pages that show: the history, the upload, the columns, and one import at whatever step it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.common.web import go, needs, refusals_on, show
from holdfast.doors.intake import queries, services
from holdfast.doors.intake.forms import ColumnsForm, UploadForm
from holdfast.doors.intake.models import Import
from holdfast.doors.intake.views import previews
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission

HISTORY_ROWS = 30


def own_import(request: StaffRequest, pk: int) -> Import:
    """One import within the viewer's reach, or 404."""
    return get_object_or_404(queries.imports(request.user), pk=pk)


@require_GET
@needs(Permission.IMPORT)
def history(request: StaffRequest) -> HttpResponse:
    """Everything this person brought in, newest first."""
    before = request.GET.get("before", "")
    found = queries.imports(request.user)
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: HISTORY_ROWS + 1])
    more = rows[HISTORY_ROWS - 1].pk if len(rows) > HISTORY_ROWS else None
    context = {
        "imports": rows[:HISTORY_ROWS], "more": more, "kinds": queries.kinds_for(request.user),
        "shows_people": request.user.may(Permission.SYSTEM_ADMIN),
    }  # fmt: skip
    return show(request, "intake/history.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def upload(request: StaffRequest) -> HttpResponse:
    """Take a file in and go on to its columns."""
    initial = {"kind": request.GET.get("kind", "")}
    form = UploadForm(request.POST or None, request.FILES or None, viewer=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            file = form.cleaned_data["file"]
            imp = services.receive(file, file.name, kind=form.cleaned_data["kind"], by=request.user)
            return go(request, "intake:columns", imp.pk)
    context = {
        "form": form,
        "kinds": queries.kinds_for(request.user),
        "limit_mb": previews.limit_mb(),
        "steps": previews.wizard(1),
    }
    return show(request, "intake/upload.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Which column is what: recognised, corrected, remembered."""
    imp = own_import(request, pk)
    if not imp.is_open or imp.state == "mapped" or not imp.source.exists():
        return go(request, "intake:import", pk)
    form = ColumnsForm(request.POST or None, imp=imp, viewer=request.user)
    if form.is_valid():
        chosen = form.columns()
        if form.is_valid():
            with refusals_on(form):
                services.set_columns(
                    imp, columns=chosen, date_order=form.cleaned_data["date_order"], by=request.user,
                    is_shared=bool(form.cleaned_data.get("is_shared")), save_as=form.cleaned_data.get("save_as") or "",
                )  # fmt: skip
                services.start_check(imp, by=request.user)
                return go(request, "intake:import", pk)
    context = previews.columns_context(imp, form, request.user)
    return show(request, "intake/columns.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs(Permission.IMPORT)
def import_page(request: StaffRequest, pk: int) -> HttpResponse:
    """One import at whatever step it is; asks again every second while something runs."""
    imp = own_import(request, pk)
    if imp.state == "uploaded" and imp.source.exists():
        return go(request, "intake:columns", pk)
    return show(request, "intake/import.html", import_context(request, imp))


def import_context(request: StaffRequest, imp: Import) -> dict[str, Any]:
    show_rows, after = request.GET.get("show", ""), request.GET.get("after", "")
    return previews.import_context(
        imp, show=show_rows, after=int(after) if after.isdecimal() and len(after) < 12 else 0
    )
