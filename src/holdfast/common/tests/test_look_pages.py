"""The shell, the pages without it, and what no page of the house may do."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from tools.vendor import FILES

import holdfast

PACKAGE = Path(holdfast.__file__).parent
STATIC = PACKAGE / "common" / "static"
TEMPLATES = sorted(path for path in PACKAGE.rglob("templates/**/*.html"))
PRINTED = {"print.html"}
HAN = re.compile(r"[\u4e00-\u9fff]")


def page(name, language="zh-hans", **context):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with translation.override(language):
        return render_to_string(name, {"messages": [], "navigation": [], "company": "", **context}, request)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_template_carries_what_the_policy_forbids(template):
    text = template.read_text(encoding="utf-8")

    assert re.search(r"<[^>]+\sstyle\s*=", text) is None, "inline style"
    assert re.search(r"<[^>]+\son[a-z]+\s*=", text) is None, "inline handler"
    for opening in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in opening or "application/json" in opening or "nonce=" in opening, opening
    assert "javascript:" not in text
    assert re.search(r"https?://(?!www\.w3\.org)", text) is None, "an address of another machine"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_an_error_page_is_calm_and_leads_back(name, language):
    html = page(name, language, reference="8f21c0aa")

    assert 'href="/"' in html
    assert "<h1>" in html
    assert "traceback" not in html.lower()


def test_an_unexpected_error_names_its_reference():
    assert "8f21c0aa" in page("500.html", reference="8f21c0aa")


def test_a_refused_page_says_why():
    assert "您的角色没有这项权限" in page("403.html", reason="您的角色没有这项权限，可向系统管理员申请。")


@pytest.mark.parametrize(
    "name", ["base.html", "bare.html", "400.html", "403.html", "404.html", "500.html", "print.html"]
)
def test_an_english_page_holds_no_chinese_but_our_seal_and_the_way_back_to_it(name):
    html = page(name, "en").replace('aria-hidden="true">守<', "><").replace('lang="zh-CN">', ">")

    shown = re.sub(r"<i class[^>]*></i>中文|>中文<|中文</button>", "", html)
    assert HAN.findall(shown) == []


def test_the_shell_marks_the_page_one_is_on_and_counts_what_waits():
    items = [
        {"title": "工作台", "url": "/", "icon": "layout-dashboard", "active": True},
        {"title": "任务", "url": "/tasks/", "icon": "checkbox", "count": 1286, "hot": True},
    ]

    html = page("base.html", navigation=[{"title": "客户", "items": items}])

    assert re.search(r'class="item active" href="/" aria-current="page"', html)
    assert 'class="count hot">1,286<' in html
    assert "<h6>客户</h6>" in html


def test_the_skip_link_comes_first_and_leads_to_the_main_part():
    html = page("base.html")

    assert re.search(r"<body[^>]*>\s*<a class=\"skip\" href=\"#main\"", html)
    assert 'id="main"' in html


def test_messages_become_toasts_and_are_escaped():
    class Said(str):
        level_tag = "success"
        extra_tags = ""

    html = page("base.html", messages=[Said("已转交 <b>3</b> 位客户")])

    assert "data-toast" in html
    assert "&lt;b&gt;3" in html


def test_a_message_that_can_be_taken_back_carries_its_undo():
    class Said(str):
        level_tag = "success"
        extra_tags = "/customers/undo/7/"

    html = page("base.html", messages=[Said("已转交 3 位客户")])

    assert re.search(r'<form method="post" action="/customers/undo/7/"><input[^>]+csrf', html)
    assert "撤销" in html


def test_texts_for_scripts_are_whole_json_in_both_languages():
    import json

    for language in ("zh-hans", "en"):
        html = page("base.html", language)
        words = json.loads(re.search(r'id="hf-words">(.*?)</script>', html, re.S).group(1))
        assert words["language"] == language
        assert all(words.values())


def test_scripts_hold_no_words_of_their_own():
    allowed = {" 亿", " 万", " 年 "}
    for name in ("app.js", "charts.js"):
        code = re.sub(r"/\*.*?\*/", "", (STATIC / "holdfast" / name).read_text(encoding="utf-8"), flags=re.S)
        assert HAN.findall("".join(code.split()) if name == "app.js" else re.sub("|".join(allowed), "", code)) == []


def test_every_library_file_a_page_names_is_copied_by_the_tool():
    named = set()
    for template in TEMPLATES:
        named |= set(re.findall(r"static ['\"]vendor/([^'\"]+)", template.read_text(encoding="utf-8")))

    assert named
    assert named <= set(FILES.values())


def test_our_own_files_that_pages_name_exist():
    for template in TEMPLATES:
        for name in re.findall(r"static ['\"](holdfast/[^'\"]+)", template.read_text(encoding="utf-8")):
            assert (STATIC / name).is_file(), f"{template.name} names {name}"


# --- colour ---------------------------------------------------------------------------------------------------------


def tokens():
    text = (STATIC / "holdfast" / "tokens.css").read_text(encoding="utf-8").split("[data-bs-theme", 1)[0]
    return dict(re.findall(r"--hf-([\w-]+):\s*(#[0-9a-f]{6})", text))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


INKS = ["bamboo", "amber", "cinnabar", "indigo", "plum", "slate"]


@pytest.mark.parametrize("ink", INKS)
def test_ink_reads_on_its_tint_and_on_paper(ink):
    colour = tokens()

    for ground in (f"{ink}-tint", "surface", "paper", "hover"):
        assert contrast(colour[f"{ink}-ink"], colour[ground]) >= 4.5, ground


@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "brand"])
def test_text_reads_on_every_ground_it_stands_on(ink):
    colour = tokens()

    for ground in ("surface", "paper", "hover", "brand-tint"):
        assert contrast(colour[ink], colour[ground]) >= 4.5, ground


@pytest.mark.parametrize("mark", ["bamboo", "amber", "cinnabar", "indigo", "plum"])
def test_marks_that_carry_meaning_stand_out_from_the_panel(mark):
    assert contrast(tokens()[f"{mark}-mark"], tokens()["surface"]) >= 3


def test_printed_charts_use_the_colours_of_the_screen():
    from holdfast.common.charts import svg

    colour = tokens()
    pairs = {"new": "indigo-mark", "rising": "bamboo-mark", "declining": "amber-mark", "lost": "cinnabar-mark"}
    pairs |= {"returned": "plum-mark", "brand": "brand", **{f"star-{level}": f"star-{level}" for level in range(1, 6)}}
    assert {tone: svg.TONES[tone] for tone in pairs} == {tone: colour[name] for tone, name in pairs.items()}


def test_the_tabs_of_a_page_do_not_become_the_bar_of_the_phone():
    bar = {"title": "工作台", "url": "/", "icon": "layout-dashboard"}

    html = page("base.html", phone_tabs=[bar], tabs=[{"title": "订单与钱", "url": "?tab=orders", "icon": "x"}])

    assert "订单与钱" not in html
    assert re.search(r'class="hf-tabbar".*?工作台', html, re.S)


def test_the_shell_takes_no_name_that_pages_like_to_use():
    from holdfast.common.context_processors import house

    names = set(house(RequestFactory().get("/")))
    assert not names & {"tabs", "title", "items", "page", "product", "customer", "rows", "form", "views"}
