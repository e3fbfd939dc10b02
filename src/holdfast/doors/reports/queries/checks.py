"""What became of last month's actions: done or not, and what the figures say."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from holdfast.common.months import Month
from holdfast.doors.reports import rules
from holdfast.doors.reports.models import Action, MonthlyReport
from holdfast.foundation.accounts.models import User
from holdfast.records.timeline import queries as timeline


def last_signed_before(month: Month) -> MonthlyReport | None:
    """The newest signed report of an earlier month."""
    return MonthlyReport.objects.filter(month__lt=str(month), signed_at__isnull=False).order_by("-month").first()


def actions_of(report: MonthlyReport, viewer: User) -> list[Action]:
    """The actions that this person may see, by day; each knows whether it is done (`state`, `result_text`)."""
    found = _visible_actions(report, viewer)
    tasks = timeline.tasks_by_source([action.source for action in found])
    for action in found:
        task = tasks.get(action.source)
        action.finished_at = task.done_at if task else action.done_at  # type: ignore[attr-defined]
        action.said = task.outcome if task else action.outcome  # type: ignore[attr-defined]
    return found


def checks_for(month: Month, rows: pa.Table, viewer: User | None) -> dict[str, Any] | None:
    """Each action of the last signed report: finished?, what was said, and what the customer did since.

    Beside the customers with an action stand those on the same lists without one, so that nobody credits an action
    with what would have happened anyway. They were not drawn by lot: the comparison is a hint, not a proof.
    """
    report = last_signed_before(month)
    if report is None:
        return None
    now = {row["customer_id"]: row for row in rows.select(["customer_id", "current_minor"]).to_pylist()}
    actions = _visible_actions(report, viewer)
    tasks = timeline.tasks_by_source([action.source for action in actions])
    then = _then(report)
    checked = [_check(action, tasks.get(action.source), now, then) for action in actions]
    return {
        "month": report.month,
        "n": len(checked),
        "done": sum(check["done"] for check in checked),
        "rows": checked,
        "effect": _effect(checked, now, then),
    }


def _visible_actions(report: MonthlyReport, viewer: User | None) -> list[Action]:
    """The report's actions with customer and person; `viewer=None` means the whole company."""
    actions = Action.objects.all() if viewer is None else Action.objects.visible_to(viewer)
    return list(actions.filter(report=report).select_related("customer", "assignee"))


def _then(report: MonthlyReport) -> dict[int, dict[str, Any]]:
    """Customer → its row on the report's lists of the lost and the declining."""
    lists = report.figures["lists"]
    return {row["customer_id"]: row | {"list": name} for name in ("declining", "left") for row in lists[name]["rows"]}


def _check(action: Action, task: Any, now: dict[int, dict], then: dict[int, dict]) -> dict[str, Any]:
    finished = task.done_at if task else action.done_at
    return {
        "customer_id": action.customer_id,
        "name": action.customer.name if action.customer else "",
        "kind": action.kind,
        "text": action.text,
        "assignee": action.assignee.name,
        "due_on": action.due_on.isoformat(),
        "done": finished is not None,
        "said": task.outcome if task else action.outcome,
        "result": _result(action, now, then),
        "current_minor": now.get(action.customer_id, {}).get("current_minor", 0) if action.customer_id else None,
    }


def _result(action: Action, now: dict[int, dict], then: dict[int, dict]) -> str | None:
    if action.customer_id is None or action.customer_id not in now:
        return None
    row = then.get(action.customer_id, {"previous_minor": 0, "current_minor": 0})
    current = now[action.customer_id]["current_minor"]
    return rules.result_of(action.kind, row["previous_minor"], current, row["current_minor"])


def _effect(checked: list[dict], now: dict[int, dict], then: dict[int, dict]) -> dict[str, int]:
    """How many got better, with an action and without one, among the lost and the declining of the last report."""
    acted = {check["customer_id"] for check in checked if check["customer_id"]}
    groups: dict[str, list[str]] = {"with": [], "without": []}
    for pk, row in then.items():
        if pk in now:
            kind = rules.KIND_OF_LIST[row["list"]]
            result = rules.result_of(kind, row["previous_minor"], now[pk]["current_minor"], row["current_minor"])
            groups["with" if pk in acted else "without"].append(result)
    return {
        f"{name}_{part}": value
        for name, results in groups.items()
        for part, value in (("n", len(results)), ("better", sum(map(rules.worked, results))))
    }
