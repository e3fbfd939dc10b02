"""Copy every row of every table from one database to another of the same migration state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.models import Model

from holdfast.foundation.audit.migrations import _guards

CHUNK = 2000
COPY = "copy"


@contextmanager
def beside(path: Path) -> Iterator[str]:
    """A SQLite file as a second database of this process; gives its alias."""
    plain = {**connections.settings["default"], "ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    plain |= {"OPTIONS": settings.SQLITE_OPTIONS, "CONN_MAX_AGE": 0, "HOST": "", "PORT": "", "USER": "", "PASSWORD": ""}
    connections.settings[COPY] = plain
    try:
        yield COPY
    finally:
        connections[COPY].close()
        del connections[COPY]
        del connections.settings[COPY]


def migrate(alias: str) -> None:
    call_command("migrate", database=alias, verbosity=0, interactive=False)


def copy_all(source: str, target: str) -> int:
    """Replace all rows of the target by those of the source, in one transaction; how many rows."""
    with _one_snapshot(source), transaction.atomic(using=target):
        with _journal_open(target):
            _empty(target)
        written = sum(_copy_table(model, source, target) for model in _models())
        _continue_numbering(target)
    return written


def _models() -> list[type[Model]]:
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if model._meta.managed and not model._meta.proxy]


@contextmanager
def _one_snapshot(source: str) -> Iterator[None]:
    """All tables as of one moment, while others write on."""
    connection = connections[source]
    with transaction.atomic(using=source):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _journal_open(target: str) -> Iterator[None]:
    """The one place where the journal's triggers step aside: its whole state is being replaced by another."""
    vendor = connections[target].vendor
    with connections[target].cursor() as cursor:
        for statement in _guards.DROP[vendor]:
            cursor.execute(statement)
        yield
        for statement in _guards.MAKE[vendor]:
            cursor.execute(statement)


def _empty(target: str) -> None:
    quote = connections[target].ops.quote_name
    with connections[target].cursor() as cursor:
        for model in reversed(_models()):
            cursor.execute(f"DELETE FROM {quote(model._meta.db_table)}")


def _copy_table(model: type[Model], source: str, target: str) -> int:
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    rows = model._base_manager.using(source).order_by("pk").values_list(*names).iterator(CHUNK)
    connection, quote = connections[target], connections[target].ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"
    written = 0
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, CHUNK)):
            cursor.executemany(statement, [_ready(fields, row, connection) for row in chunk])
            written += len(chunk)
    return written


def _ready(fields: Any, row: tuple[Any, ...], connection: Any) -> list[Any]:
    return [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]


def _continue_numbering(target: str) -> None:
    statements = connections[target].ops.sequence_reset_sql(no_style(), _models())
    with connections[target].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
