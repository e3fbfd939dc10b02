"""The content of a report as numbers and codes.

Everything comes from the month's scores; nothing is computed here beyond choosing, ordering and adding names. The same
month and viewer give the same dictionary, so that its checksum says whether a figure moved.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.actions.care import queries as care
from holdfast.common.months import Month
from holdfast.doors.reports import rules
from holdfast.doors.reports.models import MonthlyReport
from holdfast.doors.reports.queries.checks import checks_for
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Scope
from holdfast.insight.scores import queries as scores
from holdfast.insight.scores.models import Run
from holdfast.records.customers.models import Customer

COLUMNS = [
    "customer_id", "stars", "stars_hint", "provisional", "stage", "last_on", "typical_gap_days", "elapsed_days",
    "revenue_12m_minor", "movement", "due", "previous_minor", "current_minor", "delta_minor", "previous_orders",
    "current_orders", "lost_on", "risk", "money_at_stake_minor", "reasons", "first_on",
]  # fmt: skip


def figures_for(report: MonthlyReport, viewer: User) -> dict[str, Any]:
    """The report as this person may read it: the frozen whole, or the same content of the customers in scope."""
    if viewer.scope == Scope.ALL:
        return _without_profit(report.figures) if not viewer.sees_profit else report.figures
    run = scores.run_of(report.calendar)
    if run is None:
        return {}
    figures = build_figures(run, viewer)
    return figures if viewer.sees_profit else _without_profit(figures)


def _without_profit(figures: dict[str, Any]) -> dict[str, Any]:
    totals = {
        name: value for name, value in figures["totals"].items() if "profit" not in name and name != "costed_share"
    }
    stars = [{name: value for name, value in row.items() if name != "profit_minor"} for row in figures["stars"]]
    return figures | {"totals": totals, "stars": stars, "profit_pareto": None}


def build_figures(run: Run, viewer: User | None = None) -> dict[str, Any]:
    """Every figure and name of the month, for the whole company or for one person's customers."""
    month = Month.parse(run.month)
    rows = scores.month_rows(run, viewer, columns=COLUMNS)
    figures = {
        "month": run.month,
        "previous_month": str(month.previous),
        "as_of": run.as_of.isoformat(),
        "definition": run.definition.version,
        "method": run.method_version,
        "scores_sha256": run.sha256,
        "totals": scores.totals(run, viewer),
        "movement": _movement(run, viewer),
        "stars": scores.star_table(run, viewer),
        "star_changes": scores.transitions(run, viewer, column="stars"),
        "stage_changes": scores.transitions(run, viewer, column="stage"),
        "funnel": scores.funnel(run, viewer),
        "pareto": _pareto(run, viewer, "revenue"),
        "profit_pareto": _pareto(run, viewer, "profit"),
        "lists": _lists(rows),
        "warnings_check": _warnings_check(run, viewer, rows),
        "checks": checks_for(month, rows, viewer),
        "execution": _execution(month, viewer),
        "late": _late(month, viewer),
        "quality": _quality(rows, viewer),
    }
    return json.loads(json.dumps(figures, default=str))


def _movement(run: Run, viewer: User | None) -> dict[str, Any]:
    """The month, and beside it three months and the same month last year."""
    found = {name: scores.movement(run, viewer, comparison=name) for name in ("month", "three_months", "year")}
    return {
        name: {
            "rows": move.rows,
            "not_bought": move.not_bought,
            "volume_value": move.volume_value,
            "steps": move.steps,
        }
        for name, move in found.items()
    }


def _pareto(run: Run, viewer: User | None, value: str) -> dict[str, Any] | None:
    found = scores.pareto(run, viewer, value=value)
    if found is None or found.top20_share is None:
        return None
    picture = asdict(found)
    picture["points"] = [[round(float(x), 4), round(float(y), 4)] for x, y in _thinned(picture["points"])]
    return {name: round(part, 6) if isinstance(part, float) else part for name, part in picture.items()}


def _thinned(points: list) -> list:
    step = max(1, len(points) // 100)
    return [*points[::step], points[-1]] if points else []


def _lists(rows: pa.Table) -> dict[str, dict[str, Any]]:
    """The names of the month: who left, fell, rose, joined, came back, and whom to warn about."""
    moved = rows["movement"]
    chosen = {
        "left": (pc.is_valid(rows["lost_on"]), "revenue_12m_minor", "descending"),
        "declining": (pc.equal(moved, "declining"), "delta_minor", "ascending"),
        "rising": (pc.equal(moved, "rising"), "delta_minor", "descending"),
        "new": (pc.equal(moved, "new"), "current_minor", "descending"),
        "returned": (pc.equal(moved, "returned"), "current_minor", "descending"),
        "overdue": (pc.equal(rows["due"], "overdue"), "previous_minor", "descending"),
        "warnings": (pc.is_in(rows["stage"], pa.array(["at_risk", "silent"])), "money_at_stake_minor", "descending"),
    }
    return {name: _named(rows, *choice) for name, choice in chosen.items()}


def _named(rows: pa.Table, mask: pa.Array, order: str, direction: str) -> dict[str, Any]:
    found = rows.filter(pc.fill_null(mask, False)).sort_by([(order, direction), ("customer_id", "ascending")])
    head = found.slice(0, rules.NAMES_AT_MOST).to_pylist()
    names = _names([row["customer_id"] for row in head])
    return {
        "n": found.num_rows,
        "previous_minor": pc.sum(found["previous_minor"]).as_py() or 0,
        "current_minor": pc.sum(found["current_minor"]).as_py() or 0,
        "revenue_12m_minor": pc.sum(found["revenue_12m_minor"]).as_py() or 0,
        "rows": [_row(row, names) for row in head],
    }


def _row(row: dict[str, Any], names: dict[int, dict[str, Any]]) -> dict[str, Any]:
    who = names.get(row["customer_id"], {})
    reasons = [json.loads(reason) if isinstance(reason, str) else reason for reason in row.pop("reasons") or []]
    return row | {"name": who.get("name", ""), "code": who.get("code", ""), "owner": who.get("owner__name"),
                  "owner_id": who.get("owner_id"), "reasons": reasons}  # fmt: skip


def _names(ids: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), 500):
        chunk = Customer.objects.filter(pk__in=ids[start : start + 500])
        for row in chunk.values("pk", "name", "code", "owner_id", "owner__name"):
            found[row["pk"]] = dict(row)
    return found


def _warnings_check(run: Run, viewer: User | None, rows: pa.Table) -> dict[str, int] | None:
    """Last month's warnings: of those at risk or silent then, how many did not buy this month, beside all the others."""
    before = scores.run_of(Month.parse(run.month).previous)
    if before is None:
        return None
    then = scores.month_rows(before, viewer, columns=["customer_id", "stage", "last_on"])
    warned = set(then.filter(pc.is_in(then["stage"], pa.array(["at_risk", "silent"])))["customer_id"].to_pylist())
    calm_stages = pa.array(["activated", "growing", "mature", "declining", "won_back"])
    calm = set(then.filter(pc.is_in(then["stage"], calm_stages))["customer_id"].to_pylist())
    bought = set(rows.filter(pc.greater(rows["current_orders"], 0))["customer_id"].to_pylist())
    return {
        "warned": len(warned),
        "warned_stayed_away": len(warned - bought),
        "others": len(calm),
        "others_stayed_away": len(calm - bought),
    }


def _execution(month: Month, viewer: User | None) -> dict[str, Any]:
    """How far the service standards were kept: by star, person and department, with the names of that day."""
    found = care.execution(month, viewer)
    groups = {"stars": found.stars, "owners": found.owners, "departments": found.departments}
    lines = {name: [_line(line) for line in some] for name, some in groups.items()}
    return {"total": _line(found.total), "provisional_share": round(found.provisional_share, 6), **lines}


def _line(line: care.Line) -> dict[str, Any]:
    names = ("key", "name", "customers", "due", "kept", "missing", "is_hollow")
    rate = None if line.rate is None else round(line.rate, 6)
    return {name: getattr(line, name) for name in names} | {"rate": rate}


def _late(month: Month, viewer: User | None) -> list[dict[str, Any]]:
    facts = [asdict(fact) for fact in scores.late_facts_for_report(month)]
    if viewer is not None:
        visible = Customer.objects.visible_to(viewer).filter(pk__in=[fact["customer_id"] for fact in facts])
        seen = set(visible.values_list("pk", flat=True))
        facts = [fact for fact in facts if fact["customer_id"] in seen]
    names = _names([fact["customer_id"] for fact in facts])
    return [fact | {"name": names.get(fact["customer_id"], {}).get("name", "")} for fact in facts]


def _quality(rows: pa.Table, viewer: User | None) -> dict[str, int]:
    """What is missing in the data, counted: customers without an owner, and stars that rest on too little."""
    customers = Customer.objects.all() if viewer is None else Customer.objects.visible_to(viewer)
    return {
        "customers": rows.num_rows,
        "without_owner": customers.filter(owner=None, archived_at=None).count(),
        "provisional": pc.sum(pc.cast(pc.fill_null(rows["provisional"], False), pa.int64())).as_py() or 0,
        "never_bought": pc.sum(pc.cast(pc.is_null(rows["first_on"]), pa.int64())).as_py() or 0,
    }
