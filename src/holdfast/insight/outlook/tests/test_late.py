"""The chance that an invoice is paid late: kept beside it, explained, listed by money, and tested."""

from __future__ import annotations

import datetime as dt
import io
import itertools

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from holdfast.foundation.audit.models import Export
from holdfast.insight.outlook.models import LateChance, Outlook
from holdfast.insight.outlook.queries import late
from holdfast.insight.outlook.rules.late import weeks, why_sentence
from holdfast.insight.outlook.tests.conftest import TODAY, bills
from holdfast.records.commerce import services as commerce
from holdfast.records.commerce.models import Invoice
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def open_ahead(customer):
    return Invoice.objects.open().filter(customer=customer, due_on__gte=TODAY)


@pytest.mark.shows("CRE-02")
def test_who_has_always_paid_late_is_told_a_higher_chance_with_the_reason_and_the_days(debtors, look):
    look()

    slow, prompt = (
        LateChance.objects.filter(invoice__in=open_ahead(debtors[who])).first() for who in ("slow", "prompt")
    )
    assert slow.p_late > 0.5 > prompt.p_late
    assert slow.reasons[0][0] == "late_before"
    assert prompt.reasons[0][0] == "in_time_before"
    assert slow.late_days == pytest.approx(20, abs=2)


@pytest.mark.shows("CRE-02")
def test_past_invoices_are_told_too_and_a_second_making_writes_nothing(debtors, look):
    first, second = look().late["written"], look().late["written"]

    assert first == Invoice.objects.count() == LateChance.objects.count()
    assert second == 0
    assert Outlook.objects.count() == 1


def test_a_later_payment_never_changes_what_was_told(debtors, look):
    look()
    told = dict(LateChance.objects.values_list("pk", "p_late"))
    invoice = open_ahead(debtors["slow"]).first()
    commerce.add_payment(
        debtors["slow"], received_on=TODAY, amount_minor=1000_00, allocations=[(invoice, 1000_00)], by=None
    )

    look()

    assert dict(LateChance.objects.values_list("pk", "p_late")) == told


def test_a_voided_invoice_and_a_credit_note_are_told_nothing(debtors, look, owner):
    look()
    voided = open_ahead(debtors["slow"]).first()
    commerce.void_invoice(voided, by=owner)
    note = commerce.add_invoice(
        debtors["slow"], number="R-1", kind="credit_note", issued_on=TODAY, due_on=TODAY, amount_minor=-100, by=None
    )

    look()

    assert not LateChance.objects.filter(pk__in=[voided.pk, note.pk]).exists()


@pytest.mark.shows("CRE-02")
def test_the_sums_by_week_add_up_to_the_whole_and_each_row_is_money_times_chance(debtors, look, owner):
    look()

    board, rows = late.board(owner), list(late.at_risk(owner, {}))

    assert sum(sums.count for _week, sums in board.weeks) == board.whole.count == len(rows) > 0
    assert sum(sums.open_minor for _week, sums in board.weeks) == board.whole.open_minor
    assert board.whole.risk_minor == pytest.approx(sum(r.open_minor * r.late_chance.p_late for r in rows), abs=2)
    assert [row.risk for row in rows] == sorted((row.risk for row in rows), reverse=True)
    assert all(row.due_on >= TODAY for row in rows)


def test_each_week_opens_exactly_its_invoices(debtors, look, owner):
    look()

    for week, sums in late.board(owner).weeks:
        assert late.at_risk(owner, {"week": week.code}).count() == sums.count


def test_weeks_begin_today_and_leave_no_day_out():
    found = weeks(dt.date(2026, 11, 26))

    assert (found[0].first, found[0].last) == (dt.date(2026, 11, 26), dt.date(2026, 11, 29))
    assert all(one.last + dt.timedelta(days=1) == other.first for one, other in itertools.pairwise(found))
    assert found[-1].last is None


@pytest.mark.shows("CRE-02", "OWN-07")
def test_the_page_shows_own_customers_alone_and_the_reason_in_both_languages(debtors, look, login, owner):
    look()
    client = login(owner)

    chinese = client.get(reverse("outlook:receivables")).content.decode()
    english = client.get(reverse("outlook:receivables"), headers={"Accept-Language": "en"}).content.decode()

    assert "拖延建材" in chinese
    assert "别人的客户" not in chinese
    assert "张里晚了" in chinese
    assert "Receivables at risk" in english
    assert "before were late" in english


def test_a_new_invoice_stands_in_the_list_before_the_night_and_says_so(debtors, look, login, owner):
    look()
    bills(debtors["slow"], beyond=None, count=1, start="2026-11-20")

    page = login(owner).get(reverse("outlook:receivables")).content.decode()

    assert "今天新记的，今晚算出" in page


@pytest.mark.shows("CRE-02")
def test_too_few_outcomes_are_said_plainly_instead_of_figures(owner, login, look):
    bills(CustomerFactory(owner=owner), beyond=5, count=3, start="2026-09-20")

    tested = look().late
    page = login(owner).get(reverse("outlook:receivables")).content.decode()

    assert tested["beats"] is None
    assert "太少，还说不出准不准" in page


@pytest.mark.shows("CRE-02")
def test_with_enough_outcomes_the_test_stands_on_the_page_beside_the_plain_rule(owner, login, look):
    for at in range(12):
        bills(CustomerFactory(owner=owner), beyond=20 if at % 3 == 0 else -5, count=12, start="2025-10-05", step=28)

    tested = look().late
    page = login(owner).get(reverse("outlook:receivables")).content.decode()

    assert tested["n"] >= 50
    assert tested["auc"] > 0.8
    assert "排得对不对" in page
    assert sum(band["n"] for band in tested["bands"]) == tested["n"]


def test_nothing_computed_and_nothing_owed_are_said(login, owner):
    page = login(owner).get(reverse("outlook:receivables")).content.decode()

    assert "没有还没到期的发票" in page
    assert "还没有算过" in page


@pytest.mark.parametrize(
    "query", ["week=2026-99-99", "week=x", "owner=-1", "customer=abc", "sort=no", "page=999", "high=1"]
)
def test_a_broken_question_is_left_out_not_an_error(debtors, look, login, owner, query):
    assert login(owner).get(f"{reverse('outlook:receivables')}?{query}").status_code == 200


@pytest.mark.shows("CRE-02")
def test_the_workbook_holds_the_rows_of_the_list_and_stands_in_the_register(debtors, look, login, manager):
    look()

    response = login(manager).post(f"{reverse('outlook:receivables-export')}?high=1")

    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
        .get_sheet_by_index(0)
        .to_python()
    )
    wanted = late.at_risk(manager, {"high": True}).count()
    assert len(rows) == wanted + 1
    assert Export.objects.get(what="outlook.receivables").rows == wanted


@pytest.mark.shows("CRE-02")
def test_the_chance_stands_beside_the_invoice_in_commerce(debtors, look, login, owner):
    look()
    invoice, client = open_ahead(debtors["slow"]).first(), login(owner)

    pages = [
        client.get(invoice.get_absolute_url()),
        client.get(reverse("commerce:money_panel", args=[debtors["slow"].pk])),
        client.get(f"{reverse('commerce:receivables')}?by=invoice"),
    ]

    assert all("晚付的可能" in page.content.decode() for page in pages)


def test_a_sentence_without_reasons_says_that_it_is_about_the_average():
    assert why_sentence(0.31, 0.3, []) == "和公司平均 30% 差不多。"


def test_reasons_tell_which_way_they_pull():
    reasons = [["late_before", {"n": 8, "late": 6}], ["amount", {"times": 3.2}]]

    assert why_sentence(0.7, 0.2, reasons) == "比公司平均 20% 高：此前 8 张里晚了 6 张；金额是他平时的 3.2 倍。"


@pytest.mark.shows("CRE-02")
def test_who_may_rescore_asks_for_a_new_outlook_and_others_may_not(login, owner, admin):
    assert login(owner).post(reverse("outlook:make")).status_code == 403
    assert login(admin).post(reverse("outlook:make")).status_code == 302
