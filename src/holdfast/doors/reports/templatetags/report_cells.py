"""Show a cell of a report by its column's kind."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from holdfast.doors.reports.writers.cells import NOT_ON_PHONES, RIGHT, shown
from holdfast.doors.reports.writers.content import Column

register = template.Library()


@register.simple_tag
def report_rows(columns: list[Column], rows: list[list[Any]], paper: bool = False) -> list[list[dict[str, Any]]]:
    """Rows of cells ready to show: what it shows and its class."""
    return [
        [
            {"html": shown(column.kind, value, paper=paper), "class": cell_class(column)}
            for column, value in zip(columns, row, strict=True)
        ]
        for row in rows
    ]


@register.simple_tag
def report_cell(column: Column, value: Any, paper: bool = False) -> SafeString:
    return shown(column.kind, value, paper=paper)


@register.filter
def stands_right(column: Column) -> bool:
    return column.kind in RIGHT


@register.filter
def cell_class(column: Column) -> str:
    """Figures stand right; sentences that need width are left to larger screens."""
    return "num" if column.kind in RIGHT else "only-desk" if column.kind in NOT_ON_PHONES else ""


@register.filter
def chart_of(charts: dict[str, Any], key: str) -> Any:
    return charts.get(key)


@register.filter
def chinese_numeral(number: int) -> str:
    """1 → 一, 10 → 十, 20 → 二十 … 99: how sections of a Chinese report are counted."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")
