"""`holdfast import`: a file of customers, orders, invoices, talks … into the database, checked first, written in lots."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.doors.cli.house import set_up
from holdfast.doors.cli.parsing import say, warn
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import LANGUAGES, Tongue, spoken

if TYPE_CHECKING:
    from holdfast.doors.intake.models import Import
    from holdfast.foundation.accounts.models import User

KINDS = ("customers", "products", "orders", "contacts", "interactions", "needs", "comments", "invoices", "payments")
STATUSES = (
    ("rows", "行", "rows"), ("new", "新建", "new"), ("update", "更新", "updated"), ("skip", "跳过", "skipped"),
    ("duplicate", "重复", "duplicate"), ("rejected", "有错", "rejected"),
)  # fmt: skip
QUIRKS = (
    ("no_customer", "没有客户", "without customer"), ("cancelled", "取消单", "cancelled"),
    ("negative_quantity", "数量为负", "negative quantity"), ("nonpositive_price", "单价不大于零", "price not above 0"),
)  # fmt: skip
WRITTEN = (
    ("customers", "客户", "customers"), ("contacts", "联系人", "contacts"), ("products", "产品", "products"),
    ("orders", "订单", "orders"), ("lines", "订单行", "order lines"), ("interactions", "联系记录", "interactions"),
    ("needs", "需求与偏好", "needs"), ("invoices", "发票", "invoices"), ("payments", "回款", "payments"),
    ("updated", "改动", "changed"),
)  # fmt: skip


def add_parser(subparsers: Any) -> None:
    """Options of `holdfast import`."""
    t = spoken()
    text = t(
        "导入客户、联系人、订单、发票、回款等文件（CSV、XLSX、Parquet）。",
        "Import customers, contacts, orders, invoices, payments and more (CSV, XLSX, Parquet).",
    )
    parser = subparsers.add_parser("import", help=text, description=text)
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=" | ".join(KINDS))
    parser.add_argument("file", metavar="FILE", help=t("要导入的文件", "the file"))
    parser.add_argument("--by", required=True, metavar="LOGIN", help=t("以谁的名义和权限", "whose name and rights"))
    parser.add_argument("--map", nargs="+", action="extend", default=[], metavar="COLUMN=FIELD",
                        help=t("指明哪列是什么，如 会员号=customer_code", "say which column is what: Member=customer_code"))  # fmt: skip
    parser.add_argument("--mapping", metavar="NAME", default="",
                        help=t("用哪个对应方案：EspoCRM、Odoo、纷享销客，或公司保存的",
                               "the named mapping: EspoCRM, Odoo, Fxiaoke, or one the company has kept"))  # fmt: skip
    parser.add_argument("--on-duplicate", choices=("skip", "update", "create"), default="skip",
                        help=t("遇到已有的：跳过、更新、仍然新建", "what to do with those on file; skip"))  # fmt: skip
    parser.add_argument("--match", choices=("auto", "code", "uscc", "phone", "email", "name"), default="auto",
                        help=t("凭什么认出已有客户", "by which key customers on file are recognised"))  # fmt: skip
    parser.add_argument("--create-missing", action="store_true",
                        help=t("文件里提到的新客户一并建档", "make the customers that rows name"))  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help=t("只检查，不写入", "check only, write nothing"))
    parser.add_argument(
        "--errors", metavar="FILE.xlsx", help=t("有错的行连同原因写到这里", "rejected rows with reasons")
    )
    parser.add_argument("--sheet", metavar="NAME", default="", help=t("工作表，默认第一张", "sheet of the workbook"))
    parser.add_argument("--date-order", choices=("ymd", "dmy", "mdy"), default="",
                        help=t("5/1/2026 这种写法的顺序", "order of dates like 5/1/2026"))  # fmt: skip
    parser.add_argument("--lang", choices=LANGUAGES, help=t("语言 zh 或 en", "language, zh or en"))


def run(arguments: argparse.Namespace) -> int:
    """Import the file; a Problem (exit 2) leaves nothing behind, rejected rows do not make it one."""
    set_up()
    t = spoken()
    file, errors = Path(arguments.file), _errors_file(arguments.errors, t)
    by = _importer(arguments.by, t)
    imp = _received(file, arguments, by, t)
    kept = False
    try:
        with _stoppable(t) as progress:
            _check(imp, arguments, progress, t)
            if errors:
                _write_errors(imp, errors, t)
            if not arguments.dry_run and imp.to_write:
                kept = True
                _apply(imp, progress)
                _write_errors_again(imp, errors, t)
    except _Stopped:
        warn(t("已停止，数据与导入前相同。", "Stopped; the data are as they were before."))
        return 130
    finally:
        if not kept:
            _forget(imp, by)
    _tell(imp, arguments.dry_run, t)
    return 0


class _Stopped(Exception):
    """Somebody pressed Ctrl-C."""


class _Progress:
    """Shows how far it is, to a person only, and stops between two lots when asked to."""

    def __init__(self) -> None:
        self.is_stopped = False
        self._shown = -1

    def stop(self, *_signal: object) -> None:
        self.is_stopped = True

    def step(self, done: int, total: int | None = None) -> None:
        from holdfast.foundation.jobs.services import Cancelled

        if self.is_stopped:
            raise Cancelled
        percent = done * 100 // total if total else 0
        if sys.stderr.isatty() and percent != self._shown:
            self._shown = percent
            sys.stderr.write(f"\r{percent:3d} %")


@contextmanager
def _stoppable(t: Tongue) -> Iterator[_Progress]:
    from holdfast.foundation.jobs.services import Cancelled

    progress = _Progress()
    before = signal.signal(signal.SIGINT, progress.stop)
    try:
        yield progress
    except Cancelled:
        raise _Stopped from None
    finally:
        signal.signal(signal.SIGINT, before)
        if sys.stderr.isatty():
            sys.stderr.write("\r     \r")


def _errors_file(name: str | None, t: Tongue) -> Path | None:
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() != ".xlsx" or not path.parent.is_dir() or path.is_dir():
        raise Problem(
            t(
                "--errors 要写成一个 .xlsx 文件，放在已有的文件夹里：{name}。",
                "--errors must name an .xlsx file in a folder that exists: {name}.",
                name=name,
            )
        )
    return path


def _importer(login: str, t: Tongue) -> User:
    from holdfast.foundation.accounts.models import User

    user = User.objects.filter(login__iexact=login, is_active=True).first()
    if user is None:
        raise Problem(
            t(
                "没有登录名是「{login}」的在用账号。用 --by 指明以谁的名义导入。",
                "There is no active account “{login}”. Name the importer with --by.",
                login=login,
            )
        )
    return user


def _received(file: Path, arguments: argparse.Namespace, by: User, t: Tongue) -> Import:
    from holdfast.common.refusals import Refusal
    from holdfast.doors.intake import services

    options = {"on_duplicate": arguments.on_duplicate, "customers": "create" if arguments.create_missing else "reject"}
    options["match"] = arguments.match
    if arguments.kind not in ("customers", "payments") and arguments.on_duplicate == "create":
        options["on_duplicate"] = "skip"  # what has a number of its own exists once
    try:
        with file.open("rb") as content:
            imp = services.receive(
                content, file.name, kind=arguments.kind, by=by, sheet_name=arguments.sheet,
                date_order=arguments.date_order, options=options, said=_said(arguments.map, arguments.kind, t),
                mapping=arguments.mapping,
            )  # fmt: skip
    except OSError as error:
        raise Problem(
            t(
                "文件「{file}」打不开（{what}），请检查路径和权限。",
                "“{file}” cannot be opened ({what}): check the path and your rights to it.",
                file=arguments.file,
                what=error.strerror,
            )
        ) from error
    except Refusal as refusal:
        raise Problem(refusal.message) from refusal
    try:
        services.refuse_missing(imp.kind, imp.columns)
    except Refusal as refusal:
        _forget(imp, by)
        raise Problem(_missing(imp, t)) from refusal
    return imp


def _said(pairs: list[str], kind: str, t: Tongue) -> list[tuple[str, str]]:
    """COLUMN=FIELD as (column, field); a field may be named by its label."""
    from holdfast.doors.intake.rules.kinds import KINDS

    names = {known.name: known.name for known in KINDS[kind].fields}
    names |= {str(known.label): known.name for known in KINDS[kind].fields}
    said = []
    for pair in pairs:
        column, equals, name = pair.rpartition("=")
        if not equals or name not in names:
            raise Problem(
                t(
                    "--map 要写成 列=项目，「{pair}」不是。项目可以是：{names}。",
                    "--map takes COLUMN=FIELD, and “{pair}” is not. Fields are: {names}.",
                    pair=pair,
                    names=", ".join(known.name for known in KINDS[kind].fields),
                )
            )
        said.append((column, names[name]))
    return said


def _missing(imp: Import, t: Tongue) -> str:
    fields = ", ".join(f"{known.label} ({known.name})" for known in imp.spec.missing(imp.columns))
    return t(
        "文件「{file}」里没有认出：{fields}。有的列是：{headings}。用 --map 列=项目 指明。",
        "In “{file}” these were not recognised: {fields}. Its columns are: {headings}. Say which with --map COLUMN=FIELD.",
        file=imp.file_name,
        fields=fields,
        headings=", ".join(imp.headings[:40]),
    )


def _check(imp: Import, arguments: argparse.Namespace, progress: _Progress, t: Tongue) -> None:
    from holdfast.doors.intake import services
    from holdfast.doors.intake.rules.problems import sentence_of

    found = services.check_import(imp, progress)
    if "unclear" in found:
        heading, examples = next(iter(found["unclear"].items()))
        warn(
            t(
                "「{heading}」的日期（如 {example}）分不清日和月的先后，按先日后月读。用 --date-order mdy 可以改。",
                "Dates in “{heading}” (such as {example}) do not tell day from month; read day first. "
                "Use --date-order mdy to change that.",
                heading=heading,
                example=examples[0],
            )
        )
        imp.date_order = "dmy"
        found = services.check_import(imp, progress)
    if "error" in found:
        raise Problem(sentence_of(found["error"][0], found["error"][1]))


def _apply(imp: Import, progress: _Progress) -> None:
    from holdfast.doors.intake import services

    services.open_import(imp)
    services.apply_import(imp, progress)


def _forget(imp: Import, by: User) -> None:
    """Nothing was written: leave nothing behind."""
    from holdfast.doors.intake import services

    if imp.pk and imp.state in ("uploaded", "checked", "failed"):
        imp.state = "uploaded"
        services.discard(imp, by=by)


def _write_errors(imp: Import, path: Path, t: Tongue) -> None:
    from holdfast.doors.intake.writers.files import write_rejected

    try:
        write_rejected(imp, path)
    except OSError as error:
        raise Problem(
            t("写不了「{path}」（{what}）。", "“{path}” cannot be written ({what}).", path=path, what=error.strerror)
        ) from error


def _write_errors_again(imp: Import, path: Path | None, t: Tongue) -> None:
    """After writing, with what only the writing found out; a full disk is no reason to call it undone."""
    if path:
        try:
            _write_errors(imp, path, t)
        except Problem as problem:
            warn(str(problem))


def _tell(imp: Import, is_dry: bool, t: Tongue) -> None:
    """The counts, one a line, figures without thousands marks so that scripts can read them."""
    counts = {**imp.counts, "rejected": imp.rejected}
    if imp.kind == "orders":
        counts["duplicate"] = counts.get("repeated", 0)
    say(f"{imp.spec.title} · {imp.file_name}")
    for name, chinese, english in STATUSES:
        say(f"  {t(chinese, english)}: {counts.get(name, 0)}")
    for name, chinese, english in QUIRKS if imp.quirks else ():
        say(f"  {t(chinese, english)}: {imp.quirks[name]}")
    if is_dry:
        say(t("只检查了，没有写入。", "Checked only; nothing was written."))
        return
    written = [
        f"{t(chinese, english)} {imp.written[name]}" for name, chinese, english in WRITTEN if imp.written.get(name)
    ]
    say(t("已写入：", "Written: ") + ("，" if t.lang == "zh" else ", ").join(written or [t("没有", "nothing")]))
