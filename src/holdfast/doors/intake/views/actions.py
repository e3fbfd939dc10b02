"""Buttons: recheck, correct a cell, write, stop, take back, forget."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, wants_fragment
from holdfast.doors.intake import services
from holdfast.doors.intake.forms import OptionsForm
from holdfast.doors.intake.views import previews
from holdfast.doors.intake.views.pages import own_import
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission


def _do(request: StaffRequest, pk: int, act: Any, **how: Any) -> HttpResponse:
    """Do it and show the import; a refusal is said on that page."""
    try:
        act(own_import(request, pk), by=request.user, **how)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return go(request, "intake:import", pk)


@require_POST
@needs(Permission.IMPORT)
def sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """Take another sheet of the workbook."""
    imp = own_import(request, pk)
    try:
        services.set_sheet(imp, request.POST.get("sheet", ""))
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return go(request, "intake:columns", pk)


@require_POST
@needs(Permission.IMPORT)
def mapping(request: StaffRequest, pk: int) -> HttpResponse:
    """Match the columns by a mapping with a name."""
    imp = own_import(request, pk)
    try:
        services.choose_mapping(imp, request.POST.get("mapping", "")[:100])
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return go(request, "intake:columns", pk)


@require_POST
@needs(Permission.IMPORT)
def options(request: StaffRequest, pk: int) -> HttpResponse:
    """Treat duplicates, unknown customers or owners otherwise, and check again."""
    imp = own_import(request, pk)
    form = OptionsForm(request.POST, imp=imp)
    if form.is_valid():
        try:
            services.set_options(imp, form.cleaned_data)
            services.start_check(imp, by=request.user)
        except Refusal as refusal:
            messages.warning(request, refusal.message)
    return go(request, "intake:import", pk)


@require_POST
@needs(Permission.IMPORT)
def correct(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Other text in a row's cells: `cell-3` is the third column's."""
    imp = own_import(request, pk)
    cells = {
        imp.headings[int(name[5:])]: str(text)[:2000]
        for name, text in request.POST.items()
        if name.startswith("cell-") and name[5:].isdecimal() and int(name[5:]) < len(imp.headings)
    }
    try:
        services.correct_row(imp, number, cells)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    if not wants_fragment(request):
        return go(request, "intake:import", pk)
    shown = request.POST.get("show", "")
    context = previews.import_context(own_import(request, pk), show=shown, keep=number)
    return render(request, "intake/_import.html", context)


@require_POST
@needs(Permission.IMPORT)
def apply(request: StaffRequest, pk: int) -> HttpResponse:
    """Write what was checked."""
    return _do(request, pk, services.start_apply)


@require_POST
@needs(Permission.IMPORT)
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop checking or writing."""
    return _do(request, pk, services.cancel)


@require_POST
@needs(Permission.IMPORT)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the whole import back."""
    return _do(request, pk, services.start_undo)


@require_POST
@needs(Permission.IMPORT)
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Forget a file of which nothing was written."""
    try:
        services.discard(own_import(request, pk), by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return go(request, "intake:import", pk)
    return go(request, "intake:list")
