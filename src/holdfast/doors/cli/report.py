"""`holdfast report --month 2026-10 --out report.pdf`: the monthly 维析 report as a file; drafts it where there is none."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken

ENDINGS = {".pdf", ".xlsx"}


def add_parser(subparsers: Any) -> None:
    tongue = spoken()
    says = tongue("生成维析月报，PDF 或 Excel", "write the monthly 维析 report, PDF or Excel")
    parser = subparsers.add_parser("report", help=says, description=says)
    parser.add_argument("--month", required=True, metavar="YYYY-MM", help=tongue("哪个月", "which month"))
    parser.add_argument(
        "--out", required=True, metavar="FILE.pdf|FILE.xlsx", help=tongue("写到哪里", "where to write it")
    )
    parser.add_argument(
        "--by",
        metavar="LOGIN",
        help=tongue("以谁的名义起草，默认系统管理员", "who drafts it; default an administrator"),
    )
    parser.add_argument("--lang", choices=["zh", "en"], help=tongue("语言", "language"))


def run(args: argparse.Namespace) -> int:
    out = Path(args.out)
    _check_target(out)
    from holdfast.doors.cli.house import set_up

    set_up()
    from holdfast.common.refusals import Refusal

    try:
        content = _content(args, out.suffix.lower())
    except Refusal as refusal:
        raise Problem(refusal.message) from refusal
    _write(out, content)
    return 0


def _check_target(out: Path) -> None:
    tongue = spoken()
    if out.suffix.lower() not in ENDINGS:
        raise Problem(
            tongue(
                "--out 要以 .pdf 或 .xlsx 结尾，不是 {name}",
                "--out must end in .pdf or .xlsx, not {name}",
                name=out.name,
            )
        )
    if not out.parent.is_dir():
        raise Problem(tongue("没有这个文件夹：{where}", "there is no folder {where}", where=out.parent))


def _content(args: argparse.Namespace, ending: str) -> bytes:
    from holdfast.common.months import Month
    from holdfast.doors.reports import queries, services, writers

    try:
        month = Month.parse(args.month)
    except ValueError as error:
        raise Problem(spoken()("--month 要写成 2026-10 这样", "--month must look like 2026-10")) from error
    by = _drafter(args.by)
    report = queries.month_report(month) or services.draft_report(month, by=by)
    context = queries.content_for(report, by)
    if ending == ".xlsx":
        return writers.write_workbook(context, language=spoken().lang)
    return _pdf(context)


def _pdf(context: dict[str, Any]) -> bytes:
    from holdfast.doors.reports import writers

    try:
        return writers.write_pdf(context)
    except OSError as error:
        raise Problem(
            spoken()(
                "生成 PDF 缺系统库 Pango：请安装 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0，或改用 .xlsx",
                "PDF needs the system library Pango: install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, or use .xlsx",
            )
        ) from error


def _drafter(login: str | None) -> Any:
    from holdfast.foundation.accounts.models import User

    people = User.objects.filter(is_active=True)
    found = people.filter(login=login).first() if login else people.filter(roles__code="admin").order_by("pk").first()
    if found is None:
        raise Problem(spoken()("没有这个可用的登录名：{login}", "no active login {login}", login=login or "admin"))
    return found


def _write(out: Path, content: bytes) -> None:
    """Whole or not at all: written beside, then renamed."""
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Problem(
            spoken()("写不了 {name}：{why}", "cannot write {name}: {why}", name=out, why=error.strerror)
        ) from error
