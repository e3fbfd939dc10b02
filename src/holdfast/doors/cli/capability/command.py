"""What `holdfast capability` takes, does, writes and says."""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

from holdfast.analysis.capability import Capability, CapabilityParams, capability
from holdfast.common.sheets import SheetError
from holdfast.doors.cli.capability.picture import chart, lead
from holdfast.doors.cli.capability.reading import NEEDED, JobFile, grey_codes, missing_roles, open_jobs, read_jobs
from holdfast.doors.cli.capability.roles import JOB_ROLES
from holdfast.doors.cli.orders import files as order_files
from holdfast.doors.cli.orders import told
from holdfast.doors.cli.orders.files import OrderFile
from holdfast.doors.cli.orders.outcome import as_of_day, check_out, deliver
from holdfast.doors.cli.parsing import progress, say
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import LANGUAGES, Tongue, spoken


def add_parser(subparsers: Any) -> None:
    """Options of `holdfast capability`."""
    t = spoken()
    text = t(
        "从工单文件（CSV、XLSX、Parquet）看服务时长守不守承诺：惊喜、可接受、愤怒与灰区。",
        "See from a file of jobs (CSV, XLSX, Parquet) how promises about time are kept: delight, acceptable, angry, grey.",
    )
    parser = subparsers.add_parser("capability", help=text, description=text)
    parser.add_argument("jobs", metavar="JOBS", help=t("工单文件", "a file of jobs"))
    parser.add_argument("--out", required=True, metavar="DIR", help=t("结果放进这个文件夹", "folder for the results"))
    parser.add_argument(
        "--target-days",
        required=True,
        metavar="7",
        help=t("承诺天数，此内客户满意", "up to here customers are delighted"),
    )
    parser.add_argument(
        "--limit-days", required=True, metavar="9", help=t("底线天数，超过客户愤怒", "beyond it customers are angry")
    )
    parser.add_argument("--columns", metavar="ROLE=…,…", help=_columns_help(t))
    parser.add_argument(
        "--grey",
        metavar="CODE,…",
        help=t("哪些原因算灰区，用逗号分开", "which reasons are grey, with commas between them"),
    )
    parser.add_argument(
        "--as-of",
        metavar="DATE",
        help=t("截止日，默认到文件里最后一刻", "last day to count; default: the last moment in the file"),
    )
    parser.add_argument("--lang", choices=LANGUAGES, help=t("语言 zh 或 en", "language of help and results, zh or en"))


def _columns_help(t: Tongue) -> str:
    roles = ", ".join(role.name for role in JOB_ROLES)
    return t("指明哪列是什么，如 end=完成时间；角色：{roles}", "say which column is what; roles: {roles}", roles=roles)


@dataclass(frozen=True)
class _Found:
    """What the file says, ready to be written and told."""

    jobs: JobFile
    as_of: datetime
    result: Capability
    not_there: list[str]


def run(arguments: argparse.Namespace) -> int:
    """Do it. Raises Problem for wrong usage or unreadable input, and then nothing is written."""
    t, start = spoken(), time.perf_counter()
    try:
        wanted = order_files.parse_columns(arguments.columns, JOB_ROLES, t)
        target, limit = _promise(arguments.target_days, arguments.limit_days, t)
        check_out(Path(arguments.out), t)
        day = as_of_day(arguments.as_of, t)
        with tempfile.TemporaryDirectory(prefix="holdfast-") as folder:
            jobs = _read(arguments.jobs, wanted, Path(folder), t)
            found = _found(jobs, (target, limit), _codes(arguments.grey), day, t)
            results = Path(folder) / "results"
            results.mkdir()
            _write(found, results, t, start)
            names = deliver(results, Path(arguments.out))
    except SheetError as error:
        raise Problem(error.sentence(t.lang)) from None
    for line in (*_lines(found, t), _result(names, Path(arguments.out), t)):
        say(line)
    return 0


def _promise(target: str, limit: str, t: Tongue) -> tuple[float, float]:
    """Both numbers of days. Raises Problem."""
    days = [_days(name, text, t) for name, text in (("--target-days", target), ("--limit-days", limit))]
    if days[0] > days[1]:
        raise Problem(
            t(
                "承诺 {target:g} 天比底线 {limit:g} 天还长：--target-days 不能大于 --limit-days。",
                "The target of {target:g} days is beyond the limit of {limit:g}: "
                "--target-days cannot exceed --limit-days.",
                target=days[0],
                limit=days[1],
            )
        )
    return days[0], days[1]


def _days(name: str, text: str, t: Tongue) -> float:
    try:
        days = float(text)
    except ValueError:
        days = math.nan
    if not 0 < days < math.inf:
        raise Problem(
            t(
                "{name} 要是大于 0 的天数，例如 7，不能是「{text}」。",
                "{name} must be a number of days above 0, such as 7, not “{text}”.",
                name=name,
                text=text,
            )
        )
    return days


def _codes(text: str | None) -> list[str]:
    return [code.strip() for code in (text or "").replace("，", ",").split(",") if code.strip()]


def _read(path: str, wanted: dict[str, str], folder: Path, t: Tongue) -> JobFile:
    progress(t("读入文件", "reading the file"))
    file = open_jobs(path, wanted)
    for role in missing_roles(file):
        raise Problem(_no_column(file, role, t))
    jobs = read_jobs(file, folder)
    rows = jobs.counts["rows"]
    if jobs.counts["no_start"] == rows or (jobs.counts["no_end"] == rows and jobs.counts["unreadable_ends"]):
        raise Problem(_no_dates(file, "start" if jobs.counts["no_start"] == rows else "end", t))
    return jobs


def _found(jobs: JobFile, promise: tuple[float, float], codes: list[str], day: date | None, t: Tongue) -> _Found:
    if codes and "reason" not in jobs.file.columns:
        raise Problem(
            t(
                "文件「{file}」里认不出原因列，--grey 无从查起。请用 --columns reason=列名 指明。",
                "No reason column was recognised in “{file}”, so --grey finds nothing. Name it with "
                "--columns reason=HEADING.",
                file=jobs.file.path.name,
            )
        )
    last = jobs.last_moment
    assert last is not None
    as_of = last if day is None else datetime.combine(day, clock.max)
    grey, not_there = grey_codes(jobs, codes)
    progress(t("计算", "computing"))
    params = CapabilityParams(*promise, grey=tuple(grey))
    result = capability(jobs.table, as_of=as_of, params=params)
    if not len(result.customer.days) and not len(result.customer.waited):
        raise Problem(_nothing_kept(result, as_of, t))
    return _Found(jobs, as_of, result, not_there)


def _write(found: _Found, results: Path, t: Tongue, start: float) -> None:
    (results / "chart.svg").write_text(chart(found.result, t) + "\n", encoding="utf-8")
    summary = _summary(found) | {"seconds": {"total": round(time.perf_counter() - start, 3)}}
    (results / "summary.json").write_text(told.as_json(summary), encoding="utf-8")


def _summary(found: _Found) -> dict[str, Any]:
    file, result = found.jobs.file, found.result
    return {
        **result.to_dict(),
        "target_days": result.params.target_days,
        "limit_days": result.params.limit_days,
        "grey": list(result.params.grey),
        "as_of": found.as_of.isoformat(sep=" ", timespec="seconds"),
        "whole_days": found.jobs.by_days,
        "input": {
            **found.jobs.counts,
            "end_before_start": result.impossible,
            "kept": len(result.customer.days) + len(result.customer.waited),
            "columns": file.columns,
            "file": told.file_figures(file),
        },
        "params": result.params.to_dict(),
    }


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


def _nothing_kept(result: Capability, as_of: datetime, t: Tongue) -> str:
    if result.impossible:
        return t(
            "每一行的结束都早于开始：请检查 --columns 里的 start 与 end 是否写反。",
            "Every row ends before it starts: check whether start and end are the wrong way round in --columns.",
        )
    return t(
        "没有一件在截止日 {day} 以前开始。请改 --as-of。",
        "No job had begun by {day}: choose a later --as-of.",
        day=as_of.date(),
    )


def _lines(found: _Found, t: Tongue) -> list[str]:
    counts, result = found.jobs.counts, found.result
    kept = len(result.customer.days) + len(result.customer.waited)
    lines = [
        t(
            "读入 {rows:,} 行，采用 {kept:,} 行。",
            "Read {rows:,} {word}, kept {kept:,}.",
            rows=counts["rows"],
            kept=kept,
            word="row" if counts["rows"] == 1 else "rows",
        )
    ]
    odd = (
        (counts["no_start"], t("没有能读的开始时间", "without a readable start")),
        (counts["unreadable_ends"], t("结束时间读不出，当作未完成", "with an unreadable end, taken as open")),
        (result.impossible, t("结束早于开始，没有采用", "that end before they start, left out")),
        (counts["ragged"], t("列数不齐，没有采用", "with too few or many cells, left out")),
    )
    noted = t("，", ", ").join(t("{n:,} 行{what}", "{n:,} {what}", n=n, what=what) for n, what in odd if n)
    if noted:
        lines.append(t("留意：{noted}。", "Worth knowing: {noted}.", noted=noted))
    lines += list(lead(result, t)) + _notes(found, t)
    if found.as_of > datetime.now() + timedelta(days=1):
        lines.append(
            t(
                "截止日 {day} 在今天之后：请检查日期列，或用 --as-of 指定。",
                "The as-of day {day} is in the future: check the date columns, or set --as-of.",
                day=found.as_of.date(),
            )
        )
    return [*lines, *told.decisions(found.jobs.file, t, dates=("start", "end"))]


def _notes(found: _Found, t: Tongue) -> list[str]:
    """How the chances were told, and what of --grey stands nowhere."""
    notes, view = [], found.result.customer.to_dict()
    if view["too_few"] and view["method"] == "lognormal":
        notes.append(
            t(
                "件数太少，机会按对数正态分布推算，未完成的按至少这么久计。",
                "Too few to count, so the chances come from a lognormal law, open jobs as lower bounds.",
            )
        )
    if found.jobs.by_days:
        notes.append(t("有一列没有钟点，按整天计。", "One of the columns has no clock, so whole days are counted."))
    if found.not_there:
        codes = t("、", ", ").join(found.not_there)
        notes.append(
            t("--grey 里的 {codes} 在文件里没有。", "Of --grey, {codes} stands nowhere in the file.", codes=codes)
        )
    return notes


def _result(names: list[str], out: Path, t: Tongue) -> str:
    return t("结果写入 {out}：{files}", "The results are in {out}: {files}", out=out, files=t("、", ", ").join(names))
