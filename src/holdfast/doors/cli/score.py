"""`holdfast score`: compute the scores of a month and publish the newest one."""

from __future__ import annotations

import argparse
from typing import Any

from holdfast.doors.cli.parsing import progress, say
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken


def add_parser(subparsers: Any) -> None:
    tongue = spoken()
    says = tongue("计算并发布一个月的评分", "compute and publish the scores of a month")
    more = tongue(
        "不写 --month 时：第一次算最近十二个月，以后结清上月、算到今天。已签发的月份不变。",
        "Without --month: the first time the last twelve months, later closes the last month and scores up to today.\n"
        "Signed months never change.",
    )
    parser = subparsers.add_parser("score", help=says, description=f"{says}\n\n{more}")
    parser.add_argument("--month", metavar="YYYY-MM", help=tongue("只算这个月", "this month only"))
    parser.add_argument("--lang", choices=["zh", "en"], help=tongue("语言", "language"))


def run(args: argparse.Namespace) -> int:
    from holdfast.doors.cli.house import set_up

    set_up()
    from holdfast.common.refusals import Refusal

    try:
        runs = _score(args.month)
    except Refusal as refusal:
        raise Problem(refusal.message) from refusal
    for one in runs:
        _tell(one)
    return 0


def _score(month: str | None) -> list[Any]:
    from holdfast.insight.scores import services

    if month is None:
        return services.score_up_to_now(tell=_progress)
    return [services.score_month(_parsed(month))]


def _parsed(text: str) -> Any:
    from holdfast.common.months import Month

    try:
        return Month.parse(text)
    except ValueError as error:
        raise Problem(spoken()("--month 要写成 2026-10 这样", "--month must look like 2026-10")) from error


def _progress(done: int, total: int) -> None:
    progress(spoken()("第 {done} 个月，共 {total} 个月", "month {done} of {total}", done=done, total=total))


def _tell(run: Any) -> None:
    tongue = spoken()
    say(
        tongue(
            "{month}（截至 {as_of}）：{n} 位客户，口径第 {version} 版，{file}",
            "{month} (as of {as_of}): {n} customers, definition {version}, {file}",
            month=run.month,
            as_of=run.as_of.isoformat(),
            n=f"{run.summary['customers']:,}",
            version=run.definition.version,
            file=run.path,
        )
    )
