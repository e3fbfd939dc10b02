"""Files as companies send them, and a way to take one all the way in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile

from holdfast.common import sheets
from holdfast.doors.intake import services
from holdfast.doors.intake.models import Import
from holdfast.foundation.accounts.models import User
from holdfast.foundation.jobs import services as jobs

CUSTOMER_HEADINGS = [
    "客户名称", "联系人", "手机", "归属人", "首单日期", "邮箱", "统一社会信用代码", "客户类型", "省份", "城市",
]  # fmt: skip
ORDER_HEADINGS = ["订单号", "客户编号", "客户名称", "下单日期", "产品编号", "产品名称", "数量", "单价", "税率"]
NOT_COMPARED = ("audit", "jobs", "intake", "sessions", "axes", "contenttypes", "auth")


def csv_file(headings: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def workbook(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    book = io.BytesIO()
    columns = [sheets.Column(heading) for heading in headings]
    sheets.write_xlsx(book, [sheets.Table("表", columns, rows)])
    return book.getvalue()


def good_customers(count: int, start: int = 0) -> list[list[str]]:
    """Rows that are right: every name and phone of its own."""
    return [
        [
            f"第{n}精密机械有限公司",
            f"联系人{n}",
            f"139{n:08d}",
            "",
            "2024/3/18",
            f"c{n}@example.com",
            "",
            "企业",
            "江苏",
            "苏州",
        ]
        for n in range(start, start + count)
    ]


def ten_bad_rows() -> list[list[str]]:
    """One thing wrong in each."""
    rows = good_customers(10, start=500)
    for row, (column, text) in zip(
        rows,
        [(0, ""), (2, "1398862"), (2, "1.5956E+10"), (3, "王小明"), (4, "2026-02-30"), (4, "不知道"),
         (5, "not-an-address"), (7, "不清楚"), (0, "长" * 201), (1, "名" * 81)],
        strict=True,
    ):  # fmt: skip
        row[column] = text
    return rows


def orders(count: int, lines: int = 2, customer: str = "K{n}") -> list[list[str]]:
    return [
        [
            f"SO{n:04d}",
            customer.format(n=n % 7),
            f"客户{n % 7}号",
            "2026-01-05",
            f"P-{line}",
            f"产品{line}",
            "3",
            "12.50",
            "13%",
        ]
        for n in range(count)
        for line in range(lines)
    ]


def receive(content: bytes, kind: str, by: User, name: str = "客户表.xlsx", **how: Any) -> Import:
    return services.receive(ContentFile(content), name, kind=kind, by=by, **how)


def checked(content: bytes, kind: str, by: User, name: str = "客户表.xlsx", **how: Any) -> Import:
    """Uploaded and checked."""
    imp = services.start_check(receive(content, kind, by, name, **how), by=by)
    return run(imp)


def applied(content: bytes, kind: str, by: User, name: str = "客户表.xlsx", **how: Any) -> Import:
    """Uploaded, checked and written."""
    return run(services.start_apply(checked(content, kind, by, name, **how), by=by))


def undone(imp: Import, by: User) -> Import:
    return run(services.start_undo(imp, by=by))


def run(imp: Import) -> Import:
    job = jobs.run_now(imp.job)
    assert job.state == "done", job.error
    return Import.objects.select_related("by", "job", "batch").get(pk=imp.pk)


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the journal, the imports, the jobs and the sessions."""
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in NOT_COMPARED
    }
