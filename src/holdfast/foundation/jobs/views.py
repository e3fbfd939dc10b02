"""How far background work is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.jobs import queries, services
from holdfast.foundation.jobs.models import STATES, Job

PAGE = 50


def _job(request: StaffRequest, pk: int) -> Job:
    return get_object_or_404(queries.visible_jobs(request.user), pk=pk)


@require_GET
@needs(Permission.SYSTEM_ADMIN)
def job_list(request: StaffRequest) -> HttpResponse:
    services.discover()
    jobs, state = queries.visible_jobs(request.user), request.GET.get("state", "")
    if state in STATES:
        jobs = jobs.filter(state=state)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        jobs = jobs.filter(pk__lt=int(before))
    rows = list(jobs[: PAGE + 1])
    next_before = rows[PAGE - 1].pk if len(rows) > PAGE else None
    context = {"jobs": rows[:PAGE], "next_before": next_before, "state": state, "states": STATES}
    return show(request, "jobs/list.html", context)


@require_GET
@needs()
def job(request: StaffRequest, pk: int) -> HttpResponse:
    services.discover()
    return render(request, "jobs/job.html", {"job": _job(request, pk), "then": _then(request)})


@require_GET
@needs()
def status(request: StaffRequest, pk: int) -> HttpResponse:
    """The progress line alone; when the work is over the page that waits for it is told, or led on."""
    job, then = _job(request, pk), _then(request)
    response = render(request, "jobs/_progress.html", {"job": job, "then": then})
    if job.is_over:
        response.headers["HX-Trigger"] = "jobDone"
        if then:
            response.headers["HX-Redirect"] = then
    return response


@require_POST
@needs()
def cancel(request: StaffRequest, pk: int) -> HttpResponse:
    job = _job(request, pk)
    try:
        job = services.cancel(job, by=request.user)
    except Refusal:  # it ended meanwhile: the page shows how
        job.refresh_from_db()
    if request.headers.get("HX-Request") == "true":
        return render(request, "jobs/_progress.html", {"job": job, "then": _then(request)})
    return go(request, "jobs:job", job.pk)


def _then(request: StaffRequest) -> str:
    """Where to go when the work is over; only within this site."""
    then = request.GET.get("then", "")
    return then if then.startswith("/") and url_has_allowed_host_and_scheme(then, {request.get_host()}) else ""
