"""Pages of the monthly report: the list, the report itself, its files, its actions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.common.months import Month, today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, ip_of, needs, refusals_on, show
from holdfast.doors.reports import queries, services, writers
from holdfast.doors.reports.forms import ActionForm, CommentForm, DraftForm, OutcomeForm
from holdfast.doors.reports.models import Action, MonthlyReport
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import SCOPE_NAMES, Permission, Scope
from holdfast.foundation.audit import services as audit

P = Permission
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _report_or_404(month: str) -> MonthlyReport:
    try:
        found = queries.month_report(Month.parse(month))
    except ValueError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


@needs(P.REPORT_VIEW)
@require_GET
def report_list(request: StaffRequest) -> HttpResponse:
    found = list(queries.reports()[:60])
    due = Month.of(today()).previous
    is_due = not any(report.month == str(due) for report in found)
    form = DraftForm(initial={"month": str(due)})
    return show(request, "reports/list.html", {"reports": found, "form": form, "due": due if is_due else None})


@needs(P.REPORT_DRAFT)
@require_POST
def report_draft(request: StaffRequest) -> HttpResponse:
    """Draft or draft anew; a refusal is shown on the list."""
    form = DraftForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            report = services.draft_report(form.cleaned_data["month"], by=request.user)
            messages.success(request, _("%(month)s 的月报已起草，请核对后送审。") % {"month": report.month})
            return go(request, "reports:report", report.month)
    found = list(queries.reports()[:60])
    return show(request, "reports/list.html", {"reports": found, "form": form, "due": None}, status=422)


@needs(P.REPORT_VIEW)
@require_GET
def report(request: StaffRequest, month: str) -> HttpResponse:
    return show(request, "reports/report.html", _context(request, _report_or_404(month)))


def _context(request: StaffRequest, found: MonthlyReport, **more: Any) -> dict[str, Any]:
    viewer = request.user
    return {
        **queries.content_for(found, viewer),
        "scope": None if viewer.scope == Scope.ALL else SCOPE_NAMES[viewer.scope],
        "may_draft": viewer.may(P.REPORT_DRAFT) and not found.is_signed,
        "may_review": viewer.may(P.REPORT_SIGN) or (viewer.may(P.REPORT_DRAFT) and viewer.pk != found.drafted_by_id),
        "may_sign": viewer.may(P.REPORT_SIGN),
        "may_decide": viewer.may(P.REPORT_DRAFT) or viewer.may(P.REPORT_SIGN),
        "comment_form": CommentForm(initial={"comment": found.comment}),
        **more,
    }


@needs(P.REPORT_VIEW)
@require_GET
def report_pdf(request: StaffRequest, month: str) -> HttpResponse:
    """The printed report; a missing system library is named with the package that brings it."""
    found = _report_or_404(month)
    try:
        content = writers.write_pdf(_context(request, found))
    except OSError:
        text = _(
            "生成 PDF 要用系统库 Pango，服务器上没有。请管理员安装 libpango-1.0-0 和 libpangoft2-1.0-0，或先下载 Excel。"
        )
        return show(request, "reports/report.html", _context(request, found, problem=text), status=503)
    _record_export(request, found, "pdf")
    return _file(content, "application/pdf", _file_name(found, "pdf"), attached=False)


@needs(P.REPORT_VIEW)
@require_GET
def report_xlsx(request: StaffRequest, month: str) -> HttpResponse:
    found = _report_or_404(month)
    content = writers.write_workbook(_context(request, found), language="en" if get_language() == "en" else "zh")
    _record_export(request, found, "xlsx")
    return _file(content, XLSX, _file_name(found, "xlsx"), attached=True)


def _file(content: bytes, content_type: str, name: str, *, attached: bool) -> HttpResponse:
    disposition = content_disposition_header(attached, name) or ""
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


def _file_name(found: MonthlyReport, ending: str) -> str:
    return f"{_('客户维析月报')}-{found.month}.{ending}"


def _record_export(request: StaffRequest, found: MonthlyReport, ending: str) -> None:
    audit.note_export(
        by=request.user, what="reports.monthlyreport", kind=ending, rows=0, target=found, label=found.month,
        ip=ip_of(request),
    )  # fmt: skip


@needs(P.REPORT_DRAFT)
@require_POST
def report_comment(request: StaffRequest, month: str) -> HttpResponse:
    found = _report_or_404(month)
    form = CommentForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            services.comment_report(found, comment=form.cleaned_data["comment"], by=request.user)
            return go(request, "reports:report", month)
    return show(request, "reports/report.html", _context(request, found, comment_form=form), status=422)


@needs(P.REPORT_VIEW)
@require_POST
def report_review(request: StaffRequest, month: str) -> HttpResponse:
    found = _report_or_404(month)
    if not (request.user.may(P.REPORT_SIGN) or request.user.may(P.REPORT_DRAFT)):
        return needs(P.REPORT_DRAFT)(report)(request, month)
    return _take(request, found, lambda: services.review_report(found, by=request.user))


@needs(P.REPORT_SIGN)
@require_POST
def report_sign(request: StaffRequest, month: str) -> HttpResponse:
    found = _report_or_404(month)
    seen = request.POST.get("sha256", "")
    return _take(request, found, lambda: services.sign_report(found, seen_sha256=seen, by=request.user))


def _take(request: StaffRequest, found: MonthlyReport, step: Any) -> HttpResponse:
    """One step further, or the page again with the reason why not."""
    try:
        step()
    except Refusal as refusal:
        fresh = _report_or_404(found.month)
        return show(request, "reports/report.html", _context(request, fresh, problem=refusal.message), status=422)
    return go(request, "reports:report", found.month)


@needs(P.REPORT_VIEW)
@require_http_methods(["GET", "POST"])
def action_new(request: StaffRequest, month: str) -> HttpResponse:
    _may_decide(request)
    found = _report_or_404(month)
    start = {"customer": request.GET.get("customer"), "kind": request.GET.get("kind", "other")}
    form = ActionForm(request.POST or None, initial=start, report=found, viewer=request.user)
    if form.is_valid():
        with refusals_on(form):
            services.add_action(found, **form.cleaned_data, by=request.user)
            return go(request, "reports:report", month)
    return show(request, "reports/action.html", {"report": found, "form": form})


@needs(P.REPORT_VIEW)
@require_http_methods(["GET", "POST"])
def action_edit(request: StaffRequest, action: int) -> HttpResponse:
    _may_decide(request)
    found = get_object_or_404(Action.objects.visible_to(request.user), pk=action)
    form = ActionForm(request.POST or None, instance=found, report=found.report, viewer=request.user)
    if form.is_valid():
        with refusals_on(form):
            services.change_action(found, **form.cleaned_data, by=request.user)
            return go(request, "reports:report", found.report.month)
    return show(request, "reports/action.html", {"report": found.report, "form": form, "action": found})


@needs(P.REPORT_VIEW)
@require_POST
def action_remove(request: StaffRequest, action: int) -> HttpResponse:
    _may_decide(request)
    found = get_object_or_404(Action.objects.visible_to(request.user), pk=action)
    return _take(request, found.report, lambda: services.remove_action(found, by=request.user))


@needs(P.REPORT_VIEW)
@require_http_methods(["GET", "POST"])
def action_finish(request: StaffRequest, action: int) -> HttpResponse:
    found = get_object_or_404(Action.objects.visible_to(request.user), pk=action)
    if found.assignee_id != request.user.pk:
        _may_decide(request)
    form = OutcomeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            services.finish_action(found, **form.cleaned_data, by=request.user)
            return go(request, "reports:report", found.report.month)
    return show(request, "reports/action.html", {"report": found.report, "form": form, "action": found, "finish": True})


def _may_decide(request: StaffRequest) -> None:
    """Drafters and signers decide actions; others get 403."""
    if not (request.user.may(P.REPORT_DRAFT) or request.user.may(P.REPORT_SIGN)):
        needs(P.REPORT_DRAFT)(report)(request)
