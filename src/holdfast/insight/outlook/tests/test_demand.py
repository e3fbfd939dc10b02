"""The demand ahead: whole, by part, by customer; adding up, seen by scope, honest about what is not known."""

from __future__ import annotations

import io

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from holdfast.foundation.audit.models import Export
from holdfast.insight.outlook import readers
from holdfast.insight.outlook.models import Outlook
from holdfast.insight.outlook.queries import demand
from holdfast.insight.outlook.rules.demand import shared
from holdfast.insight.outlook.tests.conftest import TODAY, buys
from holdfast.records.commerce.tests.factories import ProductFactory
from holdfast.records.customers.tests.factories import CustomerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.shows("CHU-10")
def test_customers_owners_and_departments_add_up_to_the_company_to_the_cent(buyers, look):
    made = look()

    company = made.groups.get(kind="company")
    table = pq.read_table(made.file)
    for kind in ("owner", "department"):
        groups = list(made.groups.filter(kind=kind))
        for place, row in enumerate(company.ahead):
            assert sum(group.ahead[place][1] for group in groups) == row[1]
    assert pc.sum(table["sum_minor"]).as_py() == company.total_minor
    assert [row[0] for row in company.ahead] == ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04"]


@pytest.mark.shows("CHU-10")
def test_product_categories_add_up_to_the_company_too(look, owner):
    customer = CustomerFactory(owner=owner)
    for place, category in enumerate(["轴承", "电缆"]):
        product = ProductFactory(category=category)
        buys(customer, f"2024-06-0{place + 1}", 20, 44, amount=700 + 300 * place, product=product)

    made = look()

    company, parts = made.groups.get(kind="company"), made.groups.filter(kind="category")
    assert {one.key for one in parts} == {"轴承", "电缆"}
    assert sum(one.total_minor for one in parts) == company.total_minor


@pytest.mark.shows("CHU-10")
def test_past_forecasts_are_set_beside_what_came(buyers, look):
    figures = look().demand

    assert figures["origins"] >= 3
    assert set(figures["error_minor"]) >= {"naive", "seasonal_naive"}
    assert len(figures["checked"]) == 6
    for _month, said, low, high, came in figures["checked"]:
        assert low <= said <= high
        assert came > 0


@pytest.mark.shows("CHU-10", "OWN-07")
def test_each_viewer_sees_the_sum_of_his_customers(buyers, look, owner, teammate, admin):
    made = look()

    mine, whole = demand.whole(owner, made), demand.whole(admin, made)

    own = {buyers[name].pk for name in ("steady", "gone", "newcomer")}
    table = pq.read_table(made.file)
    sums = {row["customer_id"]: row["sum_minor"] for row in table.to_pylist()}
    assert mine.total_minor == sum(sums.get(pk) or 0 for pk in own)
    assert mine.total_minor + demand.whole(teammate, made).total_minor == whole.total_minor
    assert whole.is_company
    assert not mine.lines


@pytest.mark.shows("CHU-10")
def test_a_steady_customer_is_told_a_day_a_gone_one_is_not(buyers, look, login, owner):
    made = look()
    client = login(owner)

    steady, gone, newcomer = (readers.customer_row(made, buyers[who].pk) for who in ("steady", "gone", "newcomer"))
    pages = {
        who: client.get(reverse("outlook:panel", args=[buyers[who].pk])).content.decode()
        for who in buyers
        if who != "other"
    }

    assert TODAY < steady["next_low_on"] <= steady["next_on"] <= steady["next_high_on"]
    assert gone["next_on"] is None
    assert newcomer is None or newcomer["last_on"] is None
    assert "下一单大约在" in pages["steady"]
    assert "他早该来了" in pages["gone"]
    assert "说不" in pages["newcomer"]


@pytest.mark.shows("CHU-10")
def test_the_page_is_filled_in_both_languages_and_says_how_well_it_did(buyers, look, login, admin):
    look()
    client = login(admin)

    chinese = client.get(reverse("outlook:demand")).content.decode()
    english = client.get(reverse("outlook:demand"), headers={"Accept-Language": "en"}).content.decode()

    assert "<svg" in chinese
    assert "说得准不准" in chinese
    assert "Demand forecast" in english
    assert "How well it did" in english


@pytest.mark.shows("CHU-10")
def test_a_short_history_is_said_to_be_short(look, login, admin, owner):
    buys(CustomerFactory(owner=owner), "2026-08-01", 7, 12)

    figures = look().demand
    page = login(admin).get(reverse("outlook:demand")).content.decode()

    assert figures["beats_naive"] is None
    assert figures["months"] == 3
    assert "完整的月份只有" in page
    assert "还不能回测" in page


def test_no_complete_month_and_no_outlook_are_said(look, login, admin, owner):
    client = login(admin)
    before = client.get(reverse("outlook:demand")).content.decode()
    buys(CustomerFactory(owner=owner), "2026-11-03", 3, 4)
    made = look()

    after = client.get(reverse("outlook:demand")).content.decode()

    assert "还没有预测" in before
    assert made.demand == {"method": None}
    assert "历史还不满一个月" in after


@pytest.mark.shows("CHU-10")
def test_the_list_behind_a_figure_holds_its_customers_and_their_sum(buyers, look, login, admin, owner):
    made = look()
    group = made.groups.get(kind="owner", key=str(owner.pk))

    found = demand.listed(admin, made, {"owner": str(owner.pk)})
    page = login(admin).get(f"{reverse('outlook:demand-customers')}?owner={owner.pk}").content.decode()

    assert found.total_minor == group.total_minor
    assert "恒稳机械" in page
    assert "别部建材" not in page


def test_the_list_by_next_order_has_the_earliest_first(buyers, look, admin):
    made = look()

    ids = demand.listed(admin, made, {"sort": "next"}).ids

    days = [readers.customer_row(made, int(pk))["next_on"] for pk in ids]
    assert days == sorted(days)
    assert len(days) == 2


@pytest.mark.shows("CHU-10")
def test_the_workbook_holds_a_row_a_customer(buyers, look, login, manager):
    made = look()

    response = login(manager).post(reverse("outlook:demand-export"))

    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
        .get_sheet_by_index(0)
        .to_python()
    )
    count = demand.listed(manager, made, {}).count
    assert len(rows) == count + 1
    assert Export.objects.get(what="outlook.demand").rows == count


def test_a_file_that_is_gone_is_no_error(buyers, look, login, admin):
    made = look()
    made.file.unlink()
    client = login(admin)

    assert client.get(reverse("outlook:demand-customers")).status_code == 200
    assert client.get(reverse("outlook:panel", args=[buyers["steady"].pk])).status_code == 200
    assert client.get(reverse("outlook:demand")).status_code == 200


def test_the_night_takes_the_snapshot_of_the_scores_and_a_person_the_facts_of_now(buyers, look):
    from holdfast.insight.facts.services import take_snapshot

    snapshot = take_snapshot()

    assert look(is_fresh=False).snapshot == snapshot.id
    assert look().snapshot != snapshot.id
    assert Outlook.objects.count() == 1


@pytest.mark.parametrize(("total", "weights"), [(100, [1, 1, 1]), (7, [0.1, 0.2, 5]), (0, [1, 2]), (10, [0, 0])])
def test_shared_parts_add_up_exactly_and_follow_their_weights(total, weights):
    parts = shared(total, np.array(weights, dtype=float))

    assert parts.sum() == total
    assert (np.abs(parts - total * np.array(weights) / max(sum(weights), 1e-9)) < 1).all() or not any(weights)
