"""The lists of customers that the report names: whom to call, who did not buy, fell, rose, is new, and the largest."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.accounts import Analysis
from holdfast.common.sheets import Column, Table, write_xlsx
from holdfast.doors.cli.orders.report.figures import Figures
from holdfast.doors.cli.orders.report.words import DUE, LISTS, MOVEMENTS, STAGES

LONGEST = 1_000
Lists = dict[str, list[dict[str, Any]]]
_SHOWN = ("stage", "stars", "stars_hint", "abc", "revenue", "last_on", "typical_gap_days", "elapsed_days", "reasons")


def find_lists(analysis: Analysis) -> Lists:
    """At most 1,000 customers a list, each a dict of customers.parquet's columns and the month's movement."""
    base = _with_movement(analysis)
    base = base.append_column("year_minor", _looked_up(base["customer_id"], analysis.year, "year_minor"))
    calls = base.filter(pc.is_in(base["stage"], pa.array(["at_risk", "silent"])))
    return {
        "calls": _first(
            calls.filter(pc.greater(pc.fill_null(calls["year_minor"], 0), 0)), ("year_minor", "descending")
        ),
        "lost": _first(_moved(base, "lost"), ("overdue", "descending"), ("previous_minor", "descending")),
        "declining": _first(_moved(base, "declining"), ("delta_minor", "ascending")),
        "rising": _first(_moved(base, "rising"), ("delta_minor", "descending")),
        "new": _first(_moved(base, "new"), ("current_minor", "descending")),
        "top": _first(base, ("revenue", "descending")),
    }


def _with_movement(analysis: Analysis) -> pa.Table:
    customers = analysis.customers
    table = customers.select(["customer_id", "movement", *_SHOWN])
    for name in ("previous_minor", "current_minor", "delta_minor", "due"):
        table = table.append_column(name, _looked_up(customers["customer_id"], analysis.movement, name))
    overdue = pc.cast(pc.fill_null(pc.equal(table["due"], "overdue"), False), pa.int8())
    return table.append_column("overdue", overdue)


def _looked_up(ids: pa.ChunkedArray, table: pa.Table, column: str) -> pa.Array:
    keys = table["customer_id"].cast(pa.string()).combine_chunks()
    return table[column].combine_chunks().take(pc.index_in(ids.cast(pa.string()).combine_chunks(), keys))


def _moved(table: pa.Table, code: str) -> pa.Table:
    return table.filter(pc.equal(table["movement"], code))


def _first(table: pa.Table, *keys: tuple[str, str]) -> list[dict[str, Any]]:
    order = pc.sort_indices(table, sort_keys=[*keys, ("customer_id", "ascending")])
    return table.take(order[:LONGEST]).to_pylist()


def write_workbook(lists: Lists, analysis: Analysis, target: Path, figures: Figures) -> None:
    """report.xlsx: one sheet a list."""
    before, month = analysis.summary["movement_from"], analysis.summary["movement_to"]
    tables = [_sheet(code, rows, (before, month), figures) for code, rows in lists.items()]
    write_xlsx(target, tables, lang=figures.tongue.lang)


def _sheet(code: str, rows: list[dict[str, Any]], months: tuple[str, str], figures: Figures) -> Table:
    t, digits = figures.tongue, figures.exponent
    title = t(LISTS[code][0], LISTS[code][1])
    columns = [
        Column(t("客户", "Customer"), "id"),
        Column(t("阶段", "Stage"), width=11),
        Column(t("去向", "Movement"), width=14),
        Column(t("星级（含暂定）", "Stars (or hint)"), "integer"),
        Column("ABC", width=6),
        Column(f"{months[0]}", "money", exponent=digits),
        Column(f"{months[1]}", "money", exponent=digits),
        Column(t("变化", "Change"), "money", exponent=digits),
        Column(t("近一年收入", "Last 12 months"), "money", exponent=digits),
        Column(t("全部收入", "All revenue"), "money", exponent=digits),
        Column(t("上次购买", "Last purchase"), "date"),
        Column(t("已过天数", "Days since"), "integer"),
        Column(t("通常间隔（天）", "Usual gap (days)"), "integer"),
        Column(t("原因", "Reasons"), width=60),
    ]
    note = t(LISTS[code][2], LISTS[code][3]) + t("；最多 1,000 位。", "; at most 1,000.")
    return Table(title, columns, (_cells(row, figures) for row in rows), note=f"{title}: {note}")


def _cells(row: dict[str, Any], figures: Figures) -> list[object]:
    t = figures.tongue
    return [
        row["customer_id"],
        t(*STAGES[row["stage"]]) if row["stage"] else None,
        movement_words(row, figures),
        row["stars"] or row["stars_hint"],
        row["abc"],
        *(row[name] for name in ("previous_minor", "current_minor", "delta_minor", "year_minor")),
        row["revenue"],
        row["last_on"],
        row["elapsed_days"],
        round(row["typical_gap_days"]) if row["typical_gap_days"] is not None else None,
        t("；", "; ").join(row["reasons"] or []),
    ]


def movement_words(row: dict[str, Any], figures: Figures) -> str | None:
    """`本月未购，逾期` and the like."""
    if row["movement"] is None:
        return None
    words = figures.tongue(*MOVEMENTS[row["movement"]])
    return words + figures.tongue("，", ", ") + figures.tongue(*DUE[row["due"]]) if row["due"] else words
