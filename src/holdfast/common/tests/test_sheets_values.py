from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.common import sheets

FIFTH = date(2026, 1, 5)


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize(
    "written",
    [
        "2026/1/5",
        "2026-01-05",
        "2026.1.5",
        "20260105",
        "2026年1月5日",
        "2026 年 1 月 5 日",
        "2026年01月05号",
        "２０２６／１／５",
        "　2026-1-5 ",
        "46027",
        46027,
        46027.6,
        "5 Jan 2026",
        "5-Jan-26",
        "Jan 5, 2026",
        "January 5th, 2026",
        "Mon, 5 January 2026",
        "2026-01-05 星期一",
        "2026-01-05 08:26:00",
        "2026-01-05T08:26:00+08:00",
        "2026/1/5 0:00",
        "2026年1月5日 下午3:05",
        "20260105143000",
        date(2026, 1, 5),
        datetime(2026, 1, 5, 23, 59),
    ],
)
def test_dates_are_read_the_way_people_write_them(written):
    assert sheets.parse_date(written) == FIFTH


@pytest.mark.parametrize("nothing", [None, "", "  ", "　", "nan", "NaT", "N/A", "-", "—", "无", "/"])
def test_words_for_nothing_are_no_date_no_number_and_no_id(nothing):
    assert sheets.parse_date(nothing) is None
    assert sheets.parse_number(nothing) is None
    assert sheets.parse_id(nothing) is None


@pytest.mark.parametrize(
    "wrong", ["2026-13-01", "2026-02-30", "30/30/2026", "hello", "12", "1026-01-01", "25:00", "2026-01-05 25:99"]
)
def test_what_is_no_day_says_so_with_the_text_in_question(wrong):
    with pytest.raises(sheets.CellError) as refused:
        sheets.parse_date(wrong)

    assert refused.value.code == "date"
    assert wrong in refused.value.sentence("zh")
    assert wrong in refused.value.sentence("en")


def test_day_and_month_that_could_change_places_are_asked_for():
    with pytest.raises(sheets.CellError, match="day or month"):
        sheets.parse_date("5/1/2026")

    assert sheets.parse_date("5/1/2026", order="dmy") == FIFTH
    assert sheets.parse_date("1/5/2026", order="mdy") == FIFTH
    assert sheets.parse_date("5/5/2026") == date(2026, 5, 5)
    assert sheets.parse_date("13/1/2026") == date(2026, 1, 13)


def settled(*cells):
    return sheets.DateOrder().add_all(cells)


@pytest.mark.shows("PLT-02")
def test_one_day_beyond_twelve_settles_the_order_of_a_whole_column():
    assert settled("5/1/2026", "13/1/2026").order == "dmy"
    assert settled("1/5/2026", "1/13/2026").order == "mdy"
    assert not settled("5/1/2026", "13/1/2026").ambiguous


def test_a_column_that_does_not_tell_is_ambiguous_and_read_day_first():
    column = settled("5/1/2026", "6/1/2026")

    assert column.ambiguous
    assert column.order == "dmy"
    assert column.examples == ["5/1/2026", "6/1/2026"]


def test_a_column_with_both_orders_is_in_conflict_and_the_majority_wins():
    column = settled("1/13/2026", "13/1/2026", "1/14/2026")

    assert column.conflict
    assert column.order == "mdy"


def test_years_of_two_figures_first_are_seen_by_their_hardly_changing():
    column = settled("26/01/05", "26/01/06", "26/02/07")

    assert column.order == "ymd"
    assert sheets.parse_date("26/01/05", order=column.order) == FIFTH


def test_dates_with_the_year_first_never_need_an_order():
    column = settled("2026/1/5", "2026年1月6日", 46027, None)

    assert column.order == "ymd"
    assert not column.ambiguous
    assert column.seen == 0


def test_a_moment_keeps_its_clock_and_a_written_zone():
    assert sheets.parse_moment("2026-01-05T08:26:01.5Z") == datetime(2026, 1, 5, 8, 26, 1, 500_000, tzinfo=UTC)
    assert sheets.parse_moment("2026-01-05 08:26 +0800").utcoffset() == timedelta(hours=8)
    assert sheets.parse_moment("2026-01-05 08:26:00-03:30").tzinfo == timezone(timedelta(hours=-3, minutes=-30))
    assert sheets.parse_moment("2026/1/5 3:04 PM") == datetime(2026, 1, 5, 15, 4)
    assert sheets.parse_moment("2026年1月5日 上午12:30") == datetime(2026, 1, 5, 0, 30)
    assert sheets.parse_moment(46027.75) == datetime(2026, 1, 5, 18)


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,234.50", "1234.50"),
        ("¥1,234.50", "1234.5"),
        ("￥ 1234.5 元", "1234.5"),
        ("RMB 88", "88"),
        ("US$12", "12"),
        ("-$3.5", "-3.5"),
        ("$-3.5", "-3.5"),
        ("1.2万", "12000"),
        ("1.2 万元", "12000"),
        ("３亿", "300000000"),
        ("5千", "5000"),
        ("１，２３４．５", "1234.5"),
        ("(1,000)", "-1000"),
        ("（1,000.00）", "-1000"),
        ("5-", "-5"),
        ("−5", "-5"),
        ("12%", "0.12"),
        ("3‰", "0.003"),
        ("1'234", "1234"),
        ("1 234.5", "1234.5"),
        ("1,2345", "12345"),
        ("1e3", "1000"),
        ("1.5E-2", "0.015"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+7", "7"),
        (2.55, "2.55"),
        (7, "7"),
        (Decimal("0.1"), "0.1"),
    ],
)
def test_numbers_are_read_the_way_people_write_them(written, value):
    assert sheets.parse_number(written) == Decimal(value)


@pytest.mark.parametrize("wrong", ["abc", "1,5", "1.2.3", "12a", "1_000", ".", "¥", "1,23", "--5", True])
def test_what_is_no_number_says_so(wrong):
    with pytest.raises(sheets.CellError, match="number"):
        sheets.parse_number(wrong)


@pytest.mark.parametrize("huge", ["1000000000000", "99999999万亿", 1e300, "1e99", float("inf")])
def test_numbers_beyond_what_can_be_recorded_are_refused(huge):
    with pytest.raises(sheets.CellError):
        sheets.parse_number(huge)


def test_the_decimal_comma_is_settled_by_the_column():
    style = sheets.NumberStyle()
    for cell in ("1.234,56", "12,5", "1,234"):
        style.add(cell)

    assert style.decimal_comma
    assert sheets.parse_number("1.234,56", decimal_comma=True) == Decimal("1234.56")
    assert sheets.parse_number("1,234", decimal_comma=True) == Decimal("1.234")


def test_a_lone_thousands_comma_does_not_make_a_decimal_comma():
    style = sheets.NumberStyle()
    for cell in ("1,234", "2,500", "12.5"):
        style.add(cell)

    assert not style.decimal_comma


def test_money_is_rounded_half_up_once_and_a_return_mirrors_its_purchase():
    assert sheets.parse_minor("0.125") == 13
    assert sheets.parse_minor("-0.125") == -13
    assert sheets.parse_minor("1.005") == 101
    assert sheets.parse_minor("3", exponent=sheets.minor_exponent("JPY")) == 3
    assert sheets.parse_minor("3", exponent=sheets.minor_exponent("kwd")) == 3000
    assert sheets.line_minor(Decimal(3), Decimal("0.335")) == 101
    assert sheets.line_minor(Decimal(-3), Decimal("0.335")) == -101


@given(
    quantity=st.decimals(-99_999, 99_999, places=3),
    price=st.decimals(-99_999, 99_999, places=6),
)
def test_a_line_is_exact_whatever_its_figures(quantity, price):
    exact = (quantity * price * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)

    assert sheets.line_minor(quantity, price) == int(exact)


def test_ids_keep_their_leading_zeros_and_lose_point_zero_only_by_the_whole_column():
    shape = sheets.IdShape()
    for cell in ("17850.0", "12346.0", None, "nan"):
        shape.add(cell)
    assert shape.drop_point_zero

    shape.add("0042")

    assert not shape.drop_point_zero
    assert sheets.parse_id("0042") == "0042"
    assert sheets.parse_id("17850.0") == "17850.0"
    assert sheets.parse_id("17850.0", drop_point_zero=True) == "17850"
    assert sheets.parse_id(17850.0) == "17850"
    assert sheets.parse_id(" A-7 ") == "A-7"


def test_an_empty_column_has_no_shape():
    assert not sheets.IdShape().drop_point_zero


def test_yes_and_no_in_both_languages():
    assert [sheets.parse_bool(cell) for cell in ("是", "Y", "true", 1, True)] == [True] * 5
    assert [sheets.parse_bool(cell) for cell in ("否", "no", "FALSE", 0, "×")] == [False] * 5
    assert sheets.parse_bool(" ") is None
    with pytest.raises(sheets.CellError, match="neither"):
        sheets.parse_bool("maybe")


def test_text_is_trimmed_of_every_kind_of_blank_and_of_our_own_formula_mark():
    assert sheets.text_of("\u3000 苏州澄光\xa0\u200b") == "苏州澄光"
    assert sheets.text_of("\ufeffid") == "id"
    assert sheets.text_of("'=1+1") == "=1+1"
    assert sheets.text_of("'tis") == "'tis"
    assert sheets.text_of(3.0) == "3"
    assert sheets.text_of(datetime(2026, 1, 5)) == "2026-01-05"
    assert sheets.text_of("") is None


def test_every_code_has_a_sentence_in_both_languages():
    from holdfast.common.sheets.sentences import SENTENCES

    for code, (chinese, english) in SENTENCES.items():
        assert sheets.sentence(code, {}, "zh").endswith("。"), code
        assert sheets.sentence(code, {}, "en").endswith("."), code
        assert chinese.count("{") == english.count("{"), code
