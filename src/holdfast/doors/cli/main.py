"""The `holdfast` command. Subcommands live in modules of their own and are imported only when called.

A subcommand module has `add_parser(subparsers)` and `run(arguments) -> int` (the exit status); texts in the user's
language come from `tongue.spoken()`.
"""

import importlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Sequence
from errno import EDQUOT, ENOSPC
from types import ModuleType
from typing import NamedTuple

from holdfast import __version__
from holdfast.doors.cli.parsing import Parser, say, warn
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import LANGUAGES, Tongue, choose, speak


class Command(NamedTuple):
    """A subcommand: its name, its module in this package, and what it is for in both languages."""

    name: str
    module: str
    chinese: str
    english: str


COMMANDS = (
    Command("analyze", "analyze", "分析订单文件，不需要服务器", "analyse order files, no server needed"),
    Command("integrity", "integrity", "从发票文件看付款诚信", "payment integrity from an invoice file"),
    Command("capability", "capability", "从工单文件看服务时长", "time to serve from a file of jobs"),
    Command("voice", "voice", "读懂客户评论", "tone and topics of comments"),
    Command("serve", "serve", "启动网页与后台", "run the web server and its worker"),
    Command("demo", "demo", "填入演示公司", "fill an empty database with the demo company"),
    Command("import", "imports", "导入客户、产品、订单文件", "import customers, products and orders"),
    Command("score", "score", "计算并发布一个月的评分", "compute and publish the scores of a month"),
    Command("report", "report", "生成维析月报", "write the monthly 维析 report"),
    Command("backup", "backup", "备份全部数据", "back everything up into one file"),
    Command("restore", "restore", "从备份恢复", "restore from a backup"),
    Command("doctor", "doctor", "检查安装是否健康", "check the health of this installation"),
)
_PACKAGE = "holdfast.doors.cli"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 2 wrong usage or unreadable input, 1 unexpected."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    tongue = choose(words)
    speak(tongue)
    try:
        return _run(words, tongue)
    except Problem as problem:
        warn(str(problem))
        return 2
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except KeyboardInterrupt:
        warn(tongue("已中断。", "Interrupted."))
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the reader left; nothing may be flushed to it
        return 0
    except Exception as error:
        return _unexpected(error, tongue)


def _unexpected(error: Exception, tongue: Tongue) -> int:
    if os.environ.get("HOLDFAST_DEBUG"):
        raise error
    if _no_room(error):
        warn(
            tongue(
                "磁盘满了，没有写出任何结果。请在「{folder}」腾出空间（或用 TMPDIR 换一个临时文件夹）再试。",
                "The disk is full and nothing was written: make room in “{folder}”, or name another folder for "
                "temporary files in TMPDIR, and retry.",
                folder=tempfile.gettempdir(),
            )
        )
        return 2
    warn(
        tongue(
            "出了意料之外的错（{kind}：{what}）。设 HOLDFAST_DEBUG=1 再运行一次可看到细节。",
            "Something unexpected happened ({kind}: {what}). Run again with HOLDFAST_DEBUG=1 for details.",
            kind=type(error).__name__,
            what=str(error).splitlines()[0][:200] if str(error) else "-",
        )
    )
    return 1


def _no_room(error: Exception) -> bool:
    """Whether a disk is full; libraries say so in exceptions of their own."""
    return getattr(error, "errno", None) in (ENOSPC, EDQUOT) or "No space left on device" in str(error)


def _run(words: list[str], tongue: Tongue) -> int:
    called = next((word for word in words if not word.startswith("-")), None)
    command = next((command for command in COMMANDS if command.name == called), None)
    if command is None:
        return _without_command(words, called, tongue)
    module = _load(command, tongue)
    parser = _parser(tongue)
    module.add_parser(parser.add_subparsers(dest="command", parser_class=_parser_class(tongue)))
    result = module.run(parser.parse_args(words))
    return int(result or 0)


def _parser(tongue: Tongue) -> Parser:
    parser = Parser(prog="holdfast", tongue=tongue)
    parser.add_argument("--version", action="version", version=f"holdfast {__version__}")
    return parser


def _parser_class(tongue: Tongue) -> type[Parser]:
    class Sub(Parser):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, tongue=tongue, conflict_handler="resolve", **options)
            self.add_argument("--lang", choices=LANGUAGES, help=tongue("语言 zh 或 en", "language, zh or en"))

    return Sub


def _load(command: Command, tongue: Tongue) -> ModuleType:
    if is_there(command):
        module = importlib.import_module(f"{_PACKAGE}.{command.module}")
        if hasattr(module, "add_parser"):
            return module
    raise Problem(
        tongue(
            "这个版本还没有 {name} 命令。用 holdfast --help 查看已有的命令。",
            "This version has no {name} command yet. See holdfast --help for those it has.",
            name=command.name,
        )
    )


def is_there(command: Command) -> bool:
    """Whether the command's module is part of this installation."""
    return importlib.util.find_spec(f"{_PACKAGE}.{command.module}") is not None


def _without_command(words: list[str], called: str | None, tongue: Tongue) -> int:
    if called is not None:
        raise Problem(
            tongue(
                "没有「{name}」这个命令。用 holdfast --help 查看全部命令。",
                "There is no command “{name}”. See holdfast --help for all of them.",
                name=called,
            )
        )
    if "--version" in words:
        say(f"holdfast {__version__}")
        return 0
    if wrong := [word for word in words if word not in ("-h", "--help") and not word.startswith("--lang")]:
        _parser(tongue).error(f"unrecognized arguments: {' '.join(wrong)}")
    say(overview(tongue))
    return 0 if words else 2


def overview(tongue: Tongue) -> str:
    """The help of `holdfast` itself: every command that is there, and what it is for."""
    there = [command for command in COMMANDS if is_there(command)]
    lines = [f"  {command.name:<12}{tongue(command.chinese, command.english)}" for command in there]
    head = tongue("守客：留住每一位客户。", "Holdfast: keep your customers for life.")
    usage = tongue("用法：holdfast 命令 [选项]", "usage: holdfast COMMAND [options]")
    more = tongue("每个命令都有 --help。", "Every command has --help.")
    return "\n".join([head, "", usage, "", *lines, "", more])


if __name__ == "__main__":
    sys.exit(main())
