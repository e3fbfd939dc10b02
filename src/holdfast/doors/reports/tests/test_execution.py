"""How far the service standards were kept stands in the report, frozen with it."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from python_calamine import CalamineWorkbook

from holdfast.actions.care import queries as care
from holdfast.actions.care import services as caring
from holdfast.actions.care.tests.factories import called, star_customer
from holdfast.doors.reports import queries, services, writers
from holdfast.doors.reports.tests.conftest import OCTOBER
from holdfast.foundation.accounts.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.shows("TIE-12")]


@pytest.fixture
def duties(db, owner):
    """Five stars in October: visits and contacts are owed, one call was made."""
    customer = star_customer(owner, 5, name="五星客户")
    caring.open_duties(OCTOBER)
    called(customer, dt.date(2026, 10, 14))
    return customer


@pytest.fixture
def reported(duties, falling, scored, drafter):
    return services.draft_report(OCTOBER, by=drafter)


def section(report, viewer, key):
    return next(one for one in queries.content_for(report, viewer)["sections"] if one.key == key)


def test_the_report_tells_what_the_page_of_execution_tells(reported, duties, signer):
    page = care.execution(OCTOBER, signer)

    told = reported.figures["execution"]

    assert (told["total"]["due"], told["total"]["kept"]) == (page.total.due, page.total.kept)
    assert told["total"]["kept"] >= 1
    assert [line["key"] for line in told["stars"]] == [5]
    assert [line["name"] for line in told["owners"]] == [duties.owner.name]


def test_a_signed_report_stays_when_more_is_written_down_later(reported, duties, signer):
    services.review_report(reported, by=signer)
    signed = services.sign_report(reported, seen_sha256=reported.sha256, by=signer)
    before = section(signed, signer, "execution").total
    called(duties, dt.date(2026, 10, 20))

    assert section(signed, signer, "execution").total == before


def test_who_sees_some_customers_reads_their_execution_alone(reported, duties):
    stranger = UserFactory(login="far", role="sales_manager")

    assert section(reported, stranger, "execution").rows == []
    assert section(reported, duties.owner, "execution").rows


def test_a_report_from_before_there_were_duties_has_no_such_section(reported, signer):
    reported.figures.pop("execution")

    keys = [one.key for one in writers.sections(reported.figures)]

    assert not [key for key in keys if key.startswith("execution")]


@pytest.mark.slow
def test_the_workbook_has_the_three_tables_with_numbers(reported, signer):
    content = queries.content_for(reported, signer)

    book = CalamineWorkbook.from_filelike(io.BytesIO(writers.write_workbook(content, language="zh")))

    names = [name for name in book.sheet_names if name.startswith("服务执行率")]
    cells = [cell for row in book.get_sheet_by_name(names[0]).to_python() for cell in row]
    assert len(names) == 3
    assert reported.figures["execution"]["total"]["due"] in cells
    assert "合计" in cells


@pytest.mark.slow
def test_the_pdf_and_the_page_show_it(reported, signer, login, duties):
    page = login(signer).get(f"/reports/{reported.month}/").content.decode()

    assert "服务执行率：按人" in page
    assert duties.owner.name in page
    assert writers.write_pdf(queries.content_for(reported, signer)).startswith(b"%PDF")
