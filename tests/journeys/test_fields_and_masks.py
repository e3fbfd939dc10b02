"""A field of the company's own from its making to a filtered export; a masked number revealed and found in the journal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

RAW = re.compile(r"1[3-9]\d{9}")


@pytest.mark.shows("PLT-04", "SEC-03")
def test_a_field_is_made_filled_in_filtered_by_and_exported(demo_house, page: Page, enter, picture):
    enter(page, demo_house, "admin")
    page.goto(f"{demo_house.base}/customers/fields/")
    page.get_by_role("link", name="添加字段").first.click()
    page.fill("input[name=label]", "合同到期")
    page.fill("input[name=label_en]", "Contract ends")
    page.select_option("select[name=kind]", "date")
    page.check("input[name=is_filterable]")
    page.check("input[name=in_list]")
    page.get_by_role("button", name="添加字段").click()
    page.wait_for_url("**/customers/fields/")
    expect(page.locator("main")).to_contain_text("合同到期")
    picture(page, "fields")

    enter(page, demo_house, "lin")
    page.goto(f"{demo_house.base}/customers/")
    page.locator("table a.name").first.click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    name, address = page.locator("h1").first.inner_text().strip(), page.url
    page.goto(f"{address}edit/")
    page.fill("input[name=custom_contract_ends]", "2027-03-31")
    picture(page, "field-in-form")
    page.fill("input[name=custom_contract_ends]", "2027-03-31")
    page.get_by_role("button", name="保存修改").click()
    page.wait_for_url(address)
    expect(page.locator("main")).to_contain_text("2027-03-31")

    page.goto(f"{demo_house.base}/customers/filters/")
    page.fill("input[name=custom_contract_ends_min]", "2027-03-01")
    page.fill("input[name=custom_contract_ends_max]", "2027-03-31")
    page.get_by_role("button", name="看结果").click()
    expect(page.locator(".filters")).to_contain_text("合同到期")
    assert page.locator("table a.name").all_inner_texts() == [name]
    picture(page, "field-filter")
    page.locator("summary", has_text="导出").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Excel").click()

    head, *rows = CalamineWorkbook.from_path(waiting.value.path()).get_sheet_by_index(0).to_python()
    assert [dict(zip(head, row, strict=True))["名称"] for row in rows] == [name]
    assert str(dict(zip(head, rows[0], strict=True))["合同到期"]) == "2027-03-31"
    enter(page, demo_house, "admin")
    page.goto(f"{demo_house.base}/journal/exports/")
    expect(page.locator("#exports [data-row]").first).to_contain_text("合同到期 ≥ 2027-03-01 ≤ 2027-03-31")
    picture(page, "export-register")


@pytest.mark.shows("SEC-01", "SEC-03", "ARC-12")
def test_a_masked_number_is_revealed_for_a_reason_and_found_in_the_journal(demo_house, page: Page, enter, picture):
    enter(page, demo_house, "analyst")
    page.goto(f"{demo_house.base}/customers/")
    page.locator("table a.name").first.click()
    page.wait_for_url(re.compile(r"/customers/\d+/$"))
    address = page.url
    assert not RAW.search(page.content())
    picture(page, "masked-customer")

    call = page.locator('a.hf-icon[href*="/reveal/phone/"]').first
    call.click()
    panel = page.locator("#panel-body")
    expect(panel).to_contain_text("为什么要看")
    panel.locator("label", has_text="核对资料").click()
    panel.get_by_role("button", name="看完整号码").click()

    number = panel.locator("[data-revealed]")
    expect(number).to_have_text(RAW)
    raw = number.inner_text()
    expect(panel.locator("a[href^='tel:']")).to_have_attribute("href", f"tel:{raw}")
    page.goto(f"{demo_house.base}/search/?q={raw}")
    expect(page.locator("main .list a").first).to_be_visible()
    page.goto(page.url.split("/search/")[0] + call_page(address))
    picture(page, "reveal")

    enter(page, demo_house, "admin")
    page.goto(f"{demo_house.base}/journal/?verb=reveal")
    expect(page.locator("#journal")).to_contain_text("查看完整号码")
    expect(page.locator("#journal")).to_contain_text("核对资料")
    assert raw not in page.content()
    picture(page, "reveal-in-journal")


def call_page(address: str) -> str:
    """The page that asks for the reason, of the customer's own number."""
    found = re.search(r"/customers/(\d+)/", address)
    assert found
    return f"/customers/{found[1]}/reveal/phone/"
