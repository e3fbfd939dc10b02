"""What `holdfast integrity` takes, does, writes and says."""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from holdfast.analysis import integrity as engine
from holdfast.analysis import tables
from holdfast.analysis.integrity.reasons import sentences_of
from holdfast.common.sheets import SheetError, minor_exponent
from holdfast.doors.cli.integrity.reading import NEEDED, InvoiceFile, missing_roles, open_invoices, read_invoices
from holdfast.doors.cli.orders import files as order_files
from holdfast.doors.cli.orders import told
from holdfast.doors.cli.orders.files import OrderFile
from holdfast.doors.cli.orders.outcome import as_of_day, check_out, deliver
from holdfast.doors.cli.orders.roles import INVOICE_ROLES
from holdfast.doors.cli.parsing import progress, say
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import LANGUAGES, Tongue, spoken

# The whole file counts; in the product it is the last twelve months.
PARAMS = replace(engine.DEFAULTS, window_days=0)
COLUMNS = ("customer_id", "invoices", "adbt_days", "payment_index", "late_share", "dispute_share", "integrity")


def add_parser(subparsers: Any) -> None:
    """Options of `holdfast integrity`."""
    t = spoken()
    text = t(
        "从发票文件（CSV、XLSX、Parquet）看每位客户付款是否守信，每张发票会不会拖期。",
        "See from an invoice file (CSV, XLSX, Parquet) how customers pay and which invoice will be late.",
    )
    parser = subparsers.add_parser("integrity", help=text, description=text)
    parser.add_argument("invoices", metavar="INVOICES", help=t("发票文件", "a file of invoices"))
    parser.add_argument("--out", required=True, metavar="DIR", help=t("结果放进这个文件夹", "folder for the results"))
    parser.add_argument("--columns", metavar="ROLE=…,…", help=_columns_help(t))
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help=t(
            "截止日，默认是文件里最后一次开票、付款或争议的日子",
            "last day to count; default: the last day of an issue, payment or dispute in the file",
        ),
    )
    parser.add_argument("--currency", default="CNY", metavar="CNY", help=t("币种，默认 CNY", "currency; CNY"))
    parser.add_argument("--lang", choices=LANGUAGES, help=t("语言 zh 或 en", "language of help and results, zh or en"))


def _columns_help(t: Tongue) -> str:
    roles = ", ".join(role.name for role in INVOICE_ROLES)
    return t("指明哪列是什么，如 due=到期日；角色：{roles}", "say which column is what; roles: {roles}", roles=roles)


@dataclass(frozen=True)
class _Found:
    """What the file says, ready to be written and told."""

    file: InvoiceFile
    as_of: date
    after_as_of: int
    kept: int
    scores: pa.Table
    late: pa.Table


def run(arguments: argparse.Namespace) -> int:
    """Do it. Raises Problem for wrong usage or unreadable input, and then nothing is written."""
    t, start = spoken(), time.perf_counter()
    try:
        wanted = order_files.parse_columns(arguments.columns, INVOICE_ROLES, t)
        exponent = minor_exponent(arguments.currency)
        check_out(Path(arguments.out), t)
        day = as_of_day(arguments.as_of, t)
        with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
            found = _found(arguments.invoices, wanted, day, exponent, Path(folder), t)
            results = Path(folder) / "results"
            results.mkdir()
            _write(found, results, t, exponent, start)
            names = deliver(results, Path(arguments.out))
    except SheetError as error:
        raise Problem(error.sentence(t.lang)) from None
    for line in (*_lines(found, t), _result(names, Path(arguments.out), found, t)):
        say(line)
    return 0


def _found(path: str, wanted: dict[str, str], day: date | None, exponent: int, folder: Path, t: Tongue) -> _Found:
    progress(t("读入文件", "reading the file"))
    file = open_invoices(path, wanted)
    for role in missing_roles(file):
        raise Problem(_no_column(file, role, t))
    con = tables.connect(temp_directory=str(folder / "spill"))
    read = read_invoices(con.con, file, folder, exponent=exponent)
    if read.table["issued_on"].null_count == read.table.num_rows:
        raise Problem(_no_dates(file, "issued", t))
    if read.undated:
        raise Problem(_no_dates(file, read.undated, t))
    assert read.last_day is not None
    as_of = day or read.last_day
    after, kept = _kept(read.table, as_of)
    if not kept:
        raise Problem(_nothing_kept(read, after, as_of, t))
    progress(t("计算", "computing"))
    scores = engine.integrity(read.table, as_of=as_of, params=PARAMS)
    return _Found(read, as_of, after, kept, scores, engine.late_chances(read.table))


def _kept(table: pa.Table, as_of: date) -> tuple[int, int]:
    """Rows issued after as_of, and rows with a customer and a readable day of issue up to it."""
    later = pc.greater(table["issued_on"], pa.scalar(as_of, pa.date32()))
    after = int(pc.sum(later).as_py() or 0)
    kept = pc.and_(pc.is_valid(table["customer_id"]), pc.fill_null(pc.invert(later), False))
    return after, int(pc.sum(kept).as_py() or 0)


def _write(found: _Found, results: Path, t: Tongue, exponent: int, start: float) -> None:
    reasons = sentences_of(found.scores, "zh" if t.lang == "zh" else "en", PARAMS, exponent)
    customers = found.scores.select(COLUMNS).append_column("reasons", reasons)
    pq.write_table(customers, results / "customers.parquet", compression="zstd")
    invoices = pa.table({"invoice": found.file.table["invoice_id"], "p_late": found.late["p_late"]})
    pq.write_table(invoices, results / "invoices.parquet", compression="zstd")
    summary = _summary(found) | {"seconds": {"total": round(time.perf_counter() - start, 3)}}
    (results / "summary.json").write_text(told.as_json(summary), encoding="utf-8")


def _summary(found: _Found) -> dict[str, Any]:
    file, scores = found.file.file, found.scores
    index = scores["payment_index"].drop_null()
    return {
        "input": {
            **found.file.counts,
            "after_as_of": found.after_as_of,
            "kept": found.kept,
            "columns": file.columns,
            "file": told.file_figures(file),
        },
        "as_of": found.as_of.isoformat(),
        "customers": scores.num_rows,
        "rated": scores.num_rows - scores["integrity"].null_count,
        "gates": {gate: _equal(scores["gate"], gate) for gate in engine.GATES},
        "mean_payment_index": pc.mean(index).as_py(),
        "mean_p_late": pc.mean(found.late["p_late"]).as_py(),
        "params": PARAMS.to_dict(),
    }


def _equal(column: pa.ChunkedArray, value: str) -> int:
    return int(pc.sum(pc.equal(column, value)).as_py() or 0)


# --- words ---
def _no_column(file: OrderFile, role: str, t: Tongue) -> str:
    return t(
        "文件「{file}」里认不出{what}列，有的列是：{columns}。请用 --columns {role}=列名 指明。",
        "No {what} column was recognised in “{file}”, which has: {columns}. Name it with --columns {role}=HEADING.",
        file=file.path.name,
        what=t(*NEEDED[role]),
        columns=", ".join(file.sheet.headings[:40]),
        role=role,
    )


def _no_dates(file: OrderFile, role: str, t: Tongue) -> str:
    return t(
        "「{column}」列里没有一个能读的日期。请用 --columns {role}=列名 指明{what}列。",
        "There is no readable date in the column “{column}”. Name the {what} column with --columns {role}=HEADING.",
        column=file.columns[role],
        role=role,
        what=t(*NEEDED[role]),
    )


def _nothing_kept(read: InvoiceFile, after: int, as_of: date, t: Tongue) -> str:
    if after:
        return t(
            "开票日期都晚于截止日 {as_of}。请改 --as-of。",
            "Every invoice was issued after {as_of}: choose a later --as-of.",
            as_of=as_of,
        )
    return t(
        "没有一行既有客户又有能读的开票日期：{n:,} 行没有客户，{m:,} 行没有开票日期。请用 --columns 指明列。",
        "No row has both a customer and a readable issue date: {n:,} have no customer, {m:,} no issue date. "
        "Name the columns with --columns.",
        n=read.counts["no_customer"],
        m=read.counts["no_issue_date"],
    )


def _lines(found: _Found, t: Tongue) -> list[str]:
    counts, file = found.file.counts, found.file.file
    lines = [
        t(
            "读入 {rows:,} 行，采用 {kept:,} 行，截止 {as_of}。",
            "Read {rows:,} {word}, kept {kept:,}, as of {as_of}.",
            rows=counts["rows"],
            word="row" if counts["rows"] == 1 else "rows",
            kept=found.kept,
            as_of=found.as_of,
        )
    ]
    odd = (
        (counts["no_customer"], t("没有客户", "without a customer")),
        (counts["no_issue_date"], t("没有能读的开票日期", "without a readable issue date")),
        (counts["no_due_date"], t("没有到期日，不能判断是否拖期", "without a due date, so not judged")),
        (counts["unreadable_dates"], t("有读不出的日期，当作没有", "cells that are no dates, taken as empty")),
        (counts["nonpositive_amounts"], t("金额不是正数，不算付款行为", "with an amount of 0 or less, not judged")),
        (found.after_as_of, t("晚于截止日", "after the as-of day")),
        (counts["paid_before_issue"], t("付款早于开票，当作提前付清", "paid before the issue, taken as paid early")),
        (counts["due_before_issue"], t("到期早于开票", "due before the issue")),
        (counts["amount_missing"], t("没有能读的金额", "without a readable amount")),
    )
    noted = t("，", ", ").join(t("{n:,} 行{what}", "{n:,} {what}", n=n, what=what) for n, what in odd if n)
    if noted:
        lines.append(t("留意：{noted}。", "Worth knowing: {noted}.", noted=noted))
    if found.as_of > date.today():
        lines.append(
            t(
                "截止日 {as_of} 在今天之后：请检查日期列，或用 --as-of 指定。",
                "The as-of day {as_of} is in the future: check the date columns, or set --as-of.",
                as_of=found.as_of,
            )
        )
    return [*lines, *told.decisions(file, t, dates=("issued", "due", "paid", "disputed"))]


def _result(names: list[str], out: Path, found: _Found, t: Tongue) -> str:
    rated = found.scores.num_rows - found.scores["integrity"].null_count
    return t(
        "{n:,} 位客户（{rated:,} 位可评分）的结果写入 {out}：{files}",
        "Results for {n:,} {word} ({rated:,} with a score) are in {out}: {files}",
        n=found.scores.num_rows,
        word="customer" if found.scores.num_rows == 1 else "customers",
        rated=rated,
        out=out,
        files=t("、", ", ").join(names),
    )
