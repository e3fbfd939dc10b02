"""Back from a visit, standing at the car: the phone takes the visit in three taps, a need overheard, and a photo."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import House
from tests.journeys.test_merge_and_undo import moved_in, written_down

# The smallest PNG there is.
PHOTO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def tapped(page: Page, text: str) -> None:
    page.locator(f".pick:has-text('{text}')").first.click()


def to_the_customer(page: Page, house: House) -> None:
    page.goto(f"{house.base}/customers/1/", wait_until="networkidle")


@pytest.mark.shows("ARC-05", "ARC-06", "ARC-09", "CAR-03")
def test_a_visit_is_logged_on_a_phone_in_three_taps(empty_house, page: Page, picture, tmp_path: Path):
    house = empty_house
    moved_in(page, house)
    written_down(page, house, 1, name="苏州澄光精密机械有限公司", phone="0512-62345678", city="苏州")
    page.set_viewport_size({"width": 390, "height": 844})

    # Three taps: how, how long, keep. The button is in sight without scrolling.
    to_the_customer(page, house)
    page.locator("main a.btn-primary:has-text('记录联系')").click()
    save = page.get_by_role("button", name="记下这次联系")
    expect(save).to_be_in_viewport()
    tapped(page, "拜访")
    tapped(page, "1 小时")
    save.click()
    expect(page.locator("section.history")).to_contain_text("上门拜访 · 1.0 小时")

    # With a need overheard and the day of the next visit.
    to_the_customer(page, house)
    page.locator("main a.btn-primary:has-text('记录联系')").click()
    tapped(page, "电话")
    page.fill("textarea[name=summary]", "滤芯月底到期，已提醒备货")
    page.locator("summary:has-text('听到的需求')").click()
    page.fill("textarea[name=need]", "二期要变频机")
    page.get_by_role("button", name="记下这次联系").click()
    expect(page.locator("section.history")).to_contain_text("滤芯月底到期")
    expect(page.locator("#needs .list")).to_contain_text("二期要变频机")

    # A photo taken on the spot; a program in its place is refused and nothing is lost.
    photo, program = tmp_path / "现场.png", tmp_path / "现场.exe"
    photo.write_bytes(PHOTO)
    program.write_bytes(b"MZ" + b"0" * 90)
    page.goto(f"{house.base}/customers/1/files/")
    page.set_input_files("input[name=file]", [photo, program])
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.locator("section.files")).to_contain_text("现场.png")
    expect(page.locator("section.files")).to_contain_text("为安全起见不收")
    page.goto(f"{house.base}/customers/1/files/")
    page.locator("section.files a:has-text('现场.png')").click()
    shown = page.locator("img.file-shown")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 1

    # Whatever was written is found again.
    page.goto(f"{house.base}/history/?q=备货")
    expect(page.locator("#notes")).to_contain_text("苏州澄光精密机械有限公司")
    page.goto(f"{house.base}/customers/1/history/")
    picture(page, "history")
