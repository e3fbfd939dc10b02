"""`holdfast backup FILE`: the whole state into one file, while people work on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from holdfast.doors.cli.parsing import say
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken


def add_parser(subparsers: Any) -> None:
    tongue = spoken()
    says = tongue("把数据库和全部文件备份到一个文件", "back up the database and all files into one file")
    parser = subparsers.add_parser("backup", help=says, description=says)
    parser.add_argument(
        "file", metavar="FILE", help=tongue("备份文件，例如 holdfast-2026-11-22.holdfast", "the file to write")
    )


def run(args: argparse.Namespace) -> int:
    from holdfast.doors.cli.house import set_up

    path = Path(args.file).expanduser().absolute()
    _refuse_place(path)
    set_up()
    from holdfast.doors.cli.archive import writing

    manifest = writing.write(path)
    say(
        spoken()(
            "已备份到 {path}（{size:.1f} MB，{n} 个文件）。",
            "Backed up to {path} ({size:.1f} MB, {n} files).",
            path=path,
            size=path.stat().st_size / 1e6,
            n=len(manifest["files"]),
        )
    )
    return 0


def _refuse_place(path: Path) -> None:
    if path.is_dir():
        raise Problem(
            spoken()(
                "{path} 是文件夹。请写出备份文件的名称，例如 {path}/holdfast.backup。",
                "{path} is a folder. Name the file to write, such as {path}/holdfast.backup.",
                path=path,
            )
        )
    if not path.parent.is_dir():
        raise Problem(
            spoken()(
                "没有文件夹 {folder}。请先建好它，再备份。",
                "There is no folder {folder}. Make it first, then back up.",
                folder=path.parent,
            )
        )
