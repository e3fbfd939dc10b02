"""What strangers send: every bad file is one sentence, and nothing is left behind."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from django.utils import translation

from holdfast.common import sheets
from holdfast.common.refusals import Refusal
from holdfast.doors.intake import services
from holdfast.doors.intake.models import Import, WorkFile
from holdfast.doors.intake.models.imports import uploads_folder
from holdfast.doors.intake.rules.kinds import KINDS
from holdfast.doors.intake.tests import making
from holdfast.doors.intake.writers.files import write_rejected, write_template
from holdfast.records.customers.models import Customer

pytestmark = pytest.mark.django_db
CREATE = {"options": {"customers": "create"}}


def bomb():
    """A workbook whose sheet unpacks to far more than it is packed."""
    book = io.BytesIO(making.workbook(["客户名称"], [["甲"]]))
    packed = io.BytesIO()
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>")
            target.writestr(name, content)
    return packed.getvalue()


BAD_FILES = {
    "truncated": lambda: making.workbook(["客户名称"], [["甲"]] * 50)[:2000],
    "empty": lambda: b"",
    "headings only": lambda: making.csv_file(["客户名称", "电话"], []),
    "a hundred thousand columns": lambda: making.csv_file([f"c{n}" for n in range(100_000)], [["x"]]),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(5000),
    "an endless cell": lambda: making.csv_file(["客户名称"], [["长" * 40_000]]),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_is_no_table_is_refused_and_leaves_nothing(manager, what):
    folders = set(uploads_folder().glob("*"))

    with pytest.raises(Refusal) as refusal:
        making.receive(BAD_FILES[what](), "customers", manager, "表.xlsx")

    assert "表.xlsx" in refusal.value.message
    assert set(uploads_folder().glob("*")) == folders
    assert Import.objects.count() == 0


@pytest.mark.slow
def test_a_zip_bomb_is_not_opened(manager):
    with pytest.raises(Refusal):
        making.receive(bomb(), "customers", manager)

    assert Import.objects.count() == 0


def test_a_file_over_the_limit_is_refused_while_it_comes_in(manager, settings):
    settings.UPLOAD_LIMIT_BYTES = 1 << 20

    with pytest.raises(Refusal, match="1 MB"):
        making.receive(b"x" * (2 << 20), "customers", manager)


def test_ragged_rows_are_kept_out_and_the_others_come_in(manager):
    content = "客户名称,电话,城市\n甲公司,13800000001,苏州\n乙公司,13800000002\n丙,公司,13800000003,苏州,多\n".encode()

    imp = making.applied(content, "customers", manager, "a.csv")

    with WorkFile(imp.path) as work:
        told = [(row.number, row.problems[0].code) for row in work.rejected()]
    assert told == [(3, "ragged_row"), (4, "ragged_row")]
    assert [customer.name for customer in Customer.objects.all()] == ["甲公司"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_comes_in_whole_whatever_its_encoding(manager, encoding):
    rows = [["苏州澄光机械有限公司", "工业园区", "无锡"], ["常州铭泰汽配", "新北区", "常州"]]
    content = making.csv_file(["客户名称", "地址", "城市"], rows, encoding)

    making.applied(content, "customers", manager, "a.csv")

    assert set(Customer.objects.values_list("name", flat=True)) == {row[0] for row in rows}


def test_cells_that_begin_with_an_equals_sign_are_text_in_and_harmless_out(manager):
    content = making.csv_file(["客户名称", "电话"], [['=HYPERLINK("http://x")', "12"], ["=cmd|' /C calc'!A0", ""]])
    imp = making.applied(content, "customers", manager, "a.csv")
    book = io.BytesIO()

    write_rejected(imp, book)

    with zipfile.ZipFile(book) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert Customer.objects.get().name.startswith("=cmd")


def test_repeated_headings_are_told_apart(manager):
    imp = making.receive(
        making.csv_file(["客户名称", "电话", "电话"], [["甲", "13800000001", ""]]), "customers", manager
    )

    assert imp.headings == ["客户名称", "电话", "电话#2"]
    assert imp.columns["phone"] == "电话"


def test_another_sheet_of_the_workbook_can_be_taken(manager):
    book = io.BytesIO()
    tables = [
        sheets.Table("说明", [sheets.Column("备忘"), sheets.Column("日")], [["读我", "x"]]),
        sheets.Table("客户", [sheets.Column("客户名称"), sheets.Column("城市")], [["甲公司", "苏州"]]),
    ]
    sheets.write_xlsx(book, tables)
    imp = making.receive(book.getvalue(), "customers", manager)

    services.set_sheet(imp, "客户")

    assert imp.columns == {"name": "客户名称", "city": "城市"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_the_template_is_recognised_to_the_last_column_and_its_rows_are_right(admin, kind, language):
    book = io.BytesIO()
    with translation.override(language):
        write_template(KINDS[kind], book, sees_profit=True)

    imp = making.checked(book.getvalue(), kind, admin, **CREATE)

    assert len(imp.columns) == len(imp.headings)
    assert (imp.rejected, imp.to_write) == (0, 2)


def test_the_rejected_rows_mended_come_in_without_anything_twice(manager):
    content = making.workbook(making.CUSTOMER_HEADINGS, making.good_customers(5) + making.ten_bad_rows())
    imp = making.applied(content, "customers", manager)
    book = io.BytesIO()
    write_rejected(imp, book)
    path = imp.path / "again.xlsx"
    path.write_bytes(book.getvalue())
    with sheets.open_sheet(path) as sheet:
        headings, rows = list(sheet.headings), [list(row.values.values()) for row in sheet.sample(50)]
    good = {row[5]: row for row in making.good_customers(20, start=495)}
    mended = [
        [row[0], *good.get(row[6], making.good_customers(1, start=700 + n)[0]), row[-1]] for n, row in enumerate(rows)
    ]

    making.applied(making.workbook(headings, mended), "customers", manager)

    assert Customer.objects.count() == 15


def test_dates_that_do_not_tell_day_from_month_are_asked_about(manager):
    headings = ["订单号", "客户名称", "日期", "品名", "数量", "单价"]
    content = making.csv_file(
        headings, [["A1", "甲", "5/1/2026", "泵", "1", "2"], ["A2", "甲", "6/1/2026", "泵", "1", "2"]]
    )

    imp = making.checked(content, "orders", manager, "a.csv", **CREATE)
    asked = (imp.state, imp.unclear)
    services.set_columns(imp, columns=imp.columns, date_order="mdy", by=manager)
    answered = making.run(services.start_check(imp, by=manager))

    assert asked == ("uploaded", {"日期": ["5/1/2026", "6/1/2026"]})
    assert answered.counts["new"] == 2


def test_one_column_that_is_clear_settles_the_others(manager):
    headings = ["订单号", "客户名称", "下单日期", "品名", "数量", "单价", "承诺交期"]
    content = making.csv_file(headings, [["A1", "甲", "5/1/2026", "泵", "1", "2", "25/1/2026"]])

    imp = making.checked(content, "orders", manager, "a.csv", **CREATE)

    with WorkFile(imp.path) as work:
        assert work.row(2).fields["ordered_on"].isoformat() == "2026-01-05"


def test_a_mapping_once_made_is_remembered_and_shared_only_on_request(manager, admin, teammate):
    content = making.csv_file(["甲列", "乙列"], [["澄光机械", "苏州"]])
    first = making.receive(content, "customers", manager)
    services.set_columns(first, columns={"name": "甲列", "city": "乙列"}, date_order="", by=manager)

    again = making.receive(content, "customers", manager)
    unshared = making.receive(content, "customers", admin)
    services.set_columns(first, columns=first.columns, date_order="", by=manager, is_shared=True)
    shared = making.receive(content, "customers", admin)

    assert again.columns == shared.columns == {"name": "甲列", "city": "乙列"}
    assert unshared.columns == {}


@pytest.mark.slow
def test_what_the_end_of_a_long_file_decides_counts_for_its_beginning(manager):
    headings = ["订单号", "客户编号", "日期", "品名", "数量", "单价"]
    rows = [[f"A{n}", "17850.0", "5/1/2026", "泵", "1", "2"] for n in range(2_100)]
    rows.append(["B1", "K-7", "25/1/2026", "泵", "1", "2"])

    imp = making.checked(making.csv_file(headings, rows), "orders", manager, "a.csv", **CREATE)

    with WorkFile(imp.path) as work:
        first = work.row(2)
    assert first.fields["customer_code"] == "17850.0"
    assert first.fields["ordered_on"].isoformat() == "2026-01-05"
    assert imp.counts["new"] == 2_101
