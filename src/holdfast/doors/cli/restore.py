"""`holdfast restore FILE`: a backup's state in place of the present one, which is kept aside."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from holdfast.doors.cli.parsing import say
from holdfast.doors.cli.tongue import spoken


def add_parser(subparsers: Any) -> None:
    tongue = spoken()
    says = tongue(
        "从备份恢复全部数据；现有数据移到一旁", "restore everything from a backup; what is there is kept aside"
    )
    parser = subparsers.add_parser("restore", help=says, description=says)
    parser.add_argument(
        "file", metavar="FILE", help=tongue("holdfast backup 写出的文件", "a file written by holdfast backup")
    )


def run(args: argparse.Namespace) -> int:
    from holdfast.doors.cli.house import set_up

    set_up(migrated=False)
    from holdfast.doors.cli.archive import reading

    manifest, aside = reading.restore(Path(args.file).expanduser().absolute())
    tongue = spoken()
    say(tongue("已恢复 {when} 的备份。", "Restored the backup of {when}.", when=manifest["made_at"]))
    if aside:
        say(
            tongue(
                "原来的数据在 {aside}，确认无误后可以删除。",
                "What was there before lies in {aside}; delete it once you are content.",
                aside=aside,
            )
        )
    say(tongue("下一步：holdfast serve", "Next: holdfast serve"))
    return 0
