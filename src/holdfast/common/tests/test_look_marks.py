"""Our small graphics: what they say, that they escape, and that they need neither style nor script."""

import datetime as dt
import json
import re
from xml.etree import ElementTree

import pytest
from django.utils import translation

from holdfast.common import labels, marks
from holdfast.common.charts.rhythm import Rhythm, rhythm

TODAY = dt.date(2026, 11, 23)
EVIL = '"><script>alert(1)</script>'


def days_ago(*days):
    return [TODAY - dt.timedelta(days=day) for day in days]


def places(svg, name):
    return [node for node in ElementTree.fromstring(svg).iter() if name in (node.get("class") or "").split()]


def test_stars_say_their_number_and_are_hollow_while_provisional():
    firm, provisional = marks.stars(4), marks.stars(4, provisional=True)

    assert 'aria-label="4 星"' in firm
    assert firm.count("<i") == 5
    assert firm.count('class="off"') == 1
    assert "hollow" in provisional
    assert "暂评 4 星" in provisional


def test_a_customer_without_stars_has_a_dash_that_explains_itself():
    assert "—" in marks.stars(None)
    assert "未评星" in marks.stars(None)


@pytest.mark.parametrize("code", list(labels.MOVEMENTS))
def test_each_movement_has_a_word_and_an_icon_beside_its_colour(code):
    chip = marks.move(code)

    assert labels.movement_label(code) in chip
    assert f"ti-{labels.MOVEMENT_ICONS[code]}" in chip


def test_movements_and_stages_speak_the_readers_language():
    with translation.override("en"):
        assert "Declining" in marks.move("declining")
        assert labels.stage_line("declining") == "Retention · Declining"
    with translation.override("zh-hans"):
        assert "下降" in marks.move("declining")
        assert labels.stage_line("declining") == "保留期 · 衰退"


def test_an_unknown_code_is_shown_as_it_is_and_breaks_nothing():
    assert "dormant" in marks.move("dormant")
    assert labels.stage_label("dormant") == "dormant"


@pytest.mark.parametrize(
    ("score", "tone"), [(80, "hi"), (79, ""), (50, ""), (49, "lo"), (35, "lo"), (34, "bad"), (None, "none")]
)
def test_an_angle_changes_its_colour_at_35_50_and_80(score, tone):
    svg = marks.five([score, 60, 60, 60, 60])

    first = next(ElementTree.fromstring(svg).iter("rect"))
    assert first.get("class") == tone


def test_five_angles_carry_their_values_as_text():
    assert "收入 92 · 利润 86 · 人效 71 · 诚信 — · 易处 48" in marks.five([92, 86, 71, None, 48])
    assert marks.five({"revenue": 92, "difficulty": 48}).startswith("<svg")
    assert marks.five([None] * 5) == marks.DASH


def test_the_window_stands_where_the_next_order_is_due():
    late = rhythm(days_ago(41, 65, 86, 110), today=TODAY, usual_days=23, tolerance_days=5)

    assert late.now == 89.29
    assert late.window == (round((159 + 23 - 5) / 224 * 100, 2), round((159 + 23 + 5) / 224 * 100, 2))
    assert late.late == (late.window[1], late.now)
    assert late.level == "a"


def test_no_window_before_three_orders_and_none_after_today():
    young = rhythm(days_ago(4, 20), today=TODAY, usual_days=16)
    ahead = rhythm([*days_ago(4, 20, 36), TODAY + dt.timedelta(days=3)], today=TODAY, usual_days=16)

    assert young.window is None
    assert len(ahead.orders) == 3
    assert ahead.late is None


def test_lateness_turns_from_amber_to_cinnabar_after_twice_the_tolerance():
    def level(silent):
        orders = days_ago(silent, silent + 30, silent + 60)
        return rhythm(orders, today=TODAY, usual_days=30, tolerance_days=6).level

    assert [level(35), level(37), level(42), level(43)] == ["g", "w", "w", "a"]


def test_a_rhythm_survives_being_kept_as_json():
    marks_of = rhythm(days_ago(41, 65, 86, 110), today=TODAY, usual_days=23)

    assert Rhythm.from_dict(json.loads(json.dumps(marks_of.as_dict()))) == marks_of
    assert marks.rhythm(json.dumps(marks_of.as_dict())) == marks.rhythm(marks_of)


def test_a_rhythm_draws_one_mark_an_order_and_a_line_for_today():
    svg = marks.rhythm(rhythm(days_ago(41, 65, 86, 110), today=TODAY, usual_days=23), big=True)

    assert places(svg, "o")[0].get("d").count("M") == 4
    assert len(places(svg, "now")) == 1
    assert "预计下单" in svg


@pytest.mark.parametrize(("value", "tone"), [(6.9, "run"), (7, "run w"), (9, "run w"), (9.1, "run a")])
def test_a_clock_changes_its_colour_at_promise_and_limit(value, tone):
    run = places(marks.clock(7, 9, value), "run")[0]

    assert run.get("class").strip() == tone


def test_promise_and_limit_stand_at_their_share_of_four_thirds_of_the_limit():
    ticks = [node.get("x1") for node in places(marks.clock(7, 9, 8), "tick")]

    assert ticks == ["58.3%", "75.0%"]


def test_a_stopped_clock_is_slate():
    assert places(marks.clock(7, 9, 12, stopped=True), "run")[0].get("class") == "run p"


def test_the_parts_of_a_bar_fill_it_and_open_their_rows():
    parts = [
        {"value": 12, "label": "新增", "tone": "new", "url": "?movement=new"},
        {"value": 0, "label": "回归", "tone": "returned"},
        {"value": 168, "label": "平稳", "tone": "stable"},
    ]
    svg = marks.seg(parts)

    widths = [float(node.get("width")[:-1]) for node in ElementTree.fromstring(svg).iter("rect")]
    assert sum(widths) == pytest.approx(100, abs=0.05)
    assert len(widths) == 2
    assert 'href="?movement=new"' in svg
    assert "回归" in marks.seg_legend(parts)


@pytest.mark.parametrize(
    "html",
    [
        marks.move(EVIL),
        marks.risk(EVIL),
        marks.stage(EVIL),
        marks.avatar(EVIL),
        marks.icon("x", EVIL),
        marks.stars(3, size=EVIL),
        marks.rhythm(Rhythm([1.0]), text=EVIL),
        marks.clock(1, 2, 1, text=EVIL),
        marks.bar(1, 2, tone=EVIL, text=EVIL),
        marks.funnel_bar(1, 2, text=EVIL, note=EVIL),
        marks.seg([{"value": 1, "label": EVIL, "tone": EVIL, "url": EVIL}]),
        marks.seg_legend([{"value": 1, "label": EVIL, "tone": EVIL, "url": EVIL}]),
    ],
)
def test_whatever_a_customer_is_called_stays_text(html):
    assert "<script" not in html
    assert re.search(r"\sstyle=", html) is None


def test_a_mark_is_cheap_enough_for_a_list():
    from time import process_time

    line = rhythm(days_ago(41, 65, 86, 110), today=TODAY, usual_days=23)
    start = process_time()
    for _ in range(200):
        marks.stars(4), marks.five([92, 86, 71, 64, 31]), marks.move("lost"), marks.risk("high"), marks.rhythm(line)

    assert process_time() - start < 0.15
