"""Cancelled, killed, failed, interrupted: the tables end whole or as they were."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection

from holdfast.common.refusals import Refusal
from holdfast.doors.intake import services
from holdfast.doors.intake.models import Import
from holdfast.doors.intake.tests import making
from holdfast.foundation.jobs import services as jobs
from holdfast.foundation.jobs.models import Job
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import Order, OrderLine
from holdfast.records.customers.models import Customer

CREATE = {"options": {"customers": "create"}}


@pytest.fixture
def big_file():
    return making.csv_file(making.ORDER_HEADINGS, making.orders(900, lines=2))


class StopAfter:
    """Progress that asks to stop once so many lots are written."""

    def __init__(self, lots):
        self.left = lots

    def step(self, done, total=None):
        self.left -= 1
        if self.left < 0:
            raise jobs.Cancelled


class Killed(BaseException):
    """What a SIGKILL looks like from inside: nothing more runs."""


class KillAfter(StopAfter):
    def step(self, done, total=None):
        self.left -= 1
        if self.left < 0:
            raise Killed


@pytest.mark.slow
@pytest.mark.django_db
def test_a_cancel_takes_back_what_was_written(manager, big_file):
    before = making.dump()
    imp = services.start_apply(making.checked(big_file, "orders", manager, "a.csv", **CREATE), by=manager)

    with pytest.raises(jobs.Cancelled):
        services.apply_import(imp, StopAfter(3))

    imp.refresh_from_db()
    assert imp.state == "cancelled"
    assert imp.batch.undone_at is not None
    assert making.dump() == before


@pytest.mark.slow
@pytest.mark.django_db
def test_a_cancelled_import_can_be_checked_and_written_after_all(manager, big_file):
    imp = services.start_apply(making.checked(big_file, "orders", manager, "a.csv", **CREATE), by=manager)
    with pytest.raises(jobs.Cancelled):
        services.apply_import(imp, StopAfter(2))

    services.set_columns(imp, columns=imp.columns, date_order="", by=manager)
    again = making.run(services.start_check(imp, by=manager))
    again = making.run(services.start_apply(again, by=manager))

    assert (again.state, Order.objects.count()) == ("applied", 900)


@pytest.mark.slow
@pytest.mark.django_db
def test_after_a_kill_the_job_goes_on_where_it_stopped(manager, big_file):
    imp = services.start_apply(making.checked(big_file, "orders", manager, "a.csv", **CREATE), by=manager)
    with pytest.raises(Killed):
        services.apply_import(imp, KillAfter(3))
    half = OrderLine.objects.count()

    imp = making.run(Import.objects.get(pk=imp.pk))

    assert 0 < half < 1800
    assert (imp.state, OrderLine.objects.count(), Order.objects.count()) == ("applied", 1800, 900)
    assert imp.written == {"customers": 7, "products": 2, "orders": 900, "lines": 1800, "updated": 0}


@pytest.mark.slow
@pytest.mark.django_db
def test_after_a_kill_everything_can_be_taken_back_instead(manager, big_file):
    before = making.dump()
    imp = services.start_apply(making.checked(big_file, "orders", manager, "a.csv", **CREATE), by=manager)
    with pytest.raises(Killed):
        services.apply_import(imp, KillAfter(3))
    Job.objects.filter(pk=imp.job_id).update(state="failed")

    imp = making.undone(Import.objects.get(pk=imp.pk), manager)

    assert imp.state == "undone"
    assert making.dump() == before


@pytest.mark.slow
@pytest.mark.django_db
def test_an_unexpected_error_takes_back_what_was_written(manager, big_file, monkeypatch):
    before = making.dump()
    imp = services.start_apply(making.checked(big_file, "orders", manager, "a.csv", **CREATE), by=manager)
    calls = iter([False, False, True])
    add_orders = commerce.add_orders

    def breaking(*args, **kwargs):
        if next(calls, True):
            raise RuntimeError("disk gone")
        return add_orders(*args, **kwargs)

    monkeypatch.setattr(commerce, "add_orders", breaking)
    with pytest.raises(RuntimeError):
        jobs.run_now(imp.job)

    imp.refresh_from_db()
    assert imp.state == "failed"
    assert making.dump() == before


@pytest.mark.django_db
def test_undo_is_refused_where_somebody_has_built_on_the_import(manager):
    imp = making.applied(making.csv_file(making.ORDER_HEADINGS, making.orders(2)), "orders", manager, "a.csv", **CREATE)
    commerce.change_order(Order.objects.get(number="SO0000"), by=manager, note="打过电话")

    job = jobs.run_now(services.start_undo(imp, by=manager).job)

    imp.refresh_from_db()
    assert (job.state, imp.state) == ("failed", "applied")
    assert "SO0000" in job.error
    assert Order.objects.count() == 2


@pytest.mark.django_db
def test_a_queued_check_that_is_cancelled_leads_back_to_the_columns(manager):
    content = making.csv_file(["客户名称"], [["甲公司"]])
    imp = services.start_check(making.receive(content, "customers", manager, "a.csv"), by=manager)

    services.cancel(imp, by=manager)

    imp.refresh_from_db()
    assert (imp.state, imp.job.state) == ("uploaded", "cancelled")


@pytest.mark.django_db
def test_an_import_is_written_once(manager):
    imp = making.applied(making.csv_file(["客户名称"], [["甲公司"]]), "customers", manager, "a.csv")

    with pytest.raises(Refusal):
        services.start_apply(imp, by=manager)

    assert Customer.objects.count() == 1


CHILD = """
import sys, time
import django
django.setup()
from holdfast.doors.intake import services
from holdfast.doors.intake.models import Import
from holdfast.records.commerce.models import Order, OrderLine

class Told:
    def step(self, done, total=None):
        print(done, flush=True)
        time.sleep(float(sys.argv[2]))

imp = Import.objects.select_related("by", "batch").get(pk=int(sys.argv[1]))
half = Order.objects.count()
services.apply_import(imp, Told())
print(half, imp.state, Order.objects.count(), OrderLine.objects.count())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_for_good_leaves_whole_lots_that_the_next_one_goes_on_from(manager, big_file, tmp_path):
    imp = services.start_apply(making.checked(big_file, "orders", manager, "a.csv", **CREATE), by=manager)
    environment = reachable_database(tmp_path)
    with child(imp, environment, pause=0.2) as worker:
        for line in worker.stdout:
            if int(line) >= 1000:
                break
        os.kill(worker.pid, signal.SIGKILL)

    with child(imp, environment, pause=0) as worker:
        last = worker.stdout.read().split("\n")[-2]

    half, state, orders, lines = last.split()
    assert 0 < int(half) < 900
    assert (state, orders, lines) == ("applied", "900", "1800")


def child(imp, environment, *, pause):
    words = [sys.executable, "-c", CHILD, str(imp.pk), str(pause)]
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)


def reachable_database(folder):
    """The environment in which another process meets the test's rows: the same cluster, or a copy of what SQLite
    keeps in memory."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / "copy.sqlite3")) as copy:
            connection.connection.backup(copy)
        address = f"sqlite:///{folder / 'copy.sqlite3'}"
    else:
        address = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    return {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "holdfast.config.settings"}
