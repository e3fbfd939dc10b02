"""Filters, tags and components as pages use them."""

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from holdfast.common import reasons


def render(source, path="/customers/?stars=5&stars=4&q=江&after=abc", **context):
    return engines["django"].from_string(source).render(context, RequestFactory().get(path))


def component(name, **values):
    """<c-name :value="value" …>body</c-name>, compiled as a page's template is."""
    given = " ".join(f':{value}="{value}"' for value in values)
    source = CottonCompiler().process(f"<c-{name} {given}>body</c-{name}>")
    return engines["django"].from_string(source).render(values, RequestFactory().get("/"))


def test_a_query_string_keeps_what_was_not_changed():
    assert render('{% qs sort="name" after=None %}') == "?stars=5&amp;stars=4&amp;q=%E6%B1%9F&amp;sort=name"
    assert render("{% url_with q=None stars=None after=None %}") == "/customers/?"


def test_the_cross_of_a_chip_takes_away_one_value_and_starts_over():
    assert render('{% qs_without "stars" "5" %}') == "?stars=4&amp;q=%E6%B1%9F"
    assert render('{% qs_without "stars" %}') == "?q=%E6%B1%9F"


def test_a_get_form_carries_the_other_parameters_as_hidden_inputs():
    html = render('{% hidden_query "q" "after" %}')

    assert html.count('name="stars"') == 2
    assert 'name="q"' not in html


def test_hidden_inputs_escape_what_came_in_the_address():
    html = render("{% hidden_query %}", path="/?x=%22%3E%3Cscript%3E")

    assert "<script>" not in html


def test_a_query_string_needs_no_request():
    assert engines["django"].from_string("{% qs a=1 %}").render({}) == "?a=1"


def test_money_in_a_template_follows_the_readers_language():
    source = '{{ x|money }} {{ x|money:"panel" }} {{ x|money_fig }} {{ x|money_change }}'

    with translation.override("zh-hans"):
        assert render(source, x=68200000) == "¥682,000.00 ¥68.2 万 ¥68.2<small>万</small> +¥68.2 万"
    with translation.override("en"):
        assert render(source, x=68200000) == "¥682,000.00 ¥682K ¥682<small>K</small> +¥682K"


OVERDUE = ["overdue", {"elapsed": 41, "usual": 23}]


@pytest.mark.parametrize(
    "stored", [OVERDUE, '["overdue",{"elapsed":41,"usual":23}]', {"code": "overdue", "numbers": OVERDUE[1]}]
)
def test_a_stored_reason_becomes_a_sentence_in_the_readers_language(stored):
    with translation.override("zh-hans"):
        assert render("{{ r|in_words }}", r=stored) == "通常每 23 天下一单，这次已经 41 天。"
    with translation.override("en"):
        assert render("{{ r|in_words }}", r=stored) == "Usually orders every 23 days; this time it has been 41 days."


NUMBERS = {"elapsed": 41, "usual": 23, "days": 12, "change": -0.42, "share": 0.31, "returned": 8640000}


@pytest.mark.parametrize("code", list(reasons.SENTENCES))
def test_every_reason_is_a_whole_sentence_in_both_languages(code):
    with translation.override("zh-hans"):
        zh = reasons.reason_sentence(code, NUMBERS)
    with translation.override("en"):
        en = reasons.reason_sentence(code, NUMBERS)

    assert zh.endswith("。")
    assert en.endswith(".")
    assert en.isascii() or set(en) - set(map(chr, range(128))) <= set("’¥−")


def test_a_reason_without_its_numbers_is_shown_by_its_code():
    assert reasons.sentence_of(["overdue", {}]) == "overdue"
    assert reasons.sentence_of("something_new") == "something_new"


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("fig", {"label": "收入", "value": "¥3", "unit": "万", "note": "+4%", "tone": "good"}, "t-good"),
        ("fchip", {"label": "星级", "value": "5", "remove": "?x=1"}, 'href="?x=1"'),
        ("notice", {"tone": "act"}, 'role="alert"'),
        ("empty", {"title": "还没有订单", "action": "记第一单", "href": "/x"}, 'href="/x"'),
        ("pager", {"next": "?after=9"}, 'rel="next"'),
        ("tabs", {"items": [{"title": "甲", "url": "?", "active": True, "count": 1286}]}, "1,286"),
        ("segmented", {"items": [{"title": "月", "url": "?", "active": True}]}, 'aria-current="true"'),
        ("chart", {"type": "bridge", "source": "d", "label": "桥"}, 'data-chart="bridge"'),
        ("dialog", {"id": "d", "title": "作废？", "verb": "作废", "action": "/void/"}, "csrfmiddlewaretoken"),
    ],
)
def test_a_component_shows_what_it_was_given(name, context, expected):
    assert expected in component(name, **context)


def test_a_matrix_is_a_table_with_heads_on_both_sides():
    rows = [{"title": "5 星", "cells": [{"value": 46, "tone": "s", "url": "?a"}, {"value": 0, "tone": ""}]}]

    html = component("matrix", columns=["5 星", "4 星"], rows=rows, label="升星与降星")

    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 1
    assert "·" in html
