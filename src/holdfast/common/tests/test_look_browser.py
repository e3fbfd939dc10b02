"""The kit of parts in a real Chromium, under the product's own content security policy."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.needs import chromium, missing
from tools.shoot import FLAGS
from tools.vendor import VENDOR

ROOT = Path(__file__).resolve().parents[4]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def kit():
    if not (VENDOR / ".stamp").is_file():
        missing("The front-end library", "run `npm ci`, then `python tools/vendor.py`")
    command = [sys.executable, str(ROOT / "tools" / "shoot.py"), "--kit", "--serve"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield server.stdout.readline().strip() + "/kit/"
    finally:
        server.terminate()
        server.wait(timeout=10)
        server.stdout.close()


@pytest.fixture(scope="module")
def window():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


def opened(window, kit, width=1440, language="zh-hans"):
    context = window.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "holdfast_language", "value": language, "url": kit}])
    page = context.new_page()
    page.errors = []
    page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(kit)
    page.wait_for_selector("[data-chart=line] svg")
    return page


@pytest.fixture
def desk(window, kit):
    page = opened(window, kit)
    yield page
    page.context.close()


@pytest.fixture
def phone(window, kit):
    page = opened(window, kit, width=390)
    yield page
    page.context.close()


@pytest.mark.parametrize(
    ("width", "language"), [(1440, "zh-hans"), (1180, "en"), (768, "zh-hans"), (390, "zh-hans"), (390, "en")]
)
def test_nothing_breaks_the_policy_and_nothing_scrolls_sideways(window, kit, width, language):
    page = opened(window, kit, width, language)

    assert page.errors == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.context.close()


def test_a_slash_goes_to_the_search_and_escape_leaves_it(desk):
    desk.locator("h1").click()
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.id") == "search"

    desk.keyboard.press("Escape")
    assert desk.evaluate("document.activeElement.id") != "search"


def test_j_and_k_walk_the_rows_and_x_selects(desk):
    desk.locator("h1").click()
    for key in ("j", "j", "k", "j"):
        desk.keyboard.press(key)
    desk.keyboard.press("x")

    rows = desk.locator(".hf-table.is-work tbody tr")
    assert "is-here" in rows.nth(1).get_attribute("class")
    assert rows.nth(1).locator("input").is_checked()
    assert "sel" in rows.nth(1).get_attribute("class")


def test_n_opens_what_can_be_made_and_escape_closes_it(desk):
    desk.locator("h1").click()
    desk.keyboard.press("n")
    assert desk.locator("#new-menu a").first.is_visible()

    desk.keyboard.press("Escape")
    assert not desk.locator("#new-menu a").first.is_visible()


def test_a_letter_typed_into_a_field_is_only_a_letter(desk):
    desk.locator("input[name=name]").fill("")
    desk.keyboard.type("jkxn/")

    assert desk.locator("input[name=name]").input_value() == "jkxn/"
    assert desk.locator(".is-here").count() == 0


def test_selecting_all_selects_each_row(desk):
    desk.locator("[data-select-all]").check()

    assert desk.locator("tr.sel").count() == desk.locator("[data-select]").count() == 4


def test_a_dialog_opens_over_the_page_and_gives_focus_back(desk):
    opener = desk.locator("[data-open=kit-dialog]")
    opener.click()
    assert desk.locator("#kit-dialog").get_attribute("open") is not None

    desk.keyboard.press("Escape")
    assert desk.locator("#kit-dialog").get_attribute("open") is None
    assert opener.evaluate("node => node === document.activeElement")


def test_the_first_wrong_field_has_the_focus_and_its_error_is_tied_to_it(desk):
    assert desk.evaluate("document.activeElement.name") == "phone"
    field = desk.locator("input[name=phone]")
    assert field.get_attribute("aria-invalid") == "true"
    error = field.get_attribute("aria-describedby").split()[0]
    assert "11 位" in desk.locator(f"[id='{error}']").inner_text()


def test_every_chart_has_its_table_and_the_table_has_the_figures(desk):
    box = desk.locator("[data-chart-box]").filter(has=desk.locator("[data-chart=bridge]"))
    box.locator("[data-chart-toggle]").click()

    table = box.locator("table")
    assert table.is_visible()
    assert "¥1,842.6 万" in table.inner_text()
    assert "−¥176.9 万" in table.inner_text()
    assert table.locator("a[href='?movement=rising']").count() == 1
    assert not box.locator("[data-chart]").is_visible()


def test_every_kind_of_chart_is_drawn_as_svg(desk):
    kinds = desk.evaluate("HF.chartKinds")

    for kind in kinds:
        shapes = desk.locator(f"[data-chart={kind}] svg :is(path, line, circle)").count()
        assert shapes > 4, kind


def test_a_missing_angle_has_no_point_and_no_line_through_the_middle(desk):
    points = desk.evaluate("""() => [...document.querySelectorAll('[data-chart=radar] svg circle')]
        .map(n => [+n.getAttribute('cx'), +n.getAttribute('cy')])""")
    centre = desk.evaluate("""() => { const n = document.querySelector('[data-chart=radar] svg line');
        return [+n.getAttribute('x1'), +n.getAttribute('y1')] }""")

    assert len(points) == 5 + 4
    assert centre not in points


def test_a_bar_opens_the_rows_behind_it(desk):
    desk.locator("[data-chart=bars]").scroll_into_view_if_needed()
    bar = desk.locator("[data-chart=bars]").bounding_box()
    desk.mouse.move(bar["x"] + 60, bar["y"] + 30)
    with desk.expect_navigation():
        desk.mouse.click(bar["x"] + 60, bar["y"] + 30)

    assert "stars=" in desk.url


def test_a_toast_goes_by_itself_and_an_error_waits_longer(desk):
    desk.clock.install()
    desk.evaluate("HF.toast('好了'); HF.toast('没有完成', { level: 'act' })")
    assert desk.locator("#toasts .toast-hf").count() == 2

    desk.clock.run_for(5100)
    assert desk.locator("#toasts .toast-hf").all_inner_texts() == ["没有完成"]


def test_a_toast_stands_above_an_open_dialog(desk):
    desk.locator("[data-open=kit-dialog]").click()
    desk.evaluate("HF.toast('没有完成', { level: 'act' })")

    box = desk.locator("#toasts .toast-hf span").bounding_box()
    on_top = desk.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('.toast-hf') !== null", [box["x"] + 4, box["y"] + 4]
    )
    assert on_top


def test_a_failed_request_says_so_in_words(desk):
    desk.route("**/search/**", lambda route: route.fulfill(status=500, headers={"X-Reference": "8f21c0aa"}))
    desk.locator("#search").press_sequentially("江")
    desk.wait_for_selector("#toasts .toast-hf.act")

    assert "8f21c0aa" in desk.locator("#toasts").inner_text()


def test_suggestions_are_walked_with_the_arrows(desk):
    lines = '<a href="?hit=1" role="option">江南</a><a href="?hit=2" role="option">江北</a>'
    desk.route("**/search/**", lambda route: route.fulfill(status=200, content_type="text/html", body=lines))
    desk.locator("#search").press_sequentially("江")
    desk.wait_for_selector("#suggestions a")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")

    assert "hit=2" in desk.url


def test_targets_on_a_phone_are_large_enough_for_a_thumb(phone):
    small = phone.evaluate("""() => [...document.querySelectorAll(`.btn, .hf-icon, .hf-tabbar a, .hf-tabbar button,
        .field input:not([type=checkbox]), .field select, .views a`)]
        .filter(n => n.offsetParent && !n.classList.contains('btn-sm') && n.getBoundingClientRect().height < 43.5)
        .map(n => n.outerHTML.slice(0, 80))""")

    assert small == []


def test_the_phone_has_its_bar_and_a_sheet_with_the_rest(phone):
    assert not phone.locator(".hf-side").is_visible()
    phone.locator("[data-more]").click()

    assert phone.locator("#more-sheet a", has_text="客户档案").is_visible()
    phone.keyboard.press("Escape")
    assert phone.locator("#more-sheet").get_attribute("open") is None


def test_the_search_opens_from_the_top_bar_of_a_phone(phone):
    phone.locator("[data-open-search]").click()

    assert phone.locator("#search").is_visible()
    assert phone.evaluate("document.activeElement.id") == "search"


def test_keyboard_focus_is_always_seen(desk):
    desk.locator("h1").click()
    for _ in range(12):
        desk.keyboard.press("Tab")
        ring = desk.evaluate("""() => { const n = document.activeElement, s = getComputedStyle(n);
            const p = getComputedStyle(n.parentElement);
            return s.boxShadow !== 'none' || s.outlineStyle !== 'none' || p.boxShadow !== 'none' }""")
        assert ring, desk.evaluate("document.activeElement.outerHTML.slice(0, 120)")
