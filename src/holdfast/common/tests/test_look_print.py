"""The printed page: our fonts inside, running heads in the page's language, paper size A4."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.utils import translation
from tests.needs import missing
from tools.vendor import VENDOR

PAGE = """{% extends "print.html" %}{% block title %}月报{% endblock %}{% block head_left %}恒固工业{% endblock %}
{% block main %}<h1>客户维析月报</h1><p>正文 <b>粗</b></p><div class="pb"></div><h2>二</h2>{% endblock %}"""


@pytest.fixture
def layout():
    if not (VENDOR / "fonts" / "NotoSansSC-Regular.ttf").is_file():
        missing("The printing fonts", "run `npm ci`, then `python tools/vendor.py`")
    try:
        import weasyprint
    except OSError:
        missing("Pango", "install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
    return weasyprint


def laid_out(layout, language):
    fetched = []

    def fetch(url, *_arguments, **_names):
        path = finders.find(url.split("/static/", 1)[1])
        fetched.append(path)
        content = Path(path).read_bytes()
        kind = {".css": "text/css", ".ttf": "font/ttf"}[Path(path).suffix]
        return layout.urls.URLFetcherResponse(url, content, {"Content-Type": kind})

    with translation.override(language):
        html = engines["django"].from_string(PAGE).render({})
    return layout.HTML(string=html, base_url="file:///", url_fetcher=fetch).render(), fetched, html


@pytest.mark.slow
def test_a_printed_page_brings_its_own_chinese_fonts_and_is_a4(layout):
    document, fetched, _html = laid_out(layout, "zh-hans")

    names = " ".join(fetched)
    assert all(name in names for name in ("NotoSansSC-Regular", "NotoSansSC-Bold", "NotoSerifSC-SemiBold"))
    assert len(document.pages) == 2
    width, height = (round(size / 96 * 25.4) for size in (document.pages[0].width, document.pages[0].height))
    assert (width, height) == (210, 297)


def test_the_running_foot_speaks_the_language_of_the_page():
    for language, words in (("zh-hans", "请勿外传"), ("en", "do not pass on")):
        with translation.override(language):
            assert words in engines["django"].from_string(PAGE).render({})


def test_the_print_sheet_names_only_files_that_are_copied():
    from tools.vendor import FILES

    css = Path(finders.find("holdfast/report.css")).read_text(encoding="utf-8")
    named = set(re.findall(r"\.\./vendor/([^\"]+)", css))
    assert named == {"fonts/NotoSansSC-Regular.ttf", "fonts/NotoSansSC-Bold.ttf", "fonts/NotoSerifSC-SemiBold.ttf"}
    assert named <= set(FILES.values())
