"""Start the product's own machinery for a command: settings, language, and a database that is up to date."""

from __future__ import annotations

import os

from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken


def set_up(*, migrated: bool = True, fresh: bool = False) -> None:
    """Make models usable in this process; refuses a database whose tables are not those of this version.

    With `fresh` a database that has no tables at all is given them.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "holdfast.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.utils import translation

    translation.activate("en" if spoken().lang == "en" else "zh-hans")
    if migrated:
        _refuse_half_migrated(fresh)


def _refuse_half_migrated(fresh: bool) -> None:
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise Problem(
            spoken()(
                "连不上数据库：{what}。请检查 DATABASE_URL 或 HOLDFAST_DATA。",
                "The database cannot be reached: {what}. Check DATABASE_URL or HOLDFAST_DATA.",
                what=str(error).strip(),
            )
        ) from error
    if fresh and not executor.loader.applied_migrations:
        call_command("migrate", verbosity=0, interactive=False)
    elif waiting:
        raise Problem(
            spoken()(
                "数据库还没有升级到这一版（差 {n} 步）。先运行一次 holdfast serve，它会备份并升级。",
                "The database is not yet at this version ({n} steps wait). Run holdfast serve once: it backs up, then migrates.",
                n=len(waiting),
            )
        )
