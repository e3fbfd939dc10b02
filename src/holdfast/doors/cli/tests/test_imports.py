"""`holdfast import` as the contract promises it."""

from __future__ import annotations

import pytest
from django.utils import translation

from holdfast.common import sheets
from holdfast.doors.cli.main import main
from holdfast.doors.intake.models import Import
from holdfast.doors.intake.models.imports import uploads_folder
from holdfast.doors.intake.tests import making
from holdfast.records.commerce.models import Invoice, Order
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_language():
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def customers_file(tmp_path):
    path = tmp_path / "customers.xlsx"
    path.write_bytes(making.workbook(making.CUSTOMER_HEADINGS, making.good_customers(20) + making.ten_bad_rows()))
    return path


def command(*words):
    return main([*map(str, words), "--lang", "en"])


@pytest.mark.shows("PLT-02")
def test_rejected_rows_do_not_make_it_fail_and_stand_in_the_error_workbook(manager, customers_file, tmp_path, capsys):
    errors = tmp_path / "errors.xlsx"

    status = command("import", "customers", customers_file, "--by", "manager", "--errors", errors)

    said = capsys.readouterr().out
    with sheets.open_sheet(errors) as sheet:
        rows = sheet.sample(50)
    assert status == 0
    assert "new: 20" in said
    assert "rejected: 10" in said
    assert Customer.objects.count() == 20
    assert len(rows) == 10
    assert list(sheet.headings)[1:-1] == making.CUSTOMER_HEADINGS
    assert rows[1].values["手机"] == "1398862"
    assert all(row.values[sheet.headings[-1]] for row in rows)


def test_a_dry_run_writes_nothing_at_all(manager, customers_file, capsys):
    before = making.dump()

    status = command("import", "customers", customers_file, "--by", "manager", "--dry-run")

    assert (status, Import.objects.count()) == (0, 0)
    assert "new: 20" in capsys.readouterr().out
    assert making.dump() == before


def test_the_same_command_twice_changes_nothing(manager, customers_file, capsys):
    command("import", "customers", customers_file, "--by", "manager")
    before = making.dump()
    capsys.readouterr()

    status = command("import", "customers", customers_file, "--by", "manager", "--on-duplicate", "update")

    said = capsys.readouterr().out
    assert status == 0
    assert "skipped: 20" in said
    assert making.dump() == before


def test_columns_can_be_named_and_missing_customers_made(manager, tmp_path, capsys):
    path = tmp_path / "orders.csv"
    path.write_bytes(making.csv_file(["甲", "乙", "丙", "丁", "戊"], [["A1", "K1", "20260105", "2", "5"]]))
    columns = ["甲=number", "乙=customer_code", "丙=ordered_on", "丁=quantity", "戊=price"]

    without = command("import", "orders", path, "--by", "manager", "--map", *columns)
    refused = capsys.readouterr().out
    status = command("import", "orders", path, "--by", "manager", "--create-missing", "--map", *columns)

    assert (without, status) == (0, 0)
    assert "rejected: 1" in refused
    assert "orders 1" in capsys.readouterr().out
    assert Order.objects.get(number="A1").amount_minor == 1000


def test_invoices_and_payments_come_in_and_settle_each_other(manager, tmp_path, capsys):
    invoices, payments = tmp_path / "invoices.csv", tmp_path / "payments.csv"
    head = ["invoice number", "customer code", "invoice date", "due date", "amount"]
    invoices.write_bytes(making.csv_file(head, [["F1", "K1", "2026-01-06", "2026-02-05", "100.00"]]))
    payments.write_bytes(making.csv_file(["payment date", "amount", "invoice number"], [["2026-02-03", "40", "F1"]]))

    command("import", "invoices", invoices, "--by", "manager", "--create-missing")
    command("import", "payments", payments, "--by", "manager")

    said = capsys.readouterr().out
    assert "invoices 1" in said
    assert "payments 1" in said
    assert Invoice.objects.get().open_minor == 6_000


def test_customers_are_updated_by_the_key_that_is_asked_for(manager, tmp_path, capsys):
    customers.add_customer(by=manager, name="甲机械", email="a@example.com", owner=manager)
    path = tmp_path / "a.csv"
    path.write_bytes(making.csv_file(["客户名称", "公司邮箱", "城市"], [["甲机械集团", "a@example.com", "苏州"]]))

    command("import", "customers", path, "--by", "manager", "--match", "email", "--on-duplicate", "update")

    kept = Customer.objects.get()
    assert (kept.name, kept.city) == ("甲机械集团", "苏州")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "customers", "{file}", "--by", "nobody"], "no active account"),
        (["import", "customers", "{file}", "--by", "owner"], "role"),
        (["import", "customers", "/does/not/exist.csv", "--by", "manager"], "cannot be opened"),
        (["import", "orders", "{file}", "--by", "manager"], "not recognised"),
        (["import", "customers", "{file}", "--by", "manager", "--map", "公司"], "COLUMN=FIELD"),
        (["import", "customers", "{file}", "--by", "manager", "--map", "没有=name"], "no column"),
        (["import", "customers", "{file}", "--by", "manager", "--errors", "/does/not/exist.xlsx"], "folder"),
        (["import", "things", "{file}", "--by", "manager"], "things"),
        (["import", "customers", "{file}"], "missing"),
    ],
)
def test_wrong_usage_is_one_sentence_and_leaves_nothing(manager, owner, customers_file, capsys, words, said):
    before, uploads = making.dump(), set(uploads_folder().glob("*"))

    status = command(*[word.format(file=customers_file) for word in words])

    told = capsys.readouterr().err
    assert status == 2
    assert said in told
    assert len(told.strip().splitlines()) == 1
    assert making.dump() == before
    assert Import.objects.count() == 0
    assert set(uploads_folder().glob("*")) == uploads


def test_unclear_dates_are_read_day_first_and_that_is_said(manager, tmp_path, capsys):
    path = tmp_path / "orders.csv"
    headings = ["订单号", "客户名称", "日期", "品名", "数量", "单价"]
    path.write_bytes(
        making.csv_file(headings, [["A1", "甲", "5/1/2026", "泵", "1", "2"], ["A2", "甲", "6/1/2026", "泵", "1", "2"]])
    )

    status = command("import", "orders", path, "--by", "manager", "--create-missing")

    assert status == 0
    assert "day first" in capsys.readouterr().err
    assert sorted(str(day) for day in Order.objects.values_list("ordered_on", flat=True)) == [
        "2026-01-05",
        "2026-01-06",
    ]


@pytest.mark.shows("PLT-02")
def test_a_mapping_is_taken_by_its_name_and_a_column_said_by_hand_goes_before_it(manager, tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_bytes(making.csv_file(["Name", "Ref", "Reference", "Tax ID"], [["Deco Addict", "X-1", "D-7", ""]]))

    status = command("import", "customers", path, "--by", "manager", "--mapping", "odoo", "--map", "Ref=code")

    assert status == 0
    assert Customer.objects.get().code == "X-1"


@pytest.mark.shows("PLT-02")
def test_an_unknown_mapping_names_the_known_ones_and_leaves_nothing(manager, customers_file, capsys):
    status = command("import", "customers", customers_file, "--by", "manager", "--mapping", "SAP")

    said = capsys.readouterr().err
    assert status == 2
    assert "SAP" in said
    assert "EspoCRM" in said
    assert "Odoo" in said
    assert not Import.objects.exists()
