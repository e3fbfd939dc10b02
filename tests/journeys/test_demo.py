"""Walks through the demo company, as its people would."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect
from pypinyin import Style, lazy_pinyin
from python_calamine import CalamineWorkbook

HEAD = ["客户编号", "客户名称", "手机", "城市", "统一社会信用代码", "联系人", "生日"]
GOOD = 12
BAD = [
    ["J901", "", "13800000001", "苏州", "", "", ""],
    ["J902", "坏手机一号有限公司", "138", "苏州", "", "", ""],
    ["J903", "坏手机二号有限公司", "abc", "苏州", "", "", ""],
    ["J904", "坏生日一号有限公司", "13800000004", "苏州", "", "王生日", "13月40日"],
    ["J905", "坏生日二号有限公司", "13800000005", "苏州", "", "李生日", "2月31日"],
    ["J906", "坏生日三号有限公司", "13800000006", "苏州", "", "张生日", "某天"],
    ["J907", "", "13800000007", "无锡", "", "", ""],
    ["J908", "", "", "", "", "", ""],
    ["J909", "坏手机三号有限公司", "12", "", "", "", ""],
    ["J910", "坏生日四号有限公司", "", "", "", "赵生日", "0月0日"],
]


def workbook() -> bytes:
    """Twelve customers that are fine, and ten rows with a mistake each."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("客户")
    rows = [[f"J{n:03d}", f"嘉定旅途{n}仪表有限公司", f"1390000{n:04d}", "上海", "", "", ""] for n in range(GOOD)]
    for place, row in enumerate([HEAD, *rows, *BAD]):
        sheet.write_row(place, 0, row)
    book.close()
    return target.getvalue()


@pytest.mark.shows("SEC-01")
def test_the_first_login_shows_whom_to_call_and_why(demo_house, page: Page, enter, picture):
    page.goto(demo_house.base)
    assert "/login/" in page.url

    enter(page, demo_house, "zhou")

    expect(page.locator("main")).to_contain_text("通常每")
    picture(page, "workbench")


@pytest.mark.shows("ARC-10")
def test_a_customer_is_found_by_the_initials_of_its_pinyin(demo_house, page: Page, enter, picture):
    enter(page, demo_house, "gao")
    page.goto(f"{demo_house.base}/customers/")
    name = page.locator("a.name").first.inner_text().strip()
    initials = "".join(lazy_pinyin(name.removesuffix("有限公司"), style=Style.FIRST_LETTER))[:6]

    page.fill("#search", initials)
    page.press("#search", "Enter")
    page.wait_for_url("**/search/**")

    expect(page.locator("main")).to_contain_text(name)
    picture(page, "search")
    page.get_by_role("link", name=name).first.click()
    expect(page.locator("h1, .idcard").first).to_contain_text(name)
    picture(page, "customer")


@pytest.mark.shows("PLT-02", "PLT-07")
def test_a_workbook_with_ten_bad_rows_is_imported_and_undone(demo_house, page: Page, enter, picture):
    enter(page, demo_house, "admin")
    page.goto(f"{demo_house.base}/imports/new/")
    picture(page, "import-upload")

    page.check("input[name=kind][value=customers]")
    file = {"name": "客户.xlsx", "mimeType": "application/octet-stream", "buffer": workbook()}
    page.set_input_files("input[type=file]", [file])
    page.get_by_role("button", name="上传").click()
    page.wait_for_url("**/imports/*/**")
    page.get_by_role("button", name="检查这份文件").click()
    write = page.get_by_role("button", name="写入", exact=False)
    write.wait_for(timeout=60_000)
    picture(page, "import-preview")
    page.get_by_role("button", name="写入", exact=False).click()
    errors = page.get_by_role("link", name="下载错误行")
    expect(page.locator("main")).to_contain_text("没有写入", timeout=60_000)
    picture(page, "import-result")
    with page.expect_download() as waiting:
        errors.click()
    rejected = CalamineWorkbook.from_path(waiting.value.path()).get_sheet_by_index(0).to_python()
    assert sum(any(str(cell).startswith("J9") for cell in row) for row in rejected) == len(BAD)
    address = page.url
    assert _hits(page, demo_house, "嘉定旅途") >= GOOD

    page.goto(address)
    page.locator("[data-open=undo]").first.click()
    page.locator("dialog[open]").get_by_role("button", name="撤销导入").click()
    expect(page.locator("main")).to_contain_text("已整批撤销", timeout=60_000)

    assert _hits(page, demo_house, "嘉定旅途") == 0


def _hits(page: Page, house, words: str) -> int:
    page.goto(f"{house.base}/search/?q={words}")
    return page.locator("main a[href^='/customers/']").filter(has_text=words).count()


@pytest.mark.shows("REP-02", "REP-03")
def test_the_report_is_read_reviewed_signed_and_printed(demo_house, page: Page, enter, picture):
    enter(page, demo_house, "lin")
    page.goto(f"{demo_house.base}/reports/")
    page.locator("main a.name").first.click()
    expect(page.locator("main")).to_contain_text("客户进出对账")
    page.get_by_role("button", name="标为已审阅").click()
    expect(page.locator("main")).to_contain_text("已审阅")
    address = page.url

    enter(page, demo_house, "gao")
    page.goto(address)
    picture(page, "report")
    page.get_by_role("button", name="签发月报").first.click()
    page.locator("dialog[open] button.btn-primary").click()
    expect(page.locator("main")).to_contain_text("已签发")

    answer = page.request.get(f"{address}pdf/")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")
    picture(page, "report-signed")


def test_the_value_board_and_the_list_open(demo_house, page: Page, enter, picture):
    enter(page, demo_house, "gao")

    for name, path in {
        "value": "/value/", "customers": "/customers/", "warnings": "/value/warnings/", "definitions": "/value/definitions/",
        "orders": "/commerce/orders/", "products": "/commerce/products/", "tasks": "/tasks/", "reports": "/reports/",
        "imports": "/imports/", "customer-new": "/customers/new/",
    }.items():  # fmt: skip
        answer = page.goto(f"{demo_house.base}{path}")
        assert answer is not None
        assert answer.status == (403 if name == "imports" else 200), path
        picture(page, name)
