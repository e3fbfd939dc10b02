"""Two colleagues have written down one customer twice: the queue finds it, they become one, and two again."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import House

PASSWORD = "an-evening-with-holdfast"
FIND = "from holdfast.records.customers import services; services.refresh_pairs()"


def moved_in(page: Page, house: House) -> None:
    page.goto(house.setup_link)
    page.fill("input[name=login]", "boss")
    page.fill("input[name=name]", "陈老板")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.click(".bare-card button")
    page.wait_for_url(f"{house.base}/")


def written_down(page: Page, house: House, pk: int, **fields: str) -> None:
    """A new customer, typed in; a warning of a possible double is answered with "none of these"."""
    page.goto(f"{house.base}/customers/new/")
    for name, value in fields.items():
        page.fill(f"input[name={name}]", value)
    page.locator("#customer-form button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    if page.locator("input[name=is_confirmed]").count():
        page.check("input[name=is_confirmed]")
        page.locator("#customer-form button.btn-primary").click()
    page.wait_for_url(f"**/customers/{pk}/**")


def by_night(house: House) -> None:
    """What the clock does at 4:20."""
    code = f"import django; django.setup(); {FIND}"
    environment = {**os.environ, **house.environment, "DJANGO_SETTINGS_MODULE": "holdfast.config.settings"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


@pytest.mark.shows("ARC-14", "ARC-04", "ARC-06", "OWN-04")
def test_a_duplicate_is_found_merged_and_taken_back(empty_house, page: Page, picture):
    house = empty_house
    moved_in(page, house)
    written_down(page, house, 1, name="苏州澄光精密机械有限公司", phone="0512-62345678", city="苏州")
    written_down(page, house, 2, name="澄光精密机械制造有限公司", phone="0512 6234 5678", industry="精密加工")
    panel = page.locator("#needs")
    panel.locator("textarea[name=text]").fill("送货只走南门")
    panel.locator("select[name=kind]").select_option("requirement")
    panel.get_by_role("button", name="记下").click()
    expect(page.locator("#needs .list")).to_contain_text("送货只走南门")
    picture(page, "needs")
    by_night(house)

    page.goto(f"{house.base}/customers/duplicates/")
    expect(page.locator("#duplicates")).to_contain_text("电话相同")
    picture(page, "duplicates")
    page.get_by_role("link", name="对照合并").click()
    page.wait_for_url("**/customers/1/merge/2/")
    picture(page, "merge")
    page.locator("input[name=name][value=keep]").check()
    page.get_by_role("button", name="合并成一份").click()
    page.wait_for_url(f"{house.base}/customers/1/")
    expect(page.locator("#needs .list")).to_contain_text("送货只走南门")
    expect(page.locator("body")).to_contain_text("精密加工")
    page.goto(f"{house.base}/customers/2/")
    assert re.search(r"/customers/1/$", page.url)

    page.goto(f"{house.base}/customers/duplicates/?which=merged")
    picture(page, "merged")
    page.get_by_role("button", name="撤销合并").click()
    expect(page.locator("body")).to_contain_text("已撤销合并")
    page.goto(f"{house.base}/customers/2/")
    expect(page.locator("h1").first).to_contain_text("澄光精密机械制造")
    expect(page.locator("#needs .list")).to_contain_text("送货只走南门")
    page.goto(f"{house.base}/customers/1/")
    expect(page.locator("#needs")).not_to_contain_text("送货只走南门")
