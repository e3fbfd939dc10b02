"""The mappings with a name: what the company has kept, renamed and removed here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.doors.intake import queries, services
from holdfast.doors.intake.forms import MappingForm
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission


@require_GET
@needs(Permission.IMPORT)
def mappings(request: StaffRequest) -> HttpResponse:
    """Built-in ones and the company's own, kind by kind."""
    kinds = [
        {"kind": kind, "built_in": [some for some in queries.named_mappings(kind.name) if some.own is None]}
        for kind in queries.kinds_for(request.user)
    ]
    own = [
        {"mapping": mapping, "may_manage": services.may_manage(mapping, request.user)}
        for mapping in queries.company_mappings(request.user)
    ]
    return show(request, "intake/mappings.html", {"kinds": [some for some in kinds if some["built_in"]], "own": own})


@require_http_methods(["GET", "POST"])
@needs(Permission.IMPORT)
def mapping_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename it; shows what it matches."""
    mapping = get_object_or_404(queries.company_mappings(request.user), pk=pk)
    form = MappingForm(request.POST or None, initial={"name": mapping.name})
    if form.is_valid():
        with refusals_on(form):
            services.rename_mapping(mapping, form.cleaned_data["name"], by=request.user)
            return go(request, "intake:mappings")
    context = {
        "form": form, "mapping": mapping, "lines": queries.lines_of(mapping, request.user),
        "may_manage": services.may_manage(mapping, request.user),
    }  # fmt: skip
    return show(request, "intake/mapping.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.IMPORT)
def mapping_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete it for everybody."""
    try:
        services.remove_mapping(get_object_or_404(queries.company_mappings(request.user), pk=pk), by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return go(request, "intake:mappings")
