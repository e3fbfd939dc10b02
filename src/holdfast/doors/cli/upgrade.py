"""Bring the database to this version's tables: back up, then migrate, and never serve anything in between."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from holdfast import __version__
from holdfast.doors.cli.archive import writing
from holdfast.doors.cli.parsing import say
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken


def upgrade() -> None:
    """Make the tables those of this version; refuses where an earlier upgrade broke off or the program is older."""
    _refuse_broken_off()
    executor = _executor()
    _refuse_newer(executor)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not waiting:
        return
    if not executor.loader.applied_migrations:
        _migrate()
        return
    backup = _back_up(len(waiting))
    _marker().write_text(json.dumps({"backup": str(backup), "version": __version__}), encoding="utf-8")
    _migrate(backup)
    _marker().unlink()


def _marker() -> Path:
    return settings.DATA / "upgrading"


def _executor() -> MigrationExecutor:
    try:
        return MigrationExecutor(connection)
    except DatabaseError as error:
        raise Problem(
            spoken()(
                "连不上数据库：{what}。请检查 DATABASE_URL 或 HOLDFAST_DATA。",
                "The database cannot be reached: {what}. Check DATABASE_URL or HOLDFAST_DATA.",
                what=str(error).strip(),
            )
        ) from error


def _refuse_broken_off() -> None:
    if not _marker().exists():
        return
    kept = json.loads(_marker().read_text(encoding="utf-8"))
    raise Problem(
        spoken()(
            "上次升级中断，数据库可能只改了一半，不能启动。请运行 holdfast restore {backup} 回到升级前，再启动。",
            "The last upgrade broke off, the database may be half migrated, so nothing is served. "
            "Run holdfast restore {backup}, then start again.",
            backup=kept["backup"],
        )
    )


def _refuse_newer(executor: MigrationExecutor) -> None:
    unknown = [key for key in executor.loader.applied_migrations if key not in executor.loader.disk_migrations]
    replaced = {key for migration in executor.loader.replacements.values() for key in migration.replaces}
    if left := [f"{app}.{name}" for app, name in unknown if (app, name) not in replaced]:
        raise Problem(
            spoken()(
                "数据库来自更新的版本（{step}），这一版程序不能打开它。请升级程序。",
                "The database belongs to a newer version ({step}); this program cannot open it. Upgrade the program.",
                step=sorted(left)[0],
            )
        )


def _back_up(steps: int) -> Path:
    folder = settings.DATA / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"before-upgrade-{datetime.now():%Y%m%d-%H%M%S}.holdfast"
    writing.write(path)
    say(
        spoken()(
            "数据库要升级 {n} 步，已先备份到 {path}。",
            "The database needs {n} upgrade steps; backed up first to {path}.",
            n=steps,
            path=path,
        )
    )
    return path


def _migrate(backup: Path | None = None) -> None:
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except Exception as error:
        raise Problem(
            spoken()(
                "升级数据库时停下了：{what}。{remedy}",
                "The database upgrade stopped: {what}. {remedy}",
                what=str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__,
                remedy=_remedy(backup),
            )
        ) from error


def _remedy(backup: Path | None) -> str:
    if backup is None:
        return spoken()("请检查数据库后重新启动。", "Check the database, then start again.")
    return spoken()(
        "请运行 holdfast restore {backup} 回到升级前。", "Run holdfast restore {backup} to go back.", backup=backup
    )
