"""What is to be done after the meeting."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from holdfast.common.reasons import sentence_of
from holdfast.common.refusals import Refusal
from holdfast.doors.reports import rules
from holdfast.doors.reports.models import Action, MonthlyReport
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.customers.models import Customer
from holdfast.records.timeline import services as timeline


def propose_actions(report: MonthlyReport, *, by: User) -> list[Action]:
    """Propose an action for the customers that matter most among the lost and the declining; keeps what stands."""
    held = set(report.actions.exclude(customer=None).values_list("customer_id", flat=True))
    made = []
    for name in ("left", "declining"):
        rows = [row for row in report.figures["lists"][name]["rows"] if row["owner_id"]]
        for row in rows[: rules.PROPOSED_AT_MOST]:
            if row["customer_id"] not in held:
                held.add(row["customer_id"])
                made.append(_proposal(report, rules.KIND_OF_LIST[name], row))
    return Action.objects.bulk_create(made)


def _proposal(report: MonthlyReport, kind: str, row: dict[str, Any]) -> Action:
    due_on = rules.due_day(timezone.localdate(report.drafted_at))
    return Action(
        report=report, customer_id=row["customer_id"], kind=kind, text=_first_words(kind, row["reasons"]),
        assignee_id=row["owner_id"], due_on=due_on,
    )  # fmt: skip


def _first_words(kind: str, reasons: list) -> str:
    """A first wording in the company's language; the meeting changes it."""
    with translation.override(settings.LANGUAGE_CODE):
        if kind != "win_back":
            return _("问清少买的原因，给出办法")
        why = sentence_of(reasons[0]).rstrip("。") if reasons else ""
        task = _("上门或电话问清原因，约下一单")
        return (f"{task}（{why}）" if why else task)[:200]


@transaction.atomic
def add_action(
    report: MonthlyReport, *, text: str, assignee: User, due_on: date, by: User, kind: str = "other",
    customer: Customer | None = None,
) -> Action:  # fmt: skip
    """Decide an action; in a signed report too, since meetings decide after the figures are fixed."""
    if not text.strip():
        raise Refusal(_("写一句要做什么。"), "text")
    if customer and report.actions.filter(customer=customer).exists():
        raise Refusal(_("这位客户在本期已经有措施了，请改那一条。"), "customer")
    action = Action.objects.create(
        report=report, customer=customer, kind=kind, text=text.strip(), assignee=assignee, due_on=due_on
    )
    audit.record(actor=by, verb="add", target=action, after=audit.snapshot(action), subject=_subject(customer))
    if report.is_signed:
        open_tasks(report, by=by)
    return action


@transaction.atomic
def change_action(action: Action, *, by: User, **fields: Any) -> Action:
    """Change text, person or day; an open task follows."""
    _refuse_if_finished(action)
    before = audit.snapshot(action)
    for name, value in fields.items():
        setattr(action, name, value)
    action.save()
    subject = _subject(action.customer)
    audit.record(actor=by, verb="change", target=action, before=before, after=audit.snapshot(action), subject=subject)
    if action.report.is_signed:
        open_tasks(action.report, by=by)
    return action


@transaction.atomic
def remove_action(action: Action, *, by: User) -> None:
    """Take a proposal back while the report is a draft; afterwards it is finished with an outcome instead."""
    if action.report.is_signed:
        raise Refusal(_("月报已签发，措施不能删除。做不了的，请写明结果后完成。"))
    audit.record(
        actor=by, verb="delete", target=action, before=audit.snapshot(action), subject=_subject(action.customer)
    )
    action.delete()


@transaction.atomic
def finish_action(action: Action, *, outcome: str, by: User) -> Action:
    """Finish an action that concerns no customer; those of customers are finished as tasks."""
    if action.customer_id:
        raise Refusal(_("这是客户的任务，请在任务里完成，结果会回到月报。"))
    _refuse_if_finished(action)
    if not outcome.strip():
        raise Refusal(_("写一句结果。"), "outcome")
    action.done_at, action.outcome = timezone.now(), outcome.strip()
    action.save()
    audit.record(actor=by, verb="finish", target=action, after=audit.snapshot(action))
    return action


def open_tasks(report: MonthlyReport, *, by: User) -> None:
    """Every customer's action as a task, once; a task already open takes the newest words."""
    rows: list[timeline.TaskRow] = [
        {
            "customer": action.customer, "kind": action.kind,
            "title": action.text, "assignee": action.assignee, "due_on": action.due_on, "source": action.source,
        }
        for action in report.actions.select_related("customer", "assignee")
        if action.customer is not None
    ]  # fmt: skip
    timeline.open_tasks(rows, by=by)


def _refuse_if_finished(action: Action) -> None:
    if action.done_at:
        raise Refusal(_("这一条已经完成，不再改动。"))


def _subject(customer: Customer | None) -> str:
    return f"customers.customer:{customer.pk}" if customer else ""
