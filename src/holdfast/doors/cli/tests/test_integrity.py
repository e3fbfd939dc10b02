import gzip
import json
import random
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.common import sheets
from holdfast.doors.cli.main import main

pytestmark = pytest.mark.slow

HEAD = "发票号,客户编号,开票日期,到期日,付款日期,金额,是否争议"
# The four invoices of methods §1.2: on the day, 30 days late, 20 early, 60 late.
VECTOR = [
    "F1,007,2026-01-01,2026-01-31,2026-01-31,100.00,否",
    "F2,007,2026-01-02,2026-02-01,2026-03-03,50.00,是",
    "F3,007,2026-01-03,2026-03-01,2026-02-09,30.00,否",
    "F4,007,2026-01-04,2026-02-03,2026-04-04,20.00,否",
]
PROMISED = [
    *("customer_id", "invoices", "adbt_days", "payment_index", "late_share", "dispute_share", "integrity", "reasons"),
]


def invoice_file(folder, rows=VECTOR, head=HEAD, name="invoices.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(("\n".join([head, *rows]) + "\n").encode(encoding))
    return path


def integrity(out, path, *options, lang="en"):
    return main(["integrity", str(path), "--out", str(out), "--lang", lang, *options])


def results(out):
    rows = pq.read_table(out / "customers.parquet").to_pylist()
    late = pq.read_table(out / "invoices.parquet").to_pylist()
    return {row["customer_id"]: row for row in rows}, late


def many(seed=3, customers=12, each=20):
    """Rows of customers who pay sooner or later, and the day each was issued."""
    rng = random.Random(seed)
    rows = []
    for who in range(customers):
        habit = rng.uniform(-15, 25)
        for _ in range(each):
            issued = date(2025, 1, 1) + timedelta(days=rng.randrange(600))
            due = issued + timedelta(days=30)
            paid = max(issued, due + timedelta(days=round(rng.gauss(habit, 12))))
            rows.append((issued, f"I{len(rows):04},{who:03},{issued},{due},{paid},{rng.randrange(100, 9000)},否"))
    return rows


@pytest.mark.shows("CRE-01", "T7")
def test_the_four_invoices_of_the_methods_have_an_index_of_seventy(tmp_path, capsys):
    assert integrity(tmp_path / "out", invoice_file(tmp_path)) == 0

    customers, late = results(tmp_path / "out")
    row = customers["007"]
    assert list(row) == PROMISED
    assert row["payment_index"] == pytest.approx(70.0)
    assert row["adbt_days"] == pytest.approx(10.5)
    assert (row["invoices"], row["late_share"], row["dispute_share"]) == (4, 0.5, 0.25)
    assert row["integrity"] == pytest.approx((0.55 * 70 + 0.15 * 75) / 0.70)
    assert row["reasons"][0] == "Pays 10 days after the due day on average by amount; 2 of 4 invoices were late"
    assert [one["invoice"] for one in late] == ["F1", "F2", "F3", "F4"]
    assert all(0 < one["p_late"] < 1 for one in late)
    assert "Read 4 rows, kept 4, as of 2026-04-04" in capsys.readouterr().out


def test_types_and_summary_are_as_promised(tmp_path):
    integrity(tmp_path / "out", invoice_file(tmp_path))

    customers = pq.read_schema(tmp_path / "out" / "customers.parquet")
    late = pq.read_schema(tmp_path / "out" / "invoices.parquet")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert [str(field.type) for field in customers] == [
        *("string", "int32", "double", "double", "double", "double", "double", "list<element: string>"),
    ]
    assert (late.names, str(late.field("p_late").type)) == (["invoice", "p_late"], "double")
    assert summary["input"]["columns"]["due"] == "到期日"
    assert (summary["as_of"], summary["customers"], summary["rated"]) == ("2026-04-04", 1, 1)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("customers.parquet", "invoices.parquet", "summary.json"),
    ]


@pytest.mark.shows("CRE-02")
def test_adding_later_rows_changes_no_chance(tmp_path):
    rows = many()
    cut = date(2025, 12, 31)
    early = [text for issued, text in rows if issued <= cut]
    integrity(tmp_path / "all", invoice_file(tmp_path, [text for _, text in rows], name="all.csv"))
    integrity(tmp_path / "early", invoice_file(tmp_path, early, name="early.csv"))

    whole = {one["invoice"]: one["p_late"] for one in results(tmp_path / "all")[1]}
    then = {one["invoice"]: one["p_late"] for one in results(tmp_path / "early")[1]}

    assert len(whole) == len(rows)
    assert then == pytest.approx({invoice: whole[invoice] for invoice in then}, abs=1e-12)
    assert len({round(p, 6) for p in then.values()}) > 100


@pytest.mark.shows("CRE-01")
def test_as_of_leaves_later_payments_open_and_later_invoices_out(tmp_path):
    assert integrity(tmp_path / "out", invoice_file(tmp_path), "--as-of", "2026-03-01") == 0

    customers, late = results(tmp_path / "out")
    row = customers["007"]
    assert row["invoices"] == 4
    days = (100 * 0 + 50 * 28 + 30 * -20 + 20 * 26) / 200
    assert row["adbt_days"] == pytest.approx(days)
    assert row["reasons"][0] == "70 is overdue, the oldest item by 28 days"
    assert len(late) == 4

    assert integrity(tmp_path / "two", invoice_file(tmp_path), "--as-of", "2026-01-02") == 0
    assert results(tmp_path / "two")[0]["007"]["invoices"] == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_files_of_any_encoding_packed_or_not_read_alike(tmp_path, encoding):
    plain = invoice_file(tmp_path)
    other = invoice_file(tmp_path, name="other.csv", encoding=encoding)
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    for path in (plain, other, packed):
        assert integrity(tmp_path / path.stem, path) == 0

    found = [results(tmp_path / path.stem) for path in (plain, other, packed)]
    assert found[0] == found[1] == found[2]


def test_workbooks_and_parquet_files_read_alike(tmp_path):
    columns = [("Invoice No", "id"), ("Customer ID", "id"), ("Invoice Date", "date"), ("Due Date", "date"),
               ("Payment Date", "date"), ("Amount", "money"), ("Disputed", "text")]  # fmt: skip
    rows = [text.split(",") for text in VECTOR]
    data = [(r[0], r[1], *map(date.fromisoformat, r[2:5]), round(float(r[5]) * 100), {"是": "yes", "否": "no"}[r[6]])
            for r in rows]  # fmt: skip
    sheets.write_xlsx(tmp_path / "a.xlsx", [sheets.Table("x", [sheets.Column(*c) for c in columns], data)])
    names = [name for name, _ in columns]
    arrow = pa.table({name: [row[at] for row in data] for at, name in enumerate(names)})
    money = pa.array([row[5] / 100 for row in data])
    pq.write_table(arrow.set_column(5, "Amount", money), tmp_path / "a.parquet")

    for kind in ("xlsx", "parquet"):
        assert integrity(tmp_path / kind, tmp_path / f"a.{kind}") == 0

    assert results(tmp_path / "xlsx") == results(tmp_path / "parquet")
    assert results(tmp_path / "xlsx")[0]["007"]["payment_index"] == pytest.approx(70.0)


def test_columns_of_the_well_known_receivables_file_are_recognised(tmp_path):
    head = (
        "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
        "PaperlessBill,DaysToSettle,DaysLate"
    )
    rows = [
        "391,0379-NEVHP,4/6/2013,611365,1/2/2013,2/1/2013,55.94,No,1/15/2013,Paper,13,0",
        "406,8976-AMJEO,3/3/2012,7900770,1/26/2013,2/25/2013,61.74,Yes,3/3/2013,Electronic,36,6",
    ]

    assert integrity(tmp_path / "out", invoice_file(tmp_path, rows, head)) == 0

    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["input"]["columns"] == {
        "customer": "customerID", "invoice": "invoiceNumber", "issued": "InvoiceDate", "due": "DueDate",
        "amount": "InvoiceAmount", "disputed": "Disputed", "paid": "SettledDate",
    }  # fmt: skip
    customers, _ = results(tmp_path / "out")
    assert [customers[who]["adbt_days"] for who in ("0379-NEVHP", "8976-AMJEO")] == [-17, 6]
    assert customers["8976-AMJEO"]["dispute_share"] == 1


def test_columns_named_by_hand_win_and_days_of_disputes_are_read(tmp_path):
    rows = ["1,x,2026-01-01,2026-01-31,2026-01-31,5,2026-01-10", "2,x,2026-01-02,2026-02-01,2026-02-01,5,"]
    path = invoice_file(tmp_path, rows, "a,b,c,d,e,f,g")
    named = "invoice=a,customer=b,issued=c,due=d,paid=e,amount=f,disputed=g"

    assert integrity(tmp_path / "out", path, "--columns", named) == 0

    assert results(tmp_path / "out")[0]["x"]["dispute_share"] == 0.5


@pytest.mark.parametrize(
    ("rows", "head", "options", "told"),
    [
        ([], HEAD, (), "has headings but no data"),
        (VECTOR, HEAD, ("--as-of", "2020-01-01"), "Every invoice was issued after 2020-01-01"),
        (VECTOR, HEAD, ("--as-of", "someday"), "someday"),
        (VECTOR, HEAD, ("--columns", "colour=金额"), "There is no role “colour”"),
        (VECTOR, HEAD, ("--columns", "due=nothing"), "There is no column “nothing”"),
        (["F1,7,never,2026-01-31,,5,"], HEAD, (), "There is no readable date in the column “开票日期”"),
        (["F1,,2026-01-01,2026-01-31,,5,"], HEAD, (), "No row has both a customer and a readable issue date"),
        (["7,2026-01-01,2026-01-31"], "客户,开票日期,付款日期", (), "No due date column was recognised"),
        (["7,2026-01-01,2026-01-31"], "客户,开票日期,到期日", (), "No payment date column was recognised"),
        (["F1,2026-01-01,2026-01-31,"], "发票号,开票日期,到期日,付款日期", (), "No customer column was recognised"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_status_2_and_nothing_written(tmp_path, capsys, rows, head, options, told):
    assert integrity(tmp_path / "out", invoice_file(tmp_path, rows, head), *options) == 2

    out, err = capsys.readouterr()
    assert told in err
    assert err.count("\n") == 1
    assert out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 broken", b"PAR1broken"])
def test_files_that_are_no_tables_are_refused_in_both_languages(tmp_path, capsys, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    for lang in ("zh", "en"):
        assert integrity(tmp_path / "out", path, lang=lang) == 2
        assert "Traceback" not in capsys.readouterr().err
    assert integrity(tmp_path / "out", tmp_path / "none.csv") == 2
    assert not (tmp_path / "out").exists()


def half_missing():
    """Every cell of 60 rows empty half of the time."""
    rng = random.Random(1)
    cells = [(f"F{n}", f"00{n % 4}", "2026-01-01", "2026-01-31", "2026-02-05", "10.00", "否") for n in range(60)]
    return [",".join(cell if rng.random() < 0.5 else "" for cell in row) for row in cells]


@pytest.mark.parametrize(
    "rows",
    [
        VECTOR[:1],
        [f"F{n},{n},2026-01-01,2026-01-31,2026-01-20,5,否" for n in range(30)],
        [f"F{n},7,2026-01-01,2026-01-01,2026-01-01,5,否" for n in range(30)],
        ["F1,7,2026-01-01,2026-01-31,2026-01-20,-5,否", "F2,8,2026-01-01,2026-01-31,,-7,否"],
        ["F1,7,2199-01-01,2199-01-31,2199-03-20,5,否"] * 4,
        [f"F{n},7,2026-01-01,2026-01-31,未付,5,否" for n in range(4)],
        [f"F{n},7,2026-01-01,2026-01-31,2026-01-20,,?" for n in range(4)],
        half_missing(),
    ],
    ids=["one", "one each", "one day", "negative", "the future", "all open", "no amounts", "half missing"],
)
def test_meagre_data_still_give_everything_that_can_be_given(tmp_path, capsys, rows):
    assert integrity(tmp_path / "out", invoice_file(tmp_path, rows), lang="zh") == 0

    customers, late = results(tmp_path / "out")
    assert len(late) == len(rows)
    named = {row.split(",")[1] for row in rows if not row.split(",")[5].startswith("-")} - {""}
    assert set(customers) <= named
    assert all(row["reasons"] for row in customers.values())
    assert all(row["integrity"] is None or 0 <= row["integrity"] <= 100 for row in customers.values())
    assert "NaN" not in (tmp_path / "out" / "summary.json").read_text(encoding="utf-8")
    assert "Traceback" not in capsys.readouterr().err


def test_half_missing_cells_are_counted_and_told(tmp_path, capsys):
    integrity(tmp_path / "out", invoice_file(tmp_path, half_missing()))

    told = capsys.readouterr().out
    for words in ("without a customer", "without a readable issue date", "without a due date"):
        assert words in told


# --- analyze --invoices ---
ORDERS = ["客户编号,订单日期,金额,成本金额"] + [
    f"{who:03},{date(2025, 6, 1) + timedelta(days=20 * n + who)},{100 + 10 * who}.00,60.00"
    for who in range(12)
    for n in range(24)
]


@pytest.mark.shows("TIE-01", "TIE-05", "CRE-01")
def test_stars_of_orders_are_firm_once_invoices_show_how_customers_pay(tmp_path, capsys):
    orders = tmp_path / "orders.csv"
    orders.write_text("\n".join(ORDERS), encoding="utf-8")
    invoices = invoice_file(tmp_path, [text for _, text in many()])
    plain = ["analyze", str(orders), "--as-of", "2026-09-20", "--tables-only", "--lang", "en", "--out"]

    assert main([*plain, str(tmp_path / "without")]) == 0
    assert main([*plain, str(tmp_path / "with"), "--invoices", str(invoices)]) == 0

    without, with_them = (pq.read_table(tmp_path / name / "customers.parquet") for name in ("without", "with"))
    assert set(without["stars"].to_pylist()) == {None}
    assert all(without["stars_provisional"].to_pylist())
    assert not any(with_them["stars_provisional"].to_pylist())
    assert all(1 <= stars <= 5 for stars in with_them["stars"].to_pylist())
    summary = json.loads((tmp_path / "with" / "summary.json").read_text(encoding="utf-8"))
    assert summary["integrity"]["computed"]
    assert summary["integrity"]["rated"] == 12
    assert "12 customers have a payment integrity" in capsys.readouterr().out


@pytest.mark.shows("CRE-01", "TIE-05")
def test_an_item_open_for_ninety_days_holds_the_star_of_an_order_file_down(tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text("\n".join(ORDERS), encoding="utf-8")
    owing = [text for _, text in many()] + ["X1,011,2026-01-01,2026-01-31,,500,否"]
    invoices = invoice_file(tmp_path, owing)
    plain = ["analyze", str(orders), "--as-of", "2026-09-20", "--tables-only", "--out", str(tmp_path / "out")]

    assert main([*plain, "--invoices", str(invoices)]) == 0

    rows = pq.read_table(tmp_path / "out" / "customers.parquet").to_pylist()
    stars = {row["customer_id"]: row["stars"] for row in rows}
    assert stars["011"] <= 2
    assert max(stars.values()) > 2
