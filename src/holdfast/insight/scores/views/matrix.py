"""客户 × 产品: what customers of class A–D earn us on products of grade 1–4, and how each cell is served."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.analysis.matrix import CELLS, PolicyParams
from holdfast.analysis.matrix import policy_of as engine_policy
from holdfast.common import formats
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.foundation.jobs import services as jobs
from holdfast.insight.scores import queries, services
from holdfast.insight.scores.forms import POLICY_MEANINGS, POLICY_NAMES, PolicyForm
from holdfast.insight.scores.models import MatrixPolicy, Run
from holdfast.insight.scores.queries.matrix import CLASSES, GRADES, UNPLACED, MatrixBoard, MatrixCell
from holdfast.insight.scores.readers import FileMissing
from holdfast.insight.scores.views import word
from holdfast.insight.scores.views.value import months_beside
from holdfast.records.commerce.models import Product
from holdfast.records.customers.models import Customer

PAGE = 50
HEAT = (0.02, 0.06, 0.12, 0.24)
Row = dict[str, Any]


@needs(Permission.VALUE_VIEW, Permission.SEE_PROFIT)
@require_GET
def matrix(request: StaffRequest) -> HttpResponse:
    """The sixteen cells of ?month=, with the money that ?show= (profit, revenue) asks for in them."""
    run = queries.run_for(request.GET.get("month", ""))
    if run is None and not queries.newest_run():
        return show(request, "scores/value_empty.html", {"may_score": request.user.may(Permission.SCORE_RUN)})
    if run is None:
        raise Http404(_("这个月还没有评分。"))
    if not ready(run):
        return show(request, "scores/matrix_empty.html", _empty(request, run))
    return show(request, "scores/matrix.html", _context(request, run))


def ready(run: Run) -> bool:
    """Whether the pairs are there; a small company's are made now, a large one's in the background."""
    try:
        return services.has_pairs(run) or (services.is_quick(run) and services.keep_pairs(run))
    except FileMissing:
        return False


def _empty(request: StaffRequest, run: Run) -> Row:
    waits = not services.has_pairs(run) and not services.is_quick(run) and services.snapshot_folder(run) is not None
    return {"run": run, "may_make": waits and request.user.may(Permission.SCORE_RUN), "months": months_beside(run)}


@needs(Permission.VALUE_VIEW, Permission.SEE_PROFIT, Permission.SCORE_RUN)
@require_POST
def matrix_make(request: StaffRequest) -> HttpResponse:
    """Make the pairs of a month in the background and show how far it is."""
    job = jobs.enqueue("scores.matrix", by=request.user, month=request.POST.get("month", ""))
    return go(request, "jobs:job", job.pk)


def _context(request: StaffRequest, run: Run) -> Row:
    board = queries.matrix(run, request.user)
    measure = "revenue" if request.GET.get("show") == "revenue" else "profit"
    params = queries.policies_in_force()
    return {
        "run": run,
        "board": board,
        "measure": measure,
        "lead": lead(run, board),
        "figures": figures(run, board),
        "columns": [*(grade_word(grade) for grade in GRADES), _("合计")],
        "rows": [*(_row(run, board, name, measure, params) for name in CLASSES), _sum_row(run, board, measure)],
        "measures": _measures(request, measure),
        "unplaced_url": cell_url(run, UNPLACED) if board.unplaced.lines else "",
        "months": months_beside(run),
        "is_whole": request.user.scope == Scope.ALL,
        "edges": [formats.percent(edge / 1000, 0) for edge in word.settings_of(run).pareto.abcd],
        "window": formats.days(word.settings_of(run).grading.window_days),
        "may_edit": request.user.may(Permission.STANDARD_EDIT),
    }


def _measures(request: StaffRequest, measure: str) -> list[Row]:
    query = request.GET.copy()
    found = []
    for code, title in (("profit", _("毛利")), ("revenue", _("收入"))):
        query["show"] = code
        found.append({"title": title, "url": f"?{query.urlencode()}", "active": code == measure})
    return found


def grade_word(grade: int) -> str:
    return _("%(grade)s 类产品") % {"grade": grade}


def class_word(letter: str) -> str:
    return _("%(letter)s 类客户") % {"letter": letter}


def cell_word(cell: str) -> str:
    """A1 → A 类客户 × 1 类产品."""
    if cell == UNPLACED:
        return _("放不进格子的")
    return f"{class_word(cell[0])} × {grade_word(int(cell[1]))}"


def cell_url(run: Run, cell: str, **asked: Any) -> str:
    address = reverse("scores:matrix-cell", args=[cell])
    return f"{address}?{urlencode({'month': run.month, **asked})}"


def _row(run: Run, board: MatrixBoard, letter: str, measure: str, params: PolicyParams) -> Row:
    cells = [_cell(run, board, f"{letter}{grade}", measure, params) for grade in GRADES]
    total = board.classes[letter]
    return {
        "title": class_word(letter),
        "letter": letter,
        "cells": [*cells, _sum(board, total, measure)],
        "is_total": False,
    }


def _sum_row(run: Run, board: MatrixBoard, measure: str) -> Row:
    placed = [board.grades[grade] for grade in GRADES]
    cells = [_sum(board, one, measure) for one in placed]
    whole = _sum(board, board.total, measure)
    whole["money"] -= getattr(board.unplaced, f"{measure}_minor")
    return {"title": _("合计"), "cells": [*cells, whole], "is_total": True}


def _cell(run: Run, board: MatrixBoard, cell: str, measure: str, params: PolicyParams) -> Row:
    found = board.cells[cell]
    money = getattr(found, f"{measure}_minor")
    whole = getattr(board.total, f"{measure}_minor")
    share = money / whole if whole > 0 else 0.0
    return {
        **_sum(board, found, measure),
        "cell": cell,
        "url": cell_url(run, cell) if found.lines else "",
        "heat": "neg" if money < 0 else f"q{sum(share >= line for line in HEAT)}",
        "policy": str(POLICY_NAMES[engine_policy(cell, params=params).policy]),
    }


def _sum(board: MatrixBoard, found: MatrixCell, measure: str) -> Row:
    money = getattr(found, f"{measure}_minor")
    whole = getattr(board.total, f"{measure}_minor")
    return {
        "money": money, "n": found.customers, "products": found.products, "is_sum": True,
        "share": money / whole if whole > 0 else None,
    }  # fmt: skip


def lead(run: Run, board: MatrixBoard) -> Row:
    """The sentence of the page: where the profit is made, and where it is lost."""
    best = max(CELLS, key=lambda cell: board.cells[cell].profit_minor)
    losing = [cell for cell in CELLS if board.cells[cell].profit_minor < 0]
    whole, worst = board.total.profit_minor, min(CELLS, key=lambda cell: board.cells[cell].profit_minor)
    return {
        "best": cell_word(best),
        "best_url": cell_url(run, best),
        "best_money": formats.money(board.cells[best].profit_minor, "panel"),
        "best_share": formats.percent(board.cells[best].profit_minor / whole, 0) if whole > 0 else "",
        "losing": cell_word(worst) if losing else "",
        "losing_url": cell_url(run, worst),
        "losing_money": formats.money(board.cells[worst].profit_minor, "panel"),
        "losing_n": len(losing),
        "has_any": bool(board.total.lines),
    }


def figures(run: Run, board: MatrixBoard) -> list[Row]:
    """Four figures above the cells."""
    total = board.total
    margin = total.profit_minor / total.revenue_minor if total.revenue_minor > 0 else None
    top, d_class = board.classes["A"], board.classes["D"]
    uncosted = total.uncosted_minor
    return [
        {"label": _("毛利"), "value": formats.money_parts(total.profit_minor),
         "note": _("毛利率 %(margin)s") % {"margin": formats.percent(margin)} if margin is not None else ""},
        {"label": _("收入"), "value": formats.money_parts(total.revenue_minor),
         "note": _("其中没有成本 %(money)s") % {"money": formats.money(uncosted, "panel")} if uncosted else _("全部有成本")},
        {"label": class_word("A"), "value": formats.money_parts(top.profit_minor),
         "note": _("%(n)s 位") % {"n": formats.number(top.customers)}},
        {"label": class_word("D"), "value": formats.money_parts(d_class.profit_minor),
         "note": _("%(n)s 位") % {"n": formats.number(d_class.customers)},
         "tone": "act" if d_class.profit_minor < 0 else ""},
    ]  # fmt: skip


@needs(Permission.VALUE_VIEW, Permission.SEE_PROFIT)
@require_GET
def matrix_cell(request: StaffRequest, cell: str) -> HttpResponse:
    """The customers and products of one cell; ?customer= narrows it to one."""
    run, pairs = asked_pairs(request, cell)
    pages = max(1, -(-pairs.num_rows // PAGE))
    wanted = request.GET.get("page", "1")
    page = min(max(int(wanted) if wanted.isdecimal() else 1, 1), pages)
    context = {
        "run": run,
        "cell": cell,
        "title": cell_word(cell),
        "rows": named_rows(request, pairs.slice((page - 1) * PAGE, PAGE)),
        "total": queries.matrix_sums(pairs),
        "pairs": pairs.num_rows,
        "page": page,
        "pages": pages,
        "policy": policy_words(cell) if cell in CELLS else None,
        "may_export": request.user.may(Permission.CUSTOMER_EXPORT),
        "may_edit": request.user.may(Permission.STANDARD_EDIT),
        "is_unplaced": cell == UNPLACED,
    }
    return show(request, "scores/matrix_cell.html", context)


def asked_pairs(request: StaffRequest, cell: str) -> tuple[Run, pa.Table]:
    """The run and the pairs that an address names; 404 where it names none."""
    run = queries.run_for(request.GET.get("month", ""))
    if run is None or cell not in (*CELLS, UNPLACED) or not ready(run):
        raise Http404(_("没有这个格子。"))
    who = request.GET.get("customer", "")
    if who and not (who.isdecimal() and Customer.objects.visible_to(request.user).filter(pk=who[:18]).exists()):
        raise Http404(_("没有这位客户。"))
    return run, queries.pairs_of(run, request.user, cell=cell, customer_id=int(who) if who else None)


def named_rows(request: StaffRequest, pairs: pa.Table) -> list[Row]:
    """Pairs with their customer and product; whoever went out of sight since is left out."""
    rows = pairs.to_pylist()
    people = Customer.objects.visible_to(request.user).select_related("owner").in_bulk({r["customer_id"] for r in rows})
    things = Product.objects.in_bulk({row["product_id"] for row in rows if row["product_id"]})
    return [
        {**row, "customer": people[row["customer_id"]], "product": things.get(row["product_id"]),
         "margin": row["profit_minor"] / row["revenue_minor"] if row["revenue_minor"] > 0 else None}
        for row in rows
        if row["customer_id"] in people
    ]  # fmt: skip


def policy_words(cell: str) -> Row:
    """How a cell is served, in words."""
    params = queries.policies_in_force()
    found = engine_policy(cell, params=params)
    who = _("可以自动执行") if found.automatic else _("由人决定")
    if found.automatic and found.policy == "exit_review":
        who = _("%(stars)s 星以上由人决定，其余自动提请评估") % {"stars": params.guard_stars}
    return {
        "name": str(POLICY_NAMES[found.policy]),
        "meaning": str(POLICY_MEANINGS[found.policy]),
        "discount": formats.percent(found.discount_ceiling, 0),
        "availability": formats.percent(found.availability, 0),
        "who": who,
    }


@needs(Permission.VALUE_VIEW, Permission.SEE_PROFIT)
@require_http_methods(["GET", "POST"])
def matrix_policies(request: StaffRequest) -> HttpResponse:
    """How the sixteen cells are served; who may edit service standards saves a new version."""
    may_edit = request.user.may(Permission.STANDARD_EDIT)
    params = queries.policies_in_force()
    form = PolicyForm(request.POST if request.method == "POST" and may_edit else None, params=params)
    if form.is_valid():
        with refusals_on(form):
            made = services.change_policies(params=form.params(), note=form.cleaned_data["note"], by=request.user)
            messages.success(request, _("策略第 %(version)s 版已生效。") % {"version": made.version})
            return go(request, "scores:matrix-policies")
    context = {
        "form": form,
        "rows": [{"cell": cell, "title": cell_word(cell), **form.fields_of(cell)} for cell in CELLS],
        "versions": MatrixPolicy.objects.select_related("by")[:12],
        "meanings": [{"name": POLICY_NAMES[code], "text": POLICY_MEANINGS[code]} for code in POLICY_NAMES],
        "may_edit": may_edit,
    }
    return show(request, "scores/matrix_policies.html", context)
