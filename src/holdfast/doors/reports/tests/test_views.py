import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from holdfast.doors.reports.models import MonthlyReport

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def page(client, name="report", month="2026-10", **headers):
    return client.get(reverse(f"reports:{name}", args=[month]), headers=headers)


@pytest.mark.shows("REP-01")
def test_a_drafter_makes_a_report_by_one_button(scored, drafter, login):
    answer = login(drafter).post(reverse("reports:draft"), {"month": "2026-10"})

    assert answer.headers["Location"] == reverse("reports:report", args=["2026-10"])
    assert MonthlyReport.objects.get().drafted_by == drafter


def test_the_page_names_customers_and_their_movement(draft, signer, login):
    text = page(login(signer)).content.decode()

    assert "节节高电子" in text
    assert "客户进出对账" in text
    assert "草稿" in text


def test_the_fragment_is_the_same_part_of_the_page(draft, signer, login):
    client = login(signer)
    whole, part = page(client).content.decode(), page(client, HX_Request="true").content.decode()

    assert part.split("csrfmiddlewaretoken")[0].strip()[:2000] in whole


def test_a_stranger_reads_no_name_of_others(draft, stranger, login):
    assert draft.actions.filter(customer__name="骤降五金").exists()

    text = page(login(stranger)).content.decode()

    names = ("恒稳机械", "节节高电子", "渐远化工", "隔月建材", "骤降五金")
    assert not [name for name in names if name in text]


def test_without_the_words_there_is_no_drafting_and_no_signing(draft, owner, login):
    client = login(owner)

    assert client.post(reverse("reports:draft"), {"month": "2026-10"}).status_code == 403
    assert client.post(reverse("reports:sign", args=["2026-10"])).status_code == 403
    assert client.post(reverse("reports:review", args=["2026-10"])).status_code == 403
    assert client.get(reverse("reports:action-new", args=["2026-10"])).status_code == 403


@pytest.mark.parametrize("month", ["2026-13", "october", "2020-01"])
def test_a_month_without_a_report_is_not_found(signer, login, month):
    assert page(login(signer), month=month).status_code == 404


def test_a_refusal_is_shown_and_nothing_is_signed(draft, signer, login):
    answer = login(signer).post(reverse("reports:sign", args=["2026-10"]), {"sha256": draft.sha256})

    assert answer.status_code == 422
    assert "还没有人审阅" in answer.content.decode()
    assert not MonthlyReport.objects.get().is_signed


@pytest.mark.shows("REP-02")
def test_reviewed_and_signed_on_the_page(draft, signer, login):
    client = login(signer)

    client.post(reverse("reports:review", args=["2026-10"]))
    client.post(reverse("reports:sign", args=["2026-10"]), {"sha256": draft.sha256})

    report = MonthlyReport.objects.get()
    assert (report.reviewed_by, report.signed_by) == (signer, signer)
    assert "已签发" in page(client).content.decode()


@pytest.mark.shows("REP-06")
def test_the_workbook_holds_every_list_with_money_as_numbers(signed, signer, login):
    answer = page(login(signer), "xlsx")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert {"客户进出对账", "下降的客户", "本期措施"} <= set(book.sheet_names)
    rows = book.get_sheet_by_name("客户进出对账").to_python()
    total = next(row for row in rows if row[0] == "合计")
    figures = signed.figures["movement"]["month"]["rows"][-1]
    assert [round(cell * 100) for cell in total[2:5]] == [
        figures["previous_minor"],
        figures["current_minor"],
        figures["delta_minor"],
    ]


@pytest.mark.shows("REP-06")
def test_the_pdf_is_a_pdf_with_pages(signed, signer, login):
    answer = page(login(signer), "pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert len(answer.content) > 20_000


def test_an_action_is_added_changed_and_removed(draft, signer, owner, shop, login):
    client = login(signer)
    new = reverse("reports:action-new", args=["2026-10"])

    client.post(new, {"kind": "other", "text": "备货", "assignee": owner.pk, "due_on": "2026-12-01"})
    action = draft.actions.get(customer=None)
    edit = reverse("reports:action-edit", args=[action.pk])
    client.post(edit, {"kind": "other", "text": "备货三套", "assignee": owner.pk, "due_on": "2026-12-02"})
    action.refresh_from_db()
    assert action.text == "备货三套"
    client.post(reverse("reports:action-remove", args=[action.pk]))

    assert not draft.actions.filter(customer=None).exists()


def test_an_action_of_anothers_customer_is_not_found(draft, shop, signer, teammate, login):
    action = draft.actions.exclude(customer=shop["skipper"]).exclude(customer=None).first()

    assert login(teammate).get(reverse("reports:action-finish", args=[action.pk])).status_code == 404


def test_the_list_costs_a_fixed_number_of_queries(draft, signer, login, django_assert_max_num_queries):
    client = login(signer)

    with django_assert_max_num_queries(8):
        client.get(reverse("reports:list"))
