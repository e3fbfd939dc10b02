"""星级与口径: how scores are made, version by version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from holdfast.analysis.accounts import AnalyzeParams
from holdfast.common.labels import ANGLES
from holdfast.common.months import Month, today
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.scores import queries, services
from holdfast.insight.scores.forms import STAR_LINES, WORD_NAMES, DefinitionForm
from holdfast.insight.scores.models import Definition, Override, Reference
from holdfast.insight.scores.rules.columns import PARTS


@needs(Permission.VALUE_VIEW)
@require_GET
def definitions(request: StaffRequest) -> HttpResponse:
    """The definition in force, and every version so far."""
    versions = list(Definition.objects.select_related("by"))
    now = str(Month.of(today()))
    current = next((one for one in versions if one.starts_month <= now), None)
    params = AnalyzeParams.from_dict(current.params if current else {}).to_dict()
    context = {
        "current": current,
        "versions": versions,
        "shown": in_words(params),
        "params": params,
        "runs": queries.runs()[:24],
        "references": Reference.objects.select_related("definition")[:8],
        "may_edit": request.user.may(Permission.DEFINITION_EDIT),
        "pending": Override.objects.filter(approved_at=None, rejected_at=None, ended_at=None, expires_on__gte=today())
        .filter(pk__in=queries.overrides(request.user).values("pk"))
        .count(),
    }
    return show(request, "scores/definitions.html", context)


def in_words(params: dict[str, Any]) -> dict[str, Any]:
    """Weights and star lines as rows."""
    grading, word = params["grading"], params["integrity"]["weights"]
    return {
        "word": [{"name": name, "share": word[part]} for part, name in WORD_NAMES.items()],
        "weights": [{"name": ANGLES[part], "share": grading["weights"][part]} for part in PARTS],
        "lines": [
            {"stars": stars, "from": line} for stars, line in zip((2, 3, 4, 5), grading["thresholds"], strict=True)
        ],
    }


@needs(Permission.DEFINITION_EDIT)
@require_http_methods(["GET", "POST"])
def definition_new(request: StaffRequest) -> HttpResponse:
    """Change the definition from a month on: a new version, never an edit."""
    newest = Definition.objects.order_by("-version").first()
    params = newest.params if newest else AnalyzeParams().to_dict()
    form = DefinitionForm(request.POST or None, params=params)
    if form.is_valid():
        with refusals_on(form):
            data = form.cleaned_data
            made = services.add_definition(
                params=form.changed_params(), starts_month=data["starts_month"], note=data["note"], by=request.user
            )
            messages.success(request, _("口径第 %(version)s 版从 %(month)s 起生效。") % {
                "version": made.version, "month": made.starts_month})  # fmt: skip
            return go(request, "scores:definitions")
    context = {
        "form": form,
        "weights": [form[f"weight_{part}"] for part in PARTS],
        "lines": [form[name] for name in STAR_LINES],
        "word": [form[f"word_{part}"] for part in WORD_NAMES],
        "evidence": [form[name] for name in ("min_invoices", "full_invoices", "gate_days", "write_off_days")],
        "newest": newest,
    }
    return show(request, "scores/definition_new.html", context)
