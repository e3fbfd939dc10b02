"""The first evening: from an Excel file with 300 customers to a printed page of stars, stages and people to call."""

from __future__ import annotations

import datetime as dt
import io
import random

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

PASSWORD = "an-evening-with-holdfast"
CUSTOMERS = 300


def book(rows: list[list[object]]) -> bytes:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = made.add_worksheet()
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    made.close()
    return target.getvalue()


def customers() -> bytes:
    rows = [[f"K{n:03d}", f"昆山首夜{n}器材有限公司", f"1370000{n:04d}", f"陈{n}"] for n in range(CUSTOMERS)]
    return book([["客户编号", "客户名称", "电话", "联系人"], *rows])


def orders() -> bytes:
    """Two years of orders by made-up rhythms; a third of the customers stopped buying some months ago."""
    rng, today = random.Random(5), dt.date.today()
    rows: list[list[object]] = []
    for n in range(CUSTOMERS):
        day = today - dt.timedelta(days=rng.randint(300, 700))
        stop = today - dt.timedelta(days=rng.choice([0, 0, rng.randint(80, 250)]))
        gap = rng.randint(12, 60)
        while day <= stop:
            rows.append(
                [f"D{len(rows):05d}", f"K{n:03d}", day.strftime("%Y/%m/%d"), "轴承", rng.randint(1, 9), 128.5, 90]
            )
            day += dt.timedelta(days=max(2, round(rng.gauss(gap, gap / 5))))
    return book([["订单号", "客户编号", "下单日期", "产品名称", "数量", "单价", "成本价"], *rows])


@pytest.mark.shows("PLT-02", "TIE-05", "LIF-06", "CHU-01")
def test_from_a_workbook_to_a_page_of_people_to_call(empty_house, page: Page, tmp_path, picture):
    page.goto(empty_house.setup_link)
    page.fill("input[name=login]", "boss")
    page.fill("input[name=name]", "陈老板")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.click(".bare-card button")
    page.wait_for_url(f"{empty_house.base}/")
    picture(page, "empty-workbench")

    (tmp_path / "客户.xlsx").write_bytes(customers())
    (tmp_path / "订单.xlsx").write_bytes(orders())
    empty_house.run("import", "customers", str(tmp_path / "客户.xlsx"), "--by", "boss")
    empty_house.run("import", "orders", str(tmp_path / "订单.xlsx"), "--by", "boss")
    page.goto(f"{empty_house.base}/value/")
    page.get_by_role("button", name="现在评分").first.click()
    page.wait_for_url("**/jobs/**")
    expect(page.locator("main")).to_contain_text("已完成", timeout=120_000)

    page.goto(f"{empty_house.base}/workbench/print/")
    expect(page.locator("body")).to_contain_text("昆山首夜")
    expect(page.locator("body")).to_contain_text("通常每")
    page.goto(f"{empty_house.base}/customers/?stage=silent")
    expect(page.locator("main")).to_contain_text("昆山首夜")
