"""Workbooks for the importer: the rows that were not written, and a template to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from holdfast.common import sheets
from holdfast.doors.intake.models import Import, WorkFile
from holdfast.doors.intake.rules.kinds import Kind
from holdfast.doors.intake.rules.problems import label_of, sentence_of
from holdfast.doors.intake.rules.rows import Row

Target = str | Path | BinaryIO
EXAMPLES: dict[str, dict[str, tuple[str, str]]] = {
    "customers": {
        "code": ("C0001", "C0002"), "name": ("苏州澄光机械有限公司", "李明"), "kind": ("企业", "个人"),
        "uscc": ("91320505MA1XTB6N0B", ""), "phone": ("0512-62345678", ""), "province": ("江苏", "浙江"),
        "city": ("苏州", "宁波"), "address": ("工业园区星湖街 1 号", ""), "industry": ("通用机械", ""),
        "source": ("展会", "老客户介绍"), "tags": ("重点、样品", ""), "first_seen_on": ("2024-03-18", "2025-01-06"),
        "contact_name": ("周启明", "李明"), "contact_title": ("采购经理", ""), "contact_phone": ("13800138000", "13900139000"),
        "contact_birthday": ("1985-08-15", "农历八月十五"),
    },
    "products": {
        "code": ("P-100", "P-200"), "name": ("轴承 6204", "密封圈 40×52"), "category": ("轴承", "密封件"),
        "unit": ("只", "只"), "price": ("28.50", "3.20"), "cost": ("17.10", "1.05"), "grade": ("2", "1"),
    },
    "orders": {
        "number": ("SO20260105-01", "SO20260105-01"), "customer_code": ("C0001", "C0001"),
        "customer_name": ("苏州澄光机械有限公司", "苏州澄光机械有限公司"), "ordered_on": ("2026-01-05", "2026-01-05"),
        "product_code": ("P-100", "P-200"), "product_name": ("轴承 6204", "密封圈 40×52"), "quantity": ("200", "500"),
        "price": ("27.80", "3.00"), "amount": ("5560", "1500"), "cost_price": ("17.10", "1.05"), "tax_rate": ("13%", "13%"),
        "promised_on": ("2026-01-15", "2026-01-15"), "shipped_on": ("2026-01-14", ""),
    },
    "contacts": {
        "name": ("周启明", "林晚秋"), "customer_code": ("C0001", "C0001"),
        "customer_name": ("苏州澄光机械有限公司", "苏州澄光机械有限公司"), "title": ("采购经理", "财务"),
        "phone": ("13800138000", "13900139000"), "email": ("zhou@example.com", ""), "birthday": ("1985-08-15", ""),
    },
    "interactions": {
        "customer_code": ("C0001", "C0001"), "customer_name": ("苏州澄光机械有限公司", "苏州澄光机械有限公司"),
        "at": ("2026-01-05 14:30", "2026-01-12"), "channel": ("拜访", "电话"), "minutes": ("90", "15"),
        "summary": ("看了新产线，下月要报价", "确认交期"),
    },
    "needs": {
        "customer_code": ("C0001", "C0001"), "customer_name": ("苏州澄光机械有限公司", "苏州澄光机械有限公司"),
        "text": ("送货要避开午休", "喜欢先看样品再下单"), "said_on": ("2026-01-05", "2026-01-12"),
        "kind": ("特别要求", "偏好"), "source": ("拜访", "电话"),
    },
    "comments": {
        "customer_code": ("C0001", "C0001"), "customer_name": ("苏州澄光机械有限公司", "苏州澄光机械有限公司"),
        "text": ("送货很快，就是两箱包装破了", ""), "said_at": ("2026-01-05 14:30", "2026-01-12"),
        "channel": ("电话", "问卷"), "csat": ("4", "5"), "nps": ("", "9"), "order": ("SO20260105-01", ""),
    },
    "invoices": {
        "number": ("FP20260106-001", "FP20260106-002"), "customer_code": ("C0001", "C0001"),
        "customer_name": ("苏州澄光机械有限公司", "苏州澄光机械有限公司"), "issued_on": ("2026-01-06", "2026-01-06"),
        "due_on": ("2026-02-05", "2026-02-05"), "amount": ("7060.00", "1180.50"),
    },
    "payments": {
        "customer_code": ("C0001", "C0001"), "customer_name": ("苏州澄光机械有限公司", "苏州澄光机械有限公司"),
        "received_on": ("2026-02-03", "2026-02-10"), "amount": ("7060.00", "500.00"), "method": ("银行转账", "微信"),
        "reference": ("LS20260203", ""),
    },
}  # fmt: skip


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def write_rejected(imp: Import, target: Target) -> None:
    """Every row that was not written, as it came, with its number and the reason beside it."""
    with WorkFile(imp.path) as work:
        columns = [sheets.Column(_("原行号"), "integer")]
        columns += [sheets.Column(heading) for heading in imp.headings]
        columns.append(sheets.Column(_("问题"), width=60))
        table = sheets.Table(_("未写入的行"), columns, _rejected_rows(imp, work.rejected()))
        sheets.write_xlsx(target, [table], lang=language())


def _rejected_rows(imp: Import, rows: Iterable[Row]) -> Iterator[list[Any]]:
    width = len(imp.headings)
    for row in rows:
        cells = [sheets.text_of(cell) for cell in row.cells[:width]]
        yield [row.number, *cells, *[None] * (width - len(cells)), reasons(row, imp.kind)]


def reasons(row: Row, kind: str) -> str:
    """Why a row is kept out, field by field."""
    said = []
    for problem in row.problems:
        if problem.is_error:
            sentence = sentence_of(problem.code, problem.facts)
            has_label = problem.field and "label" not in problem.facts
            label = str(label_of(f"{kind}.{problem.field}")) if has_label else ""
            said.append(f"{label}: {sentence}" if label and label not in sentence else sentence)
    return "; ".join(dict.fromkeys(said)) if language() == "en" else "；".join(dict.fromkeys(said))


def write_template(kind: Kind, target: Target, *, sees_profit: bool) -> None:
    """A workbook with this kind's headings and two rows that show how to fill them in."""
    fields = [field for field in kind.shown_fields(sees_profit) if field.name in EXAMPLES[kind.name] or field.required]
    columns = [
        sheets.Column(str(field.label), "id" if field.reads in ("id", "phone") else "text", 16) for field in fields
    ]
    examples = EXAMPLES[kind.name]
    rows = [[examples[field.name][number] for field in fields] for number in (0, 1)]
    sheets.write_xlsx(target, [sheets.Table(str(kind.title), columns, rows)], lang=language())
