"""Sound files for each of the commands on files, and how to run them."""

import json
import os
from datetime import date, timedelta

import pyarrow.parquet as pq

from holdfast.doors.cli.main import main

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
