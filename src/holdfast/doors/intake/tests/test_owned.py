"""People, invoices, payments, interactions and needs of customers already known."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.utils import translation

from holdfast.common import sheets
from holdfast.common.refusals import Refusal
from holdfast.doors.intake import services
from holdfast.doors.intake.models import WorkFile
from holdfast.doors.intake.rules.kinds import KINDS
from holdfast.doors.intake.tests import making
from holdfast.doors.intake.writers.files import write_rejected
from holdfast.foundation.audit.models import Change
from holdfast.foundation.jobs import services as jobs
from holdfast.records.commerce.models import Allocation, Invoice, Payment
from holdfast.records.customers.models import Contact, Customer, Need
from holdfast.records.customers.tests.factories import CustomerFactory
from holdfast.records.feedback.models import Comment
from holdfast.records.timeline.models import Interaction

pytestmark = pytest.mark.django_db
SOON = str(dt.date.today() + dt.timedelta(days=30))
ME = {"options": {"customers": "create"}}
FILES = {
    "contacts": (
        ["客户编号", "联系人姓名", "职务", "手机", "生日"],
        [["K1", "周启明", "采购经理", "13800000001", "1985-08-15"], ["K1", "林晚秋", "财务", "13800000002", ""]],
        Contact, ["K1", "", "财务", "13800000003", ""], ("name", "missing"),
    ),
    "interactions": (
        ["客户编号", "跟进时间", "跟进方式", "用时（分钟）", "跟进内容"],
        [["K1", "2026-01-05 14:30", "拜访", "90", "看了新产线"], ["K1", "2026-01-12", "电话", "", "确认交期"]],
        Interaction, ["K1", SOON, "电话", "", "还没发生"], ("at", "future_talk"),
    ),
    "needs": (
        ["客户编号", "需求内容", "记录日期", "需求类型"],
        [["K1", "送货要避开午休", "2026-01-05", "要求"], ["K1", "喜欢先看样品", "2026-01-06", "偏好"]],
        Need, ["K1", "以后再说", SOON, "偏好"], ("said_on", "in_future"),
    ),
    "comments": (
        ["客户编号", "评价时间", "渠道", "评价内容", "满意度", "推荐分"],
        [["K1", "2026-01-05 14:30", "投诉", "包装破了", "2", ""], ["K1", "2026-01-12", "问卷", "", "5", "9"]],
        Comment, ["K1", SOON, "问卷", "以后再说", "5", ""], ("said_at", "future_said"),
    ),
    "invoices": (
        ["发票号", "客户编号", "开票日期", "到期日", "价税合计"],
        [["F1", "K1", "2026-01-06", "2026-02-05", "7,060.00"], ["F2", "K1", "2026-01-07", "2026-02-06", "1180.50"]],
        Invoice, ["F3", "K1", "2026-01-07", "2025-02-06", "1"], ("due_on", "due_early"),
    ),
    "payments": (
        ["客户编号", "到账日期", "回款金额", "收款方式", "流水号"],
        [["K1", "2026-02-03", "7060", "银行转账", "L1"], ["K1", "2026-02-04", "500", "微信", ""]],
        Payment, ["K1", "2026-02-04", "0", "微信", "L9"], ("amount", "no_amount"),
    ),
}  # fmt: skip


@pytest.fixture
def customer(manager):
    return CustomerFactory(name="苏州澄光机械有限公司", code="K1", owner=manager, department=manager.department)


def file_of(kind, *more):
    headings, rows, *_rest = FILES[kind]
    return making.csv_file(headings, [*rows, *more])


def said(imp):
    with WorkFile(imp.path) as work:
        return [(row.problems[0].field, row.problems[0].code) for row in work.rejected()]


def remarks(imp):
    with WorkFile(imp.path) as work:
        return [problem.code for row in work.page("all") for problem in row.problems]


# --- every kind alike ---------------------------------------------------------------------------------------------
@pytest.mark.shows("PLT-02")
@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_a_file_goes_in_with_its_journal_and_comes_out_whole(customer, manager, kind):
    before = making.dump()

    imp = making.applied(file_of(kind), kind, manager)

    assert (imp.state, imp.written[kind], imp.rejected) == ("applied", 2, 0)
    assert FILES[kind][2].objects.filter(customer=customer).count() == 2
    subjects = set(Change.objects.filter(batch=imp.batch).values_list("subject", flat=True))
    assert subjects == {f"customers.customer:{customer.pk}"}
    making.undone(imp, manager)
    assert making.dump() == before


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize("kind", FILES)
def test_the_same_file_again_changes_nothing(customer, manager, kind):
    making.applied(file_of(kind), kind, manager)
    before = making.dump()

    again = making.checked(file_of(kind), kind, manager)

    assert (again.to_write, again.counts["skip"]) == (0, 2)
    assert making.dump() == before


@pytest.mark.parametrize("kind", FILES)
def test_a_wrong_row_is_told_and_kept_out(customer, manager, kind):
    wrong, expected = FILES[kind][3], FILES[kind][4]

    imp = making.checked(file_of(kind, wrong), kind, manager)

    assert said(imp) == [expected]
    assert imp.to_write == 2
    book = io.BytesIO()
    write_rejected(imp, book)
    path = imp.path / "errors.xlsx"
    path.write_bytes(book.getvalue())
    with sheets.open_sheet(path) as sheet:
        assert list(sheet.sample(5)[0].values.values())[-1]


@pytest.mark.parametrize("kind", FILES)
def test_a_row_repeated_in_the_file_is_written_once(customer, manager, kind):
    imp = making.applied(file_of(kind, FILES[kind][1][0]), kind, manager)

    assert imp.counts["duplicate"] == 1
    assert FILES[kind][2].objects.count() == 2


@pytest.mark.shows("SEC-01")
@pytest.mark.parametrize("kind", FILES)
def test_a_customer_of_somebody_else_is_refused_and_one_nobody_knows_is_asked_about(manager, stranger, kind):
    CustomerFactory(name="别人的客户", code="K1", owner=stranger, department=stranger.department)
    unknown = [cell if cell != "K1" else "K404" for cell in FILES[kind][1][1]]

    imp = making.checked(making.csv_file(FILES[kind][0], [FILES[kind][1][0], unknown]), kind, manager)

    assert said(imp) == [("customer_code", "hidden_customer"), ("customer_code", "unknown_customer")]


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_customers_that_nobody_knows_are_made_on_request_and_undone_with_the_rest(manager, kind):
    before = making.dump()

    imp = making.applied(file_of(kind), kind, manager, **ME)

    assert (imp.written["customers"], imp.written[kind]) == (1, 2)
    assert Customer.objects.get().code == "K1"
    making.undone(imp, manager)
    assert making.dump() == before


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_a_killed_import_goes_on_where_it_stood(customer, manager, kind, monkeypatch):
    monkeypatch.setattr("holdfast.doors.intake.services.applying.LOT_ROWS", 1)
    imp = services.start_apply(making.checked(file_of(kind), kind, manager), by=manager)

    class Killed(BaseException):
        pass

    class Kill:
        lots = 0

        def step(self, done, total=None):
            self.lots += 1
            if self.lots == 2:
                raise Killed

    with pytest.raises(Killed):
        services.apply_import(imp, Kill())
    assert FILES[kind][2].objects.count() == 1
    imp.refresh_from_db()
    jobs.run_now(imp.job)

    assert FILES[kind][2].objects.count() == 2


@pytest.mark.parametrize("kind", FILES)
def test_who_lacks_the_word_may_not_bring_them_in(owner, kind, settings):
    owner.roles.clear()

    with pytest.raises(Refusal):
        making.receive(file_of(kind), kind, owner)


@pytest.mark.parametrize(
    ("heading", "text"),
    [("客户名称", "苏州澄光机械有限公司"), ("信用代码", "91350100M000100Y43"), ("客户电话", "0512-62345678"),
     ("客户邮箱", "info@chengguang.example")],
)  # fmt: skip
def test_a_customer_is_found_by_any_key_of_the_file(manager, heading, text):
    kept = CustomerFactory(
        name="苏州澄光机械有限公司", owner=manager, uscc="91350100M000100Y43", phone="0512-62345678",
        email="info@chengguang.example",
    )  # fmt: skip
    content = making.csv_file([heading, "联系人姓名", "职务"], [[text, "周启明", "采购"]])

    making.applied(content, "contacts", manager)

    assert kept.contacts.get().name == "周启明"


# --- what is particular -------------------------------------------------------------------------------------------
def test_a_contact_is_filled_or_updated_and_a_mask_overwrites_no_number(customer, manager):
    making.applied(file_of("contacts"), "contacts", manager)
    head = ["客户编号", "联系人姓名", "职务", "手机"]
    content = making.csv_file(head, [["K1", "周启明", "总经理", "138****0001"]])

    filled = making.checked(content, "contacts", manager)
    imp = making.applied(content, "contacts", manager, options={"on_duplicate": "update"})

    contact = customer.contacts.get(name="周启明")
    assert filled.to_write == 0
    assert (contact.title, contact.phone) == ("总经理", "13800000001")
    assert "masked" in remarks(imp)


def test_an_interaction_keeps_its_hour_minutes_channel_contact_and_author(customer, manager, admin):
    making.applied(file_of("contacts"), "contacts", manager)
    head = ["公司名称", "date", "type", "description", "联系人", "记录人"]
    rows = [
        [customer.name, "2026-01-05 14:30", "Visit", "seen the new line", "周启明", manager.name],
        [customer.name, "2026-01-06", "灵犀", "x", "没有这个人", "走了的人"],
    ]

    imp = making.applied(making.csv_file(head, rows), "interactions", admin)

    first, second = Interaction.objects.order_by("at")
    assert (first.channel, first.contact.name, first.author, second.author) == ("visit", "周启明", manager, admin)
    assert first.at.astimezone(dt.timezone(dt.timedelta(hours=8))).strftime("%H:%M") == "14:30"
    assert second.channel == "other"
    assert set(remarks(imp)) == {"unknown_contact", "unknown_author", "unknown_channel"}


def test_a_need_said_again_later_is_confirmed(customer, manager):
    making.applied(file_of("needs"), "needs", manager)
    later = making.csv_file(FILES["needs"][0], [["K1", "送货要避开午休", "2026-03-05", "要求"]])

    skipped = making.checked(later, "needs", manager)
    making.applied(later, "needs", manager, options={"on_duplicate": "update"})

    assert skipped.to_write == 0
    assert Need.objects.get(kind="requirement").confirmed_on == dt.date(2026, 3, 5)


@pytest.mark.shows("SAL-05")
def test_invoices_take_credit_notes_and_foreign_money_and_may_be_updated(customer, manager):
    head = ["发票号", "客户编号", "开票日期", "到期日", "金额", "币种", "汇率"]
    day = ["2026-01-06", "2026-02-05"]
    making.applied(
        making.csv_file(head, [["F1", "K1", *day, "-100", "", ""], ["F2", "K1", *day, "1000", "USD", "7.1"]]),
        "invoices", manager,
    )  # fmt: skip

    making.applied(
        making.csv_file(head, [["F2", "K1", *day, "2000", "USD", "7.1"]]), "invoices", manager,
        options={"on_duplicate": "update"},
    )  # fmt: skip

    kept = {row.number: (row.kind, row.amount_minor) for row in Invoice.objects.all()}
    assert kept == {"F1": ("credit_note", -10_000), "F2": ("invoice", 1_420_000)}


def test_a_payment_settles_the_invoices_it_names_else_the_oldest_due(customer, manager):
    making.applied(file_of("invoices"), "invoices", manager)
    head = ["客户编号", "到账日期", "金额", "发票号"]
    rows = [["", "2026-02-03", "1000", "F2"], ["", "2026-02-04", "1000", "F2"], ["K1", "2026-02-05", "60", ""]]

    making.applied(making.csv_file(head, rows), "payments", manager)

    settled = sorted(Allocation.objects.values_list("invoice__number", "amount_minor"))
    assert settled == [("F1", 6_000), ("F2", 18_050), ("F2", 100_000)]


def test_a_payment_that_names_no_known_invoice_or_another_customers_is_told(customer, manager):
    making.applied(file_of("invoices"), "invoices", manager)
    CustomerFactory(name="另一家", code="K2", owner=manager, department=manager.department)
    head = ["客户编号", "到账日期", "金额", "发票号"]

    imp = making.checked(
        making.csv_file(head, [["K1", "2026-02-03", "1", "F404"], ["K2", "2026-02-03", "1", "F1"]]),
        "payments", manager,
    )  # fmt: skip

    assert said(imp) == [("invoice", "unknown_invoice"), ("invoice", "other_invoice")]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", FILES)
def test_the_pages_of_an_import_open_in_both_languages(client, customer, manager, kind, language):
    imp = making.applied(file_of(kind, FILES[kind][3]), kind, manager)
    client.force_login(manager)

    with translation.override(language):
        page = client.get(f"/imports/{imp.pk}/", headers={"accept-language": language})

    assert page.status_code == 200


@pytest.mark.parametrize("kind", FILES)
def test_every_column_is_recognised_by_its_english_name(kind):
    fields = KINDS[kind].fields
    with translation.override("en"):
        labels = [str(field.label) for field in fields]

    guess = sheets.guess_columns(labels, [], KINDS[kind].roles(sees_profit=True))

    assert guess.columns == dict(zip([field.name for field in fields], labels, strict=True))
