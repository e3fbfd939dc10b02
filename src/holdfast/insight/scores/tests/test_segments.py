"""Value × risk: every cell adds up, opens its customers, and stays within what the viewer may see."""

import re

import pytest
from django.urls import reverse

from holdfast.common import sheets
from holdfast.foundation.audit.models import Export
from holdfast.insight.scores import queries
from holdfast.insight.scores.queries.segments import ALL, BANDS, RISKS, SUMS, value_bands
from holdfast.insight.scores.services import score_month

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADDRESS = "scores:segments"


@pytest.fixture
def run(shop):
    return score_month("2026-11")


def links(page):
    """Every address of a set of customers on the page."""
    return {one.replace("&amp;", "&") for one in re.findall(r'href="(/value/customers/\?[^"]+)"', page)}


@pytest.mark.shows("TIE-08", "CHU-03")
@pytest.mark.parametrize("by", BANDS)
def test_rows_columns_and_the_whole_add_up(run, by):
    found = queries.segments(run, None, by)
    rows = queries.month_rows(run).to_pylist()

    bought = [row for row in rows if row["risk"]]
    assert found.never == len(rows) - len(bought)
    assert found.total.n == len(bought) == 5
    for name in SUMS:
        assert getattr(found.total, name) == sum(row[name] or 0 for row in bought)
        for band in (*found.bands, ALL):
            across = [getattr(found.cell(band, risk), name) for risk in RISKS]
            assert sum(across) == getattr(found.cell(band, ALL), name)
        for risk in RISKS:
            down = [getattr(found.cell(band, risk), name) for band in found.bands]
            assert sum(down) == getattr(found.cell(ALL, risk), name)


@pytest.mark.parametrize("by", BANDS)
def test_every_cell_opens_exactly_the_customers_it_counted(run, login, manager, by):
    browser = login(manager)
    page = browser.get(reverse(ADDRESS), {"by": by})

    cells = [cell for row in page.context["rows"] for cell in row["cells"] if cell["url"]]
    for cell in cells:
        found = browser.get(cell["url"]).context["found"]
        assert found.total == cell["n"], cell["url"]
        assert found.at_stake_minor == cell["money"], cell["url"]
    assert sum(cell["n"] for cell in cells if not cell["is_sum"]) == 5
    assert {cell["url"] for cell in cells} <= links(page.content.decode())


@pytest.mark.shows("ARC-12")
def test_without_the_right_nothing_that_rests_on_cost_is_there(run, login, owner):
    browser = login(owner)

    page = browser.get(reverse(ADDRESS), {"by": "profit", "show": "value"})

    assert page.context["by"] == "revenue"
    text = page.content.decode()
    assert "按毛利" not in text
    assert "12 个月价值" not in text
    everybody = browser.get(reverse("scores:customers")).context["found"].total
    assert browser.get(reverse("scores:customers") + "?band=A").context["found"].total == everybody
    assert "12 个月价值" not in browser.get(reverse("scores:customers") + "?risk=high").content.decode()


def test_figures_are_those_of_the_viewers_own_customers_in_the_bands_of_the_company(run, login, owner, stranger):
    mine, whole = (queries.segments(run, who, "value") for who in (owner, None))

    assert (mine.total.n, whole.total.n) == (4, 5)
    assert all(mine.cell(band, ALL).n <= whole.cell(band, ALL).n for band in mine.bands)
    nobody = login(stranger).get(reverse(ADDRESS))
    assert nobody.context["found"].total.n == 0
    assert "没有要先联系的客户" in nobody.content.decode()


def test_the_lines_of_value_are_where_eighty_and_ninety_five_percent_are_reached(run):
    rows = sorted((row["value_12m_minor"] for row in queries.month_rows(run).to_pylist()), reverse=True)
    table = queries.month_rows(run, None, ["value_12m_minor"])

    named = list(value_bands(run, table["value_12m_minor"]))

    whole = sum(rows)
    for value, name in zip(table["value_12m_minor"].to_pylist(), named, strict=True):
        before = sum(one for one in rows if one > value)
        assert name == ("A" if before < 0.8 * whole else "B" if before < 0.95 * whole else "C")


@pytest.mark.shows("ARC-12")
def test_the_customers_of_a_cell_leave_as_a_file_that_is_written_down(run, login, manager, tmp_path):
    browser = login(manager)
    address = reverse("scores:customers-export") + "?month=2026-11&class=A&risk=low,watch,high,lost"

    answer = browser.post(address)

    book = tmp_path / "set.xlsx"
    book.write_bytes(b"".join(answer.streaming_content))
    names = [sheets.text_of(row.values["客户"]) for row in sheets.open_sheet(book).sample()]
    shown = browser.get(reverse("scores:customers") + "?month=2026-11&class=A&risk=low,watch,high,lost")
    assert names == [row["customer"].name for row in shown.context["found"].rows]
    note = Export.objects.get()
    assert (note.what, note.rows, note.filters["class"]) == ("scores.set", len(names), "A")


def test_who_may_not_export_cannot(run, login, owner):
    assert login(owner).post(reverse("scores:customers-export")).status_code == 403
    assert "导出</button>" not in login(owner).get(reverse("scores:customers")).content.decode()


def test_a_company_without_scores_is_told_how_to_begin(login, manager):
    assert "现在评分" in login(manager).get(reverse(ADDRESS)).content.decode()


def test_an_unknown_month_is_not_found(run, login, owner):
    assert login(owner).get(reverse(ADDRESS) + "?month=2020-01").status_code == 404


def test_the_number_of_queries_is_fixed(run, login, owner, django_assert_max_num_queries):
    browser = login(owner)
    browser.get(reverse(ADDRESS))

    with django_assert_max_num_queries(16):
        browser.get(reverse(ADDRESS))
