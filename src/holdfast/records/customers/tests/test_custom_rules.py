"""Values of custom fields: read as people write them, kept typed, said in words; without a database."""

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.common.refusals import Refusal
from holdfast.records.customers.rules import custom

CHOICES = [["c1", "年度合同", "Annual contract"], ["c2", "单次", ""]]


def field(kind, code="f", choices=()):
    return SimpleNamespace(code=code, kind=kind, choices=choices or CHOICES, title="字段")


@pytest.mark.shows("PLT-04")
@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("text", "  走南门 ", "走南门"),
        ("text", 12.0, "12"),
        ("number", "1,200", 1200),
        ("number", "１２．５", 12.5),
        ("number", "3万", 30000),
        ("number", 7, 7),
        ("number", "0.12345", 0.1234),
        ("date", "2026年1月5日", "2026-01-05"),
        ("date", "2026/1/5", "2026-01-05"),
        ("date", dt.date(2026, 1, 5), "2026-01-05"),
        ("choice", "年度合同", "c1"),
        ("choice", "annual CONTRACT", "c1"),
        ("choice", "c2", "c2"),
        ("yes_no", "是", True),
        ("yes_no", "no", False),
        ("yes_no", False, False),
        ("yes_no", "0", False),
        *((kind, empty, None) for kind in custom.READERS for empty in (None, "", "  ")),
    ],
)
def test_what_people_write_is_kept_in_its_kind(kind, raw, kept):
    value = custom.clean(field(kind), raw)

    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.shows("PLT-04")
@pytest.mark.parametrize(
    ("kind", "raw", "sentence"),
    [
        ("text", "长" * 501, "最多 500 个字"),
        ("number", "很多", "要填数字"),
        ("number", "1" * 20, "要填数字"),
        ("number", True, "要填数字"),
        ("number", "nan", "要填数字"),
        ("date", "2026-02-30", "要填日期"),
        ("date", "下周", "要填日期"),
        ("choice", "月结", "可选：年度合同和单次"),
        ("yes_no", "也许", "请填是或否"),
    ],
)
def test_what_does_not_fit_is_refused_on_its_field(kind, raw, sentence):
    with pytest.raises(Refusal, match=sentence) as refused:
        custom.clean(field(kind), raw)

    assert refused.value.field == "custom_f"


ANYTHING = st.one_of(
    st.text(max_size=80), st.integers(), st.floats(), st.booleans(), st.dates(), st.lists(st.integers(), max_size=2)
)


@given(st.sampled_from(sorted(custom.READERS)), ANYTHING)
def test_whatever_comes_is_cleaned_or_refused_and_cleaning_twice_changes_nothing(kind, raw):
    try:
        value = custom.clean(field(kind), raw)
    except Refusal:
        return

    assert value is None or isinstance(value, str | int | float | bool)
    assert custom.clean(field(kind), value) == value
    assert isinstance(custom.shown(field(kind), value), str)


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_days_keep_their_order_as_text(day):
    assert custom.clean(field("date"), day) <= custom.clean(field("date"), day + dt.timedelta(days=1))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_reads_back_as_it_was(number):
    value = custom.clean(field("number"), str(number))

    assert abs(float(number) - float(value)) < 1e-3
    assert custom.clean(field("number"), custom.written_number(value).replace("−", "-")) == value


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("number", 1234.5, "1,234.5"),
        ("date", "2026-01-05", "2026-01-05"),
        ("choice", "c1", "年度合同"),
        ("choice", "gone", "gone"),
        ("yes_no", False, "否"),
        ("text", "x", "x"),
        ("number", None, ""),
    ],
)
def test_a_kept_value_in_words(kind, value, text):
    assert custom.shown(field(kind), value) == text


# --- definitions --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("label", "english", "taken", "code"),
    [
        ("合同到期日", "", [], "hetongdaoqiri"),
        ("合同到期日", "Contract ends", [], "contract_ends"),
        ("合同", "", ["hetong"], "hetong_2"),
        ("2025 目标", "", [], "mubiao"),
        ("目标", "2025 target", [], "f_2025_target"),
        ("★", "", [], "field"),
    ],
)
def test_a_code_is_made_of_the_label(label, english, taken, code):
    found = custom.code_for(label, english, taken)

    assert found == code
    assert custom.CODE.fullmatch(found)


@given(st.text(max_size=40), st.text(max_size=60), st.lists(st.sampled_from(["field", "a", "b"]), max_size=3))
def test_every_label_gives_a_code_that_is_free(label, english, taken):
    code = custom.code_for(label, english, taken)

    assert custom.CODE.fullmatch(code)
    assert code not in taken


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("年度合同\n单次", ["c1", "c2"]),
        ("单次\n年度合同", ["c2", "c1"]),
        ("年度框架\n单次", ["c1", "c2"]),
        ("年度合同\n单次\n季度", ["c1", "c2", "c3"]),
        ("季度\n单次\n月度", ["c3", "c2", "c4"]),
        ("单次", ["c2"]),
    ],
)
def test_choices_keep_their_codes_when_moved_or_renamed(lines, codes):
    assert [code for code, *_rest in custom.choices_from(lines, CHOICES)] == codes


def test_choices_are_typed_as_they_are_shown():
    lines = custom.lines_of(CHOICES)

    assert lines == "年度合同 = Annual contract\n单次"
    assert custom.choices_from(lines, CHOICES) == CHOICES


@pytest.mark.parametrize(
    ("old", "new", "value", "kept"),
    [
        ("text", "number", "1,200", 1200),
        ("number", "text", 1200, "1,200"),
        ("text", "choice", "单次", "c2"),
        ("choice", "text", "c1", "年度合同"),
        ("yes_no", "text", True, "是"),
        ("text", "date", "2026/1/5", "2026-01-05"),
        ("date", "text", "2026-01-05", "2026-01-05"),
        ("number", "yes_no", 1, True),
    ],
)
def test_a_value_goes_over_into_another_kind(old, new, value, kept):
    assert custom.converted(field(old), field(new), value) == kept


def test_a_value_that_would_be_lost_refuses():
    with pytest.raises(Refusal):
        custom.converted(field("text"), field("number"), "大约三千")
