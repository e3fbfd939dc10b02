"""`holdfast analyze`: order files in, customers.parquet, summary.json and the report out. No server, no database."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.analysis import accounts, tables
from holdfast.analysis.compiled import prepare
from holdfast.common.sheets import SheetError, minor_exponent
from holdfast.doors.cli.integrity.reading import missing_roles, open_invoices, read_invoices
from holdfast.doors.cli.orders import files as order_files
from holdfast.doors.cli.orders import rows as order_rows
from holdfast.doors.cli.orders import through_spark, told
from holdfast.doors.cli.orders.files import OrderFile
from holdfast.doors.cli.orders.outcome import as_of_day, check_out, deliver
from holdfast.doors.cli.orders.roles import ROLES
from holdfast.doors.cli.parsing import progress, say
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import LANGUAGES, Tongue, spoken

_LONGEST_HORIZON = 3_650
_MEMORY = "2GB"
# From so many bytes on, the loops of the engine are loaded beside the reading.
_LARGE = 4_000_000


def add_parser(subparsers: Any) -> None:
    """Options of `holdfast analyze`."""
    t = spoken()
    text = t("分析订单文件（CSV、XLSX、Parquet），不需要服务器和数据库。", "Analyse order files (CSV, XLSX, Parquet).")
    parser = subparsers.add_parser("analyze", help=text, description=text)
    parser.add_argument("orders", nargs="+", metavar="ORDERS", help=t("订单文件，可以多个", "order files, one or more"))
    parser.add_argument("--out", required=True, metavar="DIR", help=t("结果放进这个文件夹", "folder for the results"))
    parser.add_argument("--invoices", metavar="F", help=t("发票文件", "a file of invoices"))
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help=t("截止日，默认是数据里最后一天", "last day to count; default: last date in the data"),
    )
    parser.add_argument(
        "--horizon-days", type=int, default=90, metavar="N", help=t("向前看多少天，默认 90", "days to look ahead; 90")
    )
    parser.add_argument("--drop-duplicates", action="store_true", help=t("去掉完全相同的行", "leave out repeated rows"))
    parser.add_argument("--tables-only", action="store_true", help=t("只要数据表，不要报告", "tables only, no report"))
    parser.add_argument("--columns", metavar="ROLE=…,…", help=_columns_help(t))
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help=t("计算引擎", "the engine"))
    parser.add_argument("--currency", default="CNY", metavar="CNY", help=t("币种，默认 CNY", "currency; CNY"))
    parser.add_argument("--lang", choices=LANGUAGES, help=t("语言 zh 或 en", "language of help and results, zh or en"))


def _columns_help(t: Tongue) -> str:
    roles = ", ".join(role.name for role in ROLES)
    return t(
        "指明哪列是什么，如 customer=会员号；角色：{roles}", "say which column is what; roles: {roles}", roles=roles
    )


@dataclass
class _Run:
    """One run of the command: what was asked, and seconds per stage."""

    arguments: argparse.Namespace
    tongue: Tongue
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, chinese: str, english: str) -> Iterator[None]:
        progress(self.tongue(chinese, english))
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


def run(arguments: argparse.Namespace) -> int:
    """Do it. Raises Problem for wrong usage or unreadable input, and then nothing is written."""
    job = _Run(arguments, spoken())
    start = time.perf_counter()
    _spare_pandas()
    try:
        _check(arguments, job.tongue)
        with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
            _analyze(job, Path(folder), start)
    except SheetError as error:
        raise Problem(error.sentence(job.tongue.lang)) from None
    return 0


def _spare_pandas() -> None:
    """Arrow loads pandas where it is installed, only to recognise its types; that takes longer than many an analysis.

    Arrow asks once, with the first array, and finds none; everybody else still finds it.
    """
    if "pandas" in sys.modules:
        return
    hidden = _Hidden()
    sys.meta_path.insert(0, hidden)
    try:
        pa.array(np.zeros(1)).to_numpy()
    finally:
        sys.meta_path.remove(hidden)


class _Hidden:
    """A finder that says of pandas that there is none."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def _check(arguments: argparse.Namespace, t: Tongue) -> None:
    """Refuse what can be refused before any file is read."""
    if arguments.engine == "spark":
        through_spark.check(t)
    if not 1 <= arguments.horizon_days <= _LONGEST_HORIZON:
        raise Problem(
            t("--horizon-days 要在 1 到 {most} 之间。", "--horizon-days must be 1 to {most}.", most=_LONGEST_HORIZON)
        )
    if not (len(arguments.currency) == 3 and arguments.currency.isascii() and arguments.currency.isalpha()):
        raise Problem(
            t("--currency 要写三个字母的币种代码，例如 CNY。", "--currency takes a three-letter code such as CNY.")
        )
    check_out(Path(arguments.out), t)
    arguments.as_of_day = as_of_day(arguments.as_of, t)


def _analyze(job: _Run, folder: Path, start: float) -> None:
    arguments, t = job.arguments, job.tongue
    wanted = order_files.parse_columns(arguments.columns, ROLES, t)
    con = tables.duck(memory_limit=_MEMORY, threads=os.cpu_count() or 2, temp_directory=str(folder / "spill"))
    with job.stage("read", "读入文件", "reading files"):
        files = order_files.open_files(arguments.orders, wanted, t)
        invoice_file = _open_invoices(job)
        order_files.stage_files(files, folder)
    with job.stage("parse", "识别日期和金额", "reading dates and amounts"):
        if sum(file.path.stat().st_size for file in files) >= _LARGE:
            prepare()
        rows, reading = _parse(job, con, files, folder)
        lines = _lines(job, con, rows, reading, folder) if arguments.engine == "duckdb" else None
    results = folder / "results"
    results.mkdir()
    with job.stage("analyze", "分析客户", "analysing customers"):
        bills, invoices = _invoices(job, con, invoice_file, folder)
        params = accounts.AnalyzeParams(
            horizon_days=arguments.horizon_days, minor_digits=minor_exponent(arguments.currency)
        )
        asked = {"as_of": reading.as_of, "params": params, "invoices": bills, "lang": _language(t)}
        if lines is None:
            analysis = _through_spark(job, con, rows, reading, folder, asked)
        else:
            analysis = accounts.analyze(lines, **asked)
            reading = reading if arguments.drop_duplicates else replace(reading, duplicates=lines.repeated)
    with job.stage("write", "写出结果", "writing results"):
        if lines is not None:  # Spark has written them already
            _write_customers(analysis.customers, results / "customers.parquet")
    if not arguments.tables_only:
        _write_report(job, analysis, reading, results)
    noted = _told_of_invoices(invoices, analysis, t)
    job.seconds |= {f"analyze.{name}": seconds for name, seconds in analysis.seconds.items()}
    job.seconds["total"] = round(time.perf_counter() - start, 3)
    summary = {"input": told.input_figures(reading), **analysis.summary, **invoices}
    summary |= {
        "currency": arguments.currency.upper(),
        "customers": analysis.customers.num_rows,
        "seconds": job.seconds,
    }
    (results / "summary.json").write_text(told.as_json(summary), encoding="utf-8")
    written = deliver(results, Path(arguments.out))
    for line in (*told.lines(reading, t), *noted, _result(written, Path(arguments.out), analysis, t)):
        say(line)


def _write_customers(customers: pa.Table, target: Path) -> None:
    """Columns of few values by their places in a list of them; looking for such a list among many values takes longest."""
    kinds = {field.name: field.type for field in customers.schema if field.name not in ("customer_id", "reasons")}
    few = [name for name, kind in kinds.items() if not (pa.types.is_floating(kind) or pa.types.is_decimal(kind))]
    pq.write_table(customers, target, compression="zstd", use_dictionary=[*few, "reasons.list.element"])


def _language(t: Tongue) -> Any:
    return t.lang


def _parse(job: _Run, con: Any, files: list[order_files.OrderFile], folder: Path) -> tuple[str, told.Reading]:
    """Read every row, count the quirks, settle as_of; what stands in FROM for the rows, and what was found."""
    arguments = job.arguments
    rows = order_rows.settle_rows(con, files, folder / "rows.parquet", exponent=minor_exponent(arguments.currency))
    flags = order_rows.count_flags(con, rows)
    if flags.last_day is None:
        raise Problem(_no_dates(files, job.tongue))
    as_of = arguments.as_of_day or flags.last_day
    after, kept = 0, flags.usable
    if as_of < flags.last_day:
        after, kept = order_rows.count_kept(con, rows, as_of)
    if kept == 0:
        raise Problem(_nothing_kept(flags, after, as_of, job.tongue))
    repeated, dropped = 0, 0
    if arguments.drop_duplicates or arguments.engine == "spark":
        repeated = order_rows.mark_repeated(con, rows)
    if arguments.drop_duplicates:
        dropped = order_rows.write_repeated(con, rows, folder / "repeated.parquet", as_of=as_of)
    return rows, told.Reading(files, flags, repeated, dropped, after, kept - dropped, as_of, date.today())


def _lines(job: _Run, con: Any, rows: str, reading: told.Reading, folder: Path) -> order_rows.Lines:
    """The rows for the engine, with the columns it needs."""
    parts = folder / "parts"
    parts.mkdir()
    return order_rows.lines_of(
        con,
        rows,
        reading.flags.rows,
        parts,
        as_of=reading.as_of,
        costs=_costs(reading),
        cancelling=_cancelling(reading),
        without=folder / "repeated.parquet" if job.arguments.drop_duplicates else None,
    )


def _costs(reading: told.Reading) -> bool:
    return any("cost" in file.columns for file in reading.files)


def _cancelling(reading: told.Reading) -> bool:
    return reading.flags.cancelled > 0 and reading.flags.c_cancels


def _through_spark(
    job: _Run, con: Any, rows: str, reading: told.Reading, folder: Path, asked: dict[str, Any]
) -> accounts.Analysis:
    """The customers stand in the results afterwards; only a report needs them in memory as well."""
    wanted = [*["cost_minor"] * _costs(reading), *["cancelled"] * _cancelling(reading)]
    return through_spark.analyze(
        con,
        rows,
        ["customer_id", "day", "amount_minor", *wanted],
        folder / "results" / "customers.parquet",
        job.tongue,
        without=folder / "repeated.parquet" if job.arguments.drop_duplicates else None,
        keep=not job.arguments.tables_only,
        **asked,
    )


def _no_dates(files: list[order_files.OrderFile], t: Tongue) -> str:
    return t(
        "「{column}」列里没有一个能读的日期。请用 --columns date=列名 指明日期列。",
        "There is no readable date in the column “{column}”. Name the date column with --columns date=HEADING.",
        column=files[0].columns["date"],
    )


def _nothing_kept(flags: order_rows.Flags, after: int, as_of: date, t: Tongue) -> str:
    if after and flags.first_day and flags.first_day > as_of:
        return t(
            "所有日期都晚于截止日 {as_of}（最早 {first}）。请改 --as-of。",
            "Every date is after {as_of} (the first is {first}): choose a later --as-of.",
            as_of=as_of,
            first=flags.first_day,
        )
    return t(
        "没有一行既有客户又有能读的日期：{n:,} 行没有客户，{m:,} 行日期读不出。请用 --columns 指明列。",
        "No row has both a customer and a readable date: {n:,} have no customer, {m:,} no readable date. "
        "Name the columns with --columns.",
        n=flags.no_customer,
        m=flags.unreadable_dates,
    )


def _open_invoices(job: _Run) -> OrderFile | None:
    path = job.arguments.invoices
    return open_invoices(path, {}) if path is not None else None


def _invoices(job: _Run, con: Any, file: OrderFile | None, folder: Path) -> tuple[Any, dict[str, Any]]:
    """The invoices for the engine, and what the summary says of them; without their columns there are none."""
    if file is None:
        return None, {}
    if missing := missing_roles(file):
        rows = sum(len(chunk) for chunk in file.sheet.chunks(5_000))
        about = {"computed": False, "reason": f"no_{missing[0]}_column", "rows": rows, "columns": file.columns}
        return None, {"integrity": about}
    read = read_invoices(con, file, folder, exponent=minor_exponent(job.arguments.currency))
    if read.undated:
        about = {"computed": False, "reason": f"no_{read.undated}_dates", **read.counts, "columns": file.columns}
        return None, {"integrity": about}
    return read.table, {"integrity": {"computed": True, **read.counts, "columns": file.columns}}


def _told_of_invoices(invoices: dict[str, Any], analysis: accounts.Analysis, t: Tongue) -> list[str]:
    """One sentence about the invoices, if there were any."""
    about = invoices.get("integrity")
    if about is None:
        return []
    if not about["computed"]:
        return [
            t(
                "发票文件里认不出客户、开票日期、到期日或付款日期列，或列里没有日期，没有用于评星。",
                "The invoice file lacks a column of customers, issue, due or payment dates, or the dates in it, "
                "and was not used for stars.",
            )
        ]
    about["rated"] = (
        analysis.integrity.num_rows - analysis.integrity["integrity"].null_count if analysis.integrity else 0
    )
    return [
        t(
            "发票 {rows:,} 行，{rated:,} 位客户有诚信度。",
            "{rows:,} invoices; {rated:,} customers have a payment integrity.",
            rows=about["rows"],
            rated=about["rated"],
        )
    ]


def _write_report(job: _Run, analysis: accounts.Analysis, reading: told.Reading, results: Path) -> None:
    from holdfast.doors.cli.orders.report import write_report

    with job.stage("report", "排版报告", "writing the report"):
        write_report(analysis, reading, results, currency=job.arguments.currency.upper(), tongue=job.tongue)


def _result(names: list[str], out: Path, analysis: accounts.Analysis, t: Tongue) -> str:
    return t(
        "{n:,} 位客户的结果写入 {out}：{files}",
        "Results for {n:,} {word} are in {out}: {files}",
        n=analysis.customers.num_rows,
        word="customer" if analysis.customers.num_rows == 1 else "customers",
        out=out,
        files=t("、", ", ").join(names),
    )
