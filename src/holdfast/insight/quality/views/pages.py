"""时间承诺: the picture of a process between two dates, and the jobs behind every figure of it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from holdfast.common.labels import ZONES
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.quality import queries, services
from holdfast.insight.quality.forms import AskForm, NameForm, default_pair, start_of, values_of
from holdfast.insight.quality.models import Process
from holdfast.insight.quality.readers import labels, pairs_of
from holdfast.insight.quality.views import shown
from holdfast.records.customers.models import Customer

PAGE = 50
ASKED = ("pair", "target", "limit", "months", "grey", "changed_on")
WHICH = ("zone", "grey_only", "open", "late", "over", "upto", "month", "odd", "process")
Row = dict[str, Any]


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def chart(request: StaffRequest) -> HttpResponse:
    """The process that ?kept= names, or the one that the form asks for."""
    kept = _kept(request)
    form = _form(request, kept)
    context: Row = {
        "form": form,
        "kept": kept,
        "processes": _tabs(kept),
        "may_keep": request.user.may(Permission.STANDARD_EDIT),
        "hidden": [(key, value) for key, values in _query(form).lists() for value in values],
        "origins": queries.origins(request.user, kept) if kept else [],
        "name": NameForm(initial={"name": kept.name if kept else ""}),
    }
    if form.is_valid():
        context |= shown.context(queries.board(request.user, form.asked()), _query(form))
    return show(request, "quality/chart.html", context)


def _kept(request: StaffRequest) -> Process | None:
    pk = request.GET.get("kept", "")
    return get_object_or_404(Process, pk=int(pk[:15]), archived_at=None) if pk.isdecimal() else None


def _form(request: StaffRequest, kept: Process | None) -> AskForm:
    """From the address; a pair alone takes its usual promise, nothing at all the first pair's."""
    pairs = pairs_of(request.user)
    given: QueryDict = request.GET
    if kept is not None and "pair" not in given:
        return AskForm(_as_query(values_of(kept)), pairs=pairs)
    if "target" in given:
        return AskForm(given, pairs=pairs)
    return AskForm(_as_query(start_of(pairs.get(given.get("pair", ""), default_pair()))), pairs=pairs)


def _as_query(values: Row) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, value in values.items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


def _query(form: AskForm) -> QueryDict:
    """What the form was asked, for the addresses of its figures."""
    found = QueryDict(mutable=True)
    for name in ASKED:
        values = [value for value in cast(QueryDict, form.data).getlist(name) if value]
        if values:
            found.setlist(name, values)
    return found


def _tabs(kept: Process | None) -> list[Row]:
    base = reverse("quality:chart")
    return [
        {"title": one.name, "url": f"{base}?kept={one.pk}", "active": kept is not None and one.pk == kept.pk}
        for one in queries.processes()
    ]


@needs(Permission.CUSTOMER_VIEW)
@require_GET
def jobs(request: StaffRequest) -> HttpResponse:
    """The jobs behind a figure, the longest first."""
    form = AskForm(request.GET, pairs=pairs_of(request.user))
    which = _which(request)
    if not form.is_valid() or which is None:
        raise Http404(_("没有这样的流程。"))
    asked = form.asked()
    table = queries.jobs_behind(request.user, asked, which)
    pages = max(1, -(-table.num_rows // PAGE))
    wanted = request.GET.get("page", "1")
    page = min(max(int(wanted) if wanted.isdecimal() else 1, 1), pages)
    context = {
        "rows": _named(request, asked, table.slice((page - 1) * PAGE, PAGE).to_pylist()),
        "total": table.num_rows,
        "words": shown.which_words(which),
        "pair": asked.pair,
        "asked": asked,
        "page": page,
        "pages": pages,
        "back": f"{reverse('quality:chart')}?{_query(form).urlencode()}",
    }
    return show(request, "quality/jobs.html", context)


def _which(request: StaffRequest) -> Row | None:
    """What of the jobs the address asks for; None where a value makes no sense."""
    found: Row = {name: request.GET[name] for name in WHICH if request.GET.get(name)}
    if "grey_only" in found:
        found["grey"] = found.pop("grey_only")
    if found.get("zone", "angry") not in ZONES or found.get("zone") == "grey":
        return None
    try:
        for name in ("over", "upto"):
            if name in found:
                found[name] = float(found[name])
    except ValueError:
        return None
    return found


def _named(request: StaffRequest, asked: queries.Asked, rows: list[Row]) -> list[Row]:
    people = Customer.objects.visible_to(request.user).in_bulk({row["customer_id"] for row in rows})
    names = labels(asked.pair, [row["job_id"] for row in rows])
    return [
        {
            **row,
            "customer": people[row["customer_id"]],
            "what": names[row["job_id"]][0],
            "url": names[row["job_id"]][1],
            "zone": shown.zone_of(row["days"], asked),
            "reason": str(asked.pair.reasons.get(row["reason"], row["reason"] or "")),
            "length": shown.length(row["days"]),
        }
        for row in rows
        if row["customer_id"] in people and row["job_id"] in names
    ]


@needs(Permission.CUSTOMER_VIEW, Permission.STANDARD_EDIT)
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep what is on the page under a new name."""
    return _keep(request, None)


@needs(Permission.CUSTOMER_VIEW, Permission.STANDARD_EDIT)
@require_POST
def update(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep what is on the page as this process."""
    return _keep(request, get_object_or_404(Process, pk=pk, archived_at=None))


def _keep(request: StaffRequest, process: Process | None) -> HttpResponse:
    form, name = AskForm(request.POST, pairs=pairs_of(request.user)), NameForm(request.POST)
    back = f"{reverse('quality:chart')}?{_query(form).urlencode()}"
    if not form.is_valid() or not name.is_valid():
        messages.error(request, _("没有保存：请写一个名字，并检查承诺和底线。"))
        return redirect(back)
    asked = form.asked()
    try:
        made = services.keep_process(
            process,
            by=request.user,
            name=name.cleaned_data["name"],
            pair=asked.pair.code,
            target_days=asked.target_days,
            limit_days=asked.limit_days,
            months=asked.months,
            grey=list(asked.grey),
            changed_on=asked.changed_on,
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(back)
    messages.success(request, _("已保存流程「%(name)s」。") % {"name": made.name})
    return redirect(f"{reverse('quality:chart')}?{urlencode({'kept': made.pk})}")


@needs(Permission.CUSTOMER_VIEW, Permission.STANDARD_EDIT)
@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    process = get_object_or_404(Process, pk=pk, archived_at=None)
    services.archive_process(process, by=request.user)
    messages.success(request, _("已停用流程「%(name)s」。") % {"name": process.name})
    return go(request, "quality:chart")
