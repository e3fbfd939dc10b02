"""What no command for analysts may trip over: odd encodings, cells, headings and options."""

import random
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.doors.cli.main import main
from holdfast.doors.cli.tests.commands import (
    COMMANDS,
    customers,
    invoices,
    jobs,
    names,
    orders,
    refused,
    run,
    summary,
    written,
)

pytestmark = [pytest.mark.slow, pytest.mark.shows("PLT-02")]


# --- cells and headings ---
def test_a_file_glued_together_from_two_encodings_is_read_line_by_line(tmp_path, capsys):
    lines = ["客户,日期,金额\n", *(f"苏州澄光{at},2025-01-{at + 1:02d},5\n" for at in range(9))]
    content = "".join(lines).encode("gbk") + "张三,2025-02-02,7\n".encode()

    assert run("analyze", written(tmp_path, content), tmp_path / "out") == 0

    assert customers(tmp_path / "out")["张三"]["revenue"] == 7
    assert "苏州澄光3" in customers(tmp_path / "out")
    assert "\ufffd" not in capsys.readouterr().out


def test_amounts_are_read_as_people_write_them(tmp_path, capsys):
    cells = ["¥1,234.50", "（120）", "1万", "￥12元", "1e3", "$ 1 234", "n/a", "-", "free"]
    lines = ["客户,日期,金额", *(f'c{at},2025-01-0{at + 1},"{cell}"' for at, cell in enumerate(cells))]

    run("analyze", written(tmp_path, lines), tmp_path / "out")

    found = customers(tmp_path / "out")
    assert [found[f"c{at}"]["revenue"] for at in range(9)] == [
        Decimal(text) for text in ("1234.50", "-120", "10000", "12", "1000", "1234", "0", "0", "0")
    ]
    assert summary(tmp_path / "out")["input"]["amount_missing"] == 3
    assert "3 with no readable amount" in capsys.readouterr().out


def test_commas_for_points_are_settled_for_the_whole_column(tmp_path):
    lines = ["customer;date;amount", "a;2025-01-01;1.234,56", "b;2025-01-02;7,5", "c;2025-01-03;12"]

    run("analyze", written(tmp_path, lines), tmp_path / "out")

    assert [row["revenue"] for row in customers(tmp_path / "out").values()] == [Decimal("1234.56"), Decimal("7.5"), 12]


def test_dates_as_numbers_of_excel_and_in_one_piece_are_dates(tmp_path):
    serial = ["客户,日期,金额", *(f"a,{45_000 + at},1" for at in range(9))]
    pieces = ["客户,日期,金额", *(f"a,202503{at + 15:02d},1" for at in range(9))]

    for at, lines in enumerate((serial, pieces)):
        run("analyze", written(tmp_path, lines), tmp_path / str(at))

    assert customers(tmp_path / "0")["a"]["first_on"] == date(2023, 3, 15)
    assert customers(tmp_path / "1")["a"]["first_on"] == date(2025, 3, 15)


def test_of_columns_with_the_same_heading_the_first_is_read_and_that_is_said(tmp_path, capsys):
    lines = ["客户,日期,金额,金额", "a,2025-01-01,5,6", "b,2025-01-02,7,8"]

    run("analyze", written(tmp_path, lines), tmp_path / "out")

    assert [row["revenue"] for row in customers(tmp_path / "out").values()] == [5, 7]
    assert "2 columns are headed “金额” and the first was read" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_two_hundred_columns_are_no_hindrance_and_two_thousand_are_refused(tmp_path, capsys, command):
    lines = COMMANDS[command][1]()
    for wide, status in ((200, 0), (2_000, 2)):
        more = [
            ",".join([line, *(["x1"] * wide if at else [f"x{n}" for n in range(wide)])])
            for at, line in enumerate(lines)
        ]
        assert run(command, written(tmp_path, more), tmp_path / str(wide)) == status

    assert names(tmp_path / "200") == COMMANDS[command][2]
    assert "the limit is 1000" in capsys.readouterr().err
    assert names(tmp_path / "2000") == []


@pytest.mark.parametrize("command", COMMANDS)
def test_half_of_all_cells_missing_still_gives_a_result(tmp_path, command):
    head, *lines = COMMANDS[command][1]()
    rng = random.Random(3)
    holes = [",".join(cell if rng.random() < 0.5 else "" for cell in line.split(",")) for line in lines]

    assert run(command, written(tmp_path, [head, *holes]), tmp_path / "out", lang="zh") == 0
    assert names(tmp_path / "out") == COMMANDS[command][2]


def test_a_year_that_stands_for_never_is_no_date(tmp_path, capsys):
    lines = [*jobs(), "2025-01-05 08:00,9999-12-31 00:00", "0001-01-01 00:00,2025-01-05 08:00"]
    moment = pa.timestamp("us")
    typed = pa.table({
        "start": pa.array([datetime(2025, 1, 5)] * 3, moment),
        "end": pa.array([datetime(2025, 1, 8), datetime(9999, 12, 31), None], moment),
    })  # fmt: skip
    pq.write_table(typed, tmp_path / "jobs.parquet")

    assert run("capability", written(tmp_path, lines), tmp_path / "out") == 0
    assert run("capability", tmp_path / "jobs.parquet", tmp_path / "typed") == 0

    told, typed = summary(tmp_path / "out"), summary(tmp_path / "typed")
    assert (told["n"], told["open"], told["mean"] < 12) == (60, 1, True)
    assert (told["input"]["unreadable_ends"], told["input"]["unreadable_starts"]) == (1, 1)
    assert (typed["n"], typed["open"], typed["as_of"][:4]) == (1, 2, "2025")
    assert "1 with an unreadable end, taken as open" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cells", "status"), [(["是", "否"], 2), (["paid", "open"], 2), (["未付", ""], 0), (["", ""], 0)]
)
def test_a_payment_column_of_yes_and_no_is_not_taken_for_open_invoices(tmp_path, capsys, cells, status):
    head, *lines = invoices(20)
    rows = [",".join([*line.split(",")[:4], cells[at % 2], "5"]) for at, line in enumerate(lines)]

    assert run("integrity", written(tmp_path, [head, *rows]), tmp_path / "out") == status

    if status:
        assert "no readable date in the column “付款日期”" in refused(capsys, tmp_path / "out")
    assert run("integrity", written(tmp_path, [head, *rows]), tmp_path / "zh", lang="zh") == status


def test_invoices_without_days_of_payment_hold_no_star_down(tmp_path, capsys):
    head, *lines = invoices(20)
    rows = [",".join([*line.split(",")[:4], "是", "5"]) for line in lines]
    bills = written(tmp_path, [head, *rows], "bills.csv")

    assert run("analyze", written(tmp_path, orders()), tmp_path / "out", "--invoices", str(bills)) == 0

    told = summary(tmp_path / "out")["integrity"]
    assert (told["computed"], told["reason"], told["rows"]) == (False, "no_paid_dates", 20)
    assert "was not used for stars" in capsys.readouterr().out


def test_invoices_paid_or_due_before_their_issue_are_told(tmp_path, capsys):
    head, *lines = invoices(9)
    early = "X,1,2025-03-01,2025-02-01,2025-01-01,5"

    assert run("integrity", written(tmp_path, [head, *lines, early]), tmp_path / "out") == 0

    assert summary(tmp_path / "out")["input"]["paid_before_issue"] == 1
    told = capsys.readouterr().out
    assert "1 paid before the issue" in told
    assert "1 due before the issue" in told


# --- options ---
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_no_file_or_no_role_is_one_sentence(tmp_path, capsys, command, lang):
    path = written(tmp_path, COMMANDS[command][1]())
    said = {
        "folder": [tmp_path],
        "nothing": [tmp_path / "none.csv"],
        "empty": [written(tmp_path, b"", "empty.csv")],
        "blank": [written(tmp_path, b"\n\n \n", "blank.csv")],
        "headings": [written(tmp_path, COMMANDS[command][1]()[:1], "head.csv")],
        "role": [path, "--columns", "colour=x"],
        "column": [path, "--columns", "customer=nobody"],
        "noise": [written(tmp_path, random.Random(1).randbytes(4_000), "noise.csv")],
    }
    for name, (file, *options) in said.items():
        assert run(command, file, tmp_path / "out", *options, lang=lang) == 2, name
        complaint = refused(capsys, tmp_path / "out")
        assert ("。" in complaint) == (lang == "zh"), name


@pytest.mark.parametrize("days", ["0", "-1", "99999", "ninety", "1.5"])
def test_a_horizon_that_makes_no_sense_is_refused(tmp_path, capsys, days):
    assert run("analyze", written(tmp_path, orders()), tmp_path / "out", "--horizon-days", days) == 2
    assert "--horizon-days" in refused(capsys, tmp_path / "out")


@pytest.mark.parametrize(
    ("target", "limit"), [("10", "9"), ("0", "9"), ("-1", "9"), ("nan", "9"), ("7", "inf"), ("a", "9")]
)
def test_promises_that_make_no_sense_are_refused(tmp_path, capsys, target, limit):
    path = written(tmp_path, jobs())

    assert main(["capability", str(path), "--out", str(tmp_path / "out"), "--lang", "en",
                 "--target-days", target, "--limit-days", limit]) == 2  # fmt: skip
    assert "-days" in refused(capsys, tmp_path / "out")


@pytest.mark.parametrize("command", ["analyze", "integrity", "capability"])
def test_an_as_of_before_all_data_or_beyond_the_calendar_is_refused(tmp_path, capsys, command):
    for day in ("1990-01-01", "9999-12-31", "32.13.2025"):
        assert run(command, written(tmp_path, COMMANDS[command][1]()), tmp_path / "out", "--as-of", day) == 2
        assert "--as-of" in refused(capsys, tmp_path / "out")
