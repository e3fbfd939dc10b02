"""The journal, and one subject's part of it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from holdfast.common.web import needs, show
from holdfast.foundation.audit import queries
from holdfast.foundation.audit.forms import ExportsForm, JournalForm


def _before(request: HttpRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


@require_GET
@needs("journal_view")
def journal(request: HttpRequest) -> HttpResponse:
    form = JournalForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = queries.journal(request.user, before=_before(request), **asked)
    context = {"form": form, "page": page, "is_filtered": any(asked.values())}
    return show(request, "audit/journal.html", context)


@require_GET
@needs("journal_view")
def exports(request: HttpRequest) -> HttpResponse:
    """Who took which files away."""
    form = ExportsForm(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = queries.export_register(request.user, before=_before(request), **asked)
    return show(request, "audit/exports.html", {"form": form, "page": page, "is_filtered": any(asked.values())})


@require_GET
@needs()
def of(request: HttpRequest, subject: str) -> HttpResponse:
    page = queries.history(request.user, subject, before=_before(request))
    if page is None:
        raise Http404
    return show(request, "audit/of.html", {"page": page, "subject": subject})
