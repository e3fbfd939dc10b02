"""Customers with contacts: preview, writing, taking back."""

from __future__ import annotations

import pytest

from holdfast.doors.intake.models import WorkFile
from holdfast.doors.intake.tests import making
from holdfast.records.customers.models import Contact, Customer
from holdfast.records.customers.services import fields
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.shows("PLT-02")
def test_a_workbook_with_ten_bad_rows_previews_ten_rejections(manager):
    content = making.workbook(making.CUSTOMER_HEADINGS, making.good_customers(30) + making.ten_bad_rows())

    imp = making.checked(content, "customers", manager)

    assert imp.state == "checked"
    assert imp.counts["new"] == 30
    assert imp.rejected == 10
    assert Customer.objects.count() == 0


def test_every_rejected_row_tells_its_cell_and_reason(manager):
    content = making.workbook(making.CUSTOMER_HEADINGS, making.ten_bad_rows())

    imp = making.checked(content, "customers", manager)

    with WorkFile(imp.path) as work:
        told = [(row.problems[0].field, row.problems[0].code) for row in work.rejected()]
    assert told == [
        ("name", "missing"), ("contact_phone", "phone_short"), ("contact_phone", "phone_power"),
        ("owner", "unknown_owner"), ("first_seen_on", "no_such_day"), ("first_seen_on", "date"), ("email", "email"),
        ("kind", "choice"), ("name", "too_long"), ("contact_name", "too_long"),
    ]  # fmt: skip


@pytest.mark.shows("ARC-01")
def test_good_rows_are_written_with_contacts_and_bad_ones_left_out(manager):
    content = making.workbook(making.CUSTOMER_HEADINGS, making.good_customers(30) + making.ten_bad_rows())

    imp = making.applied(content, "customers", manager)

    assert imp.state == "applied"
    assert imp.written == {"customers": 30, "contacts": 30, "updated": 0}
    assert Customer.objects.count() == 30
    assert Contact.objects.get(customer__name="第7精密机械有限公司").phone == "13900000007"
    assert Customer.objects.get(name="第7精密机械有限公司").owner == manager


@pytest.mark.shows("PLT-02")
@pytest.mark.slow
def test_undo_leaves_every_table_as_it_was(manager, owner):
    CustomerFactory(name="早就在的客户", owner=owner, department=owner.department)
    before = making.dump()
    rows = making.good_customers(20)
    rows[0][0] = "早就在的客户"
    imp = making.applied(making.workbook(making.CUSTOMER_HEADINGS, rows), "customers", manager)
    assert making.dump() != before

    imp = making.undone(imp, manager)

    assert imp.state == "undone"
    assert making.dump() == before


@pytest.mark.parametrize("action", ["skip", "fill", "update", "create"])
def test_the_same_file_twice_changes_nothing(manager, action):
    rows = making.good_customers(12)
    rows[3][7], rows[4][7] = "个人", "个人"
    rows[4][2] = ""
    rows.append([rows[0][0], "另一位", "", "", "", "", "", "", "", ""])
    content = making.workbook(making.CUSTOMER_HEADINGS, rows)
    making.applied(content, "customers", manager)
    before = making.dump()

    again = making.checked(content, "customers", manager, options={"on_duplicate": action})

    assert again.to_write == 0
    assert making.dump() == before


def test_several_rows_of_one_customer_are_several_contacts(manager):
    rows = [
        ["苏州澄光机械有限公司", name, phone] for name, phone in [("周启明", "13800000001"), ("林晚秋", "13800000002")]
    ]
    content = making.csv_file(["客户名称", "联系人", "手机"], [*rows, rows[0]])

    imp = making.applied(content, "customers", manager)

    assert imp.counts["duplicate"] == 1
    assert sorted(Customer.objects.get().contacts.values_list("name", flat=True)) == ["周启明", "林晚秋"]


def test_filling_keeps_what_is_there_and_updating_replaces_it(manager, owner):
    customer = CustomerFactory(
        code="K1", name="甲公司", city="无锡", industry="", owner=owner, department=owner.department
    )
    content = making.csv_file(["客户编号", "客户名称", "城市", "行业"], [["K1", "甲公司", "苏州", "纺织"]])

    making.applied(content, "customers", manager, options={"on_duplicate": "fill"})
    customer.refresh_from_db()
    filled = (customer.city, customer.industry)
    making.applied(content, "customers", manager, options={"on_duplicate": "update"})
    customer.refresh_from_db()

    assert filled == ("无锡", "纺织")
    assert customer.city == "苏州"


@pytest.mark.shows("ARC-14")
@pytest.mark.parametrize(
    ("key", "status"), [("auto", "skip"), ("phone", "skip"), ("name", "new"), ("code", "new"), ("uscc", "new")]
)
def test_the_importer_chooses_by_what_two_customers_are_one(manager, owner, key, status):
    CustomerFactory(name="常州铭泰汽配", phone="13861100427", owner=owner, department=owner.department)
    content = making.csv_file(["客户名称", "电话"], [["铭泰集团总部", "13861100427"]])

    imp = making.checked(content, "customers", manager, options={"match": key, "on_duplicate": "skip"})

    assert imp.counts.get(status) == 1


@pytest.mark.shows("OWN-04")
def test_a_customer_of_somebody_else_is_not_touched_and_its_name_is_masked(manager, stranger):
    CustomerFactory(code="K9", name="苏州澄光精密机械", owner=stranger, department=stranger.department)
    content = making.csv_file(["客户编号", "客户名称", "城市"], [["K9", "苏州澄光精密机械", "上海"]])

    imp = making.checked(content, "customers", manager, options={"on_duplicate": "update"})

    with WorkFile(imp.path) as work:
        problem = next(work.rejected()).problems[0]
    assert (imp.rejected, problem.code, problem.facts["text"]) == (1, "hidden_match", "苏州**机械")


def test_the_owner_column_takes_login_or_name(admin, owner, teammate):
    content = making.csv_file(
        ["客户名称", "归属人"], [["甲", "owner"], ["乙", teammate.name], ["丙", "公海"], ["丁", ""]]
    )

    making.applied(content, "customers", admin, options={"owner": "none"})

    owners = dict(Customer.objects.values_list("name", "owner__login"))
    assert owners == {"甲": "owner", "乙": "teammate", "丙": None, "丁": None}


def test_a_lunar_birthday_and_an_invalid_credit_code_come_in_as_they_may(manager):
    headings = ["客户名称", "联系人", "生日", "统一社会信用代码", "标签"]
    content = making.csv_file(headings, [["甲公司", "周启明", "农历八月十五", "91320505MA1XTB6N00", "重点、样品"]])

    imp = making.applied(content, "customers", manager)

    customer = Customer.objects.get()
    contact = customer.contacts.get()
    assert (contact.birth_calendar, contact.birth_month, contact.birth_day) == ("lunar", 8, 15)
    assert (customer.uscc, imp.counts["warned"]) == ("", 1)
    assert sorted(customer.tags.values_list("name", flat=True)) == ["样品", "重点"]


def test_one_corrected_cell_brings_its_row_in(manager):
    from holdfast.doors.intake import services

    content = making.workbook(making.CUSTOMER_HEADINGS, making.ten_bad_rows())
    imp = making.checked(content, "customers", manager)

    row = services.correct_row(imp, 3, {"手机": "13900000511"})

    imp.refresh_from_db()
    assert (row.status, imp.rejected) == ("new", 9)


def test_what_the_customers_room_would_refuse_is_told_in_the_preview(manager):
    content = making.csv_file(["客户编号", "客户名称"], [["K 1", "甲公司"], ["K2", "乙公司"]])

    imp = making.checked(content, "customers", manager)

    with WorkFile(imp.path) as work:
        told = [(row.number, row.problems[0].field, row.problems[0].code) for row in work.rejected()]
    assert told == [(2, "code", "bad_code")]
    assert imp.to_write == 1


def test_a_list_of_persons_is_told_by_its_headings(manager):
    headings = ["姓名", "手机号", "生日", "所在城市", "微信号"]
    rows = [["张伟", "13800000001", "1980-05-12", "苏州", "zw"], ["张伟", "13800000002", "", "无锡", ""]]

    making.applied(making.csv_file(headings, rows), "customers", manager, "会员.csv")

    people = {customer.city: customer for customer in Customer.objects.all()}
    assert {customer.kind for customer in people.values()} == {"person"}
    assert people["苏州"].contacts.get().wechat == "zw"
    assert people["无锡"].phone == "13800000002"


# --- the company's own fields -------------------------------------------------------------------------------------
@pytest.fixture
def own_fields(admin):
    add = fields.add_field
    return [
        add(by=admin, label="账期", label_en="Payment term", kind="number", is_filterable=True),
        add(by=admin, label="合同到期", kind="date"),
        add(by=admin, label="合作方式", kind="choice", choices="年度合同\n单次"),
        add(by=admin, label="底价", kind="number", edit_roles=["nobody"]),
    ]


@pytest.mark.shows("PLT-02", "PLT-04")
def test_own_fields_are_columns_guessed_by_their_label(manager, own_fields):
    head = ["客户名称", "账期", "合同到期", "合作方式", "底价"]
    rows = [["甲机械", "60", "2026/12/31", "年度合同", "1"], ["乙机械", "", "", "单次", "2"]]

    imp = making.applied(making.workbook(head, rows), "customers", manager)

    terms, ends, way, closed = own_fields
    assert imp.written["customers"] == 2
    assert closed.param not in imp.columns
    assert Customer.objects.get(name="甲机械").custom == {terms.code: 60, ends.code: "2026-12-31", way.code: "c1"}
    assert Customer.objects.get(name="乙机械").custom == {way.code: "c2"}


@pytest.mark.shows("PLT-07")
def test_a_value_that_does_not_fit_keeps_its_row_out_with_the_reason(manager, own_fields):
    head = ["客户名称", "账期", "合同到期", "合作方式"]
    rows = [
        ["甲机械", "很久", "", ""],
        ["乙机械", "", "下周", ""],
        ["丙机械", "", "", "月结"],
        ["丁机械", "30", "", ""],
    ]

    imp = making.checked(making.workbook(head, rows), "customers", manager)

    with WorkFile(imp.path) as work:
        told = [row.problems[0].sentence() for row in work.rejected()]
    assert told == ["账期要填数字，「很久」不是", "合同到期要填日期，「下周」认不出", "合作方式里没有「月结」这一项"]
    assert imp.counts["new"] == 1


@pytest.mark.shows("PLT-02", "PLT-04")
def test_own_fields_are_filled_updated_and_taken_back(manager, own_fields):
    terms = own_fields[0]
    kept = CustomerFactory(name="甲机械", code="K1", owner=manager, custom={terms.code: 30})
    content = making.workbook(["客户编号", "客户名称", "Payment term"], [["K1", "甲机械", "90"]])

    filled = making.checked(content, "customers", manager)
    assert filled.counts.get("update", 0) == 0
    imp = making.applied(content, "customers", manager, options={"on_duplicate": "update"})
    kept.refresh_from_db()
    assert kept.custom == {terms.code: 90}
    making.undone(imp, manager)

    kept.refresh_from_db()
    assert kept.custom == {terms.code: 30}


@pytest.mark.shows("SEC-01")
def test_a_mask_in_a_file_says_nothing(manager):
    kept = CustomerFactory(name="甲机械", code="K1", owner=manager, phone="13862116621", email="a@example.com")
    head = ["客户编号", "客户名称", "电话", "邮箱", "城市"]
    content = making.workbook(head, [["K1", "甲机械", "138****6621", "a***@example.com", "苏州"]])

    making.applied(content, "customers", manager, options={"on_duplicate": "update"})

    kept.refresh_from_db()
    assert (kept.phone, kept.email, kept.city) == ("13862116621", "a@example.com", "苏州")
