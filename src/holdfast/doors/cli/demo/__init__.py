"""`holdfast demo`: fill an empty database with an invented company, believable enough that every page has a shape.

Same seed, same size, same day: the same company. Writes through the rooms' services only, like any other door.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("demo", help="fill an empty database with the demo company · 填入演示公司")
    parser.add_argument("--customers", type=int, default=2000, help="how many customers · 客户数")
    parser.add_argument("--months", type=int, default=36, help="how many months of history · 历史月数")
    parser.add_argument("--seed", type=int, default=7, help="another seed, another company · 随机种子")


def run(args: argparse.Namespace) -> int:
    if not (1 <= args.customers <= 200_000 and 1 <= args.months <= 120):
        print("demo: --customers must be 1 to 200,000 and --months 1 to 120.", file=sys.stderr)  # noqa: T201
        return 2
    from holdfast.doors.cli.django import set_up

    set_up()
    from holdfast.common.refusals import Refusal
    from holdfast.doors.cli.demo.fill import fill

    try:
        fill(customers=args.customers, months=args.months, seed=args.seed)
    except Refusal as refusal:
        print(refusal.message, file=sys.stderr)  # noqa: T201
        return 2
    return 0
