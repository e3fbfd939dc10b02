import subprocess
import sys

import pytest

from holdfast.doors.cli import main as command
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import Tongue, choose


def run(*words):
    return command.main(list(words))


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.mark.parametrize(
    ("words", "environment", "lang"),
    [
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {}, "en"),
        (["analyze", "--lang", "zh"], {"LANG": "C"}, "zh"),
        (["--lang=en"], {"LANG": "zh_CN"}, "en"),
        (["--lang", "fr"], {"LANG": "zh_CN"}, "zh"),
    ],
)
def test_the_language_is_what_was_asked_for_else_the_machine_s(words, environment, lang):
    assert choose(words, environment).lang == lang


def test_help_is_in_the_user_s_language(chinese, capsys):
    assert run("--help") == 0
    assert run("analyze", "--help") == 0

    shown = capsys.readouterr().out
    assert "守客：留住每一位客户" in shown
    assert "用法：" in shown
    assert "截止日" in shown
    assert "usage" not in shown


def test_help_is_in_english_elsewhere(english, capsys):
    assert run("analyze", "--help") == 0

    shown = capsys.readouterr().out
    assert "usage: holdfast analyze" in shown
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in shown)


def test_without_a_command_the_commands_are_listed(english, capsys):
    assert run() == 2
    assert "analyze" in capsys.readouterr().out


def test_the_version_is_told(capsys):
    assert run("--version") == 0
    assert capsys.readouterr().out.startswith("holdfast ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["conjure"], "There is no command “conjure”"),
        (["--conjure"], "unknown: --conjure"),
        (["analyze"], "missing: ORDERS, --out"),
        (["analyze", "x.csv"], "missing: --out"),
        (["analyze", "x.csv", "--out"], "--out needs a value"),
        (["analyze", "x.csv", "--out", "o", "--nonsense"], "unknown: --nonsense"),
        (["analyze", "x.csv", "--out", "o", "--lang", "fr"], "--lang cannot be"),
        (["analyze", "x.csv", "--out", "o", "--horizon-days", "soon"], "--horizon-days"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(words, told, english, capsys):
    assert run(*words) == 2

    out, err = capsys.readouterr()
    assert told in err
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert out == ""


def test_wrong_usage_is_said_in_chinese_too(chinese, capsys):
    assert run("analyze") == 2
    assert capsys.readouterr().err == "还缺少：ORDERS, --out。用 holdfast analyze --help 查看用法。\n"


def test_a_command_that_is_not_part_of_this_installation_says_so(english, monkeypatch, capsys):
    later = command.Command("later", "no_such_module", "以后", "later")
    monkeypatch.setattr(command, "COMMANDS", (*command.COMMANDS, later))

    assert run("later") == 2
    assert "has no later command yet" in capsys.readouterr().err
    assert "later" not in command.overview(Tongue("en"))


def failing(error):
    class Module:
        @staticmethod
        def add_parser(subparsers):
            subparsers.add_parser("analyze")

        @staticmethod
        def run(arguments):
            raise error

    return lambda wanted, tongue: Module


def test_the_unexpected_is_status_1_without_a_traceback(english, monkeypatch, capsys):
    monkeypatch.delenv("HOLDFAST_DEBUG", raising=False)
    monkeypatch.setattr(command, "_load", failing(RuntimeError("boom")))

    assert run("analyze") == 1
    assert "RuntimeError: boom" in capsys.readouterr().err


def test_the_unexpected_shows_its_trace_to_who_asks_for_it(monkeypatch):
    monkeypatch.setenv("HOLDFAST_DEBUG", "1")
    monkeypatch.setattr(command, "_load", failing(RuntimeError("boom")))

    with pytest.raises(RuntimeError):
        run("analyze")


def test_a_problem_is_status_2_and_an_interruption_130(monkeypatch, capsys):
    monkeypatch.setattr(command, "_load", failing(Problem("请换一个文件。")))
    assert run("analyze") == 2
    assert capsys.readouterr().err == "请换一个文件。\n"

    monkeypatch.setattr(command, "_load", failing(KeyboardInterrupt()))
    assert run("analyze") == 130


@pytest.mark.slow
def test_analyze_never_loads_django(tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text("客户,日期,金额\n1,2026-01-05,5\n")
    code = (
        "import sys; from holdfast.doors.cli.main import main; "
        f"status = main(['analyze', {str(orders)!r}, '--out', {str(tmp_path / 'out')!r}, '--lang', 'zh']); "
        "sys.exit(3 if any(name.split('.')[0] == 'django' for name in sys.modules) else status)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF")
