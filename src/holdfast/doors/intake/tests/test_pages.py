"""The wizard's pages: who may open them, what they say, what their buttons do."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from holdfast.common import sheets
from holdfast.doors.intake import services
from holdfast.doors.intake.models import Import
from holdfast.doors.intake.tests import making
from holdfast.records.customers.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def content():
    return making.workbook(making.CUSTOMER_HEADINGS, making.good_customers(12) + making.ten_bad_rows())


@pytest.fixture
def previewed(manager, content):
    return making.checked(content, "customers", manager)


def page(imp, name="import"):
    return reverse(f"intake:{name}", args=[imp.pk])


def upload(client, content, kind="customers", name="客户表.xlsx"):
    return client.post(reverse("intake:new"), {"kind": kind, "file": SimpleUploadedFile(name, content)})


@pytest.mark.shows("PLT-02")
def test_the_wizard_leads_from_the_file_to_the_customers_and_back(manager, login, content):
    client = login(manager)
    to_columns = upload(client, content)
    imp = Import.objects.get()
    shown = client.get(to_columns.url)
    names = {
        f"column-{n}": field
        for field, heading in imp.columns.items()
        for n, h in enumerate(imp.headings)
        if h == heading
    }

    client.post(to_columns.url, names)
    busy = client.get(page(imp))
    making.run(Import.objects.get())
    preview = client.get(page(imp)).content.decode()
    client.post(page(imp, "apply"))
    making.run(Import.objects.get())
    result = client.get(page(imp)).content.decode()
    client.post(page(imp, "undo"))
    making.run(Import.objects.get())

    assert shown.status_code == 200
    assert "正在检查" in busy.content.decode()
    assert "写入 12 行" in preview
    assert "电话只有 7 位，手机号应为 11 位" in preview
    assert "新建 <b>12</b> 位客户" in result
    assert Import.objects.get().state == "undone"
    assert Customer.objects.count() == 0


@pytest.mark.parametrize("name", ["import", "columns", "errors"])
def test_a_strangers_import_is_not_found(manager, login, previewed, name):
    from holdfast.foundation.accounts.tests.factories import UserFactory

    other = UserFactory(login="other_manager", role="sales_manager", department=manager.department)

    assert login(other).get(page(previewed, name)).status_code == 404
    answer = login(manager).get(page(previewed, name))
    answer.close()
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["sheet", "options", "apply", "cancel", "undo", "discard"])
def test_a_strangers_import_cannot_be_touched(manager, login, previewed, name):
    from holdfast.foundation.accounts.tests.factories import UserFactory

    other = UserFactory(login="other_manager", role="sales_manager", department=manager.department)

    assert login(other).post(page(previewed, name)).status_code == 404
    assert Import.objects.get(pk=previewed.pk).state == "checked"


@pytest.mark.parametrize("address", ["/imports/", "/imports/new/", "/imports/1/", "/imports/templates/customers/"])
def test_without_the_right_there_is_no_import(owner, login, address):
    assert login(owner).get(address).status_code == 403


def test_a_kind_needs_its_own_right_too(login):
    from holdfast.foundation.accounts.tests.factories import UserFactory

    client = login(UserFactory(login="service", role="service_manager"))

    answer = upload(client, making.csv_file(["订单号"], [["A1"]]), kind="orders")

    assert answer.status_code == 422
    assert Import.objects.count() == 0
    assert client.get(reverse("intake:template", args=["orders"])).status_code == 404


def test_a_bad_file_says_so_on_the_form(manager, login):
    answer = upload(login(manager), b"", name="空表.xlsx")

    assert answer.status_code == 422
    assert "空表.xlsx" in answer.content.decode()


def test_filters_show_the_rows_they_count(manager, login, previewed):
    client = login(manager)

    rejected = client.get(page(previewed) + "?show=rejected")
    new = client.get(page(previewed) + "?show=new")

    assert rejected.context["total"] == len(rejected.context["lines"]) == 10
    assert new.context["total"] == 12


def test_rows_come_in_pages(manager, login):
    imp = making.checked(making.workbook(making.CUSTOMER_HEADINGS, making.good_customers(45)), "customers", manager)
    client = login(manager)

    first = client.get(page(imp) + "?show=new")
    second = client.get(page(imp) + f"?show=new&after={first.context['next_after']}")

    assert [line.number for line in second.context["lines"]] == list(range(22, 42))


def test_a_corrected_cell_answers_with_the_fragment(manager, login, previewed):
    address = reverse("intake:correct", args=[previewed.pk, 15])

    answer = login(manager).post(address, {"cell-2": "13911112222", "show": "look"}, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert text.lstrip().startswith('<div id="import"')
    assert "写入 13 行" in text
    assert Import.objects.get().edits == {"15": {"手机": "13911112222"}}


def test_the_fragment_is_that_part_of_the_page(manager, login, previewed):
    client = login(manager)

    whole = client.get(page(previewed)).content.decode()
    part = client.get(page(previewed), headers={"HX-Request": "true"}).content.decode()

    def bare(text):
        return "".join(line for line in text.split("\n") if "csrfmiddlewaretoken" not in line)

    assert bare(part).strip() in bare(whole)


def test_other_options_check_again(manager, login, previewed):
    login(manager).post(page(previewed, "options"), {"on_duplicate": "skip", "match": "name", "owner": "none"})

    imp = Import.objects.get()
    assert imp.state == "mapped"
    assert imp.options == {"on_duplicate": "skip", "match": "name", "owner": "none"}


def test_the_error_workbook_has_every_rejected_row_with_its_reason(manager, login, previewed, tmp_path):
    answer = login(manager).get(page(previewed, "errors"))

    path = tmp_path / "errors.xlsx"
    path.write_bytes(answer.getvalue())
    answer.close()
    with sheets.open_sheet(path) as sheet:
        rows = sheet.sample(50)
    assert len(rows) == 10
    assert rows[0].values["问题"] == "缺客户名称"
    assert rows[4].values["问题"] == "建档日期：没有 2 月 30 日这一天".replace("：", ": ")


def test_writing_is_refused_when_nothing_would_be_written(manager, login):
    imp = making.checked(making.workbook(making.CUSTOMER_HEADINGS, making.ten_bad_rows()), "customers", manager)

    answer = login(manager).post(page(imp, "apply"), follow=True)

    assert "没有要写入的行" in answer.content.decode()


def test_a_discarded_file_is_gone(manager, login, previewed):
    folder = previewed.path

    login(manager).post(page(previewed, "discard"))

    assert Import.objects.count() == 0
    assert not folder.exists()


def test_an_interrupted_import_offers_to_go_on_or_undo(manager, login, previewed):
    from holdfast.foundation.jobs.models import Job

    imp = services.start_apply(previewed, by=manager)
    Job.objects.filter(pk=imp.job_id).update(state="failed")
    client = login(manager)

    shown = client.get(page(imp)).content.decode()
    client.post(page(imp, "apply"))
    imp = making.run(Import.objects.get())

    assert "接着写入" in shown
    assert "撤销已写入的" in shown
    assert (imp.state, Customer.objects.count()) == ("applied", 12)


def test_the_preview_asks_the_database_a_fixed_number_of_times(manager, login, django_assert_max_num_queries):
    small = making.checked(making.workbook(making.CUSTOMER_HEADINGS, making.good_customers(3)), "customers", manager)
    client = login(manager)
    client.get(page(small))

    with django_assert_max_num_queries(14):
        client.get(page(small))


def test_the_template_downloads(manager, login):
    answer = login(manager).get(reverse("intake:template", args=["orders"]))

    assert io.BytesIO(answer.getvalue()).read(2) == b"PK"


@pytest.mark.parametrize("address", ["/imports/", "/imports/new/"])
def test_the_english_pages_hold_no_chinese(manager, login, address):
    client = login(manager)
    client.cookies["holdfast_language"] = "en"

    text = client.get(address).content.decode()

    main = text[text.index("<main") : text.index("</main>")]
    assert not [letter for letter in main if "\u4e00" <= letter <= "\u9fff"]


def test_the_english_preview_holds_no_chinese_outside_the_file(manager, login):
    headings = ["Customer name", "Contact", "Mobile", "Owner", "Customer since", "Email", "Type"]
    rows = [["", "A", "1398862", "Nobody", "2026-02-30", "x", "?"], ["B Ltd", "", "", "", "", "", ""]]
    imp = making.checked(making.csv_file(headings, rows), "customers", manager, "a.csv")
    client = login(manager)
    client.cookies["holdfast_language"] = "en"

    text = client.get(page(imp)).content.decode()

    main = text[text.index("<main") : text.index("</main>")]
    assert not [letter for letter in main if "\u4e00" <= letter <= "\u9fff"]


def test_old_uploads_are_let_go_and_what_was_written_stays(manager, login, content, previewed):
    written = making.applied(content, "customers", manager)
    Import.objects.update(updated_at=timezone.now() - timedelta(days=31))

    counts = services.tidy()

    shown = login(manager).get(page(written))
    assert counts == {"forgotten": 1, "emptied": 1}
    assert list(Import.objects.all()) == [written]
    assert not written.path.exists()
    assert shown.status_code == 200
    assert Customer.objects.count() == 12
