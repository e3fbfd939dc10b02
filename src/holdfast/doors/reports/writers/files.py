"""The report as a PDF that a manager would print, and as a workbook with every name."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from holdfast.common import sheets
from holdfast.common.formats import month
from holdfast.common.money import to_major
from holdfast.doors.reports.writers import charts
from holdfast.doors.reports.writers.cells import plain
from holdfast.doors.reports.writers.content import Column, Section

KINDS = {"money": "money", "change": "money", "int": "integer", "percent": "percent", "day": "date", "stars": "integer"}


def write_pdf(context: dict[str, Any]) -> bytes:
    """The pages of `reports/print.html`; raises OSError when the system library for layout is missing."""
    from holdfast.doors.reports.writers.printing import pdf_of  # a machine without Pango still shows the page

    figures = context["figures"]
    drawn = {"charts": charts.paper_charts(figures), "bridge_note": charts.bridge_note(figures)}
    html = render_to_string("reports/print.html", context | drawn)
    return pdf_of(html)


def write_workbook(context: dict[str, Any], *, language: str) -> bytes:
    """A sheet a section, every row in it; money in whole currency units, days as days."""
    target = io.BytesIO()
    note = _("%(month)s · 口径第 %(definition)s 版 · 校验 %(sum)s") % {
        "month": month(context["report"].month),
        "definition": context["figures"].get("definition", ""),
        "sum": context["report"].sha256[:12],
    }
    tables = [_table(section, note) for section in context["sections"] if section.columns]
    sheets.write_xlsx(target, [*tables, _actions(context["actions"], note)], lang=language)
    return target.getvalue()


def _table(section: Section, note: str) -> sheets.Table:
    columns = [sheets.Column(column.title or " ", kind=KINDS.get(column.kind, "text")) for column in section.columns]
    rows = [*section.rows, *([section.total] if section.total else [])]
    return sheets.Table(section.title, columns=columns, rows=[_values(section.columns, row) for row in rows], note=note)


def _values(columns: list[Column], row: list[Any]) -> list[Any]:
    return [_value(column.kind, value) for column, value in zip(columns, row, strict=True)]


def _value(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind in {"money", "change"}:
        return to_major(value, settings.CURRENCY)
    if kind in {"int", "percent"}:
        return value
    if kind == "day":
        return sheets.parse_date(str(value)[:10])
    if kind == "stars":
        return value["stars"] if isinstance(value, dict) else value
    if kind == "tick":
        return _("完成") if value else _("未完成")
    return plain(kind, value)


def _actions(actions: list[Any], note: str) -> sheets.Table:
    columns = [_("客户"), _("措施"), _("责任人"), _("期限"), _("结果")]
    kinds = ["text", "text", "text", "date", "text"]
    rows = [
        [action.customer.name if action.customer else "", action.text, action.assignee.name, action.due_on, action.said]
        for action in actions
    ]
    heads = [sheets.Column(title, kind=kind) for title, kind in zip(columns, kinds, strict=True)]
    return sheets.Table(_("本期措施"), columns=heads, rows=rows, note=note)
