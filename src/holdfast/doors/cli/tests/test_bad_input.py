"""What no command for analysts may trip over: odd encodings, cells and headings, full disks, runs that die or meet."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.doors.cli.main import main
from holdfast.doors.cli.orders import outcome
from holdfast.doors.cli.problems import Problem

pytestmark = [pytest.mark.slow, pytest.mark.shows("PLT-02")]

START = date(2025, 1, 1)


def orders(n=60):
    return ["客户,日期,金额", *(f"{at % 7:03d},{START + timedelta(days=3 * at)},{at}.50" for at in range(n))]


def invoices(n=40):
    days = [START + timedelta(days=3 * at) for at in range(n)]
    return [
        "发票号码,客户,开票日期,到期日,付款日期,金额",
        *(f"F{at},{at % 5},{day},{day + timedelta(30)},{day + timedelta(20 + at % 30)},9.5" for at, day in enumerate(days)),
    ]  # fmt: skip


def jobs(n=60):
    return [
        "受理时间,完成时间",
        *(f"{START + timedelta(at)} 08:00,{START + timedelta(at + at % 11)} 17:00" for at in range(n)),
    ]


def comments(n=20):
    return ["评论,客户", *(f"发货很快，服务太差{at},{at}" for at in range(n))]


# What each command takes: its options, its lines, and the file or files it leaves.
COMMANDS = {
    "analyze": (["--tables-only"], orders, ["customers.parquet", "summary.json"]),
    "integrity": ([], invoices, ["customers.parquet", "invoices.parquet", "summary.json"]),
    "capability": (["--target-days", "7", "--limit-days", "9"], jobs, ["chart.svg", "summary.json"]),
    "voice": ([], comments, ["voice.parquet"]),
}


def written(folder, content, name="file.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else ("\n".join(content) + "\n").encode())
    return path


def place(command, out):
    return out / "voice.parquet" if command == "voice" else out


def words(command, path, out, *options, lang="en"):
    return [command, str(path), "--out", str(place(command, out)), "--lang", lang, *COMMANDS[command][0], *options]


def run(command, path, out, *options, lang="en"):
    return main(words(command, path, out, *options, lang=lang))


def names(out):
    return sorted(os.listdir(out)) if out.is_dir() else []


def refused(capsys, out):
    """The one sentence on stderr of a run that wrote nothing."""
    said, complaint = capsys.readouterr()
    assert said == ""
    assert complaint.count("\n") == 1
    assert "Traceback" not in complaint
    assert names(out) == []
    return complaint


def customers(out):
    return {row["customer_id"]: row for row in pq.read_table(out / "customers.parquet").to_pylist()}


def summary(out):
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


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


# --- the place for the results ---
@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_where_a_folder_should_be_stays_as_it_is(tmp_path, capsys, command):
    blocked = written(tmp_path, b"mine", "blocked")

    assert run(command, written(tmp_path, COMMANDS[command][1]()), blocked / "deeper") == 2

    assert "--out" in capsys.readouterr().err
    assert blocked.read_bytes() == b"mine"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_leaves_what_was_there_and_nothing_half_written(tmp_path, capsys, monkeypatch, command):
    path, out = written(tmp_path, COMMANDS[command][1]()), tmp_path / "new" / "out"

    def full(source, target):
        Path(target).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(outcome.shutil, "copyfile", full)
    assert run(command, path, out) == 2
    assert "No space left on device" in refused(capsys, out)
    assert not (tmp_path / "new").exists()

    monkeypatch.undo()
    assert run(command, path, out) == 0
    before = {name: (out / name).read_bytes() for name in names(out)}
    monkeypatch.setattr(outcome.shutil, "copyfile", full)
    assert run(command, path, out, lang="zh") == 2
    assert "原有的文件没有动" in capsys.readouterr().err
    assert {name: (out / name).read_bytes() for name in names(out)} == before


def test_a_full_disk_for_temporary_files_is_said_as_such(tmp_path, capsys, monkeypatch):
    def full(*_, **__):
        raise pa.ArrowException("Error writing bytes to file. Detail: [errno 28] No space left on device")

    monkeypatch.setattr(pq, "write_table", full)

    assert run("analyze", written(tmp_path, orders()), tmp_path / "out") == 2
    assert "The disk is full" in refused(capsys, tmp_path / "out")


def test_a_folder_in_the_place_of_a_result_is_said_and_the_other_results_wait(tmp_path):
    results, out = tmp_path / "results", tmp_path / "out"
    results.mkdir()
    (results / "a.json").write_text("a")
    (results / "b.json").write_text("b")
    (out / "b.json").mkdir(parents=True)

    with pytest.raises(Problem, match=r"choose another|换一个"):
        outcome.deliver(results, out)
    assert names(out) == ["b.json"]


def test_runs_into_the_same_folder_never_mix_two_halves_of_a_file(tmp_path):
    results = [tmp_path / name for name in "ab"]
    for folder in results:
        folder.mkdir()
        (folder / "x.bin").write_bytes(folder.name.encode() * 3_000_000)
    out = tmp_path / "out"
    seen, over = set(), threading.Event()

    def look():
        while not over.is_set():
            if (out / "x.bin").exists():
                seen.add(len(set((out / "x.bin").read_bytes())))
                seen.add((out / "x.bin").stat().st_size)

    threads = [threading.Thread(target=outcome.deliver, args=(folder, out)) for folder in results * 3]
    watcher = threading.Thread(target=look)
    watcher.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    watcher.join()

    assert seen <= {1, 3_000_000}
    assert names(out) == ["x.bin"]


def test_a_run_that_is_killed_leaves_no_half_of_a_file_under_its_name(tmp_path):
    path, out = written(tmp_path, orders(200)), tmp_path / "out"
    command = [sys.executable, "-m", "holdfast.doors.cli.main", *words("analyze", path, out)]

    for wait in (0.4, 0.9, 1.4):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for name in [name for name in names(out) if not name.startswith(".")]:
            whole = pq.read_table(out / name) if name.endswith("parquet") else summary(out)
            assert len(whole)

    assert main(words("analyze", path, out)) == 0
    assert len(customers(out)) == 7


def test_a_file_that_is_replaced_while_it_is_read_gives_the_old_or_the_new_or_a_sentence(tmp_path, capsys):
    path, fresh = written(tmp_path, orders(3_000)), orders(2_000)
    over = threading.Event()

    def replace():
        at = 0
        while not over.is_set():
            at += 1
            os.replace(written(tmp_path, fresh if at % 2 else orders(3_000), "next.csv"), path)

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        statuses = [run("analyze", path, tmp_path / str(at)) for at in range(2)]
    finally:
        over.set()
        thread.join()

    assert set(statuses) <= {0, 2}
    assert "Traceback" not in capsys.readouterr().err
    for at in [at for at, status in enumerate(statuses) if status == 0]:
        assert summary(tmp_path / str(at))["input"]["rows"] in (2_000, 3_000)
