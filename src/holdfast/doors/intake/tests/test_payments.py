"""Which payments of a file are one, which are on file, and what an update changes."""

from __future__ import annotations

import datetime as dt

import pytest

from holdfast.doors.intake.models import WorkFile
from holdfast.doors.intake.tests import making
from holdfast.records.commerce.models import Payment
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.shows("PLT-02")]
HEADINGS = ["客户编号", "到账日期", "回款金额", "流水号", "备注"]
SAME = ["K1", "2026-02-04", "500", "", ""]


@pytest.fixture(autouse=True)
def customer(manager):
    return CustomerFactory(name="苏州澄光机械有限公司", code="K1", owner=manager, department=manager.department)


def file_of(*rows):
    return making.csv_file(HEADINGS, rows)


def bring(manager, *rows, on_duplicate="skip"):
    return making.applied(file_of(*rows), "payments", manager, options={"on_duplicate": on_duplicate})


def look(manager, *rows, on_duplicate="skip"):
    return making.checked(file_of(*rows), "payments", manager, options={"on_duplicate": on_duplicate})


def codes(imp):
    with WorkFile(imp.path) as work:
        return [problem.code for row in work.page("all", after=0, size=50) for problem in row.problems]


def kept():
    return sorted(Payment.objects.filter(voided_at=None).values_list("received_on", "amount_minor", "reference"))


def test_two_equal_payments_without_a_number_are_both_written_and_said(manager):
    imp = bring(manager, SAME, SAME)

    assert Payment.objects.count() == 2
    assert codes(imp) == ["twin_payment"]


def test_the_same_file_again_writes_none_of_them(manager):
    bring(manager, SAME, SAME)

    again = look(manager, SAME, SAME)

    assert again.to_write == 0
    assert again.counts["skip"] == 2


def test_of_two_equal_payments_the_one_not_on_file_is_written(manager):
    bring(manager, SAME)

    imp = bring(manager, SAME, [*SAME[:4], "另一笔"])

    assert Payment.objects.count() == 2
    assert (imp.counts["skip"], imp.counts["new"]) == (1, 1)


def test_equal_payments_in_different_lots_are_both_written(manager, monkeypatch):
    monkeypatch.setattr("holdfast.doors.intake.services.applying.LOT_ROWS", 1)

    bring(manager, SAME, SAME, SAME)

    assert Payment.objects.count() == 3


def test_two_equal_payments_of_one_number_are_one(manager):
    row = ["K1", "2026-02-04", "500", "L1", ""]

    imp = bring(manager, row, row)

    assert Payment.objects.count() == 1
    assert codes(imp) == ["same_row"]


def test_two_rows_of_one_number_that_contradict_each_other_are_told(manager):
    imp = bring(manager, ["K1", "2026-02-04", "500", "L1", "一"], ["K1", "2026-02-04", "500", "L1", "二"])

    assert Payment.objects.count() == 1
    assert (imp.rejected, codes(imp)) == (1, ["same_key"])


def test_one_transfer_told_in_parts_is_written_whole(manager):
    bring(manager, ["K1", "2026-02-04", "500", "L1", ""], ["K1", "2026-02-04", "700", "L1", ""])

    assert [minor for _day, minor, _reference in kept()] == [50_000, 70_000]


def test_an_update_corrects_day_and_note_by_the_number_and_can_be_taken_back(manager):
    bring(manager, ["K1", "2026-02-04", "500", "L1", ""])

    imp = bring(manager, ["K1", "2026-02-05", "500", "L1", "改了日子"], on_duplicate="update")

    payment = Payment.objects.get()
    assert (payment.received_on, payment.note, imp.written["updated"]) == (dt.date(2026, 2, 5), "改了日子", 1)

    making.undone(imp, manager)

    payment.refresh_from_db()
    assert (payment.received_on, payment.note) == (dt.date(2026, 2, 4), "")


def test_without_update_a_known_number_is_skipped_and_said(manager):
    bring(manager, ["K1", "2026-02-04", "500", "L1", ""])

    imp = look(manager, ["K1", "2026-02-05", "500", "L1", ""])

    assert imp.to_write == 0
    assert kept() == [(dt.date(2026, 2, 4), 50_000, "L1")]
    assert codes(imp) == ["reference_on_file"]


def test_another_amount_for_a_known_number_is_refused_with_what_to_do(manager):
    bring(manager, ["K1", "2026-02-04", "500", "L1", ""])

    imp = look(manager, ["K1", "2026-02-04", "600", "L1", ""], on_duplicate="update")

    assert kept() == [(dt.date(2026, 2, 4), 50_000, "L1")]
    assert (imp.rejected, codes(imp)) == (1, ["amount_fixed"])


def test_a_memo_that_returns_every_month_is_no_number(manager):
    bring(manager, ["K1", "2026-02-04", "500", "货款", ""])

    imp = bring(manager, ["K1", "2026-03-04", "800", "货款", ""])

    assert len(kept()) == 2
    assert codes(imp) == ["reference_again"]


def test_create_writes_whatever_is_on_file(manager):
    bring(manager, ["K1", "2026-02-04", "500", "L1", ""])

    bring(manager, ["K1", "2026-02-04", "500", "L1", ""], on_duplicate="create")

    assert Payment.objects.count() == 2
