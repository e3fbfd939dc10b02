"""`holdfast demo`: fill an empty database with an invented company, believable enough that every page has a shape.

Same seed, same size, same day: the same company. Writes through the rooms' services only, like any other door.
"""

from __future__ import annotations

import argparse
from typing import Any

from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken

AT_MOST = 200_000


def add_parser(subparsers: Any) -> None:
    tongue = spoken()
    says = tongue("把演示公司填入空库", "fill an empty database with the demo company")
    parser = subparsers.add_parser("demo", help=says, description=says)
    parser.add_argument("--customers", type=int, default=2000, help=tongue("客户数", "how many customers"))
    parser.add_argument("--months", type=int, default=36, help=tongue("历史月数", "months of history"))
    parser.add_argument("--seed", type=int, default=7, help=tongue("随机种子", "another seed, another company"))


def run(args: argparse.Namespace) -> int:
    if not (1 <= args.customers <= AT_MOST and 1 <= args.months <= 120):
        raise Problem(
            spoken()(
                "--customers 要在 1 到 200000 之间，--months 要在 1 到 120 之间",
                "--customers must be 1 to 200000, --months 1 to 120",
            )
        )
    from holdfast.doors.cli.house import set_up

    set_up(fresh=True)
    from holdfast.common.refusals import Refusal
    from holdfast.doors.cli.demo.fill import fill

    try:
        fill(customers=args.customers, months=args.months, seed=args.seed)
    except Refusal as refusal:
        raise Problem(refusal.message) from refusal
    return 0
