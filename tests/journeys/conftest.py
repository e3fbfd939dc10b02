"""A browser and a house to walk in. Pictures go to test-results/pictures (or HOLDFAST_PICTURES)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.house import House
from tests.needs import ROOT, chromium

PICTURES = Path(os.environ.get("HOLDFAST_PICTURES") or ROOT / "test-results" / "pictures")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {1440: 900, 390: 844}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
PASSWORD = "holdfast-demo"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys are walked once, on SQLite as a user starts it, one after the other in one process."""
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("journeys"))
            if os.environ.get("HOLDFAST_TEST_DATABASE") == "postgres":
                item.add_marker(pytest.mark.skip("walked on SQLite, in the run of `make test`"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each module: while Playwright is open, neither a second one nor the ORM may run in the process."""
    path = chromium()
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def demo_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo company, small."""
    house = House(tmp_path_factory.mktemp("demo"))
    house.environment["HOLDFAST_DEMO"] = "0"
    _migrate(house)
    house.run("demo", "--customers", "260", "--months", "20")
    yield house.start()
    house.stop()


def _migrate(house: House) -> None:
    environment = {**house.environment, "DJANGO_SETTINGS_MODULE": "holdfast.config.settings"}
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=environment, check=True)


@pytest.fixture
def empty_house(tmp_path: Path) -> Iterator[House]:
    """A house on its first evening: no demo, nobody in it."""
    house = House(tmp_path / "data", HOLDFAST_DEMO="0")
    house.folder.mkdir()
    yield house.start()
    house.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window; an error in the page's scripts fails the journey."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", accept_downloads=True)
    window, problems = context.new_page(), []
    window.on("pageerror", lambda error: problems.append(str(error)))
    yield window
    context.close()
    assert not problems


def _speak(page: Page, language: str) -> None:
    """Change the language of the whole house: of the page, and of the panels it fetches from elsewhere."""
    origin = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "holdfast_language", "value": language, "url": f"{origin}/"}])


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Take the page at both widths in both languages, then leave it as it was."""

    def take(page: Page, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for short, language in LANGUAGES.items():
            _speak(page, language)
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.reload(wait_until="networkidle")
                page.screenshot(path=PICTURES / f"{name}-{short}-{width}.png", full_page=True)
                spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert spill <= 0, f"{name} spills {spill} px at {width} px in {short}"
        _speak(page, "zh-hans")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.reload(wait_until="networkidle")

    return take


@pytest.fixture
def enter() -> Callable[..., None]:
    """Log in by typing."""

    def log_in(page: Page, house: House, login: str, password: str = PASSWORD) -> None:
        page.context.clear_cookies()
        page.goto(house.base)
        page.fill("input[name=username]", login)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit], .bare-card button")
        page.wait_for_url(f"{house.base}/")

    return log_in
