"""One backup restores to either database: this is how a company moves to PostgreSQL, and back."""

from __future__ import annotations

import subprocess
import sys
import uuid
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.machine import ROOT, cluster, data, environment, holdfast, migrated

__all__ = ["cluster", "data", "migrated"]
pytestmark = [pytest.mark.slow]
FILL = """
import datetime as dt
from decimal import Decimal
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.models import Role
from holdfast.records.commerce import services as commerce
from holdfast.records.customers import services as customers
admin = accounts.add_user(login="admin", name="安琪", roles=[Role.objects.get(code="admin")], by=None)
customer = customers.add_customer(by=admin, owner=admin, name="苏州澄光精密机械有限公司", phone="13812345678",
    tags=["重点"], contacts=[{"name": "王芳", "birth_calendar": "lunar", "birth_month": 8, "birth_day": 15}])
commerce.add_order(customer, number="A-1", ordered_on=dt.date(2026, 10, 1), by=admin,
    lines=[{"text": "滤芯", "quantity": Decimal("2.5"), "price": Decimal("12.345678"), "cost_price": Decimal("8")}])
customers.change_customer(customer, by=admin, city="苏州")
"""
DUMP = """
import json
from django.apps import apps
for model in apps.get_models(include_auto_created=True):
    rows = (json.dumps(row, sort_keys=True, default=repr) for row in model._base_manager.values_list())
    for row in sorted(rows):
        print(model._meta.label, row)
"""
FIND = """
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.queries import search_customers
print([one.name for one in search_customers(User.objects.get(login="admin"), "szcg")])
from holdfast.records.customers import services as customers
print(customers.add_customer(by=None, name="下一位").pk)
"""


@pytest.fixture
def server(cluster):
    """The address of an empty database."""
    name = f"moved_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(cluster)._replace(path=f"/{name}"))
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(folder, code, **more):
    started = "import django; django.setup()\n" + code
    done = subprocess.run(
        [sys.executable, "-c", started], env=environment(folder, **more), capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_company_moves_to_postgres_and_back_without_losing_a_row(data, server, tmp_path):
    run(data, FILL)
    before, there, back = run(data, DUMP), tmp_path / "there", tmp_path / "back"
    first, second = str(tmp_path / "first.holdfast"), str(tmp_path / "second.holdfast")

    steps = [
        holdfast(data, "backup", first),
        holdfast(there, "restore", first, DATABASE_URL=server),
        holdfast(there, "backup", second, DATABASE_URL=server),
        holdfast(back, "restore", second),
    ]

    assert [step.returncode for step in steps] == [0, 0, 0, 0], [step.stderr for step in steps]
    assert run(there, DUMP, DATABASE_URL=server) == before
    assert run(back, DUMP) == before
    assert (there / "scores" / "2026-10.parquet").exists()
    for folder, more in ((there, {"DATABASE_URL": server}), (back, {})):
        assert "苏州澄光" in run(folder, FIND, **more)
        assert holdfast(folder, "doctor", **more).returncode == 0


def test_a_restore_over_a_filled_postgres_keeps_what_was_there_as_a_backup(data, server, tmp_path):
    there, archive = tmp_path / "there", str(tmp_path / "all.holdfast")
    holdfast(data, "backup", archive)
    holdfast(there, "restore", archive, DATABASE_URL=server)
    run(there, FILL, DATABASE_URL=server)
    filled = run(there, DUMP, DATABASE_URL=server)

    emptied = holdfast(there, "restore", archive, DATABASE_URL=server)
    kept = max(there.glob("before-restore-*/database.holdfast"))  # the newest: the first restore kept an empty one

    assert emptied.returncode == 0, emptied.stderr
    assert "苏州澄光" not in run(there, DUMP, DATABASE_URL=server)
    assert holdfast(there, "restore", str(kept), DATABASE_URL=server).returncode == 0
    assert run(there, DUMP, DATABASE_URL=server) == filled


def test_without_a_reachable_server_one_sentence_is_said(data, tmp_path):
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"

    for words in (["doctor"], ["backup", str(tmp_path / "x.holdfast")], ["serve", "--port", "8999"]):
        told = holdfast(data, *words, DATABASE_URL=nowhere)
        assert told.returncode in (1, 2)
        assert "cannot be reached" in told.stdout + told.stderr
        assert "Traceback" not in told.stderr
