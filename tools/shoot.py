"""Pictures of pages in headless Chromium, at 1440 and 390 px, in Chinese and English.

    python tools/shoot.py http://127.0.0.1:8000 --login L --password P --out DIR / /customers/
    python tools/shoot.py --kit --out DIR              the kit of parts, without a server or a database
    python tools/shoot.py --kit --serve                the kit to look at oneself; prints its address, ends with Ctrl-C

Beside each picture it reports sideways overflow, layout shift, controls without a name, ids used twice, and errors on
the console (a broken content security policy shows there). The exit status is 1 when a page has any of these.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("HOLDFAST_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {1440: 900, 390: 844}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
MEASURE = """() => ({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  shift: window.__shift || 0,
  small: [...document.querySelectorAll('a, button, input, select, summary')].filter(n => {
    const r = n.getBoundingClientRect();
    return r.width && r.height && innerWidth < 768 && r.height < 32 && getComputedStyle(n).display !== 'inline'
      && !n.closest('label, .legend, .sr, .skip') && n.type !== 'checkbox' && n.type !== 'radio' && n.type !== 'hidden';
  }).map(n => n.outerHTML.slice(0, 90)),
  nameless: [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=img]')].filter(n => n.type !== 'hidden'
      && !n.closest('[aria-hidden=true], [hidden]') && !(n.getAttribute('aria-label') || n.getAttribute('aria-labelledby') || n.title
      || n.textContent.trim() || n.querySelector('[aria-label], title') || (n.labels && n.labels.length)))
      .map(n => n.outerHTML.slice(0, 90)),
  twins: Object.entries([...document.querySelectorAll('[id]')].reduce((seen, n) => (seen[n.id] = (seen[n.id] || 0) + 1, seen), {}))
      .filter(([, count]) => count > 1).map(([id]) => id),
  wide: [...document.querySelectorAll('body *')].filter(n => n.getBoundingClientRect().right > innerWidth + 1
      && !n.closest('.tscroll, .views, .filters, .cptabs, .wiz, .kb, svg, dialog')).slice(0, 4)
      .map(n => n.tagName.toLowerCase() + '.' + (n.className.baseVal ?? n.className)),
})"""
WATCH_SHIFT = """new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput)
  window.__shift = (window.__shift || 0) + e.value }).observe({ type: 'layout-shift', buffered: true })"""


@dataclass
class Shot:
    """One picture and what was wrong on its page."""

    path: Path
    address: str
    status: int
    overflow: int
    shift: float
    problems: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.status < 400 and self.overflow <= 0 and not self.problems and self.shift < 0.1

    def line(self) -> str:
        words = [f"{self.path.name:<44}", f"{self.status}", f"overflow {self.overflow} px", f"shift {self.shift:.3f}"]
        if self.small:
            words.append(f"{len(self.small)} small targets, e.g. {self.small[0]}")
        return "  ".join(words + self.problems)


@contextmanager
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def file_name(address: str, language: str, width: int) -> str:
    name = re.sub(r"[^\w-]+", "-", address.split("://")[-1].split("/", 1)[-1]).strip("-") or "home"
    return f"{name[:60]}-{language}-{width}.png"


def shoot(page: Any, base: str, address: str, path: Path) -> Shot:
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text[:200]) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(f"script: {str(error)[:200]}"))
    page.add_init_script(WATCH_SHIFT)
    answer = page.goto(base + address, wait_until="load")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)
    seen = page.evaluate(MEASURE)
    grow(page)
    page.screenshot(path=str(path), full_page=True)
    problems += [f"no name: {node}" for node in seen["nameless"][:3]]
    problems += [f"id twice: {name}" for name in seen["twins"][:3]]
    if seen["overflow"] > 0:
        problems.append("wide: " + ", ".join(seen["wide"]))
    status = answer.status if answer else 0
    return Shot(path, address, status, seen["overflow"], seen["shift"], problems, seen["small"])


def grow(page: Any) -> None:
    """Make the window as high as the page, so that bars that stick stand where they belong in the picture."""
    size = page.viewport_size
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, 8000))})
    page.wait_for_timeout(150)


def sign_in(context: Any, base: str, login: str, password: str) -> None:
    from playwright.sync_api import Error

    page = context.new_page()
    try:
        page.goto(base + "/login/")
    except Error as error:
        raise SystemExit(
            f"shoot: {base} does not answer; start the server first ({error.message.splitlines()[0]})"
        ) from None
    page.fill("input[name=username], input[name=login]", login)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("load")
    if page.locator("input[name=password]").count():
        raise SystemExit(f"shoot: {login} could not log in at {base}/login/; check --login and --password.")
    page.close()


def pictures(
    base: str,
    addresses: list[str],
    out: Path,
    *,
    login: str = "",
    password: str = "",
    widths: list[int],
    languages: list[str],
) -> list[Shot]:
    out.mkdir(parents=True, exist_ok=True)
    shots = []
    with browser() as chromium:
        for language in languages:
            context = chromium.new_context(locale=LANGUAGES[language])
            if login:
                sign_in(context, base, login, password)
            code = "en" if language == "en" else "zh-hans"
            context.add_cookies([{"name": "holdfast_language", "value": code, "url": base}])
            for width in widths:
                for address in addresses:
                    page = context.new_page()
                    page.set_viewport_size({"width": width, "height": WIDTHS.get(width, 900)})
                    shots.append(shoot(page, base, address, out / file_name(address, language, width)))
                    page.close()
            context.close()
    return shots


# --- the kit, rendered without a server --------------------------------------------------------------------------


def prepare_django() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")
    os.environ.setdefault("HOLDFAST_DATA", tempfile.mkdtemp(prefix="holdfast-kit-"))
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = ["django.contrib.staticfiles", "django_cotton", "holdfast.common"]
    settings.ROOT_URLCONF = "tools.kit"
    engine: dict[str, Any] = settings.TEMPLATES[0]
    engine["DIRS"] = [ROOT / "tools" / "kit_templates"]
    engine["OPTIONS"]["context_processors"] = [
        f"django.template.context_processors.{name}" for name in ("request", "i18n")
    ]
    django.setup()


def render_kit(language: str) -> bytes:
    from django.template.loader import render_to_string
    from django.test import RequestFactory
    from django.utils import translation

    from tools.kit import kit_context

    request = RequestFactory().get("/kit/?stars=5")
    with translation.override(language):
        return render_to_string("kit.html", kit_context(), request).encode()


class KitHandler(BaseHTTPRequestHandler):
    """The kit page under the product's own content security policy, and the static files it names."""

    def do_GET(self) -> None:
        from django.contrib.staticfiles import finders

        path = self.path.split("?")[0]
        if path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            return self.answer(Path(found).read_bytes() if found else b"", path, 200 if found else 404)
        cookies = self.headers.get("Cookie", "")
        return self.answer(render_kit("en" if "holdfast_language=en" in cookies else "zh-hans"), "kit.html", 200)

    def answer(self, body: bytes, path: str, status: int) -> None:
        import mimetypes

        self.send_response(status)
        self.send_header("Content-Type", mimetypes.guess_type(path)[0] or "application/octet-stream")
        policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'"
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Quiet."""


@contextmanager
def kit_server() -> Iterator[str]:
    prepare_django()
    server = ThreadingHTTPServer(("127.0.0.1", 0), KitHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def serve_kit() -> int:
    with kit_server() as base:
        print(base, flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", nargs="?", default="", help="address of the running server")
    parser.add_argument("paths", nargs="*", help="pages, e.g. / /customers/")
    parser.add_argument("--kit", action="store_true", help="the kit of parts instead of a server's pages")
    parser.add_argument("--login", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "holdfast-pictures")
    parser.add_argument("--serve", action="store_true", help="with --kit: keep serving it")
    parser.add_argument("--width", type=int, action="append", help="1440 and 390 unless given")
    parser.add_argument("--language", choices=LANGUAGES, action="append", help="both unless given")
    options = parser.parse_intermixed_args(arguments)
    choice: dict[str, Any] = {"widths": options.width or list(WIDTHS), "languages": options.language or list(LANGUAGES)}
    if options.kit and options.serve:
        return serve_kit()
    if options.kit:
        with kit_server() as base:
            shots = pictures(base, ["/kit/"], options.out, **choice)
    else:
        who: dict[str, Any] = {"login": options.login, "password": options.password}
        shots = pictures(options.base.rstrip("/"), options.paths or ["/"], options.out, **who, **choice)
    for shot in shots:
        print(shot.line())
    return 0 if all(shot.is_clean for shot in shots) else 1


if __name__ == "__main__":
    sys.exit(main())
