"""`holdfast doctor`: is this installation healthy, and if not, what to do. Never prints a secret."""

from __future__ import annotations

import argparse
from typing import Any

from holdfast.doors.cli.parsing import say
from holdfast.doors.cli.tongue import spoken


def add_parser(subparsers: Any) -> None:
    tongue = spoken()
    says = tongue("检查这套安装是否健康，并说该怎么办", "check the health of this installation, and say what to do")
    subparsers.add_parser("doctor", help=says, description=says)


def run(args: argparse.Namespace) -> int:
    from holdfast.doors.cli.house import set_up

    set_up(migrated=False)
    from holdfast.doors.cli.health import findings

    words = {"ok": spoken()("好", "ok"), "warn": spoken()("注意", "warn"), "fail": spoken()("坏", "fail")}
    worst = 0
    for level, found, remedy in findings():
        say(f"{words[level]}\t{found}" + (f"\n\t→ {remedy}" if remedy and level != "ok" else ""))
        worst = max(worst, 1 if level == "fail" else 0)
    return worst
