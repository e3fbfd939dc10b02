from datetime import date

import pytest

from holdfast.common.sheets import Role, SheetError, guess_columns, heading_factor, normal_heading
from holdfast.common.sheets.columns import find_heading

ROLES = (
    Role("customer", "id", ("客户编号", "客户", "customer id"), required=True),
    Role("date", "date", ("订单日期", "日期", "invoice date")),
    Role("order", "id", ("订单号", "订单编号", "订单", "invoice", "invoice no")),
    Role("amount", "money", ("金额", "amount")),
    Role("phone", "phone", ("电话", "手机", "phone")),
    Role("email", "email", ("邮箱", "email")),
)


def guessed(*rows, **options):
    headings, *cells = rows
    return guess_columns(headings, [dict(zip(headings, row, strict=True)) for row in cells], ROLES, **options)


@pytest.mark.shows("PLT-02")
def test_chinese_headings_are_recognised():
    guess = guessed(
        ["订单编号", "客户编号", "订单日期", "金额（元）", "备注"], ["SO1", "C01", "2026/1/5", "12.50", "x"]
    )

    assert guess.columns == {"order": "订单编号", "customer": "客户编号", "date": "订单日期", "amount": "金额（元）"}
    assert set(guess.how.values()) == {"name"}
    assert guess.unused == ["备注"]
    assert min(guess.confidence.values()) > 0.9


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize(
    "heading", ["Customer ID", "CustomerID", "customer_id", "CUSTOMER-ID", "customer id*", "Customer ID (text)"]
)
def test_english_headings_are_recognised_however_they_are_spelt(heading):
    assert guessed([heading, "x"], ["17850", "y"]).columns["customer"] == heading


def test_a_heading_that_holds_a_synonym_is_taken_with_less_certainty():
    guess = guessed(["往来客户", "本月销售金额"], ["C01", "12.5"])

    assert guess.columns == {"customer": "往来客户", "amount": "本月销售金额"}
    assert guess.how == {"customer": "part", "amount": "part"}
    assert all(0.5 < certainty < 0.96 for certainty in guess.confidence.values())


def test_contents_keep_a_part_of_a_name_from_misleading():
    guess = guessed(["订单备注日期", "金额说明"], ["x", "y"], ["z", "w"])

    assert "amount" not in guess.columns
    assert "date" not in guess.columns


def test_the_order_number_does_not_take_the_order_date():
    guess = guessed(["订单日期", "订单"], ["2026-01-05", "SO1"])

    assert guess.columns == {"date": "订单日期", "order": "订单"}


def test_written_dates_and_mail_addresses_are_recognised_without_a_telling_heading():
    guess = guessed(["a", "b", "c"], ["2026-01-05", "li@example.com", "1"], [date(2026, 1, 6), "wu@example.com", "2"])

    assert guess.columns == {"date": "a", "email": "b"}
    assert guess.how == {"date": "content", "email": "content"}
    assert guess.confidence["date"] <= 0.5


def test_plain_numbers_are_never_taken_for_dates_by_their_contents():
    assert "date" not in guessed(["a"], [46027], [46028], [46029]).columns


def test_each_column_has_one_role_and_each_role_one_column():
    guess = guessed(["客户", "客户编号", "customer id"], ["a", "1", "2"])

    assert guess.columns == {"customer": "客户编号"}
    assert sorted(guess.unused) == ["customer id", "客户"]


def test_what_the_user_fixed_stands_and_frees_the_guess_for_others():
    guess = guessed(["客户编号", "编码"], ["1", "2"], fixed={"customer": "编码"})

    assert guess.columns == {"customer": "编码"}
    assert guess.how == {"customer": "given"}


def test_a_missing_required_role_is_named():
    assert guessed(["x", "y"], ["1", "2"]).missing == ["customer"]


def test_fixing_an_unknown_role_or_column_says_which_exist():
    with pytest.raises(SheetError, match="customer, date, order"):
        guessed(["x"], ["1"], fixed={"colour": "x"})
    with pytest.raises(SheetError, match="There are: x, y"):
        guessed(["x", "y"], ["1", "2"], fixed={"customer": "z"})


def test_a_heading_is_found_despite_case_and_blanks_but_never_ambiguously():
    assert find_heading(["Customer ID", "Date"], "customer id") == "Customer ID"
    assert find_heading(["客户编号（必填）"], "客户编号") == "客户编号（必填）"
    with pytest.raises(SheetError):
        find_heading(["a b", "a-b"], "ab")


def test_headings_are_compared_without_units_width_and_punctuation():
    assert normal_heading("金额（元）") == normal_heading(" 金额 ") == "金额"
    assert normal_heading("ＣustomerＩＤ*") == "customerid"
    assert normal_heading("(?)") == "(?)"


@pytest.mark.parametrize(
    ("heading", "factor"),
    [
        ("金额（万元）", 10_000),
        ("金额(单位：万元)", 10_000),
        ("销售额/千元", 1_000),
        ("合同额_亿元", 100_000_000),
        ("Amount (k USD)", 1_000),
        ("Revenue [million]", 1_000_000),
        ("金额（元）", 1),
        ("金额", 1),
        ("万科订单", 1),
        ("work", 1),
        ("net-k", 1_000),
    ],
)
def test_a_heading_may_say_what_its_figures_are_counted_in(heading, factor):
    assert heading_factor(heading) == factor
