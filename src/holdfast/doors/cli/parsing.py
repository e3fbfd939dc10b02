"""argparse in the user's language, with one sentence for a mistake."""

import argparse
import re
import sys
from typing import Any, NoReturn

from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import Tongue

_MISTAKES = (
    (r"the following arguments are required: (.+)", "还缺少：{0}", "missing: {0}"),
    (r"unrecognized arguments: (.+)", "不认识：{0}", "unknown: {0}"),
    (r"argument (.+): expected (?:at least )?(?:one|\d+) arguments?", "{0} 后面要有值", "{0} needs a value"),
    (
        r"argument (.+): invalid choice: (.+) \(choose from (.+)\)",
        "{0} 不能是 {1}，可以是 {2}",
        "{0} cannot be {1}; choose from {2}",
    ),
    (r"argument (.+): invalid \w+ value: (.+)", "{0} 的值 {1} 不对", "{0}: {1} is not valid"),
    (r"argument (.+): (.+)", "{0}：{1}", "{0}: {1}"),
    (r"ambiguous option: (.+) could match (.+)", "{0} 可以是 {1}，请写全", "{0} could be {1}: write it out"),
)


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help texts as written, in a width that fits a terminal."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("max_help_position", 30)
        super().__init__(*arguments, **options)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose headings, help and mistakes are in the user's language."""

    def __init__(self, *arguments: Any, tongue: Tongue, **options: Any) -> None:
        options.setdefault("formatter_class", Formatter)
        options |= {"add_help": False, "allow_abbrev": False}
        super().__init__(*arguments, **options)
        self.tongue = tongue
        self._positionals.title = tongue("参数", "arguments")
        self._optionals.title = tongue("选项", "options")
        self.add_argument("-h", "--help", action="help", help=tongue("显示这份说明", "show this help"))

    def format_help(self) -> str:
        """The help with its headings translated."""
        return super().format_help().replace("usage: ", self.tongue("用法：", "usage: "), 1)

    def error(self, message: str) -> NoReturn:
        """One sentence: what is wrong and where help is."""
        raise Problem(
            self.tongue(
                "{what}。用 {prog} --help 查看用法。",
                "{what}. See {prog} --help.",
                what=self._in_words(message),
                prog=self.prog,
            )
        )

    def _in_words(self, message: str) -> str:
        for pattern, chinese, english in _MISTAKES:
            if match := re.fullmatch(pattern, message, re.DOTALL):
                return self.tongue(chinese, english).format(*match.groups())
        return message


def say(text: str) -> None:
    """Print a line for the user on stdout."""
    sys.stdout.write(text + "\n")


def warn(text: str) -> None:
    """Print a line for the user on stderr."""
    sys.stderr.write(text + "\n")


def progress(text: str) -> None:
    """Say what is going on, on stderr and only to a person."""
    if sys.stderr.isatty():
        warn(text)
