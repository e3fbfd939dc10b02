import gzip
import json
from datetime import date, timedelta
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from holdfast.common import sheets
from holdfast.doors.cli.main import main

pytestmark = pytest.mark.slow

COLUMNS = [
    *("customer_id", "first_on", "last_on", "purchase_days", "revenue", "mean_value", "rfm_r", "rfm_f", "rfm_m"),
    *("abc", "stars", "stars_provisional", "stars_hint", "stage", "movement", "typical_gap_days", "elapsed_days"),
    *("p_gap", "p_alive", "expected_purchases", "expected_spend", "clv_12m", "p_churn", "revenue_at_risk", "reasons"),
    *("purchases_p10", "purchases_p90", "clv_p10", "clv_p90"),
]
HEAD = "客户编号,下单时间,订单号,商品编码,数量,单价"
ROWS = [
    "007,2026-01-05 08:00:00,SO1,P1,3,0.335",
    "007,2026-02-05 09:00:00,SO2,P1,1,10.00",
    "007,2026-02-05 09:00:00,SO2,P1,1,10.00",
    "008,2026-02-20,C3,P2,-1,5.00",
    "008,2026-02-21,SO4,P2,2,0",
    ",2026-02-22,SO5,P2,1,7.00",
    "009,not a day,SO6,P2,1,7.00",
    "010,2026-03-09,SO7,P2,1,8.00",
]


def csv_file(folder, rows=ROWS, head=HEAD, name="orders.csv"):
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def analyze(out, *paths, options=()):
    """Exit status of a run without the report."""
    return main(["analyze", *map(str, paths), "--out", str(out), "--tables-only", "--lang", "en", *options])


def results(out):
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    rows = pq.read_table(out / "customers.parquet").to_pylist()
    return summary, {row["customer_id"]: row for row in rows}


@pytest.mark.shows("PLT-02", "REP-01")
def test_every_quirk_is_counted_alone_and_rows_kept_are_those_that_can_be_used(tmp_path, capsys):
    assert analyze(tmp_path / "out", csv_file(tmp_path)) == 0

    summary, customers = results(tmp_path / "out")
    counted = {name: summary["input"][name] for name in summary["input"] if isinstance(summary["input"][name], int)}
    assert counted == {
        "rows": 8,
        "no_customer": 1,
        "cancelled": 1,
        "duplicates": 1,
        "dropped_duplicates": 0,
        "negative_quantity": 1,
        "nonpositive_price": 1,
        "unreadable_dates": 1,
        "amount_missing": 0,
        "after_as_of": 0,
        "ragged": 0,
        "kept": 6,
    }
    assert summary["as_of"] == "2026-03-09"
    assert (summary["movement_from"], summary["movement_to"]) == ("2026-01", "2026-02")
    assert set(customers) == {"007", "008", "010"}
    assert customers["007"]["revenue"] == Decimal("21.01")
    assert customers["008"]["purchase_days"] == 1
    told = capsys.readouterr().out
    assert "Read 8 rows, kept 6" in told
    assert "1 without a customer" in told


def test_the_table_has_every_promised_column_also_those_that_cannot_be_computed(tmp_path):
    analyze(tmp_path / "out", csv_file(tmp_path))

    table = pq.read_table(tmp_path / "out" / "customers.parquet")
    assert table.column_names == COLUMNS
    assert str(table.schema.field("revenue").type).startswith("decimal")
    assert str(table.schema.field("customer_id").type) == "string"
    assert all(isinstance(reasons, list) and reasons for reasons in table["reasons"].to_pylist())


def test_repeated_rows_are_real_purchases_unless_they_are_asked_to_go(tmp_path):
    analyze(tmp_path / "out", csv_file(tmp_path), options=["--drop-duplicates"])

    summary, customers = results(tmp_path / "out")
    assert summary["input"]["duplicates"] == summary["input"]["dropped_duplicates"] == 1
    assert summary["input"]["kept"] == 5
    assert customers["007"]["revenue"] == Decimal("11.01")


def test_nothing_after_as_of_counts(tmp_path):
    analyze(tmp_path / "out", csv_file(tmp_path), options=["--as-of", "2026/2/20"])

    summary, customers = results(tmp_path / "out")
    assert summary["as_of"] == "2026-02-20"
    assert summary["input"]["after_as_of"] == 3
    assert summary["input"]["kept"] == 4
    assert set(customers) == {"007", "008"}


def test_several_files_are_read_by_role_whatever_they_call_their_columns(tmp_path):
    first = csv_file(tmp_path, ["7,2026-01-05,1.5"], "客户,日期,金额", "a.csv")
    second = csv_file(tmp_path, ["8;05/02/2026;2,50", "8;25/02/2026;1,00"], "Customer ID;Invoice Date;Amount", "b.csv")

    assert analyze(tmp_path / "out", first, second) == 0

    summary, customers = results(tmp_path / "out")
    assert summary["input"]["columns"] == {
        "customer": ["客户", "Customer ID"],
        "date": ["日期", "Invoice Date"],
        "amount": ["金额", "Amount"],
    }
    assert customers["8"]["revenue"] == Decimal("3.50")
    assert customers["8"]["first_on"] == date(2026, 2, 5)
    assert [file["rows"] for file in summary["input"]["files"]] == [1, 2]


def test_the_same_row_in_two_files_is_a_repeated_row(tmp_path):
    first = csv_file(tmp_path, ["7.0,2026-01-05,1.50"], "客户,日期,金额", "a.csv")
    second = csv_file(tmp_path, ["7,2026-01-05,1.5"], "client,date,amount", "b.csv")

    analyze(tmp_path / "out", first, second)

    summary, customers = results(tmp_path / "out")
    assert summary["input"]["duplicates"] == 1
    assert set(customers) == {"7"}


def test_point_zero_goes_only_when_the_whole_column_has_it(tmp_path):
    whole = csv_file(tmp_path, ["17850.0,2026-01-05,1", "12346.0,2026-01-06,1"], "customer,date,amount", "a.csv")
    mixed = csv_file(tmp_path, ["17850.0,2026-01-05,1", "0042,2026-01-06,1"], "customer,date,amount", "b.csv")

    analyze(tmp_path / "whole", whole)
    analyze(tmp_path / "mixed", mixed)

    assert set(results(tmp_path / "whole")[1]) == {"17850", "12346"}
    assert set(results(tmp_path / "mixed")[1]) == {"17850.0", "0042"}


def test_columns_named_by_hand_win_and_need_stand_in_one_file_only(tmp_path):
    first = csv_file(tmp_path, ["a,x,2026-01-05,1"], "客户,门店, 日期,金额", "a.csv")
    second = csv_file(tmp_path, ["b,2026-01-05,1"], "客户,日期,金额", "b.csv")

    assert analyze(tmp_path / "out", first, second, options=["--columns", "customer=门店"]) == 0

    summary, customers = results(tmp_path / "out")
    assert set(customers) == {"x", "b"}
    assert summary["input"]["files"][0]["told_by"]["customer"] == "given"


def test_a_heading_with_a_comma_can_be_named(tmp_path):
    path = csv_file(tmp_path, ["a,2026-01-05,3"], 'customer,date,"net, EUR"')

    assert analyze(tmp_path / "out", path, options=["--columns", "amount=net, EUR,customer=customer"]) == 0
    assert results(tmp_path / "out")[1]["a"]["revenue"] == 3


def test_a_workbook_in_gb_and_a_packed_file_work_alike(tmp_path):
    columns = [sheets.Column("客户编号", "id"), sheets.Column("订单日期", "date"), sheets.Column("金额", "money")]
    start = date(2026, 1, 5)
    data = [(f"00{n}", start + timedelta(days=n), 100 * n) for n in range(1, 8)]
    sheets.write_xlsx(tmp_path / "a.xlsx", [sheets.Table("订单", columns, data)])
    text = "客户编号,订单日期,金额\n" + "".join(
        f"{who},{day:%Y年%m月%d日},¥{minor / 100:.2f}\n" for who, day, minor in data
    )
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode("gb18030")))

    assert analyze(tmp_path / "one", tmp_path / "a.xlsx") == 0
    assert analyze(tmp_path / "two", tmp_path / "a.csv.gz") == 0

    assert results(tmp_path / "one")[1] == results(tmp_path / "two")[1]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [("单位成本", "per_unit"), ("总成本", "per_line"), ("成本", "per_unit")],
)
def test_whether_a_cost_is_for_a_unit_or_a_line_is_told_by_its_heading(tmp_path, heading, expected):
    analyze(tmp_path / "out", csv_file(tmp_path, ["7,2026-01-05,3,2.00,1.00"], f"客户,日期,数量,单价,{heading}"))

    assert results(tmp_path / "out")[0]["input"]["files"][0]["cost_is"] == expected


def test_order_numbers_that_all_begin_with_c_are_no_cancellations(tmp_path, capsys):
    rows = [f"7,2026-0{month}-05,CX{month},{month}" for month in range(1, 6)]

    analyze(tmp_path / "out", csv_file(tmp_path, rows, "客户,日期,订单号,金额"))

    summary, customers = results(tmp_path / "out")
    assert summary["input"]["cancelled"] == 5
    assert customers["7"]["purchase_days"] == 5
    assert "not taken as cancellations" in capsys.readouterr().out


def test_c_is_one_letter_of_many_where_numbers_begin_with_all_sorts_of_letters(tmp_path):
    rows = [f"7,2026-01-{n + 1:02d},{letter}{n}Q,5" for n, letter in enumerate("ABCDEFGC")]

    analyze(tmp_path / "out", csv_file(tmp_path, rows, "客户,日期,订单号,金额"))

    summary, customers = results(tmp_path / "out")
    assert summary["input"]["cancelled"] == 2
    assert customers["7"]["purchase_days"] == 8


def test_a_day_of_cancelled_lines_only_is_no_purchase_whatever_its_amount(tmp_path):
    rows = ["7,2026-01-05,1001,5", "7,2026-01-06,C1002,5", "7,2026-01-07,C1003,5", "7,2026-01-07,1004,0"]

    analyze(tmp_path / "out", csv_file(tmp_path, rows, "客户,日期,订单号,金额"))

    assert results(tmp_path / "out")[1]["7"]["purchase_days"] == 2


def test_dates_that_do_not_tell_their_order_are_read_day_first_and_that_is_said(tmp_path, capsys):
    analyze(tmp_path / "out", csv_file(tmp_path, ["7,5/1/2026,1", "7,6/2/2026,1"], "客户,日期,金额"))

    summary, customers = results(tmp_path / "out")
    assert customers["7"]["first_on"] == date(2026, 1, 5)
    assert summary["input"]["files"][0]["settled"]["date"]["ambiguous"]
    assert "5/1/2026" in capsys.readouterr().out


def test_ragged_rows_are_counted_and_the_others_are_used(tmp_path, capsys):
    analyze(
        tmp_path / "out", csv_file(tmp_path, ["7,2026-01-05,1", "8,2026-01-05", "9,2026-01-06,2"], "客户,日期,金额")
    )

    summary, customers = results(tmp_path / "out")
    assert summary["input"]["ragged"] == 1
    assert summary["input"]["files"][0]["ragged_rows"] == [3]
    assert set(customers) == {"7", "9"}
    assert "with too few or many cells" in capsys.readouterr().out


def test_a_currency_without_cents_has_none(tmp_path):
    analyze(
        tmp_path / "out",
        csv_file(tmp_path, ["7,2026-01-05,2,100.25"], "客户,日期,数量,单价"),
        options=["--currency", "jpy"],
    )

    summary, customers = results(tmp_path / "out")
    assert customers["7"]["revenue"] == Decimal(201)
    assert summary["currency"] == "JPY"


def test_amounts_in_ten_thousands_are_counted_as_such(tmp_path, capsys):
    analyze(tmp_path / "out", csv_file(tmp_path, ["7,2026-01-05,1.25"], "客户,日期,金额（万元）"))

    assert results(tmp_path / "out")[1]["7"]["revenue"] == Decimal("12500.00")
    assert "counted times 10,000" in capsys.readouterr().out


def test_an_invoice_file_is_read_and_its_absence_from_the_figures_said(tmp_path):
    invoices = csv_file(tmp_path, ["F1,7,2026-01-05,10"], "发票号,客户,开票日期,金额", "invoices.csv")

    assert analyze(tmp_path / "out", csv_file(tmp_path), options=["--invoices", str(invoices)]) == 0
    assert results(tmp_path / "out")[0]["integrity"]["computed"] is False


@pytest.mark.parametrize(
    ("rows", "head", "options", "told"),
    [
        (ROWS, HEAD, ["--as-of", "2020-01-01"], "Every date is after 2020-01-01"),
        (ROWS, HEAD, ["--as-of", "someday"], "someday"),
        (ROWS, HEAD, ["--as-of", "5/1/2026"], "day or month"),
        (ROWS, HEAD, ["--horizon-days", "0"], "--horizon-days must be 1 to"),
        (ROWS, HEAD, ["--currency", "yuan"], "three-letter code"),
        (ROWS, HEAD, ["--columns", "colour=数量"], "There is no role “colour”"),
        (ROWS, HEAD, ["--columns", "customer=nobody"], "There is no column “nobody”"),
        (ROWS, HEAD, ["--columns", "nonsense"], "role=heading"),
        (ROWS, HEAD, ["--invoices", "no-such-file.csv"], "There is no file"),
        ([], HEAD, [], "has headings but no data"),
        (["7,hello,1"], "客户,日期,金额", [], "There is no readable date in the column “日期”"),
        (["x,2026-01-05"], "颜色,日期", [], "No customer column was recognised"),
        (["7,5"], "客户,金额", [], "No date column was recognised"),
        ([",2026-01-05,1"], "客户,日期,金额", [], "No row has both a customer and a readable date"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_status_2_and_nothing_written(tmp_path, capsys, rows, head, options, told):
    assert analyze(tmp_path / "out", csv_file(tmp_path, rows, head), options=options) == 2

    out, err = capsys.readouterr()
    assert told in err
    assert err.count("\n") == 1
    assert out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 broken", b"PAR1broken", b"\x1f\x8b\x08 broken"]
)
def test_files_that_are_no_tables_are_refused_in_both_languages(tmp_path, capsys, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    for lang in ("zh", "en"):
        assert main(["analyze", str(path), "--out", str(tmp_path / "out"), "--lang", lang]) == 2
        assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_read(tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("x")

    assert analyze(blocked / "out", csv_file(tmp_path)) == 2
    assert "choose another --out" in capsys.readouterr().err


@pytest.mark.parametrize(
    "rows",
    [
        ["7,2026-01-05,5"],
        [f"{n},2026-01-05,5" for n in range(30)],
        [f"{n},2026-01-{n + 1:02d},5" for n in range(30)],
        ["7,2026-01-05,-5", "8,2026-01-06,-1"],
        ["7,2199-01-05,5"],
        [f"{n},2026-01-05," for n in range(5)],
    ],
    ids=["one purchase", "all the same day", "one purchase each", "negative totals", "the future", "no amounts"],
)
def test_meagre_data_still_give_everything_that_can_be_given(tmp_path, rows):
    status = main(
        ["analyze", str(csv_file(tmp_path, rows, "客户,日期,金额")), "--out", str(tmp_path / "out"), "--lang", "zh"]
    )

    assert status == 0
    summary, customers = results(tmp_path / "out")
    assert "NaN" not in (tmp_path / "out" / "summary.json").read_text(encoding="utf-8")
    assert len(customers) == len({row.split(",")[0] for row in rows})
    assert (
        summary["movement"]["totals"]["delta"]
        == summary["movement"]["totals"]["current"] - summary["movement"]["totals"]["previous"]
    )
    assert (tmp_path / "out" / "report.pdf").stat().st_size > 1_000
