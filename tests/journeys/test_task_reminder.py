"""A promise to a customer, kept: the task is written down, its minute comes, the bell rings, and one letter arrives."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from holdfast.foundation.notices.tests.postbox import Postbox, opened, text_of
from tests.journeys.house import House

PASSWORD = "an-evening-with-holdfast"
TITLE = "致电 13812346621，确认周五到货"
ADDRESS = "boss@example.com"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    controller, box = opened()
    yield box, controller.port
    controller.stop()


@pytest.fixture
def mailing_house(tmp_path: Path, postbox: tuple[Postbox, int]) -> Iterator[House]:
    """An empty house whose letters go to the box."""
    house = House(tmp_path / "data", HOLDFAST_DEMO="0", HOLDFAST_SMTP_URL=f"smtp-plain://127.0.0.1:{postbox[1]}")
    house.environment["HOLDFAST_ADDRESS"] = house.base
    house.environment["HOLDFAST_MAIL_FROM"] = "守客 <crm@example.com>"
    house.folder.mkdir()
    yield house.start()
    house.stop()


def moved_in(page: Page, house: House) -> None:
    """The first administrator, with an address and without quiet hours."""
    page.goto(house.setup_link)
    page.fill("input[name=login]", "boss")
    page.fill("input[name=name]", "陈老板")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.click(".bare-card button")
    page.wait_for_url(f"{house.base}/")
    page.goto(f"{house.base}/people/1/")
    page.fill("input[name=email]", ADDRESS)
    page.locator("#person button.btn-primary").click()
    page.goto(f"{house.base}/notices/settings/")
    page.fill("input[name=quiet_from]", "00:00")
    page.fill("input[name=quiet_until]", "00:00")
    page.get_by_role("button", name="保存提醒设置").click()
    expect(page.locator("body")).to_contain_text("提醒设置已保存")


def soon() -> dt.datetime:
    """A full minute that leaves at least half a minute to type: a moment that has passed reminds of nothing."""
    moment = dt.datetime.now(ZoneInfo("Asia/Shanghai")) + dt.timedelta(seconds=90)
    return moment.replace(second=0, microsecond=0)


@pytest.mark.shows("SAL-02")
def test_a_task_reminds_in_the_app_and_by_one_letter(mailing_house, postbox, page: Page, picture):
    box, _port = postbox
    moved_in(page, mailing_house)
    page.goto(f"{mailing_house.base}/customers/new/")
    page.fill("input[name=name]", "苏州澄光精密机械有限公司")
    page.locator("main button.btn-primary").first.click()
    page.wait_for_url("**/customers/1/**")

    moment = soon()
    page.goto(f"{mailing_house.base}/tasks/new/?customer=1")
    page.fill("input[name=title]", TITLE)
    page.fill("input[name=due_on]", moment.strftime("%Y-%m-%d"))
    page.locator("details.more-box summary").first.click()
    page.fill("input[name=due_time]", moment.strftime("%H:%M"))
    page.get_by_role("button", name="派任务").last.click()
    page.wait_for_url("**/customers/1/**")

    bell(page, mailing_house)
    page.locator("header a[href='/notices/']").click()
    expect(page.locator("#notices")).to_contain_text(f"任务到期：{TITLE}")
    picture(page, "notices")
    letter(box)
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**/tasks/1/**")
    expect(page.locator(".bell-count")).to_have_count(0)

    time.sleep(3)
    told = text_of(box.letters[0])
    assert len(box.to(ADDRESS)) == 1
    assert "致电 138****6621" in told
    assert "13812346621" not in told
    assert f"{mailing_house.base}/notices/1/" in told


def bell(page: Page, house: House) -> None:
    """Wait until it rings."""
    limit = time.monotonic() + 240
    while time.monotonic() < limit:
        page.goto(f"{house.base}/tasks/", wait_until="networkidle")
        if page.locator(".bell-count").count():
            return
        time.sleep(2)
    pytest.fail("the bell did not ring")


def letter(box: Postbox) -> None:
    limit = time.monotonic() + 120
    while not box.letters:
        assert time.monotonic() < limit, "no letter came"
        time.sleep(0.5)
