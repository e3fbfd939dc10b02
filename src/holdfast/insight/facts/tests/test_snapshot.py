import datetime as dt
import json
import sqlite3
import subprocess
import sys
from decimal import Decimal

import pyarrow.parquet as pq
import pytest
from django.db import connection

from holdfast.insight.facts import services
from holdfast.insight.facts.rules import TABLES
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.tests.factories import OrderFactory, ProductFactory
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.timeline import services as timeline


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def shop(owner):
    first = CustomerFactory(name="O'Neil 100% 机械", owner=owner, first_seen_on=dt.date(2025, 3, 1))
    named = {"product": ProductFactory(), "quantity": Decimal(1), "price": Decimal(50), "is_tax_included": False}
    OrderFactory(customer=first, ordered_on=dt.date(2026, 10, 1), lines=[(2, 100, 60), (1, 50, None), named])
    OrderFactory(customer=first, ordered_on=dt.date(2026, 10, 9), lines=[(-1, 100, 60)], kind="return")
    return first


@pytest.fixture
def owing(shop, owner):
    """The same shop with an invoice half paid and promised, one written off, a credit note, and two contacts."""
    rows = [("F1", 100_00, {"disputed_on": dt.date(2026, 10, 20), "dispute_lost": True}), ("F2", 70_00, {})]
    first, second = commerce.add_invoices(
        [{"number": number, "customer": shop, "issued_on": dt.date(2026, 10, 1), "due_on": dt.date(2026, 10, 31),
          "amount_minor": minor, **more} for number, minor, more in rows], by=owner,
    )  # fmt: skip
    commerce.add_payment(
        customer=shop, received_on=dt.date(2026, 11, 2), amount_minor=40_00, allocations=[(first, 40_00)], by=owner
    )
    commerce.add_promise(
        first, promised_on=dt.date(2026, 11, 10), amount_minor=60_00, made_on=dt.date(2026, 11, 3), by=owner
    )
    commerce.write_off(second, on=dt.date(2026, 11, 15), by=owner)
    for minutes in (90, None):
        timeline.add_interaction(
            shop, channel="visit", direction="out", at=dt.datetime(2026, 11, 4, 10, tzinfo=dt.UTC), minutes=minutes,
            summary="对账", by=owner,
        )  # fmt: skip
    return shop


def order_for(address, kind, folder):
    return {"database": {"kind": kind, "address": address}, "folder": str(folder), "tables": services._orders()}


def tables_in(folder):
    return {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}


def on_disk(tmp_path):
    """A copy of this connection's SQLite database as a file that another process can open."""
    path = tmp_path / "copy.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    with sqlite3.connect(path) as copy:
        copy.execute("PRAGMA journal_mode=WAL")
    return path


@pytest.mark.django_db
def test_a_snapshot_holds_all_facts_and_says_what_it_holds(shop):
    snapshot = services.take_snapshot()

    lines = pq.read_table(snapshot.path("lines")).to_pylist()
    assert snapshot.counts == {
        **dict.fromkeys(TABLES, 0), "customers": 1, "products": 1, "lines": 4,
    }  # fmt: skip
    assert [line["net_minor"] for line in lines] == [20000, 5000, 5000, -10000]
    assert [line["kind"] for line in lines] == ["sale", "sale", "sale", "return"]
    assert [line["cost_minor"] for line in lines] == [12000, None, 800, -6000]
    assert set(snapshot.hashes) == set(TABLES)


@pytest.mark.shows("CRE-01", "TIE-03")
@pytest.mark.django_db
def test_invoices_payments_promises_and_time_spent_stand_in_the_snapshot(owing):
    snapshot = services.take_snapshot()

    rows = {
        name: pq.read_table(snapshot.path(name)).to_pylist() for name in ("invoices", "payments", "promises", "effort")
    }
    first, second = rows["invoices"]
    assert (first["amount_minor"], first["open_minor"], first["dispute_lost"]) == (100_00, 60_00, True)
    assert (second["written_off_on"], second["dispute_lost"]) == (dt.date(2026, 11, 15), None)
    assert [(one["invoice_id"], one["amount_minor"]) for one in rows["payments"]] == [(first["invoice_id"], 40_00)]
    assert [one["promised_on"] for one in rows["promises"]] == [dt.date(2026, 11, 10)]
    assert sorted((one["minutes"], one["is_estimated"]) for one in rows["effort"]) == [(90, False), (120, True)]
    assert snapshot.counts["effort"] == 2


@pytest.mark.django_db
def test_only_the_newest_snapshots_are_kept(shop, own_files):
    names = [services.take_snapshot().id for _time in range(services.KEPT + 2)]

    kept = sorted(path.name for path in (own_files / "snapshots").iterdir())
    assert kept == sorted(names[-services.KEPT :])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_process_of_its_own_copies_exactly_what_this_connection_sees(owing, tmp_path):
    here, apart = tmp_path / "here", tmp_path / "apart"
    here.mkdir(), apart.mkdir()

    told_here = services._copy_here(here)
    if connection.vendor == "sqlite":
        told = services.read_apart(order_for(str(on_disk(tmp_path)), "sqlite", apart))
    else:
        told = services.read_apart(order_for(services.database()["address"], "postgres", apart))

    assert told == told_here
    assert all(tables_in(here)[name].equals(tables_in(apart)[name]) for name in TABLES)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_without_an_open_transaction_the_snapshot_is_taken_apart(shop, monkeypatch):
    if connection.vendor == "sqlite":
        monkeypatch.setattr(services, "_only_visible_here", lambda: False)
        asked = []
        monkeypatch.setattr(services, "read_apart", lambda order: asked.append(order) or services._copy_here_for(order))
        monkeypatch.setattr(
            services, "_copy_here_for", lambda order: services._copy_here(services.Path(order["folder"])), raising=False
        )
        services.take_snapshot()
        assert asked[0]["database"]["kind"] == "sqlite"
    else:
        assert not services._only_visible_here()
        assert services.take_snapshot().counts["lines"] == 4


TRIES_TO_WRITE = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=0.2)
try:
    other.execute("BEGIN IMMEDIATE")
    print("got the lock")
except sqlite3.OperationalError as error:
    print(error)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_write_lock_held_here_survives_a_snapshot(shop, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("the lock of a SQLite file")
    path, folder = on_disk(tmp_path), tmp_path / "apart"
    folder.mkdir()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    services.read_apart(order_for(str(path), "sqlite", folder))

    other = subprocess.run(
        [sys.executable, "-c", TRIES_TO_WRITE, str(path)], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == "database is locked"
    holder.rollback()
    holder.close()


@pytest.mark.slow
@pytest.mark.django_db
def test_the_reader_says_what_is_wrong_and_nothing_is_kept(shop, own_files, tmp_path):
    with pytest.raises(services.SnapshotError, match="没有取成"):
        services.read_apart(order_for(str(tmp_path / "no" / "such.sqlite3"), "sqlite", tmp_path))


@pytest.mark.django_db
def test_a_file_that_disagrees_with_the_database_is_refused(shop, own_files, monkeypatch):
    told = {name: dict.fromkeys(("n", *TABLES[name].sums), 0) for name in TABLES}
    told |= {"customers": {"n": 1}, "products": {"n": 1}, "lines": {"n": 4, "net_minor": 20001, "cost_minor": 6800}}
    plain = services._copy_here
    monkeypatch.setattr(services, "_copy_here", lambda folder: plain(folder) and told)

    with pytest.raises(services.SnapshotError, match="不一致"):
        services.take_snapshot()

    assert list((own_files / "snapshots").iterdir()) == []


@pytest.mark.django_db
def test_a_line_of_an_unknown_product_is_refused(shop, tmp_path):
    services._copy_here(tmp_path)
    pq.write_table(pq.read_table(tmp_path / "products.parquet").slice(0, 0), tmp_path / "products.parquet")

    with pytest.raises(services.SnapshotError, match="不存在"):
        services._check_ids(tmp_path, "lines", "product_id", "products")


def test_the_reader_never_loads_django():
    code = "import sys; import holdfast.insight.facts.readers; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.django_db
def test_parameters_are_written_into_the_sql_safely():
    rows = CustomerFactory._meta.model.objects.filter(name="O'Neil 100%", pk__gt=5).values("name")

    sql = services.compiled(rows)
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%"), [])

    assert "'O''Neil 100%'" in sql
    assert json.dumps(services.columns(rows)) == '["name"]'
