"""From draft to signature."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.months import Month, today
from holdfast.common.refusals import Refusal
from holdfast.doors.reports import rules
from holdfast.doors.reports.models import MonthlyReport
from holdfast.doors.reports.queries import build_figures
from holdfast.doors.reports.services.actions import open_tasks, propose_actions
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Scope
from holdfast.foundation.audit import services as audit
from holdfast.insight.scores import queries as scores
from holdfast.insight.scores import services as scoring
from holdfast.insight.scores.models import Run


def draft_report(month: Month, *, by: User) -> MonthlyReport:
    """Make the month's report from its scores, or make the draft anew; scores the month first where that is due."""
    if month >= Month.of(today()):
        raise Refusal(_("%(month)s 还没有过完。月报写已经结束的月份，请选上个月。") % {"month": month}, "month")
    run = _closed_run(month, by)
    with transaction.atomic():
        report = MonthlyReport.objects.select_for_update().filter(month=str(month)).first()
        if report and report.is_signed:
            raise Refusal(_("%(month)s 的月报已经签发，不再改动。迟到的数据会列在下一期。") % {"month": month}, "month")
        report = _write_draft(report or MonthlyReport(month=str(month)), run, by)
        propose_actions(report, by=by)
    return report


def _closed_run(month: Month, by: User) -> Run:
    """The month's scores as of its last day, computed anew while it is not signed: late facts count until then."""
    run = scores.run_of(month)
    return run if run and run.is_signed else scoring.score_month(month, by=by)


def _write_draft(report: MonthlyReport, run: Run, by: User) -> MonthlyReport:
    report.figures = build_figures(run)
    report.sha256 = rules.checksum(report.figures)
    report.drafted_by, report.drafted_at = by, timezone.now()
    report.reviewed_by = report.reviewed_at = None
    report.save()
    audit.record(actor=by, verb="draft", target=report, after={"sha256": report.sha256}, label=report.month)
    return report


def comment_report(report: MonthlyReport, *, comment: str, by: User) -> MonthlyReport:
    """Write the drafter's own words above the figures."""
    _refuse_if_signed(report)
    before, report.comment = report.comment, comment.strip()
    report.save(update_fields=["comment", "updated_at"])
    audit.record(
        actor=by, verb="change", target=report, before={"comment": before}, after={"comment": report.comment},
        label=report.month,
    )  # fmt: skip
    return report


@transaction.atomic
def review_report(report: MonthlyReport, *, by: User) -> MonthlyReport:
    """Somebody other than the drafter has read it."""
    _refuse_if_signed(report)
    if report.drafted_by_id == by.pk:
        raise Refusal(_("起草人不能审阅自己的月报，请换一位同事。"))
    report.reviewed_by, report.reviewed_at = by, timezone.now()
    report.save(update_fields=["reviewed_by", "reviewed_at", "updated_at"])
    audit.record(actor=by, verb="review", target=report, after={"sha256": report.sha256}, label=report.month)
    return report


@transaction.atomic
def sign_report(report: MonthlyReport, *, seen_sha256: str, by: User) -> MonthlyReport:
    """Freeze the month and its report, and open its actions as tasks. What is signed is what the signer saw."""
    report = MonthlyReport.objects.select_for_update().get(pk=report.pk)
    _refuse_if_signed(report)
    if by.scope != Scope.ALL:
        raise Refusal(_("签发的是全公司的月报，要由能看全公司客户的人签发。"))
    if report.reviewed_at is None:
        raise Refusal(_("还没有人审阅。先请一位同事审阅，再签发。"))
    _refuse_if_moved(report, seen_sha256)
    scoring.freeze(report.calendar, by=by)
    report.signed_by, report.signed_at = by, timezone.now()
    report.save(update_fields=["signed_by", "signed_at", "updated_at"])
    open_tasks(report, by=by)
    audit.record(actor=by, verb="sign", target=report, after={"sha256": report.sha256}, label=report.month)
    return report


def _refuse_if_signed(report: MonthlyReport) -> None:
    if report.is_signed:
        raise Refusal(_("%(month)s 的月报已经签发，不再改动。") % {"month": report.month})


def _refuse_if_moved(report: MonthlyReport, seen_sha256: str) -> None:
    """The scores under the page that was read must still be the month's scores."""
    run = scores.run_of(report.calendar)
    if seen_sha256 != report.sha256 or run is None or run.sha256 != report.figures["scores_sha256"]:
        raise Refusal(_("数字在您看过之后变了。请重新起草，看过新数字再签发。"))
