"""What `holdfast doctor` looks at: database, tables, triggers, jobs, space, secrets, files."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

import holdfast.common
from holdfast.doors.cli.archive import writing
from holdfast.doors.cli.serve import VENDOR
from holdfast.doors.cli.tongue import spoken
from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.audit import rules as audit
from holdfast.foundation.jobs import rules as jobs
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.rules import Finding
from holdfast.insight.scores.models import Run
from holdfast.records.customers.migrations import _search as _search_index
from holdfast.records.customers.models import Customer, SearchEntry
from holdfast.records.timeline import services as timeline

SEARCH_TRIGGERS = {"sqlite": set(_search_index.TRIGGERS)}
LEAST_BYTES = 500 * 2**20


def findings() -> Iterator[Finding]:
    """Every finding, the database first: without it there is nothing more to ask."""
    reachable = _database()
    yield reachable
    yield from (_secret_key(), _vendor(), _space())
    if reachable[0] == "fail":
        return
    tables = _tables()
    yield tables
    if tables[0] == "fail":
        return
    yield from (
        _journal(),
        _search(),
        _history(),
        _files(),
        _scores(),
        _administrator(),
        _waiting_jobs(),
        _failed_jobs(),
    )
    for name, check in jobs.checks().items():
        yield from _asked(name, check)


def _asked(name: str, check: jobs.Check) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:
        tongue = spoken()
        found = tongue(
            "检查“{name}”没能做完：{what}", "the check “{name}” could not finish: {what}", name=name, what=error
        )
        yield ("fail", found, tongue("把这一行发给开发者。", "Send this line to the developers."))


def _database() -> Finding:
    tongue = spoken()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        what = str(error).strip().splitlines()[0]
        remedy = tongue(
            "检查 DATABASE_URL、HOLDFAST_DATA 和数据库服务。",
            "Check DATABASE_URL, HOLDFAST_DATA and the database server.",
        )
        return ("fail", tongue("连不上数据库：{what}", "the database cannot be reached: {what}", what=what), remedy)
    return ("ok", tongue("数据库可用（{kind}）", "the database answers ({kind})", kind=connection.vendor), "")


def _tables() -> Finding:
    tongue, executor = spoken(), MigrationExecutor(connection)
    if (settings.DATA / "upgrading").exists():
        found = tongue("上次升级中断", "the last upgrade broke off")
        return (
            "fail",
            found,
            tongue(
                "运行 holdfast serve，它会说恢复哪一份备份。", "Run holdfast serve: it names the backup to restore."
            ),
        )
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        found = tongue("数据库还差 {n} 步升级", "{n} database upgrade steps wait", n=len(waiting))
        return (
            "fail",
            found,
            tongue("运行 holdfast serve，它会先备份再升级。", "Run holdfast serve: it backs up, then migrates."),
        )
    return ("ok", tongue("数据库结构是这一版的", "the tables are those of this version"), "")


def triggers() -> set[str]:
    """Names of all triggers that stand in the database."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        return {row[0] for row in cursor.fetchall()}


def _journal() -> Finding:
    tongue = spoken()
    if missing := sorted(set(audit.TRIGGERS) - triggers()):
        found = tongue(
            "变更日志的保护不在：{names}", "the journal's guards are missing: {names}", names=", ".join(missing)
        )
        return ("fail", found, tongue("从备份恢复，或联系开发者。", "Restore a backup, or ask the developers."))
    return ("ok", tongue("变更日志只增不改", "the journal is append-only"), "")


def _search() -> Finding:
    """Every customer has a search entry, and the index that reads them is kept by its triggers."""
    tongue = spoken()
    customers, entries = Customer.objects.count(), SearchEntry.objects.count()
    missing = sorted(SEARCH_TRIGGERS.get(connection.vendor, set()) - triggers())
    if customers != entries or missing:
        found = tongue(
            "搜索不完整：{a} 位客户，{b} 条搜索记录，缺 {c} 个触发器",
            "search is incomplete: {a} customers, {b} entries, {c} triggers missing",
            a=customers, b=entries, c=len(missing),
        )  # fmt: skip
        return ("fail", found, tongue("从备份恢复，或联系开发者。", "Restore a backup, or ask the developers."))
    return ("ok", tongue("{n} 位客户都能搜到", "all {n} customers can be found", n=customers), "")


def _history() -> Finding:
    """The history of every customer tells what the records say; what differs is mended at once."""
    tongue, found = spoken(), timeline.rebuild_entries().values()
    missing, changed, extra = (sum(counts[name] for counts in found) for name in ("missing", "changed", "extra"))
    if missing or changed or extra:
        told = tongue(
            "客户历史缺 {a} 条、不符 {b} 条、多 {c} 条，已按各处记录补正",
            "customers' history lacked {a} entries, {b} differed, {c} were too many: mended from the records",
            a=missing, b=changed, c=extra,
        )  # fmt: skip
        remedy = tongue("不用做什么；再查一次应当一致。", "Nothing to do; asked again it should agree.")
        return ("warn", told, remedy)
    right = sum(counts["right"] for counts in found)
    return ("ok", tongue("客户历史 {n} 条与记录一致", "all {n} entries of customers' history are right", n=right), "")


def _files() -> Finding:
    """Every kept file is there, whole; what a kill left lying is removed."""
    tongue, strays, gone = spoken(), timeline.sweep_files(), timeline.missing_files()
    if gone:
        told = tongue(
            "{n} 个客户文件缺失或残缺，例如 {names}",
            "{n} files of customers are missing or cut short, such as {names}",
            n=len(gone), names=", ".join(gone[:3]),
        )  # fmt: skip
        return ("fail", told, tongue("从备份取回这些文件。", "Take these files from a backup."))
    if strays:
        told = tongue("清掉了 {n} 个上传中断留下的文件", "removed {n} files that broken uploads had left", n=strays)
        return ("warn", told, tongue("不用做什么。", "Nothing to do."))
    return ("ok", tongue("客户的文件都在", "the files of customers are all there"), "")


def _scores() -> Finding:
    tongue = spoken()
    changed = [run.month for run in Run.objects.order_by("month") if not _is_whole(run)]
    if changed:
        found = tongue(
            "评分文件缺失或被改动：{months}", "score files are missing or altered: {months}", months=", ".join(changed)
        )
        remedy = tongue("未签发的月份可重新评分（holdfast score --month）；已签发的请从备份恢复。",
                        "Score an unsigned month again (holdfast score --month); restore signed ones from a backup.")  # fmt: skip
        return ("fail", found, remedy)
    return (
        "ok",
        tongue("{n} 个月的评分文件完好", "the score files of {n} months are whole", n=Run.objects.count()),
        "",
    )


def _is_whole(run: Run) -> bool:
    return run.file.is_file() and sha256_of(run.file) == run.sha256


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _administrator() -> Finding:
    tongue = spoken()
    if accounts.has_administrator():
        return ("ok", tongue("有系统管理员", "there is an administrator"), "")
    remedy = tongue(
        "重新启动 holdfast serve，按控制台的链接设置。", "Restart holdfast serve and open the link it prints."
    )
    return ("warn", tongue("没有系统管理员", "there is no administrator"), remedy)


def _waiting_jobs() -> Finding:
    tongue, now = spoken(), timezone.now()
    stale = Job.objects.filter(state="running", heartbeat_at__lt=now - jobs.STALE_AFTER).count()
    late = Job.objects.filter(state="queued", created_at__lt=now - timedelta(minutes=10)).count()
    if stale or late:
        found = tongue(
            "{a} 项任务没有心跳，{b} 项排队超过 10 分钟",
            "{a} jobs without a heartbeat, {b} waiting for over 10 minutes",
            a=stale,
            b=late,
        )
        return (
            "warn",
            found,
            tongue(
                "确认 holdfast serve 在运行；它会自己接着做。",
                "See that holdfast serve runs; it picks them up by itself.",
            ),
        )
    return ("ok", tongue("后台任务正常", "background jobs are in order"), "")


def _failed_jobs() -> Finding:
    tongue = spoken()
    failed = Job.objects.filter(state="failed", finished_at__gt=timezone.now() - timedelta(days=1)).count()
    if failed:
        found = tongue("一天内有 {n} 项任务没有完成", "{n} jobs failed within a day", n=failed)
        return ("warn", found, tongue("在“后台任务”页查看原因。", "See the page Background jobs for the reasons."))
    return ("ok", tongue("一天内没有失败的任务", "no job failed within a day"), "")


def _space() -> Finding:
    tongue, free, needed = spoken(), writing.free_bytes(settings.DATA), writing.room_needed()
    found = tongue("磁盘空余 {free:.1f} GB", "{free:.1f} GB of disk are free", free=free / 1e9)
    if free < max(LEAST_BYTES, 2 * needed):
        return (
            "warn",
            found,
            tongue("不够做一次备份和升级，请清出空间。", "Too little for a backup and an upgrade; make room."),
        )
    return ("ok", found, "")


def _secret_key() -> Finding:
    tongue, path = spoken(), settings.DATA / "secret_key"
    if not path.exists():
        return ("ok", tongue("密钥来自环境变量", "the secret key comes from the environment"), "")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        found = tongue("密钥文件别人也能读（{mode:o}）", "others can read the secret key file ({mode:o})", mode=mode)
        return ("fail", found, f"chmod 600 {path}")
    return ("ok", tongue("密钥文件只有本人能读", "only its owner can read the secret key file"), "")


def _vendor() -> Finding:
    tongue, folder = spoken(), Path(str(holdfast.common.__file__)).parent / "static" / "vendor"
    if missing := [name for name in VENDOR if not (folder / name).is_file()]:
        found = tongue("缺少网页文件 {name}", "the front-end file {name} is missing", name=missing[0])
        return ("fail", found, "make setup")
    return ("ok", tongue("网页文件齐全", "the front-end files are there"), "")
